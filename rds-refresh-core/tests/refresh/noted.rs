//! What RDS noted about a resource that failed is in the outcome.

use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::machine::Cause;
use rds_refresh_core::{Driver, MemoryStore, Outcome, Verdict, steps};
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Strike};
use rds_refresh_testkit::world::Operation;

use crate::fixture::Run;

fn ends(operation: Operation, status: &str) -> Fault {
    Fault::new(Calls::of(operation), Strike::Ends { status: status.to_owned() })
}

async fn refreshed_with(script: FaultScript) -> (Run, Outcome) {
    let run = Run::seeded(1);
    run.stage.fake.world().arm(script);
    let outcome = run.start().await;
    (run, outcome)
}

fn failed(outcome: &Outcome) -> String {
    match &outcome.verdict {
        Verdict::Failed { step, cause } => format!("{step}: {cause}"),
        verdict => panic!("{verdict:?}"),
    }
}

fn noted(outcome: &Outcome) -> Vec<String> {
    outcome.events.iter().map(|event| format!("{}: {}", event.resource, event.message)).collect()
}

#[tokio::test]
async fn about_whatever_reached_a_status_without_a_way_back() {
    let cases = [
        (
            Operation::RestoreDbInstanceFromDbSnapshot,
            "incompatible-network",
            "restore-temporary-instance: orders-production-nightly-t1: the temporary instance is incompatible-network",
            "orders-production-nightly-t1: Database instance in incompatible-network.",
        ),
        (
            Operation::RestoreDbInstanceFromDbSnapshot,
            "storage-full",
            "restore-temporary-instance: orders-production-nightly-t1: the temporary instance is storage-full",
            "orders-production-nightly-t1: DB instance has reached the storage-full threshold, and the database has been shut down.",
        ),
        (
            Operation::RestoreDbClusterFromSnapshot,
            "incompatible-network",
            "restore-cluster: orders-staging: the restored cluster is incompatible-network; if it is kept, it holds the name: mend it or \
             delete it, then resume",
            "orders-staging: You can't create the DB cluster because of incompatible resources. It is in incompatible-network.",
        ),
    ];
    for (operation, status, cause, told) in cases {
        let (run, outcome) = refreshed_with(FaultScript::new().with(ends(operation, status))).await;
        assert_eq!(failed(&outcome), cause);
        let noted = noted(&outcome);
        assert!(noted.iter().any(|line| line.starts_with(told)), "{noted:#?}");
        // They were read before it was removed, and are stored.
        assert_eq!(run.stored().await["events"], serde_json::to_value(&outcome.events).unwrap());
    }
}

/// Reading them may fail in any way: the failure is the same without them.
#[tokio::test]
async fn but_nothing_depends_on_them() {
    let failing = || FaultScript::new().with(ends(Operation::RestoreDbInstanceFromDbSnapshot, "storage-full"));
    let (_, whole) = refreshed_with(failing()).await;
    for strike in [Strike::Denied, Strike::Expired, Strike::Throttled] {
        let unreadable = Fault::new(Calls::of(Operation::DescribeEvents).always(), strike.clone());
        let (_, mut without) = refreshed_with(failing().with(unreadable)).await;
        assert_eq!(noted(&without), [""; 0], "{strike:?}");
        without.events.clone_from(&whole.events);
        assert_eq!(without, whole, "{strike:?}");
    }
}

#[tokio::test]
async fn about_what_was_not_done_in_time() {
    let run = Run::seeded(1);
    let plan = steps::refresh(&run.source(), &run.destination()).each_wait(|step, wait| {
        if step == "snapshot-instance" {
            wait.deadline = Duration::from_mins(1);
        }
    });
    let (machine, worker) = plan.build().unwrap();
    let driver = Driver::new(machine, worker, Arc::new(MemoryStore::new()), Arc::new(run.stage.fake.clock().clone()));
    let outcome = driver.start(run.id.clone(), run.facts(), rds_refresh_core::OnFailure::default()).await.unwrap();

    let Verdict::Failed { cause: Cause::Deadline { seen: Some(seen), .. }, .. } = &outcome.verdict else {
        panic!("{:?}", outcome.verdict)
    };
    assert_eq!((seen.status.as_str(), seen.resource.as_deref()), ("creating", Some("orders-production-nightly-s1")));
    // Of the snapshot, and of the instance that it is taken of.
    let noted = noted(&outcome);
    for line in ["orders-production-nightly-s1: Creating manual snapshot", "orders-production-nightly-t1: "] {
        assert!(noted.iter().any(|noted| noted.starts_with(line)), "{noted:#?}");
    }
}

#[tokio::test]
async fn nothing_is_asked_of_a_refresh_that_goes_well() {
    let run = Run::seeded(1);
    assert_eq!(run.start().await.verdict, Verdict::Succeeded);
    let world = run.stage.fake.world();
    assert!(!world.journal().iter().any(|entry| entry.action == "rds:DescribeEvents" || entry.action == "DescribeEvents"));
}
