//! What people are told to do about a run that has stopped.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use rds_refresh_core::machine::Cause;
use rds_refresh_core::{ErrorKind, Outcome, ResourceKind, StepError, Upkeep};
use serde_json::{Value, json};

/// A run that stopped with this verdict, and left this.
fn outcome(verdict: &Value, kept: &[&str], leftovers: usize) -> Outcome {
    let resource = |kind: &&str| json!({ "kind": kind, "account": "222222222222", "region": "eu-west-1", "id": "it" });
    let left = json!({ "step": "copy-snapshot", "why": "AWS said no" });
    serde_json::from_value(json!({
        "run": "nightly",
        "verdict": verdict,
        "elapsed": { "secs": 60, "nanos": 0 },
        "removed": [],
        "kept": kept.iter().map(resource).collect::<Vec<_>>(),
        "leftovers": vec![left; leftovers],
    }))
    .unwrap()
}

fn failed(cause: &Cause) -> Value {
    json!({ "type": "failed", "step": "restore-cluster", "cause": cause })
}

const BILLS: &str = "remove what bills, unless it is used or the run is to go on with it";
const EXPOSES: &str = "take back what lets another account use the data, unless the run is to go on with it";
const LEFT: &str = "look at what is left over, and remove what is the run's";
const LOOK: &str = "look at the resource in the RDS console and at its events; resume when it moves again";

#[test]
fn what_is_left_says_what_is_to_be_done_about_it() {
    let rows: [(&[&str], usize, &[&str]); 7] = [
        (&[], 0, &[]),
        (&["db-snapshot", "db-cluster-snapshot"], 0, &[]),
        (&["db-snapshot", "db-cluster"], 0, &[BILLS]),
        (&["db-instance", "db-cluster"], 0, &[BILLS]),
        (&["kms-grant"], 0, &[EXPOSES]),
        (&["snapshot-share", "db-instance"], 0, &[BILLS, EXPOSES]),
        (&["db-instance"], 1, &[BILLS, LEFT]),
    ];
    for (kept, leftovers, expected) in rows {
        let cancelled = outcome(&failed(&Cause::Cancelled), kept, leftovers);
        assert_eq!(cancelled.advice(), expected, "{kept:?}");
        assert_eq!(cancelled.is_undone(), expected.is_empty(), "{kept:?}");
        // Also of a run that was taken up again, and what it kept before.
        assert_eq!(outcome(&json!({ "type": "succeeded" }), kept, leftovers).advice(), expected, "{kept:?}");
    }
    let other = outcome(&failed(&Cause::Cancelled), &["other"], 0);
    assert!(!other.is_undone(), "nobody knows whether it expires");
}

#[test]
fn what_failed_says_what_is_to_be_mended() {
    let quota = StepError::quota("no more");
    let throttled = StepError::throttled("Rate exceeded");
    let busy = StepError::busy("not now");
    let rows = [
        (Cause::Error { error: quota.clone() }, ErrorKind::Quota.advice()),
        (Cause::ParkLimit { error: StepError::credentials("expired") }, ErrorKind::Credentials.advice()),
        (Cause::Deadline { seconds: 60, error: None }, LOOK),
        (Cause::Deadline { seconds: 60, error: Some(busy) }, LOOK),
        (Cause::Deadline { seconds: 60, error: Some(throttled) }, ErrorKind::Throttled.advice()),
        (Cause::Stalled { percent: 3, seconds: 60 }, LOOK),
    ];
    for (cause, expected) in rows {
        assert_eq!(outcome(&failed(&cause), &[], 0).advice(), [expected], "{cause:?}");
        assert_eq!(outcome(&failed(&cause), &["db-cluster"], 0).advice(), [expected, BILLS], "{cause:?}");
    }
    let parked = json!({ "type": "parked", "step": "copy-snapshot", "error": quota, "until": "2026-11-23T08:00:00Z" });
    assert_eq!(outcome(&parked, &[], 0).advice(), [ErrorKind::Quota.advice()]);
}

#[test]
fn a_step_may_know_more_than_the_kind() {
    let error = StepError::conflict("it lacks its tag").with_advice("put its tag back");
    assert_eq!(error.advice(), ["put its tag back", ErrorKind::Conflict.advice()]);
    let stored: StepError = serde_json::from_value(serde_json::to_value(&error).unwrap()).unwrap();
    assert_eq!(stored, error);
    assert_eq!(error.to_string(), "it lacks its tag");
}

#[test]
fn another_request_helps_where_the_request_may_be_wrong() {
    let amended = |error| Cause::Error { error }.may_be_amended();
    assert!(amended(StepError::invalid("a field")) && amended(StepError::capacity("none of this class")));
    assert!(!amended(StepError::quota("no more")) && !Cause::Cancelled.may_be_amended());
}

#[test]
fn every_error_has_an_advice_and_every_upkeep_a_name() {
    assert!(ErrorKind::ALL.iter().all(|kind| !kind.advice().is_empty() && !kind.advice().ends_with('.')));
    for upkeep in Upkeep::ALL {
        assert_eq!(json!(upkeep), upkeep.as_str());
    }
    assert!(Upkeep::ALL.is_sorted());
    assert_eq!(ResourceKind::DbCluster.upkeep().to_string(), "still there, and bills until you remove it");
}
