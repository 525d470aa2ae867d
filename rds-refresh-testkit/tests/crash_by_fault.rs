//! A process dies at every point of a refresh, crossed with every single fault.

use std::time::Duration;

use rds_refresh_testkit::fault::{Calls, Effect, Failure, Fault, FaultScript, Incident, Rate, RateLimits, Strike};
use rds_refresh_testkit::invariant;
use rds_refresh_testkit::sim::Simulation;
use rds_refresh_testkit::world::Operation;

/// How many points lie between two deaths; `RDS_REFRESH_STRIDE=1` for all of them.
fn stride() -> usize {
    std::env::var("RDS_REFRESH_STRIDE").ok().and_then(|text| text.parse().ok()).unwrap_or(500)
}

const MINUTE: Duration = Duration::from_mins(1);

/// Each fault alone, where it can do most harm.
fn faults() -> Vec<FaultScript> {
    const CREATES: [Operation; 5] = [
        Operation::CreateDbClusterSnapshot,
        Operation::RestoreDbInstanceFromDbSnapshot,
        Operation::CreateDbSnapshot,
        Operation::CopyDbSnapshot,
        Operation::RestoreDbClusterFromSnapshot,
    ];
    let one = |calls, strike| FaultScript::new().with(Fault::new(calls, strike));
    let mut all = vec![
        one(Calls::default().always().percent(30), Strike::Throttled),
        one(Calls::reads().after(20).times(4), Strike::Unanswered { failure: Failure::InternalFailure, effect: Effect::None }),
        one(Calls::reads().always().percent(50), Strike::Stale { by: Duration::from_secs(20) }),
        one(Calls::of(Operation::CreateGrant), Strike::Spreading { over: MINUTE * 5 }),
        one(Calls::of(Operation::ModifyDbInstance), Strike::Lagging { by: MINUTE }),
        one(
            Calls::of(Operation::DescribeDbInstances).after(3),
            Strike::Flips { status: "backing-up".into(), lasting: MINUTE * 5 },
        ),
        one(Calls::of(Operation::DescribeDbInstances).after(3), Strike::Becomes { status: "storage-full".into() }),
        one(Calls::of(Operation::CopyDbSnapshot).times(4), Strike::CopyQuota),
        one(Calls::of(Operation::CreateDbSnapshot), Strike::SnapshotQuota),
        one(Calls::of(Operation::RestoreDbClusterFromSnapshot).times(3), Strike::Capacity),
        one(Calls::default().always().between(MINUTE * 30, MINUTE * 90), Strike::Expired),
        one(Calls::default().always().between(MINUTE * 120, MINUTE * 150), Strike::Skewed),
        one(Calls::mutations().after(4), Strike::Denied),
        FaultScript {
            rate_limits: Some(RateLimits {
                reads: Rate { per_second: 1, burst: 2 },
                mutations: Rate { per_second: 1, burst: 1 },
            }),
            ..FaultScript::default()
        },
    ];
    for effect in [Effect::None, Effect::Done, Effect::Late { by: Duration::from_secs(40) }] {
        let calls = Calls::mutations().always().percent(50);
        all.push(one(calls, Strike::Unanswered { failure: Failure::Timeout, effect }));
    }
    for operation in CREATES {
        all.push(one(Calls::of(operation), Strike::Ends { status: "failed".into() }));
        all.push(one(Calls::of(operation), Strike::Squatted));
    }
    let incidents = [
        Incident::DisableKey { key: "alias/orders".into() },
        Incident::RevokePolicy { key: "alias/orders".into() },
        Incident::RevokeGrant { name: "*".into() },
        Incident::Unshare { snapshot: "*".into() },
        Incident::DeleteSnapshot { snapshot: "*-s1".into() },
        Incident::RestoreWithoutTags { snapshot: "*-s1".into() },
        Incident::StopInstance { instance: "*-t1".into() },
        Incident::RenameInstance { instance: "*-t1".into() },
        Incident::DeleteInstance { instance: "*-t1".into() },
        Incident::Protect { resource: "*-t1".into() },
        Incident::Untag { resource: "*-s1".into(), tag: rds_refresh_core::resource::OWNER_TAG.into() },
        Incident::Become { resource: "*-s1".into(), status: "recalibrating".into() },
        Incident::ClockJump { by: MINUTE * 600 },
    ];
    for does in incidents {
        // In the middle of the restore, and in the middle of the copy.
        for operation in [Operation::CreateDbSnapshot, Operation::CopyDbSnapshot] {
            all.push(one(Calls::of(operation), Strike::Somebody { does: does.clone(), after: MINUTE }));
        }
    }
    all
}

#[test]
fn every_crash_with_every_fault() {
    // One request for each policy on failure.
    let seeds = [1, 2, 3];
    let mut simulations = 0_u32;
    let mut violations = Vec::new();
    for (number, script) in faults().into_iter().enumerate() {
        let seed = seeds[number % seeds.len()];
        let faulty = Simulation::drawn(seed).with_faults(script.clone());
        let calm = faulty.clone().without_crashes().run();
        for violation in invariant::check(&calm) {
            violations.push(format!("{} without a crash and with {}", violation.what, script.to_json()));
        }
        for point in (number % stride()..usize::try_from(calm.figures.points).unwrap()).step_by(stride()) {
            simulations += 1;
            let record = faulty.clone().dying_at(point as u64).run();
            for violation in invariant::check(&record) {
                violations.push(format!("{}: {} at {point} with {}", violation.invariant, violation.what, script.to_json()));
            }
        }
    }
    assert!(violations.is_empty(), "{} of {simulations}:\n{}", violations.len(), violations.join("\n"));
    assert!(simulations > 100, "only {simulations}");
}
