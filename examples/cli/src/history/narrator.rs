//! From one report to the next: what happened between.

use rds_refresh_core::machine::{Report, StepReport};
use rds_refresh_core::{Timestamp, Verdict};

use super::{Event, Happening, Work};

/// Remembers the last report, and tells what the next one adds. Whatever two reports leave open is not told.
#[derive(Debug)]
pub(crate) struct Narrator {
    last: Option<Report>,
    /// The work that is going on, and since when.
    turn: Option<Turn>,
    /// What is told before anything else.
    opening: Option<Happening>,
}

#[derive(Clone, Debug)]
struct Turn {
    step: String,
    work: Work,
    attempt: u32,
    began: Timestamp,
    looks: u32,
}

impl Narrator {
    /// For a run that begins.
    pub(crate) fn new() -> Self {
        Self { last: None, turn: None, opening: Some(Happening::RunStarted) }
    }

    /// For a run that is taken up as it was left.
    pub(crate) fn resuming(left: &Report) -> Self {
        let began = left.now.before(current(left).map_or_else(Default::default, |step| step.elapsed));
        Self {
            last: Some(left.clone()),
            turn: turn(left).map(|turn| Turn { began, ..turn }),
            opening: Some(Happening::RunResumed),
        }
    }

    /// What happened since the last report.
    pub(crate) fn tell(&mut self, report: &Report) -> Vec<Event> {
        let mut told: Vec<Happening> = self.opening.take().into_iter().collect();
        let before = self.turn.take();
        let mut now = turn(report);
        match (&before, &mut now) {
            (Some(before), Some(now)) if before.step == now.step && before.work == now.work && before.attempt == now.attempt => {
                now.began = before.began;
                told.extend(self.look(report, now));
            }
            _ => {
                if let Some(before) = before {
                    told.extend(ended(&before, report));
                }
                if let Some(now) = &now {
                    told.push(Happening::StepStarted { step: now.step.clone(), work: now.work, attempt: now.attempt });
                }
            }
        }
        told.extend(self.stop(report));
        self.turn = now;
        self.last = Some(report.clone());
        told.into_iter().map(|what| Event { at: report.now, run: report.run.clone(), what }).collect()
    }

    /// A call that was out has been answered.
    fn look(&self, report: &Report, turn: &Turn) -> Option<Happening> {
        let was_calling = self.last.as_ref().is_some_and(|last| last.calling.is_some());
        if !was_calling || report.calling.is_some() {
            return None;
        }
        let StepReport { status, percent, resource, expected, error, elapsed, .. } = current(report)?;
        let (step, work, elapsed_seconds, next_look) = (turn.step.clone(), turn.work, elapsed.as_secs(), report.next_look);
        match (error, status) {
            (Some(error), _) => Some(Happening::StepRetried { step, work, error: error.clone(), elapsed_seconds, next_look }),
            (None, Some(status)) => Some(Happening::StepWaiting {
                step,
                work,
                status: status.clone(),
                percent: *percent,
                resource: resource.clone(),
                elapsed_seconds,
                expected_seconds: expected.map(|expected| expected.as_secs()),
                next_look,
            }),
            (None, None) => None,
        }
    }

    /// The run has stopped, and had not before.
    fn stop(&self, report: &Report) -> Option<Happening> {
        let outcome = report.outcome.as_ref()?;
        if self.last.as_ref().is_some_and(|last| last.outcome.as_ref() == Some(outcome)) {
            return None;
        }
        let elapsed_seconds = outcome.elapsed.as_secs();
        match &outcome.verdict {
            Verdict::Succeeded => Some(Happening::RunSucceeded { elapsed_seconds }),
            Verdict::Failed { step, cause } => {
                Some(Happening::RunFailed { step: step.clone(), cause: cause.to_string(), elapsed_seconds })
            }
            Verdict::Parked { step, error, .. } => Some(Happening::RunParked { step: step.clone(), error: error.to_string() }),
            _ => None,
        }
    }
}

/// How the work ended that a report does not show any more.
fn ended(turn: &Turn, report: &Report) -> Option<Happening> {
    let failed_now = report.failing.as_ref().filter(|_| turn.work != Work::Undo);
    if let Some(failing) = failed_now {
        return Some(Happening::StepFailed { step: failing.step.clone(), cause: failing.cause.to_string() });
    }
    if report.outcome.as_ref().is_some_and(|outcome| matches!(outcome.verdict, Verdict::Parked { .. })) {
        return None;
    }
    let record = report.steps.iter().find(|step| step.step == turn.step).filter(|_| turn.work == Work::Do);
    let (elapsed, looks) = record.map_or((report.now.since(turn.began), turn.looks), |record| (record.elapsed, record.looks));
    Some(Happening::StepDone {
        step: turn.step.clone(),
        work: turn.work,
        attempt: turn.attempt,
        elapsed_seconds: elapsed.as_secs(),
        looks,
    })
}

fn current(report: &Report) -> Option<&StepReport> {
    report.steps.iter().find(|step| step.is_current)
}

/// The work that a report shows.
fn turn(report: &Report) -> Option<Turn> {
    if report.outcome.is_some() {
        return None;
    }
    let step = current(report)?;
    let work = Work::of(report.doing, report.calling)?;
    Some(Turn { step: step.step.clone(), work, attempt: step.attempt, began: report.now, looks: step.looks })
}
