//! From the history of a run to bars on a time axis. Without a history, from the state alone: bars one after the other.

use rds_refresh_core::Timestamp;
use rds_refresh_core::machine::{Cause, Report};
use rds_refresh_core::preview::Preview;
use rds_refresh_core::step::Side;

use crate::history::{Event, Happening, Work};

/// What is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    pub(super) began: Timestamp,
    pub(super) ended: Timestamp,
    pub(super) rows: Vec<Row>,
    /// When nobody drove the run, or it waited for a person.
    pub(super) gaps: Vec<Gap>,
    /// When a process took it up from one that had died, at a moment that nobody knows.
    pub(super) taken_up: Vec<Timestamp>,
}

/// One step.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) step: String,
    pub(super) side: Option<Side>,
    pub(super) bars: Vec<Bar>,
}

/// Work on it, without a break.
#[derive(Clone, Debug)]
pub(super) struct Bar {
    pub(super) work: Work,
    pub(super) attempt: u32,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) end: End,
    pub(super) looks: Vec<Look>,
}

/// How the work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Done,
    Failed,
    Cancelled,
    /// It has not, or the process ended before it.
    Open,
}

/// A call that was answered.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) at: Timestamp,
    pub(super) percent: Option<u8>,
    pub(super) error: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Gap {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) why: &'static str,
}

impl Timeline {
    pub(crate) fn of(report: &Report, preview: &Preview, history: &[Event]) -> Self {
        let rows =
            preview.steps.iter().map(|planned| Row { step: planned.step.clone(), side: planned.forecast.side, bars: Vec::new() });
        let mut timeline = Self {
            began: report.began,
            ended: report.now.max(report.began),
            rows: rows.collect(),
            gaps: Vec::new(),
            taken_up: Vec::new(),
        };
        if history.is_empty() {
            timeline.tell_from(report);
        } else {
            timeline.tell(history);
        }
        timeline
    }

    /// The bars of a state without a history: its steps, each after the other.
    fn tell_from(&mut self, report: &Report) {
        let mut at = report.began;
        for step in &report.steps {
            let bar = Bar {
                work: Work::Do,
                attempt: step.attempt,
                from: at,
                to: at + step.elapsed,
                end: if step.is_current { End::Open } else { End::Done },
                looks: Vec::new(),
            };
            at = bar.to;
            if let Some(row) = self.rows.iter_mut().find(|row| row.step == step.step) {
                row.bars.push(bar);
            }
        }
        self.ended = self.ended.max(at);
    }

    fn tell(&mut self, history: &[Event]) {
        let mut open: Option<(String, Bar)> = None;
        let mut gap: Option<Gap> = None;
        for Event { at, what, .. } in history {
            let at = *at;
            self.ended = self.ended.max(at);
            match what {
                Happening::StepStarted { step, work, attempt } => {
                    self.close(&mut open, at, End::Open);
                    let bar = Bar { work: *work, attempt: *attempt, from: at, to: at, end: End::Open, looks: Vec::new() };
                    open = Some((step.clone(), bar));
                }
                Happening::StepWaiting { percent, .. } => look(&mut open, Look { at, percent: *percent, error: None }),
                Happening::StepRetried { error, .. } => look(&mut open, Look { at, percent: None, error: Some(error.clone()) }),
                Happening::StepDone { .. } => {
                    look(&mut open, Look { at, percent: None, error: None });
                    self.close(&mut open, at, End::Done);
                }
                Happening::StepFailed { cause, .. } => {
                    // A cancel is no call that failed.
                    let cancelled = *cause == Cause::Cancelled.to_string();
                    look(&mut open, Look { at, percent: None, error: Some(cause.clone()).filter(|_| !cancelled) });
                    self.close(&mut open, at, if cancelled { End::Cancelled } else { End::Failed });
                }
                Happening::RunParked { error, .. } => {
                    look(&mut open, Look { at, percent: None, error: Some(error.clone()) });
                    self.close(&mut open, at, End::Open);
                    gap = Some(Gap { from: at, to: at, why: "parked" });
                }
                Happening::RunInterrupted => gap = Some(Gap { from: at, to: at, why: "interrupted" }),
                Happening::RunResumed => match gap.take() {
                    Some(gap) => self.gaps.push(Gap { to: at, ..gap }),
                    None => self.taken_up.push(at),
                },
                Happening::RunStarted => self.began = self.began.min(at),
                Happening::RunFailed { .. } => gap = Some(Gap { from: at, to: at, why: "failed" }),
                Happening::RunSucceeded { .. } => {}
            }
        }
        let ended = self.ended;
        self.close(&mut open, ended, End::Open);
        self.gaps.extend(gap.map(|gap| Gap { to: ended, ..gap }));
        self.gaps.retain(|gap| gap.to > gap.from);
    }

    fn close(&mut self, open: &mut Option<(String, Bar)>, at: Timestamp, end: End) {
        let Some((step, bar)) = open.take() else { return };
        if let Some(row) = self.rows.iter_mut().find(|row| row.step == step) {
            row.bars.push(Bar { to: at, end, ..bar });
        }
    }

    /// When the work on a step that gave its fact was over.
    pub(super) fn done_at(&self, step: &str) -> Option<Timestamp> {
        let row = self.rows.iter().find(|row| row.step == step)?;
        row.bars.iter().rev().find(|bar| bar.work == Work::Do && bar.end == End::Done).map(|bar| bar.to)
    }

    /// When anything was done with it last.
    pub(super) fn ended_at(&self, step: &str) -> Option<Timestamp> {
        self.rows.iter().find(|row| row.step == step)?.bars.last().map(|bar| bar.to)
    }

    /// When it first began.
    pub(super) fn began_at(&self, step: &str) -> Option<Timestamp> {
        self.rows.iter().find(|row| row.step == step)?.bars.first().map(|bar| bar.from)
    }
}

fn look(open: &mut Option<(String, Bar)>, look: Look) {
    if let Some((_, bar)) = open {
        bar.looks.push(look);
    }
}
