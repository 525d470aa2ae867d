//! Random plans and random events.

use std::time::Duration;

use proptest::prelude::*;
use rds_refresh_core::machine::Limits;
use rds_refresh_core::{
    Applied, ErrorKind, Event, EventKind, Machine, OnFailure, Plan, PlanError, Record, Resource, RetryPolicy, Seen, State,
    Timestamp, WaitPolicy, Worker,
};
use serde_json::json;

use super::support::{A, B, C, D, E, F, Fake, Request, error, given, resource, seconds, start_of_day};

/// A random plan: its shape, how many of its steps, and the policies of each.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    shape: usize,
    policies: Vec<(WaitPolicy, RetryPolicy)>,
    limits: Limits,
}

/// Adds steps until the policies are used up, and builds.
macro_rules! shape {
    ($drawn:expr; $($gives:ident: $needs:ty),*) => {{
        let plan = Plan::new().given::<Request>().limits($drawn.limits.clone());
        let mut policies = $drawn.policies.iter().cloned();
        $(
            let Some((wait, retry)) = policies.next() else { return plan.build() };
            let plan = plan.then(Fake::<$gives, $needs>::new()).wait(wait).retry(retry);
        )*
        plan.build()
    }};
}

impl Drawn {
    pub(crate) fn build(&self) -> Result<(Machine, Worker), PlanError> {
        match self.shape {
            0 => shape!(self; A: Request, B: A, C: B, D: C, E: D, F: E),
            1 => shape!(self; A: Request, B: Record<A>, C: Record<B>, D: (Request, Record<C>), E: Record<D>, F: Record<E>),
            2 => shape!(self; A: Request, B: A, C: (Record<A>, B), D: (C, A), E: Request, F: (D, Record<E>, B)),
            _ => shape!(self; A: Request, B: Request, C: (A, B), D: Request, E: (A, D), F: (A, B, C, D, E)),
        }
    }

    pub(crate) fn start(&self) -> (Machine, State) {
        let (machine, _) = self.build().unwrap();
        let state = machine.start("r1".parse().unwrap(), given(), OnFailure::default(), start_of_day()).unwrap();
        (machine, state)
    }
}

fn within(range: std::ops::RangeInclusive<u64>) -> impl Strategy<Value = Duration> {
    range.prop_map(Duration::from_secs)
}

fn policies() -> impl Strategy<Value = (WaitPolicy, RetryPolicy)> {
    let stall = proptest::option::of(within(0..=1200));
    let wait = (within(1..=60), within(1..=600), 0.0..=1.0, within(0..=3600), stall, within(0..=120)).prop_map(
        |(min_interval, max_interval, jitter, deadline, stall_limit, call_limit)| WaitPolicy {
            min_interval,
            max_interval,
            jitter,
            deadline,
            stall_limit,
            call_limit,
            ..WaitPolicy::default()
        },
    );
    let limit = proptest::option::of(within(0..=600));
    let patience = within(0..=300);
    let retry = (within(0..=10), 0.0..4.0, within(1..=60), 0.0..=1.0, 0..5_u32, patience, limit, within(1..=400)).prop_map(
        |(initial_interval, factor, max_interval, jitter, max_attempts, patience, max_elapsed, capacity_interval)| RetryPolicy {
            initial_interval,
            factor,
            max_interval,
            jitter,
            max_attempts,
            patience,
            max_elapsed,
            capacity_interval,
        },
    );
    (wait, retry)
}

pub(crate) fn plans() -> impl Strategy<Value = Drawn> {
    let limits =
        (within(0..=300), within(0..=86_400)).prop_map(|(absence_window, park_limit)| Limits { absence_window, park_limit });
    (0..4_usize, proptest::collection::vec(policies(), 1..=6), limits).prop_map(|(shape, policies, limits)| Drawn {
        shape,
        policies,
        limits,
    })
}

/// Something that may happen: after a number of milliseconds that may be negative, the event is `what` of all, and its number lies
/// `beside` the present one; or the run is resumed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Happening {
    pub(crate) after: i64,
    what: usize,
    beside: i64,
    percent: Option<u8>,
    names: usize,
}

/// Anything at any time, mostly with the right number and the clock running forwards.
pub(crate) fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let after = prop_oneof![
        8 => 0..120_000_i64,
        3 => 0..4_000_000_i64,
        1 => -100_000_000..0_i64,
        1 => 0..1_000_000_000_000_i64
    ];
    let beside = prop_oneof![12 => Just(0), 1 => Just(-1), 1 => Just(1), 1 => any::<i64>()];
    let one = (after, 0..40_usize, beside, proptest::option::of(any::<u8>()), 0..4_usize);
    let one = one.prop_map(|(after, what, beside, percent, names)| Happening { after, what, beside, percent, names });
    proptest::collection::vec(one, 1..80)
}

impl Happening {
    /// The same with the number of the present command.
    pub(crate) fn as_answer(self) -> Self {
        Self { beside: 0, ..self }
    }

    pub(crate) fn kind(self, seq: u64) -> Option<EventKind> {
        let seq = seq.wrapping_add_signed(self.beside);
        let resources = || (0..self.names).map(|name| resource(&format!("r{name}"))).collect::<Vec<Resource>>();
        let look_in = self.percent.map(|part| seconds(u64::from(part) * 10));
        Some(match self.what {
            0..=4 => EventKind::Woke { seq },
            5..=8 => EventKind::Ready { seq, fact: json!(self.percent), keeps: vec![], made: Vec::new() },
            9..=14 => EventKind::Pending {
                seq,
                seen: Seen::status("busy").percent(self.percent),
                look_in: look_in.filter(|_| self.names == 1),
                expected: look_in.filter(|_| self.names == 2),
                removing: resources(),
            },
            15..=20 => EventKind::Undone { seq, kept: resources() },
            21..=23 => EventKind::Verified { seq, stands: self.names != 0, gone: self.percent.is_some() },
            24 | 25 => EventKind::Lost { seq },
            26 => EventKind::Nudged,
            27 if self.names == 0 => EventKind::Cancelled,
            28..=39 => EventKind::Failed { seq, error: error(ErrorKind::ALL[self.what - 28]), at_stake: resources() },
            _ => return None,
        })
    }

    fn now(self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.as_millis().saturating_add_signed(self.after))
    }

    pub(crate) fn happen(self, machine: &Machine, state: &mut State, now: &mut Timestamp) -> Applied {
        *now = self.now(*now);
        match self.kind(state.seq()) {
            Some(kind) => machine.apply(state, Event { now: *now, kind }),
            None => machine.resume(state, *now),
        }
    }
}
