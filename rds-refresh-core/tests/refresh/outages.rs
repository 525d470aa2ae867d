//! Services that are down for a while, and what is late: a run waits for as long as it costs less than to begin again.

use std::time::Duration;

use rds_refresh_core::Verdict;
use rds_refresh_testkit::fault::{Calls, Effect, Failure, Fault, FaultScript, Strike};
use rds_refresh_testkit::world::Operation;

use crate::fixture::Run;

const MINUTE: Duration = Duration::from_mins(1);

fn down(from: u32, until: u32) -> Fault {
    let calls = Calls::default().always().between(MINUTE * from, MINUTE * until);
    Fault::new(calls, Strike::Unanswered { failure: Failure::ServiceUnavailable, effect: Effect::None })
}

#[tokio::test]
async fn an_outage_of_a_quarter_of_an_hour_fails_nothing() {
    for from in [0, 10, 20, 70, 160] {
        let run = Run::seeded(1);
        run.stage.fake.world().arm(FaultScript::new().with(down(from, from + 15)));
        let outcome = run.start().await;
        assert_eq!(outcome.verdict, Verdict::Succeeded, "from minute {from}");
        assert!(outcome.leftovers.is_empty(), "{:?}", outcome.leftovers);
    }
}

/// The step is given up after half an hour; what it made is removed as soon as somebody answers.
#[tokio::test]
async fn what_cannot_be_undone_while_the_service_is_down_is_undone_when_it_is_back() {
    let run = Run::seeded(1);
    run.stage.fake.world().arm(FaultScript::new().with(down(5, 300)));
    let outcome = run.start().await;
    assert!(
        matches!(&outcome.verdict, Verdict::Failed { step, .. } if step == "restore-temporary-instance"),
        "{:?}",
        outcome.verdict
    );
    assert!(outcome.leftovers.is_empty(), "{:?}", outcome.leftovers);
    let left = run.resources();
    assert!(!left.iter().any(|resource| resource.starts_with("DB instance")), "{left:?}");
}

/// A cluster that a failed run has kept is the result of the run that is taken up: no command to delete it is told.
#[tokio::test]
async fn a_result_that_came_late_is_not_named_as_kept() {
    let run = Run::seeded(1);
    let stuck =
        Fault::new(Calls::of(Operation::DescribeDbClusters).after(20), Strike::Becomes { status: "recalibrating".into() });
    run.stage.fake.world().arm(FaultScript::new().with(stuck));
    let failed = run.start().await;
    let cluster = |kept: &[rds_refresh_core::Resource]| kept.iter().any(|kept| kept.id == "orders-staging");
    assert!(cluster(&failed.kept), "{failed:?}");

    let place = run.stage.destination.place();
    {
        let mut world = run.stage.fake.world();
        world.disarm();
        world.at_mut(&place).clusters.get_mut("orders-staging").unwrap().status = "available".into();
    }
    let outcome = run.driver().resume(&run.id).await.unwrap();
    assert_eq!(outcome.verdict, Verdict::Succeeded);
    assert!(!cluster(&outcome.kept), "{:?}", outcome.kept);
    assert_eq!(run.mutations().iter().filter(|call| *call == "RestoreDBClusterFromSnapshot orders-staging").count(), 1);
}
