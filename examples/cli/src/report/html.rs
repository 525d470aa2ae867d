//! The page: the picture, what happened in a table, and what is left.

use std::fmt::Write as _;

use rds_refresh_core::step::Side;
use rds_refresh_core::steps::RestoredCluster;
use rds_refresh_core::{Outcome, Resource, Verdict};

use super::timeline::{Bar, End, Row};
use super::{Subject, escape, minute, svg};
use crate::history::Work;
use crate::text::duration;

const STYLE: &str = "\
body{font:15px/1.5 system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;color:#1f2933;margin:0 auto;max-width:1200px;padding:24px;background:#fff}\
svg{width:100%;height:auto;border:1px solid #dde3ea;border-radius:8px}h2{font-size:17px;margin:28px 0 8px}\
table{border-collapse:collapse;width:100%;font-size:14px}th{text-align:left;color:#5b6875;font-weight:600}\
th,td{padding:6px 12px 6px 0;border-bottom:1px solid #e6eaef;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\
code{font:13px/1.4 ui-monospace,'SF Mono','DejaVu Sans Mono',monospace;background:#f4f6f9;padding:1px 5px;border-radius:4px;overflow-wrap:anywhere}\
.bad{color:#b42c2c}.quiet{color:#7b8794}.box{border-left:4px solid #c93a3a;background:#fdf3f3;padding:8px 14px;border-radius:0 6px 6px 0}\
footer{margin-top:32px;color:#7b8794;font-size:13px}@media print{body{padding:0}h2{break-after:avoid}tr{break-inside:avoid}}";

/// One self-contained page.
pub(crate) fn page(subject: &Subject<'_>) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut page, subject);
    page
}

fn write(page: &mut String, subject: &Subject<'_>) -> std::fmt::Result {
    let title = escape(&format!("{}: {}", subject.title(), subject.verdict().0));
    writeln!(page, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(
        page,
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    )?;
    page.push_str(&svg::picture(subject));
    if let Some(outcome) = &subject.report.outcome {
        failure(page, outcome)?;
    }
    steps(page, subject)?;
    what_is_left(page, subject)?;
    retries(page, subject)?;
    writeln!(
        page,
        "<footer>Times are UTC, by the clock of the run. Made by rds-refresh {}.</footer>",
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(page, "</body>\n</html>")
}

fn failure(page: &mut String, outcome: &Outcome) -> std::fmt::Result {
    let (step, why) = match &outcome.verdict {
        Verdict::Failed { step, cause } => (step, cause.to_string()),
        Verdict::Parked { step, error, .. } => (step, error.to_string()),
        _ => return Ok(()),
    };
    writeln!(page, "<h2>Why</h2>\n<p class=\"box\"><b>{}</b>: {}</p>", escape(step), escape(&why))
}

fn steps(page: &mut String, subject: &Subject<'_>) -> std::fmt::Result {
    writeln!(
        page,
        "<h2>Steps</h2>\n<table>\n<tr><th>Step</th><th>Account</th><th>Began</th><th class=\"n\">Took</th><th class=\"n\">Calls</th><th class=\"n\">Failed calls</th><th>Ended</th></tr>"
    )?;
    // As it happened, and then what did not.
    let rows = &subject.timeline.rows;
    let mut bars: Vec<_> = rows.iter().flat_map(|row| row.bars.iter().map(move |bar| (row, bar))).collect();
    bars.sort_by_key(|(_, bar)| bar.from);
    for (row, bar) in bars {
        step(page, row, bar)?;
    }
    for row in rows.iter().filter(|row| row.bars.is_empty()) {
        let (name, side) = (escape(&row.step), side(row));
        writeln!(
            page,
            "<tr class=\"quiet\"><td>{name}</td><td>{side}</td><td>–</td><td></td><td></td><td></td><td>not reached</td></tr>"
        )?;
    }
    writeln!(page, "</table>")
}

fn step(page: &mut String, row: &Row, bar: &Bar) -> std::fmt::Result {
    let attempt = if bar.attempt > 1 { format!(", attempt {}", bar.attempt) } else { String::new() };
    let ended = match bar.work {
        _ if bar.end == End::Failed => "<span class=\"bad\">failed</span>",
        _ if bar.end == End::Cancelled => "cancelled",
        _ if bar.end == End::Open => "not over",
        Work::Do => "done",
        Work::Verify => "looked at again",
        Work::Undo => "undone",
    };
    let failed = bar.looks.iter().filter(|look| look.error.is_some()).count();
    writeln!(
        page,
        "<tr><td>{}{attempt}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{ended}</td></tr>",
        escape(&row.step),
        side(row),
        minute(bar.from),
        duration(bar.to.since(bar.from)),
        bar.looks.len(),
        if failed == 0 { String::new() } else { failed.to_string() },
    )
}

fn side(row: &Row) -> &'static str {
    match row.side {
        Some(Side::Source) => "source",
        Some(Side::Destination) => "destination",
        None => "",
    }
}

fn what_is_left(page: &mut String, subject: &Subject<'_>) -> std::fmt::Result {
    writeln!(page, "<h2>What there is now</h2>\n<table>\n<tr><th>What</th><th>Resource</th><th>How it is removed</th></tr>")?;
    if let Ok(cluster) = subject.facts.read::<RestoredCluster>() {
        let endpoint = cluster
            .endpoint
            .map(|endpoint| format!("<br><span class=\"quiet\">{}</span>", escape(&endpoint)))
            .unwrap_or_default();
        writeln!(
            page,
            "<tr><td>the result</td><td><code>{}</code>{endpoint}</td><td>by you, when it is not needed any more</td></tr>",
            escape(&cluster.arn)
        )?;
    }
    let Some(outcome) = &subject.report.outcome else {
        return writeln!(page, "</table>\n<p class=\"quiet\">The run has not ended.</p>");
    };
    let row = |page: &mut String, what: &str, resource: &Resource| {
        writeln!(
            page,
            "<tr><td>{what}</td><td>{}</td><td><code>{}</code></td></tr>",
            escape(&resource.to_string()),
            escape(&resource.removal_command())
        )
    };
    for (upkeep, kept) in outcome.kept_by_upkeep() {
        for resource in kept {
            row(page, &upkeep.to_string(), resource)?;
        }
    }
    for left in &outcome.leftovers {
        match &left.resource {
            Some(resource) if !left.contested => row(page, "<b class=\"bad\">left over</b>", resource)?,
            _ => writeln!(
                page,
                "<tr><td><b class=\"bad\">left over</b></td><td>{}</td><td>look whose it is first</td></tr>",
                escape(&left.to_string())
            )?,
        }
    }
    for removed in &outcome.removed {
        writeln!(page, "<tr class=\"quiet\"><td>removed</td><td>{}</td><td></td></tr>", escape(&removed.to_string()))?;
    }
    writeln!(page, "</table>")
}

/// What went wrong on the way, for whoever asks why it took so long.
fn retries(page: &mut String, subject: &Subject<'_>) -> std::fmt::Result {
    let errors = |row: &Row| {
        let looks = row.bars.iter().flat_map(|bar| bar.looks.clone());
        looks.filter_map(|look| Some((look.at, row.step.clone(), look.error?))).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = subject.timeline.rows.iter().flat_map(errors).collect();
    if all.is_empty() {
        return Ok(());
    }
    all.sort();
    writeln!(page, "<h2>Failed calls</h2>\n<table>\n<tr><th>When</th><th>Step</th><th>What was said</th></tr>")?;
    for (at, step, error) in all {
        writeln!(page, "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", minute(at), escape(&step), escape(&error))?;
    }
    writeln!(page, "</table>")
}
