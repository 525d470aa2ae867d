//! A line for each step, redrawn while time goes by.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use rds_refresh_core::Clock;
use rds_refresh_core::machine::{Doing, Report};
use rds_refresh_core::preview::Preview;

use super::line::Line;
use super::{Progress, estimate};
use crate::history::{Event, Happening, Work};
use crate::text::{about, duration};

pub(super) struct Live {
    clock: Arc<dyn Clock>,
    preview: Preview,
    lines: BTreeMap<String, Line>,
    bars: Vec<(String, ProgressBar)>,
    total: ProgressBar,
    multi: MultiProgress,
    report: Option<Report>,
    frame: usize,
}

impl Live {
    pub(super) fn new(preview: &Preview, left: Option<&Report>, clock: Arc<dyn Clock>) -> Self {
        let multi = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        let style = ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = || multi.add(ProgressBar::no_length().with_style(style.clone()));
        let done = |name: &str| {
            left.and_then(|left| left.steps.iter().find(|step| step.step == name && !step.is_current && step.looks > 0))
        };
        let lines = preview.steps.iter().map(|planned| {
            let line = match done(&planned.step) {
                Some(step) => Line::Done { elapsed: step.elapsed },
                None => Line::Ahead { expected: planned.forecast.expected },
            };
            (planned.step.clone(), line)
        });
        let bars = preview.steps.iter().map(|planned| (planned.step.clone(), bar())).collect();
        Self {
            clock,
            preview: preview.clone(),
            lines: lines.collect(),
            bars,
            total: bar(),
            multi: multi.clone(),
            report: None,
            frame: 0,
        }
    }

    fn note(&mut self, event: &Event) {
        let Some(step) = event.what.step() else { return };
        let line = match &event.what {
            Happening::StepDone { work: Work::Do, elapsed_seconds, .. } => {
                Line::Done { elapsed: Duration::from_secs(*elapsed_seconds) }
            }
            Happening::StepDone { work: Work::Undo, .. } if matches!(self.lines.get(step), Some(Line::Failed { .. })) => return,
            Happening::StepDone { work: Work::Undo, .. } => Line::Undone,
            Happening::StepFailed { cause, .. } | Happening::RunFailed { cause, .. } => Line::Failed { cause: cause.clone() },
            Happening::RunParked { error, .. } => Line::Parked { why: error.clone() },
            _ => return,
        };
        self.lines.insert(step.to_owned(), line);
    }

    /// The line of the step that the run is at.
    fn current(&self) -> Option<(String, Line)> {
        let report = self.report.as_ref()?;
        let work = Work::of(report.doing, report.calling).filter(|_| report.outcome.is_none())?;
        let step = report.steps.iter().find(|step| step.is_current)?;
        let now = self.clock.now();
        let elapsed = step.elapsed + now.since(report.now);
        let seen = step.error.as_deref().or(step.status.as_deref()).unwrap_or("calling");
        let doing = match work {
            Work::Do => seen.to_owned(),
            Work::Verify => "looking whether it still stands".to_owned(),
            Work::Undo => format!("undoing: {seen}"),
        };
        let line = Line::Doing {
            elapsed,
            estimate: estimate::step(step, elapsed).filter(|_| work == Work::Do),
            doing,
            percent: step.percent,
            next: report.next_look.filter(|_| report.calling.is_none()).map(|next| next.since(now)),
            resource: step.resource.clone(),
        };
        Some((step.step.clone(), line))
    }

    fn summary(&self) -> Option<String> {
        let report = self.report.as_ref()?;
        let going_on = report.outcome.is_none();
        let elapsed = if going_on { report.elapsed + self.clock.now().since(report.now) } else { report.elapsed };
        let doing = match report.doing {
            Doing::Refreshing => "refreshing",
            Doing::Verifying => "looking what still stands",
            Doing::Compensating => "undoing",
            Doing::Parked => "parked",
            Doing::Failed => "failed",
            _ => "done",
        };
        let estimate = match report.doing {
            Doing::Refreshing => format!(" of ~{}", about(estimate::run(&self.preview, report, elapsed))),
            _ => String::new(),
        };
        Some(format!("  {doing} {}: {}{estimate}", report.run, duration(elapsed)))
    }

    fn draw(&self) {
        let width = terminal_size::terminal_size_of(std::io::stderr()).map_or(80, |(width, _)| width.0);
        let current = self.current();
        for (name, bar) in &self.bars {
            let line = match &current {
                Some((step, line)) if step == name => Some(line),
                _ => self.lines.get(name),
            };
            if let Some(line) = line {
                bar.set_message(line.draw(name, self.frame, width));
            }
        }
        if let Some(summary) = self.summary() {
            self.total.set_message(summary);
        }
    }
}

impl Progress for Live {
    fn show(&mut self, report: &Report, events: &[Event]) {
        for event in events {
            self.note(event);
        }
        self.report = Some(report.clone());
        self.draw();
    }

    fn tick(&mut self) {
        self.frame += 1;
        self.draw();
    }

    fn say(&mut self, text: &str) {
        // If the terminal is gone there is nobody to tell.
        let _ = self.multi.println(text);
    }

    fn close(&mut self) {
        self.draw();
        for (_, bar) in &self.bars {
            bar.abandon();
        }
        self.total.finish_and_clear();
    }
}
