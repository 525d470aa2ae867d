use rds_refresh_core::driver::Store;
use rds_refresh_core::machine::{Doing, Report};
use serde_json::json;

use super::home;
use crate::args::{Global, Output};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::print;
use crate::text::{BAD, DIM, GOOD, STRONG, WARN, duration, styled};

pub(super) async fn execute(global: &Global) -> Result<Exit, Failure> {
    let home = home(global)?;
    let runs = home.store.list().await?;
    if runs.is_empty() && global.output == Output::Text {
        print::line(&format!("no run is stored in {}", home.dir.display()));
        return Ok(Exit::Success);
    }
    if global.output == Output::Text {
        print::line(&styled(STRONG, format!("{:<24}  {:<20}  {:<12}  {:>8}  {}", "RUN", "BEGAN", "IS", "TOOK", "AT")));
    }
    for run in runs {
        // A damaged file must not hide the others.
        let report = match home.store.load(&run).await {
            Ok(Some(stored)) => stored.state.report(),
            Ok(None) => continue,
            Err(error) => {
                crate::print::error_line(&format!("{run}: {error}"));
                continue;
            }
        };
        let is_driven = home.store.holder(&run).await?.is_some();
        match global.output {
            Output::Text => print::line(&row(&report, is_driven)),
            Output::Json => print::line(
                &json!({
                    "run": run,
                    "began": report.began,
                    "is": is(&report, is_driven),
                    "doing": report.doing,
                    "driven": is_driven,
                    "step": step(&report),
                    "elapsed_seconds": report.elapsed.as_secs(),
                })
                .to_string(),
            ),
        }
    }
    Ok(Exit::Success)
}

fn row(report: &Report, is_driven: bool) -> String {
    let began = report.began.to_string();
    let (is, style) = (is(report, is_driven), style(report, is_driven));
    // Padded before it is coloured, so that columns stay columns.
    let is = styled(style, format!("{is:<12}"));
    let took = duration(report.elapsed);
    format!("{:<24}  {:<19}Z  {is}  {took:>8}  {}", report.run.as_str(), began.get(..19).unwrap_or(&began), step(report))
        .trim_end()
        .to_owned()
}

/// What a run is, in a word.
pub(super) fn is(report: &Report, is_driven: bool) -> &'static str {
    match report.doing {
        Doing::Succeeded => "refreshed",
        Doing::Failed => "failed",
        Doing::Parked => "parked",
        _ if !is_driven => "interrupted",
        Doing::Verifying => "verifying",
        Doing::Compensating => "undoing",
        _ => "refreshing",
    }
}

pub(super) fn style(report: &Report, is_driven: bool) -> anstyle::Style {
    match is(report, is_driven) {
        "refreshed" => GOOD,
        "failed" => BAD,
        "parked" | "interrupted" => WARN,
        _ => DIM,
    }
}

fn step(report: &Report) -> String {
    let current = report.steps.iter().find(|step| step.is_current).map(|step| step.step.clone());
    current.or_else(|| report.failing.as_ref().map(|failing| failing.step.clone())).unwrap_or_default()
}
