//! What a run is going to do, for whoever approves it. Nothing is called.

use std::fmt::Write as _;
use std::time::Duration;

use rds_refresh_core::preview::{Preview, StepPreview};
use rds_refresh_core::request::Request;
use rds_refresh_core::step::Side;
use rds_refresh_core::{Clock, OnFailure, Resource, SystemClock};
use serde_json::{Value, json};

use crate::args::{Global, Output, PlanArgs};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::plans::{PlanKind, Planned};
use crate::print;
use crate::site;
use crate::text::{DIM, STRONG, about, styled};

pub(super) fn execute(global: &Global, args: &PlanArgs) -> Result<Exit, Failure> {
    let config = if args.embedded { Config::embedded(&site::stage())? } else { Config::find(global)? };
    let request = config.request(&args.request)?;
    let facts = request.clone().into_facts()?;
    let preview = Planned { kind: PlanKind::Whole, checked: true }.preview(&facts, &args.run, SystemClock.now())?;
    match global.output {
        Output::Text => print::text(&text(&request, &preview)),
        Output::Json => print::line(&json(&request, &preview).to_string()),
    }
    Ok(Exit::Success)
}

fn text(request: &Request, preview: &Preview) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, request, preview);
    text
}

fn write(text: &mut String, request: &Request, preview: &Preview) -> std::fmt::Result {
    let (source, destination) = (request.source(), request.destination());
    writeln!(
        text,
        "{} in {}/{} → {} in {}/{}\n",
        styled(STRONG, &source.cluster),
        source.account,
        source.region,
        styled(STRONG, &destination.cluster.identifier),
        destination.account,
        destination.region
    )?;
    writeln!(
        text,
        "{}",
        styled(STRONG, format!("  {:<30} {:<12} {:>7} {:>8}  {}", "STEP", "ACCOUNT", "USUALLY", "AT MOST", "CALLS"))
    )?;
    for step in &preview.steps {
        let calls = step.forecast.calls.join(", ");
        let line = format!("  {:<30} {:<12} {:>7} {:>8}  {calls}", step.step, side(step), usual(step), about(step.deadline));
        writeln!(text, "{}", line.trim_end())?;
        for made in &step.forecast.makes {
            writeln!(text, "    {} {}", styled(DIM, "makes"), short(made))?;
        }
        for removed in &step.forecast.removes {
            writeln!(text, "    {} {}", styled(DIM, "removes"), short(removed))?;
        }
    }
    writeln!(
        text,
        "\n{} at least; snapshots and copies take longer, the more data there is: an hour or two for every 500 GiB",
        about(preview.expected())
    )?;
    writeln!(text, "\nremains:")?;
    for resource in preview.remaining() {
        writeln!(text, "  {resource}{}", fate(resource, request))?;
    }
    writeln!(text, "if it fails: {}", on_failure(request.on_failure()))?;
    writeln!(text, "the source cluster is read, and never changed")
}

fn json(request: &Request, preview: &Preview) -> Value {
    let resources = |resources: &[Resource]| resources.iter().map(ToString::to_string).collect::<Vec<_>>();
    json!({
        "request": request,
        "steps": preview.steps.iter().map(|step| json!({
            "step": step.step,
            "account": side(step),
            "calls": step.forecast.calls,
            "expected_seconds": step.forecast.expected.map(|expected| expected.as_secs()),
            "deadline_seconds": step.deadline.as_secs(),
            "makes": resources(&step.forecast.makes),
            "removes": resources(&step.forecast.removes),
            "permissions": step.permissions.iter().map(|permission| json!({
                "account": if permission.side == Side::Source { "source" } else { "destination" },
                "actions": permission.actions,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "expected_seconds": preview.expected().as_secs(),
        "remains": preview.remaining().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn side(step: &StepPreview) -> &'static str {
    match step.forecast.side {
        Some(Side::Source) => "source",
        Some(Side::Destination) => "destination",
        None => "",
    }
}

fn usual(step: &StepPreview) -> String {
    step.forecast.expected.filter(|expected| *expected > Duration::ZERO).map_or_else(|| "at once".into(), about)
}

fn short(resource: &Resource) -> String {
    format!("{} {}", resource.kind, resource.id)
}

fn fate(resource: &Resource, request: &Request) -> String {
    if resource.kind == rds_refresh_core::ResourceKind::DbCluster {
        ", the result".to_owned()
    } else {
        format!(", until it expires after {}", about(request.destination().expires_after))
    }
}

fn on_failure(on_failure: OnFailure) -> &'static str {
    match on_failure {
        OnFailure::RemoveCostly => "what bills by the hour or exposes data is removed; snapshots stay until they expire",
        OnFailure::RemoveAll => "everything that was made is removed",
        OnFailure::KeepAll => "nothing is removed; what exists is named",
    }
}
