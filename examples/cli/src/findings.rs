//! Findings as a table, and as JSON.

use std::fmt::Write as _;

use anstyle::Style;
use rds_refresh_core::preflight::{Finding, Level, Report};
use rds_refresh_core::step::Side;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::text::{BAD, GOOD, STRONG, WARN, count, styled};

/// A table of what is of this level or a worse one, the worst first; what is not as it must be says what is needed, what mends it, and who
/// says so.
pub(crate) fn text(report: &Report, least: Level) -> String {
    let mut findings: Vec<&Finding> = report.findings.iter().filter(|finding| finding.level >= least).collect();
    // Within a level they stay in the order of the checks.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let check = width(&findings, |finding| finding.check.as_str());
    // An ARN may stick out: a column as wide as one leaves no room for what was found.
    let resource = width(&findings, |finding| &finding.resource).min(25);
    let mut text = String::new();
    // Writing to a string cannot fail, here and below.
    let header = format!("{:<10}  {:<11}  {:<check$}  {:<resource$}  FOUND", "LEVEL", "SIDE", "CHECK", "RESOURCE");
    let _ = writeln!(text, "{}", styled(STRONG, header));
    for finding in findings {
        let Finding { level, side, resource: name, found, needed, fix, document, .. } = finding;
        let (word, style) = word(*level);
        // Padded before it is coloured, so that columns stay columns.
        let word = styled(style, format!("{word:<10}"));
        let _ = writeln!(text, "{word}  {:<11}  {:<check$}  {name:<resource$}  {found}", account(*side), finding.check.as_str());
        if *level != Level::Ok {
            let _ = writeln!(text, "            needed  {needed}");
            if let Some(fix) = fix {
                let _ = writeln!(text, "            {}   {fix}", if *level == Level::Wrong { "mend " } else { "see  " });
            }
            let _ = writeln!(text, "            from    {document}");
        }
    }
    let _ = writeln!(text, "{}", summary(report));
    text
}

/// The report itself, so that it can be joined with another, and what it comes to.
pub(crate) fn json(report: &Report) -> Result<Value, Failure> {
    let failed = |error: serde_json::Error| Failure::outside(error.to_string());
    let mut value = serde_json::to_value(report).map_err(failed)?;
    value["level"] = json!(report.level());
    Ok(value)
}

fn summary(report: &Report) -> String {
    let (wrong, unseen) = (report.wrong().count(), report.unseen().count());
    let ok = report.findings.len() - wrong - unseen;
    format!("{} wrong, {unseen} not to be seen from here, {ok} ok", count(wrong, "thing"))
}

fn account(side: Side) -> &'static str {
    match side {
        Side::Source => "source",
        Side::Destination => "destination",
    }
}

fn word(level: Level) -> (&'static str, Style) {
    match level {
        Level::Ok => ("ok", GOOD),
        Level::CannotSee => ("cannot see", WARN),
        Level::Wrong => ("wrong", BAD),
    }
}

fn width<'a>(findings: &[&'a Finding], cell: impl Fn(&'a Finding) -> &'a str) -> usize {
    findings.iter().map(|finding| cell(finding).len()).max().unwrap_or_default()
}
