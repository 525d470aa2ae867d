//! How a run ended: for people, for programs, and as an exit code.

use std::fmt::Write as _;

use rds_refresh_core::machine::{Cause, Leftover, Report};
use rds_refresh_core::preview::Preview;
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::step::Side;
use rds_refresh_core::steps::{Handover, RestoredCluster, SnapshotCopy};
use rds_refresh_core::{Facts, Outcome, Resource, StepError, Upkeep, Verdict};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::text::{BAD, DIM, GOOD, STRONG, WARN, duration, styled};

/// A run that has stopped, or was stopped by a signal.
#[derive(Debug)]
pub(crate) struct Ending<'a> {
    pub(crate) report: &'a Report,
    pub(crate) facts: &'a Facts,
    /// What its plan says of the steps.
    pub(crate) preview: &'a Preview,
    /// What follows `rds-refresh` in the commands that are proposed, as ` --state-dir runs`.
    pub(crate) flags: &'a str,
    pub(crate) simulated: bool,
}

impl Ending<'_> {
    pub(crate) fn exit(&self) -> Exit {
        match self.report.outcome.as_ref().map(|outcome| &outcome.verdict) {
            Some(Verdict::Succeeded) => Exit::Success,
            Some(Verdict::Parked { .. }) => Exit::Parked,
            Some(_) => Exit::Failed,
            None => Exit::Interrupted,
        }
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = match &self.report.outcome {
            Some(outcome) => self.write(&mut text, outcome),
            None => writeln!(text, "{} {}", styled(WARN, "interrupted:"), self.next().join("; ")),
        };
        text
    }

    fn write(&self, text: &mut String, outcome: &Outcome) -> std::fmt::Result {
        let run = &outcome.run;
        let took = duration(outcome.elapsed);
        let simulated = if self.simulated { " of simulated time" } else { "" };
        match &outcome.verdict {
            Verdict::Succeeded => {
                writeln!(text, "{} {} in {took}{simulated}", styled(GOOD, self.word()), styled(STRONG, self.what()))?;
                for (name, value) in self.result() {
                    writeln!(text, "  {name:<10} {value}")?;
                }
            }
            Verdict::Failed { step, cause: Cause::Cancelled } => {
                let undone = if outcome.is_undone() { "undone" } else { "not all of it is undone" };
                writeln!(text, "{} {run} at {step}, after {took}{simulated}: {undone}", styled(WARN, "cancelled"))?;
            }
            Verdict::Failed { step, cause } => {
                writeln!(text, "{} {run} at {step}, after {took}{simulated}", styled(BAD, "failed"))?;
                self.write_cause(text, step, cause)?;
            }
            Verdict::Parked { step, error, until } => {
                writeln!(
                    text,
                    "{} {run} at {step}, after {took}{simulated}; nothing is undone before {until}",
                    styled(WARN, "parked")
                )?;
                self.write_error(text, step, error)?;
            }
            other => writeln!(text, "{other:?}")?,
        }
        list(text, "removed", &outcome.removed)?;
        write_kept(text, outcome)?;
        if !outcome.leftovers.is_empty() {
            writeln!(text, "{}", styled(BAD, "left over: a person must look"))?;
            for left in &outcome.leftovers {
                writeln!(text, "  {left}")?;
            }
        }
        let next = self.next();
        let lines =
            next.iter().enumerate().map(|(number, next)| if number == 0 { format!("next: {next}") } else { format!("  {next}") });
        lines.into_iter().try_for_each(|line| writeln!(text, "{line}"))
    }

    /// What a person does next, the commands that take the run up again last. Empty for a run that succeeded and left nothing to do.
    fn next(&self) -> Vec<String> {
        let Some(outcome) = &self.report.outcome else { return vec![self.go_on("it goes on with", "resume")] };
        let advice = outcome.advice();
        let mut next: Vec<String> = advice.iter().map(|advice| (*advice).to_owned()).collect();
        match &outcome.verdict {
            Verdict::Failed { cause: Cause::Cancelled, .. } if advice.is_empty() => {
                next.push(format!("nothing; {}", self.go_on("to take it up again", "resume")));
            }
            Verdict::Failed { cause: Cause::Cancelled, .. } => next.push(self.go_on("to take it up again", "resume")),
            Verdict::Failed { cause, .. } => {
                next.extend(cause.may_be_amended().then(|| self.go_on("with the corrected configuration", "amend")));
                next.push(self.go_on("then", "resume"));
            }
            Verdict::Parked { .. } => next.extend([self.go_on("go on", "resume"), self.go_on("or undo", "cancel")]),
            _ => {}
        }
        next
    }

    fn write_cause(&self, text: &mut String, step: &str, cause: &Cause) -> std::fmt::Result {
        match cause {
            Cause::Error { error } | Cause::ParkLimit { error } => self.write_error(text, step, error),
            Cause::Deadline { error: Some(error), .. } => {
                writeln!(text, "  {cause}")?;
                self.write_error(text, step, error)
            }
            other => writeln!(text, "  {other}"),
        }
    }

    /// What failed, on which resource, in which account, and what AWS said.
    fn write_error(&self, text: &mut String, step: &str, error: &StepError) -> std::fmt::Result {
        if let Some(operation) = error.operation() {
            let on = error.resource().map(|resource| format!(" on {resource}")).unwrap_or_default();
            let place = self.place(side_of(self.preview, step)).map(|place| format!(" in {place}")).unwrap_or_default();
            writeln!(text, "  {operation}{on}{place}")?;
        } else if let Some(resource) = error.resource() {
            writeln!(text, "  on {resource}")?;
        }
        match error.code() {
            Some(code) => writeln!(text, "  AWS said: {} {}", error.message(), styled(DIM, format!("({code})"))),
            None => writeln!(text, "  {}", error.message()),
        }
    }

    fn word(&self) -> &'static str {
        if self.facts.read::<RestoredCluster>().is_ok() { "refreshed" } else { "done" }
    }

    fn what(&self) -> String {
        let cluster = self.facts.read::<RestoredCluster>().map(|cluster| cluster.identifier.to_string());
        cluster.unwrap_or_else(|_| self.report.run.to_string())
    }

    /// What a person wants of the result.
    fn result(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![("run", self.report.run.to_string())];
        if let Ok(cluster) = self.facts.read::<RestoredCluster>() {
            rows.push(("cluster", cluster.arn));
            rows.extend(cluster.endpoint.map(|endpoint| ("endpoint", endpoint)));
            rows.extend(cluster.reader_endpoint.map(|endpoint| ("readers", endpoint)));
        } else if let Ok(handover) = self.facts.read::<Handover>() {
            rows.push(("snapshot", handover.snapshot.to_string()));
        }
        rows
    }

    fn place(&self, side: Option<Side>) -> Option<String> {
        let place = |account: &dyn std::fmt::Display, region: &dyn std::fmt::Display| format!("{account}/{region}");
        match side? {
            Side::Source => self.facts.read::<SourceRequest>().ok().map(|source| place(&source.account, &source.region)),
            Side::Destination => {
                self.facts.read::<DestinationRequest>().ok().map(|destination| place(&destination.account, &destination.region))
            }
        }
    }

    fn go_on(&self, word: &str, command: &str) -> String {
        format!("{word}: rds-refresh {command} {}{}", self.report.run, self.flags)
    }

    /// For programs: the last line of `--output json`.
    pub(crate) fn json(&self) -> Value {
        let Report { run, began, elapsed, outcome, steps, .. } = self.report;
        let verdict = outcome.as_ref().map(|outcome| &outcome.verdict);
        let (name, step, error) = match verdict {
            Some(Verdict::Succeeded) => ("refreshed", None, None),
            Some(Verdict::Parked { step, error, .. }) => ("parked", Some(step), Some(error.to_string())),
            Some(Verdict::Failed { step, cause }) => ("failed", Some(step), Some(cause.to_string())),
            Some(_) => ("failed", None, None),
            None => ("interrupted", None, None),
        };
        let failure = match verdict {
            Some(Verdict::Parked { error, .. }) => Some(error),
            Some(Verdict::Failed { cause, .. }) => cause.error(),
            _ => None,
        };
        let kind = match verdict {
            Some(Verdict::Parked { error, .. } | Verdict::Failed { cause: Cause::Error { error }, .. }) => {
                Some(error.kind().as_str())
            }
            _ => None,
        };
        let cluster = self.facts.read::<RestoredCluster>().ok();
        let copy = self.facts.read::<SnapshotCopy>().ok();
        let handover = self.facts.read::<Handover>().ok();
        json!({
            "event": "outcome",
            "run": run,
            "outcome": name,
            "exit_code": self.exit().code(),
            "began": began,
            "elapsed_seconds": elapsed.as_secs(),
            "simulated": self.simulated,
            "failed_step": step,
            "error": error,
            "error_kind": kind,
            "operation": failure.and_then(StepError::operation),
            "code": failure.and_then(StepError::code),
            "resource": failure.and_then(StepError::resource),
            "next": self.next(),
            "source": self.place(Some(Side::Source)),
            "destination": self.place(Some(Side::Destination)),
            "cluster_arn": cluster.as_ref().map(|cluster| &cluster.arn),
            "cluster_endpoint": cluster.as_ref().and_then(|cluster| cluster.endpoint.as_ref()),
            "shared_snapshot_arn": handover.map(|handover| handover.snapshot.to_string()),
            "snapshot_copy_arn": copy.map(|copy| copy.arn.to_string()),
            "steps": steps.iter().map(|step| json!({
                "step": step.step,
                "attempt": step.attempt,
                "elapsed_seconds": step.elapsed.as_secs(),
                "looks": step.looks,
            })).collect::<Vec<_>>(),
            "removed": outcome.as_ref().map(|outcome| outcome.removed.iter().map(resource).collect::<Vec<_>>()),
            "kept": outcome.as_ref().map(|outcome| outcome.kept.iter().map(kept).collect::<Vec<_>>()),
            "leftovers": outcome.as_ref().map(|outcome| outcome.leftovers.iter().map(leftover).collect::<Vec<_>>()),
        })
    }
}

fn resource(resource: &Resource) -> Value {
    let Resource { kind, account, region, id } = resource;
    json!({ "kind": kind, "account": account, "region": region, "id": id, "removal_command": resource.removal_command() })
}

fn kept(kept: &Resource) -> Value {
    let mut value = resource(kept);
    value["upkeep"] = json!(kept.kind.upkeep());
    value
}

fn leftover(left: &Leftover) -> Value {
    json!({
        "step": left.step,
        "resource": left.resource.as_ref().map(resource),
        "why": left.why,
        "contested": left.contested,
    })
}

fn list(text: &mut String, title: &str, resources: &[Resource]) -> std::fmt::Result {
    if resources.is_empty() {
        return Ok(());
    }
    writeln!(text, "{title}:")?;
    resources.iter().try_for_each(|resource| writeln!(text, "  {resource}"))
}

/// What bills apart from what expires. Whatever does not end by itself comes with the command that ends it, and all of a run that did not
/// succeed: nobody need wait for the expiry.
fn write_kept(text: &mut String, outcome: &Outcome) -> std::fmt::Result {
    for (upkeep, kept) in outcome.kept_by_upkeep() {
        writeln!(text, "{}:", if upkeep == Upkeep::Expires { upkeep.to_string() } else { styled(WARN, upkeep) })?;
        for resource in kept {
            writeln!(text, "  {resource}")?;
            if upkeep != Upkeep::Expires || outcome.verdict != Verdict::Succeeded {
                writeln!(text, "    {}", styled(DIM, resource.removal_command()))?;
            }
        }
    }
    Ok(())
}

/// The account in which a step acts.
pub(crate) fn side_of(preview: &Preview, step: &str) -> Option<Side> {
    preview.steps.iter().find(|planned| planned.step == step).and_then(|planned| planned.forecast.side)
}
