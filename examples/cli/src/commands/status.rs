use rds_refresh_core::RunId;
use rds_refresh_core::driver::Store;
use rds_refresh_core::machine::{Failing, Report, StepReport};
use serde_json::json;

use super::Taken;
use super::list::{is, style};
use crate::args::{Global, Output};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outcome::Ending;
use crate::plans::Planned;
use crate::print;
use crate::text::{BAD, DIM, about, count, duration, styled};

pub(super) async fn execute(global: &Global, run: &RunId) -> Result<Exit, Failure> {
    let taken = Taken::find(global, run).await?;
    let report = taken.stored.state.report();
    let holder = taken.home.store.holder(run).await?;
    let facts = taken.stored.state.facts();
    let preview = Planned::of(&taken.stored).preview(facts, run, report.began)?;
    let ending =
        Ending { report: &report, facts, preview: &preview, flags: &taken.home.flags, simulated: taken.memory.simulated };
    if global.output == Output::Json {
        let mut status = ending.json();
        status["event"] = json!("status");
        status["is"] = json!(is(&report, holder.is_some()));
        status["driven_by"] = json!(holder.as_ref().and_then(|holder| holder.name.as_ref()));
        status["now"] = json!(report.now);
        status["next_look"] = json!(report.next_look);
        if report.outcome.is_none() {
            status["outcome"] = json!(null);
            status["exit_code"] = json!(null);
            if holder.is_some() {
                status["next"] = json!([]);
            }
        }
        status["step"] = json!(report.steps.iter().find(|step| step.is_current).map(|step| json!({
            "step": step.step, "status": step.status, "percent": step.percent, "resource": step.resource, "error": step.error,
        })));
        print::line(&status.to_string());
        return Ok(Exit::Success);
    }
    let by =
        holder.as_ref().and_then(|holder| holder.name.as_deref()).map(|name| format!(", driven by {name}")).unwrap_or_default();
    let is = is(&report, holder.is_some());
    print::line(&format!(
        "{run} {}{by}, {} since {}",
        styled(style(&report, holder.is_some()), is),
        duration(report.elapsed),
        report.began
    ));
    for step in &report.steps {
        print::line(&row(step, &report));
    }
    for planned in preview.steps.iter().skip(report.steps.len()) {
        let expected =
            planned.forecast.expected.filter(|expected| !expected.is_zero()).map(|expected| format!("~{}", about(expected)));
        print::line(&styled(DIM, format!("  {:<29} {:>8}", planned.step, expected.unwrap_or_default())));
    }
    match &report.outcome {
        Some(_) => print::text(&ending.text()),
        None if holder.is_none() => print::line(&format!("nobody drives it: rds-refresh resume {run}{}", taken.home.flags)),
        None => {
            if let Some(Failing { step, cause, events, .. }) = &report.failing {
                print::line(&format!("{} {step}: {cause}", styled(BAD, "failed at")));
                for event in events {
                    print::line(&format!("  RDS noted: {event}"));
                }
            }
        }
    }
    Ok(Exit::Success)
}

fn row(step: &StepReport, report: &Report) -> String {
    let attempt = if step.attempt > 1 { format!(", attempt {}", step.attempt) } else { String::new() };
    let mut rest = format!("{}{attempt}", count(step.looks as usize, "look"));
    if step.is_current {
        let percent = step.percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
        for said in [step.error.as_ref(), step.status.as_ref()].into_iter().flatten().take(1) {
            rest = format!("{said}{percent}, {rest}");
        }
        if let Some(next) = report.next_look.filter(|_| report.calling.is_none()) {
            rest = format!("{rest}, looks again at {next}");
        }
    }
    let mark = if step.is_current { "▸" } else { " " };
    format!("{mark} {:<29} {:>8}  {rest}", step.step, duration(step.elapsed))
}
