//! A process dies at every point of a refresh, crossed with every single fault.

use std::time::Duration;

use rds_refresh_core::resource::OWNER_TAG;

use super::Simulation;
use crate::fault::{Calls, Effect, Failure, Fault, FaultScript, Incident, Rate, RateLimits, Strike};
use crate::world::Operation;

/// Each single fault, where it can do most harm; crossed with [each death](Simulation::each_death) of its process, each is a
/// simulation.
///
/// ```
/// use rds_refresh_testkit::invariant;
/// use rds_refresh_testkit::sim::CrashTable;
///
/// let table = CrashTable::new();
/// let simulation = table.simulation(2).unwrap();
/// assert_eq!(invariant::check(&simulation.dying_at(100).run()), []);
/// ```
#[derive(Clone, Debug)]
pub struct CrashTable(Vec<FaultScript>);

/// One request for each policy on failure.
const SEEDS: [u64; 3] = [1, 2, 3];

/// A refresh of so little data takes 70 minutes: fewer looks while it is waited for, and so fewer points at which to die, of which each
/// is a simulation. Every phase still takes minutes.
const USED_GIB: u32 = 30;

impl CrashTable {
    /// The table.
    #[must_use]
    pub fn new() -> Self {
        Self(faults())
    }

    /// The faults, by number: first none, so that only crashes happen.
    #[must_use]
    pub fn faults(&self) -> &[FaultScript] {
        &self.0
    }

    /// A refresh for each of the faults, without a crash yet.
    #[must_use]
    pub fn simulations(&self) -> Vec<Simulation> {
        (0..self.0.len()).filter_map(|fault| self.simulation(fault)).collect()
    }

    /// Whether a cancel at every point is crossed with the fault as well: with none, and where what was asked for comes late.
    #[must_use]
    pub fn is_cancelled(&self, fault: usize) -> bool {
        let late = |fault: &Fault| matches!(fault.strike, Strike::Unanswered { effect: Effect::Late { .. }, .. });
        self.0.get(fault).is_some_and(|script| script.rate_limits.is_none() && script.faults.iter().all(late))
    }

    /// The refresh that meets one of the faults.
    #[must_use]
    pub fn simulation(&self, fault: usize) -> Option<Simulation> {
        let script = self.0.get(fault)?.clone();
        let mut simulation =
            Simulation::drawn(SEEDS[fault % SEEDS.len()]).with_faults(script).without_crashes().with_used_gib(USED_GIB);
        simulation.fault = Some(fault);
        Some(simulation)
    }
}

impl Default for CrashTable {
    fn default() -> Self {
        Self::new()
    }
}

const MINUTE: Duration = Duration::from_mins(1);

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
        FaultScript::new(),
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
        one(Calls::default().always().between(MINUTE * 15, MINUTE * 35), Strike::Expired),
        one(Calls::default().always().between(MINUTE * 45, MINUTE * 60), Strike::Skewed),
        one(Calls::mutations().after(4), Strike::Denied),
        FaultScript {
            rate_limits: Some(RateLimits {
                // A look of sharing makes three, and none of them takes time here.
                reads: Rate { per_second: 1, burst: 3 },
                mutations: Rate { per_second: 1, burst: 1 },
            }),
            ..FaultScript::default()
        },
    ];
    for effect in [Effect::None, Effect::Done, Effect::Late { by: Duration::from_secs(40) }] {
        let calls = Calls::mutations().always().percent(50);
        all.push(one(calls, Strike::Unanswered { failure: Failure::Timeout, effect }));
    }
    all.push(one(Calls::of(Operation::DeleteDbInstance), Strike::Lingers { by: MINUTE * 90 }));
    for operation in CREATES {
        let effect = Effect::Late { by: Duration::from_secs(40) };
        all.push(one(Calls::of(operation), Strike::Unanswered { failure: Failure::Timeout, effect }));
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
        Incident::Untag { resource: "*-s1".into(), tag: OWNER_TAG.into() },
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
