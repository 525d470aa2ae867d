//! Laws that hold for any plan, any events, and any damage to a stored state.

use std::time::Duration;

use proptest::prelude::*;
use rds_refresh_core::machine::{Doing, GRACE, Limits};
use rds_refresh_core::{
    Action, Applied, Command, Event, EventKind, Machine, OnFailure, Plan, PlanError, Record, Resource, RetryPolicy, Seen, State,
    StoredState, Timestamp, WaitPolicy, Worker,
};
use serde_json::{Value, json};

use super::support::{A, B, C, D, E, F, Fake, KINDS, Request, error, given, resource, seconds, start_of_day};

/// A random plan: its shape, how many of its steps, and the policies of each.
#[derive(Clone, Debug)]
struct Drawn {
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
    fn build(&self) -> Result<(Machine, Worker), PlanError> {
        match self.shape {
            0 => shape!(self; A: Request, B: A, C: B, D: C, E: D, F: E),
            1 => shape!(self; A: Request, B: Record<A>, C: Record<B>, D: (Request, Record<C>), E: Record<D>, F: Record<E>),
            2 => shape!(self; A: Request, B: A, C: (Record<A>, B), D: (C, A), E: Request, F: (D, Record<E>, B)),
            _ => shape!(self; A: Request, B: Request, C: (A, B), D: Request, E: (A, D), F: (A, B, C, D, E)),
        }
    }

    fn start(&self) -> (Machine, State) {
        let (machine, _) = self.build().unwrap();
        let state = machine.start("r1".parse().unwrap(), given(), OnFailure::default(), start_of_day()).unwrap();
        (machine, state)
    }

    /// Longer than any run of the plan can take whose commands are carried out.
    fn longest(&self) -> Duration {
        let turn = |(wait, retry): &(WaitPolicy, RetryPolicy)| {
            let call = wait.call_limit + GRACE;
            // At the deadline a lost call is repeated, and after it the window for late effects is sat out.
            wait.deadline + self.limits.absence_window + (call + 2 * retry.max_interval) * (retry.max_attempts + 4)
        };
        2 * self.policies.iter().map(turn).sum::<Duration>()
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
        },
    );
    let limit = proptest::option::of(within(0..=600));
    let retry = (within(0..=10), 0.0..4.0, within(1..=60), 0.0..=1.0, 0..5_u32, limit, within(1..=400)).prop_map(
        |(initial_interval, factor, max_interval, jitter, max_attempts, max_elapsed, capacity_interval)| RetryPolicy {
            initial_interval,
            factor,
            max_interval,
            jitter,
            max_attempts,
            max_elapsed,
            capacity_interval,
        },
    );
    (wait, retry)
}

fn plans() -> impl Strategy<Value = Drawn> {
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
struct Happening {
    after: i64,
    what: usize,
    beside: i64,
    percent: Option<u8>,
    names: usize,
}

/// Anything at any time, mostly with the right number and the clock running forwards.
fn happenings() -> impl Strategy<Value = Vec<Happening>> {
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
    fn kind(self, seq: u64) -> Option<EventKind> {
        let seq = seq.wrapping_add_signed(self.beside);
        let resources = || (0..self.names).map(|name| resource(&format!("r{name}"))).collect::<Vec<Resource>>();
        let look_in = self.percent.map(|part| seconds(u64::from(part) * 10));
        Some(match self.what {
            0..=4 => EventKind::Woke { seq },
            5..=8 => EventKind::Ready { seq, fact: json!(self.percent) },
            9..=14 => EventKind::Pending {
                seq,
                seen: Seen::status("busy").percent(self.percent),
                look_in: look_in.filter(|_| self.names == 1),
                expected: look_in.filter(|_| self.names == 2),
                removing: resources(),
            },
            15..=20 => EventKind::Undone { seq, kept: resources() },
            21..=23 => EventKind::Verified { seq, stands: self.names != 0 },
            24 | 25 => EventKind::Lost { seq },
            26 => EventKind::Nudged,
            27 if self.names == 0 => EventKind::Cancelled,
            28..=39 => EventKind::Failed { seq, error: error(KINDS[self.what - 28]), at_stake: resources() },
            _ => return None,
        })
    }

    fn now(self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.as_millis().saturating_add_signed(self.after))
    }

    fn happen(self, machine: &Machine, state: &mut State, now: &mut Timestamp) -> Applied {
        *now = self.now(*now);
        match self.kind(state.seq()) {
            Some(kind) => machine.apply(state, Event { now: *now, kind }),
            None => machine.resume(state, *now),
        }
    }
}

/// The step that is being undone.
fn undoing(machine: &Machine, state: &State) -> Option<usize> {
    let report = state.report();
    let current = report.steps.iter().find(|step| step.is_current && report.doing == Doing::Compensating)?;
    machine.steps().position(|step| step == current.step)
}

/// Everything that a program may ask of a state.
fn ask(machine: &Machine, worker: &Worker, state: &State) {
    let _ = state.report();
    match machine.command(state) {
        Command::Run(call) => {
            let _ = worker.footprint(&call, state.now());
        }
        Command::Sleep(_) => {}
        Command::Finish(outcome) => {
            let _ = format!("{outcome:?} {}", outcome.leftovers.iter().map(ToString::to_string).collect::<String>());
            let _ = worker.amend(machine, &mut state.clone(), &given());
        }
    }
}

proptest! {
    #[test]
    fn any_events_in_any_order(drawn in plans(), happenings in happenings()) {
        let (machine, mut state) = drawn.start();
        let mut now = start_of_day();
        // The step that was undone last, since the run was last begun or resumed.
        let mut undone: Option<usize> = None;
        for happening in happenings {
            let before = state.clone();
            match happening.happen(&machine, &mut state, &mut now) {
                Applied::Ignored(_) => prop_assert_eq!(&state, &before),
                Applied::Advanced => {
                    let had_ended = matches!(machine.command(&before), Command::Finish(_)) && !before.is_stopped();
                    prop_assert!(!had_ended, "a run that has succeeded stays so");
                    prop_assert!(state.seq() >= before.seq());
                    if state.seq() == before.seq() {
                        let is_same = match (machine.command(&before), machine.command(&state)) {
                            (Command::Run(a), Command::Run(b)) => (a.step, a.action, a.not_after) == (b.step, b.action, b.not_after),
                            _ => false,
                        };
                        prop_assert!(is_same, "another command has another number");
                    }
                }
            }
            // Compensation goes back and never forth, until a failed run is resumed.
            if before.report().doing == Doing::Failed && state != before {
                undone = None;
            }
            if let Some(step) = undoing(&machine, &state) {
                prop_assert!(undone.is_none_or(|last| step <= last), "step {} is undone again", step);
                undone = Some(step);
            }

            let stored: StoredState = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
            let loaded = machine.load(stored);
            prop_assert_eq!(loaded.as_ref(), Ok(&state));
            let loaded = loaded.unwrap();
            prop_assert_eq!(machine.command(&loaded), machine.command(&state));
        }
    }

    #[test]
    fn a_run_whose_commands_are_carried_out_ends(drawn in plans(), happenings in happenings()) {
        let (machine, mut state) = drawn.start();
        let mut now = start_of_day();
        let mut answers = happenings.into_iter().cycle();
        loop {
            prop_assert!(now.since(start_of_day()) <= drawn.longest(), "{:?}", state);
            let kind = match machine.command(&state) {
                Command::Finish(_) => break,
                Command::Sleep(sleep) => {
                    now = sleep.until;
                    EventKind::Woke { seq: sleep.seq }
                }
                Command::Run(call) => {
                    let answer = Happening { beside: 0, ..answers.next().unwrap() };
                    // An answer comes by `not_after`, or never.
                    let took = Duration::from_millis(answer.after.unsigned_abs()).min(call.not_after.since(now));
                    match (answer.kind(call.seq), call.action) {
                        (Some(kind @ EventKind::Failed { .. }), _)
                        | (Some(kind @ EventKind::Ready { .. }), Action::Reconcile)
                        | (Some(kind @ EventKind::Pending { .. }), Action::Reconcile | Action::Compensate)
                        | (Some(kind @ EventKind::Verified { .. }), Action::Verify)
                        | (Some(kind @ EventKind::Undone { .. }), Action::Compensate) => {
                            now = now + took;
                            kind
                        }
                        _ => {
                            now = call.not_after + GRACE;
                            EventKind::Lost { seq: call.seq }
                        }
                    }
                }
            };
            prop_assert_eq!(machine.apply(&mut state, Event { now, kind }), Applied::Advanced);
        }
    }

    #[test]
    fn a_damaged_state_does_not_load_or_does_no_harm(
        drawn in plans(),
        before in happenings(),
        damages in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..20_usize), 1..4),
        after in happenings(),
    ) {
        let (machine, worker) = drawn.build().unwrap();
        let (_, mut state) = drawn.start();
        let mut now = start_of_day();
        for happening in before {
            let _ = happening.happen(&machine, &mut state, &mut now);
        }
        let mut stored = serde_json::to_value(&state).unwrap();
        for (place, other, how) in damages {
            damage(&mut stored, place, other, how);
        }
        let Ok(stored) = serde_json::from_value::<StoredState>(stored) else { return Ok(()) };
        let _ = stored.report();
        let Ok(mut state) = machine.load(stored) else { return Ok(()) };
        ask(&machine, &worker, &state);
        for happening in after {
            let _ = happening.happen(&machine, &mut state, &mut now);
            ask(&machine, &worker, &state);
        }
    }
}

/// Every place in a JSON document.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), found)),
        _ => {}
    }
}

/// Edits one place: another value, another place's value, or nothing at all.
fn damage(stored: &mut Value, place: prop::sample::Index, other: prop::sample::Index, how: usize) {
    let mut all = Vec::new();
    places(stored, "", &mut all);
    let (place, other) = (place.get(&all).clone(), other.get(&all).clone());
    let Some((parent, name)) = place.rsplit_once('/') else { return };
    let value = match how {
        0..=4 => {
            match stored.pointer_mut(parent) {
                Some(Value::Object(fields)) => drop(fields.remove(name)),
                Some(Value::Array(items)) => drop(items.pop()),
                _ => {}
            }
            return;
        }
        5..=8 => stored.pointer(&other).cloned().unwrap_or_default(),
        9 => json!(0),
        10 => json!(1),
        11 => json!(5),
        12 => json!(u32::MAX),
        13 => json!((1_u64 << 53) - 1),
        14 => json!(u64::MAX),
        15 => json!("9999-12-31T23:59:59.999Z"),
        16 => json!("1970-01-01T00:00:00Z"),
        17 => json!({ "is": "compensate", "failed": 0, "cause": { "type": "cancelled" } }),
        18 => json!({ "is": "verify", "queue": [0, 0, 1] }),
        _ => json!(true),
    };
    if let Some(slot) = stored.pointer_mut(&place) {
        *slot = value;
    }
}
