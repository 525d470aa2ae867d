//! Scripts drawn from a seed.

use std::time::Duration;

use super::{
    Calls, Effect, Failure, Fault, FaultScript, Incident, Rate, RateLimits, Strike, TERMINAL_CLUSTER, TERMINAL_INSTANCE,
    TERMINAL_SNAPSHOT, UNKNOWN,
};
use crate::timing::Draw;
use crate::world::Operation;

impl FaultScript {
    /// A plausible mix of faults: `intensity` of them, where 0 is none, 3 a bad day, and 10 more than anybody has seen. The same seed
    /// gives the same script.
    ///
    /// Four in five pass or can be waited out; the others end a refresh.
    #[must_use]
    pub fn drawn(seed: u64, intensity: u32) -> Self {
        let mut dice = Dice(Draw::named(seed, &["fault script"]));
        let mut rare = Dice(Draw::named(seed, &["fault script", "rare"]));
        let mut script = Self::new();
        for _ in 0..intensity {
            script = match dice.below(10) {
                0..8 => {
                    let usual = passing(&mut dice);
                    script.with(if rare.below(6) == 0 { slow(&mut rare) } else { usual })
                }
                8 => script.with(lasting(&mut dice)),
                _ => script.at(dice.minutes(1, 180), incident(&mut dice)),
            };
        }
        if intensity > 0 && dice.below(8) == 0 {
            let limits = RateLimits { reads: Rate { per_second: 1, burst: 2 }, mutations: Rate { per_second: 1, burst: 1 } };
            script.rate_limits = Some(limits);
        }
        script
    }
}

/// The mutations of a refresh.
const MUTATIONS: [Operation; 9] = [
    Operation::CreateDbClusterSnapshot,
    Operation::RestoreDbInstanceFromDbSnapshot,
    Operation::CreateDbSnapshot,
    Operation::ModifyDbSnapshotAttribute,
    Operation::CreateGrant,
    Operation::DeleteDbInstance,
    Operation::CopyDbSnapshot,
    Operation::RestoreDbClusterFromSnapshot,
    Operation::DeleteDbSnapshot,
];

/// Something that a refresh can wait out, or look through.
fn passing(dice: &mut Dice) -> Fault {
    let burst = |dice: &mut Dice| dice.below(6) + 1;
    let mutation = |dice: &mut Dice| Calls::of(dice.one_of(&MUTATIONS));
    let somewhere = |dice: &mut Dice| if dice.below(2) == 0 { Calls::reads() } else { Calls::mutations() };
    match dice.below(13) {
        0 => Fault::new(somewhere(dice).after(dice.below(20)).times(burst(dice)), Strike::Throttled),
        1 => {
            let failure = dice.one_of(&[Failure::Timeout, Failure::InternalFailure, Failure::ServiceUnavailable]);
            Fault::new(
                Calls::reads().after(dice.below(40)).times(burst(dice)),
                Strike::Unanswered { failure, effect: Effect::None },
            )
        }
        2 | 3 => {
            let failure = dice.one_of(&[Failure::Timeout, Failure::InternalFailure, Failure::ServiceUnavailable]);
            let effect = dice.one_of(&[Effect::None, Effect::Done, Effect::Late { by: Duration::from_secs(40) }]);
            Fault::new(mutation(dice).times(dice.below(3) + 1), Strike::Unanswered { failure, effect })
        }
        4 => Fault::new(Calls::reads().always().percent(20), Strike::Stale { by: dice.seconds(1, 30) }),
        5 => Fault::new(Calls::reads().after(dice.below(30)).times(burst(dice)), Strike::Stale { by: dice.seconds(1, 20) }),
        6 => Fault::new(
            Calls::of(Operation::DescribeDbInstances).after(dice.below(8)).times(dice.below(3) + 1),
            Strike::Flips {
                status: dice.one_of(&["backing-up", "maintenance", UNKNOWN]).to_owned(),
                lasting: dice.seconds(30, 600),
            },
        ),
        7 => Fault::new(Calls::of(Operation::CopyDbSnapshot).times(burst(dice)), Strike::CopyQuota),
        8 => {
            let operation = dice.one_of(&[Operation::RestoreDbInstanceFromDbSnapshot, Operation::RestoreDbClusterFromSnapshot]);
            Fault::new(Calls::of(operation).times(burst(dice)), Strike::Capacity)
        }
        9 => {
            let from = dice.minutes(0, 120);
            let until = from + dice.minutes(5, 90);
            Fault::new(Calls::default().always().between(from, until), dice.one_of(&[Strike::Expired, Strike::Skewed]))
        }
        10 => Fault::new(Calls::of(Operation::CreateGrant), Strike::Spreading { over: dice.seconds(10, 300) }),
        11 => {
            let jump = Incident::ClockJump { by: dice.minutes(1, 600) };
            Fault::new(somewhere(dice).after(dice.below(30)), Strike::Somebody { does: jump, after: Duration::ZERO })
        }
        _ => Fault::new(
            Calls::mutations().always().percent(10),
            Strike::Unanswered { failure: Failure::Timeout, effect: dice.one_of(&[Effect::None, Effect::Done]) },
        ),
    }
}

/// Something that takes longer than anybody expects.
fn slow(dice: &mut Dice) -> Fault {
    let deletions = [Operation::DeleteDbInstance, Operation::DeleteDbCluster, Operation::DeleteDbSnapshot];
    match dice.below(4) {
        0 | 1 => Fault::new(Calls::of(dice.one_of(&deletions)), Strike::Lingers { by: dice.minutes(5, 180) }),
        2 => Fault::new(Calls::of(Operation::ModifyDbInstance).times(2), Strike::Lagging { by: dice.seconds(10, 300) }),
        _ => {
            let effect = Effect::Late { by: dice.seconds(1, 60) };
            let failure = Failure::Timeout;
            Fault::new(Calls::of(dice.one_of(&MUTATIONS)).times(2), Strike::Unanswered { failure, effect })
        }
    }
}

/// Something that ends a refresh.
fn lasting(dice: &mut Dice) -> Fault {
    match dice.below(6) {
        0 | 1 => {
            let (operation, statuses) = dice.one_of(&[
                (Operation::CreateDbClusterSnapshot, TERMINAL_SNAPSHOT),
                (Operation::RestoreDbInstanceFromDbSnapshot, TERMINAL_INSTANCE),
                (Operation::CreateDbSnapshot, TERMINAL_SNAPSHOT),
                (Operation::CopyDbSnapshot, TERMINAL_SNAPSHOT),
                (Operation::RestoreDbClusterFromSnapshot, TERMINAL_CLUSTER),
            ]);
            Fault::new(Calls::of(operation), Strike::Ends { status: dice.one_of(statuses).to_owned() })
        }
        2 => {
            let creates = [
                Operation::CreateDbClusterSnapshot,
                Operation::RestoreDbInstanceFromDbSnapshot,
                Operation::CreateDbSnapshot,
                Operation::CopyDbSnapshot,
                Operation::RestoreDbClusterFromSnapshot,
            ];
            Fault::new(Calls::of(dice.one_of(&creates)), Strike::Squatted)
        }
        3 => Fault::new(
            Calls::of(dice.one_of(&[Operation::CreateDbClusterSnapshot, Operation::CreateDbSnapshot, Operation::CopyDbSnapshot])),
            Strike::SnapshotQuota,
        ),
        4 => Fault::new(Calls::mutations().after(dice.below(9)), Strike::Denied),
        _ => {
            let after = dice.seconds(1, 600);
            let operation = Calls::of(dice.one_of(&MUTATIONS));
            Fault::new(operation, Strike::Somebody { does: incident(dice), after })
        }
    }
}

/// What somebody may do in the middle of a refresh.
fn incident(dice: &mut Dice) -> Incident {
    let ours = |dice: &mut Dice| dice.one_of(&["*-t1", "*-c1", "*-s1", "*-d1"]).to_owned();
    match dice.below(13) {
        0 => Incident::DisableKey { key: dice.one_of(&["alias/orders", "alias/staging"]).to_owned() },
        1 => Incident::EnableKey { key: "alias/*".to_owned() },
        2 => Incident::RevokePolicy { key: "alias/orders".to_owned() },
        3 => Incident::RevokeGrant { name: "*".to_owned() },
        4 => Incident::Unshare { snapshot: "*".to_owned() },
        5 => Incident::DeleteSnapshot { snapshot: ours(dice) },
        6 => Incident::RestoreWithoutTags { snapshot: ours(dice) },
        7 => Incident::StopInstance { instance: "*-t1".to_owned() },
        8 => Incident::RenameInstance { instance: "*-t1".to_owned() },
        9 => Incident::DeleteInstance { instance: "*-t1".to_owned() },
        10 => Incident::Protect { resource: dice.one_of(&["*-t1", "*-staging"]).to_owned() },
        11 => Incident::Untag { resource: ours(dice), tag: rds_refresh_core::resource::OWNER_TAG.to_owned() },
        _ => Incident::Become { resource: ours(dice), status: dice.one_of(&["failed", UNKNOWN]).to_owned() },
    }
}

/// A sequence of draws.
struct Dice(Draw);

impl Dice {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.next();
        self.0.bits()
    }

    fn below(&mut self, bound: u32) -> u32 {
        // The remainder is smaller than a `u32`.
        u32::try_from(self.bits() % u64::from(bound)).unwrap_or_default()
    }

    fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        let index = usize::try_from(self.bits() % choices.len() as u64).unwrap_or_default();
        choices[index].clone()
    }

    fn seconds(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_secs(from + self.bits() % (to - from + 1))
    }

    fn minutes(&mut self, from: u64, to: u64) -> Duration {
        self.seconds(from * 60, to * 60)
    }
}
