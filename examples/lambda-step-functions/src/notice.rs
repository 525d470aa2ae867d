//! What people are told: when a step is done, when a run begins to be undone, is parked, and ends.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use humantime::format_duration;
use rds_refresh_core::machine::{Doing, Outcome, Report, Verdict};
use serde_json::json;

use crate::protocol::Attribute;
use crate::tick::step;
use crate::{Mode, Notice};

/// Stands for the task's token in the message of a parked run: only the state machine knows it.
const TOKEN: &str = "TASK_TOKEN";

/// Writes messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Announcer {
    mode: Mode,
    has_chat: bool,
}

/// A message before it has a form.
struct Message<'r> {
    event: &'static str,
    step: &'r str,
    title: String,
    text: String,
    next_steps: Vec<String>,
}

impl Announcer {
    pub(crate) fn new(mode: Mode) -> Self {
        Self { mode, has_chat: false }
    }

    pub(crate) fn with_chat(self) -> Self {
        Self { has_chat: true, ..self }
    }

    /// What there is to tell after a tick, if there is anything.
    pub(crate) fn announce(self, before: Option<&Report>, report: &Report) -> Option<Notice> {
        self.message(before, report).map(|message| self.notice(report, &message))
    }

    fn message<'r>(self, before: Option<&'r Report>, report: &'r Report) -> Option<Message<'r>> {
        let before = before?;
        let (run, part) = (&report.run, self.part());
        if let Some(outcome) = report.outcome.as_ref() {
            if before.outcome.is_some() {
                return None;
            }
            let step = step(report);
            let (event, what) = match &outcome.verdict {
                Verdict::Succeeded => ("succeeded", format!("succeeded after {}", about(outcome.elapsed))),
                Verdict::Parked { .. } => ("parked", format!("is parked at {step}")),
                _ => ("failed", format!("failed at {step}")),
            };
            let next_steps = next_steps(outcome);
            let text = format!("The {part} of the refresh {run} {what}.\n{}", told(outcome));
            return Some(Message { event, step, title: format!("{run}: {part} {what}"), text, next_steps });
        }
        if report.doing == Doing::Compensating {
            let failing = report.failing.as_ref().filter(|_| before.failing.is_none())?;
            let (step, cause) = (failing.step.as_str(), &failing.cause);
            let text = format!(
                "The {part} of the refresh {run} cannot go on at {step}: {cause}.\nWhat it made is being removed as far as its request says so."
            );
            return Some(Message {
                event: "undoing",
                step,
                title: format!("{run}: {part} is undone"),
                text,
                next_steps: Vec::new(),
            });
        }
        let (done, now_at) = (step(before), step(report));
        if done == now_at || report.doing != Doing::Refreshing || before.doing != Doing::Refreshing {
            return None;
        }
        let took =
            report.steps.iter().find(|reported| reported.step == done).map(|reported| reported.elapsed).unwrap_or_default();
        let text = format!("The refresh {run} has done {done} in {}. It goes on with {now_at}.", about(took));
        Some(Message { event: "step", step: done, title: format!("{run}: {done} done"), text, next_steps: Vec::new() })
    }

    fn part(self) -> &'static str {
        match self.mode {
            Mode::Source => "source half",
            Mode::Destination => "destination half",
            Mode::Settle => "settlement",
        }
    }

    fn notice(self, report: &Report, message: &Message<'_>) -> Notice {
        let Message { event, step, title, text, next_steps } = message;
        let mut readable = text.trim_end().to_owned();
        for next in next_steps {
            // Writing to a string cannot fail.
            let _ = write!(readable, "\n\n- {next}");
        }
        let mut forms = json!({ "default": readable });
        if self.has_chat {
            // Amazon Q Developer in chat applications subscribes by HTTPS, and shows only messages of this form.
            let chat = json!({
                "version": "1.0",
                "source": "custom",
                "content": { "textType": "client-markdown", "title": title, "description": text.trim_end(), "nextSteps": next_steps },
                "metadata": {
                    "threadId": report.run,
                    "summary": title,
                    "eventType": event,
                    "additionalContext": { "mode": self.mode, "step": step },
                },
            });
            forms["https"] = chat.to_string().into();
        }
        let attributes = [("run", report.run.as_str()), ("mode", self.mode.as_str()), ("step", step), ("event", event)];
        Notice {
            subject: format!("rds-refresh {title}").chars().filter(char::is_ascii).take(100).collect(),
            message: forms.to_string(),
            attributes: attributes
                .map(|(name, value)| (name.to_owned(), Attribute::text(value)))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
        }
    }
}

/// What a person does next about a run that has stopped.
fn next_steps(outcome: &Outcome) -> Vec<String> {
    let mut next: Vec<String> = outcome.advice().into_iter().map(str::to_owned).collect();
    match &outcome.verdict {
        Verdict::Parked { until, .. } => next.extend([
            format!("go on, once it is mended: aws stepfunctions send-task-success --task-output '{{}}' --task-token {TOKEN}"),
            format!("have it undone: aws stepfunctions send-task-failure --error Cancel --task-token {TOKEN}"),
            format!("or do nothing: it is undone at {until}"),
        ]),
        Verdict::Failed { .. } => {
            next.push(
                "then try it again: start-execution with `{\"state\": …}`, the last state in this execution's history".into(),
            );
        }
        _ => {}
    }
    next
}

/// Why a run that has stopped did not succeed, and what is left: what the console shows of a failed execution.
pub(crate) fn cause(outcome: &Outcome) -> Option<String> {
    // Step Functions allows 32,768.
    const LONGEST: usize = 8000;
    let (Verdict::Failed { step, .. } | Verdict::Parked { step, .. }) = &outcome.verdict else { return None };
    let text = format!("{step}: {}", told(outcome).trim_end());
    Some(text.chars().take(LONGEST).collect())
}

/// What became of a run, and of what it made.
fn told(outcome: &Outcome) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = tell(&mut text, outcome);
    text
}

fn tell(text: &mut String, outcome: &Outcome) -> std::fmt::Result {
    match &outcome.verdict {
        Verdict::Failed { cause, .. } => writeln!(text, "{cause}")?,
        Verdict::Parked { error, .. } => writeln!(text, "{error}. Nothing was undone.")?,
        _ => {}
    }
    for removed in &outcome.removed {
        writeln!(text, "removed: {removed}")?;
    }
    for (upkeep, kept) in outcome.kept_by_upkeep() {
        for resource in kept {
            writeln!(text, "{upkeep}: {resource} — {}", resource.removal_command())?;
        }
    }
    for leftover in &outcome.leftovers {
        writeln!(text, "left over: {leftover}")?;
    }
    Ok(())
}

/// A duration to the second.
fn about(duration: Duration) -> String {
    format_duration(Duration::from_secs(duration.as_secs())).to_string()
}
