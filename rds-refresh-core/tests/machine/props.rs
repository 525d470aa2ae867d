//! Laws that hold for any plan and any events.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rds_refresh_core::machine::{Doing, GRACE};
use rds_refresh_core::{Action, Applied, Command, Event, EventKind, Machine, State, StoredState};

use super::drawn::{happenings, plans};
use super::support::start_of_day;

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

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
            prop_assert!(now.since(start_of_day()) <= machine.longest_run(), "{:?}", state);
            let kind = match machine.command(&state) {
                Command::Finish(_) => break,
                Command::Sleep(sleep) => {
                    now = sleep.until;
                    EventKind::Woke { seq: sleep.seq }
                }
                Command::Run(call) => {
                    let answer = answers.next().unwrap().as_answer();
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
}

/// The step that is being undone.
fn undoing(machine: &Machine, state: &State) -> Option<usize> {
    let report = state.report();
    let current = report.steps.iter().find(|step| step.is_current && report.doing == Doing::Compensating)?;
    machine.steps().position(|step| step == current.step)
}
