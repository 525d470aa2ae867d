//! A run that fails says where, what was seen last, and what RDS noted.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use common::fake::Fake;
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Strike};
use rds_refresh_testkit::world::Operation;
use serde_json::Value;

fn ending(operation: Operation, status: &str) -> Fake {
    let fake = Fake::at("manual");
    let fault = Fault::new(Calls::of(operation), Strike::Ends { status: status.to_owned() });
    fake.ask("POST", "faults", &FaultScript::new().with(fault).to_json());
    fake
}

#[test]
fn a_restore_that_ends_badly_comes_with_its_events() {
    let fake = ending(Operation::RestoreDbInstanceFromDbSnapshot, "storage-full");
    let failed = fake.run(&["run", "--run", "one", "--quiet"]).with(1).err;
    let said = [
        "failed one at restore-temporary-instance, after ",
        "  on orders-production-one-t1 in 111111111111/eu-west-1\n  the temporary instance is storage-full\n  RDS noted:\n    2026-01-05T",
        " orders-production-one-t1: DB instance has reached the storage-full threshold",
    ];
    for said in said {
        assert!(failed.contains(said), "{said}: {failed}");
    }

    let status = fake.run(&["status", "one"]).with(0).out;
    assert!(status.contains("RDS noted:\n    2026-01-05T"), "{status}");
    let status: Value = serde_json::from_str(&fake.run(&["status", "one", "--output", "json"]).with(0).out).unwrap();
    let last = status["events"].as_array().unwrap().last().unwrap();
    assert_eq!(last["resource"], "orders-production-one-t1");
    assert!(last["message"].as_str().unwrap().contains("storage-full"), "{last}");
    let step = status["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(step["step"], "restore-temporary-instance");
    assert!(step["elapsed_seconds"].as_u64() > Some(0) && step["looks"].as_u64() > Some(1), "{step}");
}

#[test]
fn a_step_that_is_not_done_in_time_says_what_was_seen_last() {
    // A status that RDS may add is waited for.
    let fake = ending(Operation::RestoreDbClusterFromSnapshot, "recalibrating");
    let failed = fake.run(&["run", "--run", "one", "--quiet"]).with(1).err;
    let said = "  on orders-staging in 222222222222/eu-west-1\n  not done within 1day; orders-staging was recalibrating\n";
    assert!(failed.contains(said), "{failed}");
}
