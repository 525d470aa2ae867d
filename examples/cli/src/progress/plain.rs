use std::time::Duration;

use rds_refresh_core::Timestamp;
use rds_refresh_core::machine::Report;

use super::{Progress, estimate};
use crate::history::{Event, Happening, Work};
use crate::text::{about, count, duration};

/// How often a line says that nothing has changed.
const STILL: Duration = Duration::from_mins(5);

/// A line for everything that happens, on standard error: for logs. Of looks that saw the same, one in five minutes has a line.
#[derive(Default)]
pub(super) struct Plain {
    /// What the last line about a wait said, and when.
    waiting: Option<(Waiting, Timestamp)>,
}

/// The step, what it waits for, and how far that is.
type Waiting = (String, String, Option<u8>);

impl Plain {
    /// Whether somebody who reads along knows that already.
    fn is_known(&mut self, event: &Event) -> bool {
        let Happening::StepWaiting { step, status, percent, .. } = &event.what else {
            self.waiting = None;
            return false;
        };
        let seen = (step.clone(), status.clone(), *percent);
        let known = |(before, at): &(Waiting, Timestamp)| *before == seen && event.at.since(*at) < STILL;
        let is_known = self.waiting.as_ref().is_some_and(known);
        if !is_known {
            self.waiting = Some((seen, event.at));
        }
        is_known
    }
}

impl Progress for Plain {
    fn show(&mut self, _: &Report, events: &[Event]) {
        for event in events {
            if self.is_known(event) {
                continue;
            }
            let at = event.at.to_string();
            // To the second: `2026-11-23T08:00:00Z`.
            let at = at.get(..19).unwrap_or(&at);
            let step = event.what.step().unwrap_or(event.run.as_str());
            crate::print::error_line(&format!("{at}Z  {step:<30} {}", said(event)));
        }
    }
}

fn said(event: &Event) -> String {
    let seconds = Duration::from_secs;
    match &event.what {
        Happening::RunStarted => "begins".to_owned(),
        Happening::RunResumed => "is taken up".to_owned(),
        Happening::StepStarted { work, attempt, .. } => {
            let what = match work {
                Work::Do => "begins",
                Work::Verify => "is looked at again",
                Work::Undo => "is undone",
            };
            if *attempt > 1 && *work == Work::Do { format!("{what}, attempt {attempt}") } else { what.to_owned() }
        }
        Happening::StepWaiting { status, percent, elapsed_seconds, expected_seconds, next_look, .. } => {
            let percent_shown = percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
            let estimate = estimate::of(*percent, seconds(*elapsed_seconds), expected_seconds.map(seconds));
            let expected = estimate.map(|estimate| format!(" of ~{}", about(estimate))).unwrap_or_default();
            let next = next_look.map(|next| format!(", looks again in {}", duration(next.since(event.at)))).unwrap_or_default();
            format!("{status}{percent_shown} after {}{expected}{next}", duration(seconds(*elapsed_seconds)))
        }
        Happening::StepRetried { error, next_look, .. } => {
            let next = next_look.map(|next| format!("; tries again in {}", duration(next.since(event.at)))).unwrap_or_default();
            format!("{error}{next}")
        }
        Happening::StepDone { work: Work::Do, elapsed_seconds, looks, .. } => {
            format!("done in {}, {}", duration(seconds(*elapsed_seconds)), count(*looks as usize, "look"))
        }
        Happening::StepDone { work: Work::Verify, .. } => "looked at".to_owned(),
        Happening::StepDone { work: Work::Undo, elapsed_seconds, .. } => {
            format!("undone in {}", duration(seconds(*elapsed_seconds)))
        }
        Happening::StepFailed { cause, .. } => format!("failed: {cause}"),
        Happening::RunParked { error, .. } => format!("parked: {error}"),
        Happening::RunInterrupted => "is interrupted".to_owned(),
        Happening::RunSucceeded { elapsed_seconds } => format!("done in {}", duration(seconds(*elapsed_seconds))),
        Happening::RunFailed { elapsed_seconds, .. } => {
            format!("undone; the run has failed after {}", duration(seconds(*elapsed_seconds)))
        }
    }
}
