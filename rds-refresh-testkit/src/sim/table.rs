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
pub struct CrashTable {
    rows: Vec<Row>,
    faults: Vec<FaultScript>,
}

/// One fault, and the refresh that it can strike.
#[derive(Clone, Debug)]
struct Row {
    script: FaultScript,
    refresh: Refresh,
}

/// What a refresh must do for a fault to strike.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refresh {
    /// Whatever its seed draws.
    Any,
    /// It makes a cluster snapshot of its own.
    SnapshotsCluster,
    /// It is allowed the key by a grant of its own.
    Grants,
    /// It is allowed the key by its policy.
    KeyPolicy,
    /// It masks the temporary instance.
    Masks,
    /// Its settlement removes all snapshots, and so makes all of them.
    SettlesAll,
}

/// One request for each policy on failure.
const SEEDS: [u64; 3] = [1, 2, 3];

/// A refresh of so little data takes 70 minutes: fewer looks while it is waited for, and so fewer points at which to die, of which each
/// is a simulation. Every phase still takes minutes.
const USED_GIB: u32 = 30;

impl CrashTable {
    /// The table.
    #[must_use]
    pub fn new() -> Self {
        let rows = rows();
        Self { faults: rows.iter().map(|row| row.script.clone()).collect(), rows }
    }

    /// The faults, by number: first none, so that only crashes happen.
    #[must_use]
    pub fn faults(&self) -> &[FaultScript] {
        &self.faults
    }

    /// A refresh for each of the faults, without a crash yet.
    #[must_use]
    pub fn simulations(&self) -> Vec<Simulation> {
        (0..self.rows.len()).filter_map(|fault| self.simulation(fault)).collect()
    }

    /// Whether a cancel at every point is crossed with the fault as well: with none, and where what was asked for comes late.
    #[must_use]
    pub fn is_cancelled(&self, fault: usize) -> bool {
        let late = |fault: &Fault| matches!(fault.strike, Strike::Unanswered { effect: Effect::Late { .. }, .. });
        self.faults.get(fault).is_some_and(|script| script.rate_limits.is_none() && script.faults.iter().all(late))
    }

    /// The refresh that meets one of the faults.
    #[must_use]
    pub fn simulation(&self, fault: usize) -> Option<Simulation> {
        let Row { script, refresh } = self.rows.get(fault)?.clone();
        let mut simulation = Simulation::drawn(SEEDS[fault % SEEDS.len()])
            .with_faults(script)
            .without_crashes()
            .with_used_gib(USED_GIB)
            .that(refresh);
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

/// The calls by which a refresh changes anything, in their order, and the refresh that makes them.
const MUTATIONS: [(Operation, Refresh); 12] = [
    (Operation::CreateDbClusterSnapshot, Refresh::SnapshotsCluster),
    (Operation::RestoreDbInstanceFromDbSnapshot, Refresh::Any),
    (Operation::ModifyDbInstance, Refresh::Masks),
    (Operation::CreateDbSnapshot, Refresh::Any),
    (Operation::ModifyDbSnapshotAttribute, Refresh::Any),
    (Operation::CreateGrant, Refresh::Grants),
    (Operation::DeleteDbInstance, Refresh::Any),
    (Operation::CopyDbSnapshot, Refresh::Any),
    (Operation::RestoreDbClusterFromSnapshot, Refresh::Any),
    (Operation::RevokeGrant, Refresh::Grants),
    (Operation::DeleteDbSnapshot, Refresh::SettlesAll),
    (Operation::DeleteDbClusterSnapshot, Refresh::SettlesAll),
];

fn rows() -> Vec<Row> {
    let mut rows = vec![Row { script: FaultScript::new(), refresh: Refresh::Any }];
    rows.extend(bad_answers());
    rows.extend(bad_ends());
    rows.extend(incidents());
    rows
}

fn row(refresh: Refresh, calls: Calls, strike: Strike) -> Row {
    Row { script: FaultScript::new().with(Fault::new(calls, strike)), refresh }
}

fn bad_answers() -> Vec<Row> {
    let any = |calls, strike| row(Refresh::Any, calls, strike);
    let unanswered = |effect| Strike::Unanswered { failure: Failure::Timeout, effect };
    let reads = Strike::Unanswered { failure: Failure::InternalFailure, effect: Effect::None };
    let limits = RateLimits {
        // A look of sharing makes three, and none of them takes time here.
        reads: Rate { per_second: 1, burst: 3 },
        mutations: Rate { per_second: 1, burst: 1 },
    };
    let mut rows = vec![
        any(Calls::default().always().percent(30), Strike::Throttled),
        any(Calls::reads().after(20).times(4), reads),
        any(Calls::reads().always().percent(50), Strike::Stale { by: Duration::from_secs(20) }),
        any(Calls::default().always().between(MINUTE * 15, MINUTE * 35), Strike::Expired),
        any(Calls::default().always().between(MINUTE * 45, MINUTE * 60), Strike::Skewed),
        any(Calls::mutations().after(4), Strike::Denied),
        any(Calls::mutations().always().percent(50), unanswered(Effect::None)),
        Row { script: FaultScript { rate_limits: Some(limits), ..FaultScript::default() }, refresh: Refresh::Any },
    ];
    for (operation, refresh) in MUTATIONS {
        rows.push(row(refresh, Calls::of(operation), unanswered(Effect::Done)));
        rows.push(row(refresh, Calls::of(operation), unanswered(Effect::Late { by: Duration::from_secs(40) })));
    }
    rows
}

fn bad_ends() -> Vec<Row> {
    use Operation::{
        CopyDbSnapshot, CreateDbClusterSnapshot, CreateDbSnapshot, CreateGrant, DeleteDbInstance, DescribeDbInstances,
        ModifyDbInstance, RestoreDbClusterFromSnapshot, RestoreDbInstanceFromDbSnapshot,
    };
    let one = |operation, strike| row(Refresh::Any, Calls::of(operation), strike);
    let ends = |status: &str| Strike::Ends { status: status.into() };
    let looks = || Calls::of(DescribeDbInstances).after(3);
    let mut rows = vec![
        row(Refresh::Grants, Calls::of(CreateGrant), Strike::Spreading { over: MINUTE * 5 }),
        row(Refresh::Masks, Calls::of(ModifyDbInstance), Strike::Lagging { by: MINUTE }),
        row(Refresh::Any, looks(), Strike::Flips { status: "backing-up".into(), lasting: MINUTE * 5 }),
        row(Refresh::Any, looks(), Strike::Becomes { status: "storage-full".into() }),
        row(Refresh::Any, Calls::of(CopyDbSnapshot).times(4), Strike::CopyQuota),
        one(CreateDbSnapshot, Strike::SnapshotQuota),
        row(Refresh::Any, Calls::of(RestoreDbClusterFromSnapshot).times(3), Strike::Capacity),
        one(DeleteDbInstance, Strike::Lingers { by: MINUTE * 90 }),
        row(Refresh::SnapshotsCluster, Calls::of(CreateDbClusterSnapshot), ends("failed")),
        row(Refresh::SnapshotsCluster, Calls::of(CreateDbClusterSnapshot), Strike::Squatted),
        one(RestoreDbInstanceFromDbSnapshot, ends("incompatible-network")),
    ];
    for operation in [RestoreDbInstanceFromDbSnapshot, CreateDbSnapshot, CopyDbSnapshot, RestoreDbClusterFromSnapshot] {
        rows.extend([one(operation, ends("failed")), one(operation, Strike::Squatted)]);
    }
    rows
}

/// What people do, each in the middle of two phases in which it matters.
fn incidents() -> Vec<Row> {
    use Operation::{CopyDbSnapshot, CreateDbSnapshot, CreateGrant, ModifyDbSnapshotAttribute, RestoreDbInstanceFromDbSnapshot};
    let key = || "alias/orders".to_owned();
    let (temporary, shared) = (|| "*-t1".to_owned(), || "*-s1".to_owned());
    let restored = [RestoreDbInstanceFromDbSnapshot, CreateDbSnapshot];
    let taken = [CreateDbSnapshot, CopyDbSnapshot];
    let any = Refresh::Any;
    let happen = [
        (Incident::DisableKey { key: key() }, any, taken),
        (Incident::RevokePolicy { key: key() }, Refresh::KeyPolicy, taken),
        (Incident::RevokeGrant { name: "*".into() }, Refresh::Grants, [CreateGrant, CopyDbSnapshot]),
        (Incident::Unshare { snapshot: shared() }, any, [ModifyDbSnapshotAttribute, CopyDbSnapshot]),
        (Incident::DeleteSnapshot { snapshot: shared() }, any, [ModifyDbSnapshotAttribute, CopyDbSnapshot]),
        (Incident::RestoreWithoutTags { snapshot: shared() }, any, [ModifyDbSnapshotAttribute, CopyDbSnapshot]),
        (Incident::StopInstance { instance: temporary() }, any, restored),
        (Incident::RenameInstance { instance: temporary() }, any, restored),
        (Incident::DeleteInstance { instance: temporary() }, any, restored),
        (Incident::Protect { resource: temporary() }, any, restored),
        (Incident::Untag { resource: shared(), tag: OWNER_TAG.into() }, any, taken),
        (Incident::Become { resource: shared(), status: "recalibrating".into() }, any, taken),
        (Incident::ClockJump { by: MINUTE * 600 }, any, taken),
    ];
    let mut rows = Vec::new();
    for (does, refresh, phases) in happen {
        for operation in phases {
            // A restore takes twelve minutes and more; nothing can be done to an instance before it is there.
            let after = if operation == RestoreDbInstanceFromDbSnapshot { MINUTE * 14 } else { MINUTE };
            rows.push(row(refresh, Calls::of(operation), Strike::Somebody { does: does.clone(), after }));
        }
    }
    rows
}
