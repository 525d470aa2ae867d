//! The script in force: which call it strikes, and what is still to come of it.

mod carry_out;
mod incident;
mod past;
mod rate;
mod refusal;
mod target;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::agenda::{Kind, Target};
use super::{Caller, Operation, World};
use crate::fault::{Calls, FaultScript, Incident, Strike};
use crate::timing::Draw;
pub(super) use carry_out::CarriedOut;
use past::Past;
use rate::Buckets;
use target::Incarnation;

/// A script and how far it has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    script: FaultScript,
    armed_at: Option<Timestamp>,
    /// For each fault of the script, how many calls have matched and how many were struck.
    counts: Vec<(u32, u32)>,
    struck: BTreeMap<&'static str, u64>,
    buckets: Buckets,
    past: Past,
    coming: Coming,
}

/// What is going to happen, as the agenda is for the services.
#[derive(Clone, Debug, Default)]
struct Coming {
    due: BTreeMap<(Timestamp, u64), Deferred>,
    decided: u64,
}

/// Something put off.
#[derive(Clone)]
enum Deferred {
    /// Somebody does something.
    Incident(Incident),
    /// A resource that is still being made comes into a status for good.
    Ends(Target, Incarnation, String),
    /// A resource leaves a status that it was in for a while.
    Back(Target, Incarnation, String),
    /// A call takes effect of which its caller heard nothing.
    Call(Arc<dyn Fn(&mut World) + Send + Sync>),
}

impl fmt::Debug for Deferred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incident(incident) => incident.fmt(f),
            Self::Ends(target, _, status) | Self::Back(target, _, status) => f.debug_tuple(status).field(target).finish(),
            Self::Call(_) => f.write_str("Call"),
        }
    }
}

impl World {
    /// Puts a script in force, in place of the one that was. Its times count from now.
    pub fn arm(&mut self, script: FaultScript) {
        self.disarm();
        let now = self.clock.now();
        self.faults.armed_at = Some(now);
        self.faults.counts = vec![(0, 0); script.faults.len()];
        for planned in &script.planned {
            self.faults.coming.at(now + planned.at, Deferred::Incident(planned.incident.clone()));
        }
        self.faults.past = Past::reaching_back(&script);
        self.faults.script = script;
    }

    /// Nothing more goes wrong. What has been done stays done, and a call that is still to take effect does so.
    pub fn disarm(&mut self) {
        self.settle();
        let coming = std::mem::take(&mut self.faults.coming);
        let struck = std::mem::take(&mut self.faults.struck);
        self.faults = Faults { struck, coming, ..Faults::default() };
        self.faults.coming.due.retain(|_, deferred| !matches!(deferred, Deferred::Incident(_)));
    }

    /// The script in force.
    #[must_use]
    pub fn fault_script(&self) -> &FaultScript {
        &self.faults.script
    }

    /// How often what has struck since the world began, by the name of the strike or incident.
    #[must_use]
    pub fn struck(&self) -> &BTreeMap<&'static str, u64> {
        &self.faults.struck
    }

    /// How much of the world calls have changed so far, and how far the script in force has come.
    pub(crate) fn changes(&self) -> u64 {
        let effects = self.journal.iter().filter(|entry| entry.took_effect).count() as u64;
        let struck: u64 = self.faults.counts.iter().map(|(matched, _)| u64::from(*matched)).sum();
        let tokens = self.faults.script.rate_limits.map_or(0, |_| self.journal.len() as u64);
        effects + struck + tokens
    }

    /// What strikes the next call, if anything does.
    pub(super) fn strike(&mut self, caller: &Caller, operation: Operation, resource: &str) -> Option<Strike> {
        let now = self.now();
        let lasting = self.faults.armed_at.map_or(Duration::ZERO, |armed| now.since(armed));
        let mut strike = None;
        for (index, fault) in self.faults.script.faults.iter().enumerate() {
            let calls = &fault.calls;
            if !calls.match_call(caller, operation, resource, lasting) {
                continue;
            }
            let (matched, struck) = &mut self.faults.counts[index];
            let chance = Draw::named(self.seed, &["fault", &index.to_string(), &matched.to_string()]);
            let due = *matched >= calls.skip && calls.times.is_none_or(|times| *struck < times);
            *matched += 1;
            if strike.is_none() && due && chance.bits() % 100 < u64::from(calls.percent) {
                *struck += 1;
                strike = Some(fault.strike.clone());
            }
        }
        let limited =
            self.faults.script.rate_limits.is_some_and(|limits| !self.faults.buckets.take(limits, caller, operation, now));
        let strike = strike.or_else(|| limited.then_some(Strike::Throttled));
        if let Some(strike) = &strike {
            self.count(strike.name());
        }
        strike
    }

    /// When something comes of the script next.
    pub(super) fn next_fault(&self) -> Option<Timestamp> {
        self.faults.coming.due.keys().next().map(|(when, _)| *when)
    }

    /// Lets the first thing happen that is due by now.
    pub(super) fn befall(&mut self) {
        let Some(((when, _), deferred)) = self.faults.coming.due.pop_first() else { return };
        self.remember(when);
        self.at_moment(when, |world| match deferred {
            Deferred::Incident(incident) => world.suffer(&incident),
            Deferred::Ends(target, incarnation, status) => {
                if world.incarnation(&target) == Some(incarnation) && world.ready_at(&target).is_some() {
                    world.end_in(&target, &status);
                }
            }
            Deferred::Back(target, incarnation, from) => {
                let same = world.incarnation(&target) == Some(incarnation);
                if same && world.status_mut(&target).is_some_and(|status| *status == from) {
                    world.rest(&target);
                }
            }
            Deferred::Call(call) => call(world),
        });
    }

    /// Does something as of another moment than the clock shows.
    fn at_moment<T>(&mut self, moment: Timestamp, act: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.moment.replace(moment);
        let done = act(self);
        self.moment = outer;
        done
    }

    /// Whatever is going on with a resource stops in a status, and nothing else happens to it by itself any more. Answers whether
    /// there is such a resource, and it is not being deleted: what is goes all the same.
    pub(super) fn end_in(&mut self, target: &Target, status: &str) -> bool {
        let now = self.now();
        if self.status_mut(target).is_none_or(|status| status == "deleting") {
            return false;
        }
        self.agenda.forget(target);
        let is_snapshot = matches!(target.kind, Kind::Snapshot | Kind::ClusterSnapshot);
        let backs_up = is_snapshot && self.status_mut(target).is_some_and(|status| status == "creating");
        let holdings = self.at_mut(&target.place);
        let found = match target.kind {
            Kind::Cluster => holdings.clusters.get_mut(&target.id).map(|it| it.work = None),
            Kind::Instance => holdings.instances.get_mut(&target.id).map(|it| it.work = None),
            Kind::ClusterSnapshot => holdings.cluster_snapshots.get_mut(&target.id).map(|it| {
                it.percent_progress = it.work.take().map_or(it.percent_progress, |work| work.percent(now).min(99));
            }),
            Kind::Snapshot => holdings.snapshots.get_mut(&target.id).map(|it| {
                it.percent_progress = it.work.take().map_or(it.percent_progress, |work| work.percent(now).min(99));
            }),
            // Keys are never in the making.
            Kind::Key => None,
        };
        if found.is_some() {
            self.set_status(target, status);
            if backs_up {
                self.backed_up(now, target);
            }
            self.fail(now, target, status);
        }
        found.is_some()
    }

    fn put_off(&mut self, by: Duration, deferred: Deferred) {
        self.faults.coming.at(self.now() + by, deferred);
    }

    fn count(&mut self, name: &'static str) {
        *self.faults.struck.entry(name).or_default() += 1;
    }
}

impl Coming {
    fn at(&mut self, when: Timestamp, deferred: Deferred) {
        self.due.insert((when, self.decided), deferred);
        self.decided += 1;
    }
}

impl Calls {
    fn match_call(&self, caller: &Caller, operation: Operation, resource: &str, lasting: Duration) -> bool {
        self.operation.contains(operation)
            && self.account.as_ref().is_none_or(|account| *account == caller.account)
            && self.region.as_ref().is_none_or(|region| *region == caller.region)
            && self.resource.as_ref().is_none_or(|pattern| super::iam::like(pattern, resource))
            && lasting >= self.from
            && self.until.is_none_or(|until| lasting < until)
    }
}
