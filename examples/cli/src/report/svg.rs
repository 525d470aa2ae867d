//! The picture: two accounts as lanes, a row for each step, time from left to right.

use std::time::Duration;

use rds_refresh_core::Timestamp;
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::step::Side;

use super::axis::Axis;
use super::shapes::Shapes;
use super::timeline::{Bar, End, Row};
use super::{Subject, escape};
use crate::history::Work;
use crate::text::duration;

const WIDTH: f64 = 1200.0;
/// Names stand to the left of it.
const LEFT: f64 = 236.0;
/// Durations stand to the right of a bar that ends late.
const RIGHT: f64 = 76.0;
const TOP: f64 = 96.0;
const ROW: f64 = 30.0;
const BAR: f64 = 16.0;
const LANE_HEAD: f64 = 30.0;
const LANE_GAP: f64 = 22.0;
const FOOT: f64 = 40.0;

const STYLE: &str = "\
text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;font-size:13px;fill:#1f2933}\
.title{font-size:21px;font-weight:600}.sub{fill:#5b6875}.lane{font-weight:600;font-size:13.5px}.quiet{fill:#7b8794;font-size:12px}\
.end{text-anchor:end}.mid{text-anchor:middle}.badge{font-weight:600;fill:#fff;text-anchor:middle}\
.paper{fill:#fff}.band{fill:#f4f6f9}.grid{stroke:#dde3ea;stroke-width:1}\
.bar-source{fill:#bcd4f2}.bar-destination{fill:#b5e2d0}.bar-undo{fill:#f8d9a8}.bar-verify{fill:#d8d3ee}.bar-failed{fill:#f3bcbc}\
.fill-source{fill:#4a86d4}.fill-destination{fill:#2f9e7a}.fill-undo{fill:#d98e1f}.fill-verify{fill:#7a6cc4}.fill-failed{fill:#c93a3a}\
.look{stroke:#1f2933;stroke-width:1.2}.retry{fill:#c93a3a;stroke:#fff;stroke-width:1}\
.taken{stroke:#c77700;stroke-width:1;stroke-dasharray:2 3}.gap{fill:url(#hatch)}.hand{fill:none;stroke:#5b6875;stroke-width:1.6;stroke-dasharray:4 3}.head{fill:#5b6875}\
.good{fill:#2f9e7a}.warn{fill:#d98e1f}.bad{fill:#c93a3a}";

/// The picture as SVG, by itself or within a page.
pub(crate) fn picture(subject: &Subject<'_>) -> String {
    let lanes = lanes(subject);
    let rows: usize = lanes.iter().map(|lane| lane.rows.len()).sum();
    let lanes_height = ROW * count(rows) + (LANE_HEAD + LANE_GAP) * count(lanes.len());
    let height = TOP + lanes_height + FOOT;
    let timeline = &subject.timeline;
    let axis = Axis { from: timeline.began, to: timeline.ended, left: LEFT, width: WIDTH - LEFT - RIGHT };
    let mut shapes = Shapes::default();
    shapes.raw(&format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-label="{}">"#,
        escape(&format!("{}: {}", subject.title(), subject.verdict().0))
    ));
    shapes.raw(&format!("<style>{STYLE}</style>"));
    shapes.raw(
        r##"<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="#fff" fill-opacity=".6"/><rect width="2.4" height="7" fill="#9aa5b1" fill-opacity=".38"/></pattern><marker id="head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" class="head"/></marker></defs>"##,
    );
    shapes.rect(0.0, 0.0, WIDTH, height, "paper", "");
    head(&mut shapes, subject);
    let bottom = TOP + lanes_height - LANE_GAP;
    let mut top = TOP;
    for lane in &lanes {
        shapes.rect(12.0, top, WIDTH - 24.0, LANE_HEAD + ROW * count(lane.rows.len()), "band", "");
        top += LANE_HEAD + ROW * count(lane.rows.len()) + LANE_GAP;
    }
    scale(&mut shapes, &axis, bottom);
    breaks(&mut shapes, subject, &axis, bottom);
    let mut ys = Vec::new();
    top = TOP;
    for lane in &lanes {
        shapes.text(24.0, top + 20.0, "lane", &lane.name);
        for (index, row) in lane.rows.iter().enumerate() {
            let y = top + LANE_HEAD + ROW * count(index);
            draw_row(&mut shapes, &axis, row, y);
            ys.push((row.step.as_str(), y + BAR / 2.0 + 4.0));
        }
        top += LANE_HEAD + ROW * count(lane.rows.len()) + LANE_GAP;
    }
    cross(&mut shapes, subject, &axis, &ys, "hand-over", "copy-snapshot");
    cross(&mut shapes, subject, &axis, &ys, "acknowledge", "settle");
    legend(&mut shapes, height - 20.0);
    shapes.raw("</svg>");
    shapes.0
}

/// One account.
struct Lane<'a> {
    name: String,
    rows: Vec<&'a Row>,
}

fn lanes<'a>(subject: &'a Subject<'_>) -> Vec<Lane<'a>> {
    let of = |side: Side| subject.timeline.rows.iter().filter(|row| row.side == Some(side)).collect::<Vec<_>>();
    let source =
        subject.facts.read::<SourceRequest>().map(|request| format!("source · {} · {}", request.account, request.region));
    let destination = subject
        .facts
        .read::<DestinationRequest>()
        .map(|request| format!("destination · {} · {}", request.account, request.region));
    let both = [(source.ok(), of(Side::Source)), (destination.ok(), of(Side::Destination))];
    both.into_iter().filter_map(|(name, rows)| Some(Lane { name: name?, rows })).filter(|lane| !lane.rows.is_empty()).collect()
}

fn head(shapes: &mut Shapes, subject: &Subject<'_>) {
    let (word, tone) = subject.verdict();
    shapes.text(24.0, 40.0, "title", &subject.title());
    shapes.text(24.0, 64.0, "sub", &subject.subtitle());
    shapes.rect(WIDTH - 150.0, 22.0, 126.0, 28.0, &format!("{tone} bar"), "");
    shapes.text(WIDTH - 87.0, 41.0, "badge", word);
}

fn scale(shapes: &mut Shapes, axis: &Axis, bottom: f64) {
    for (at, label) in axis.ticks() {
        let x = axis.x(at);
        shapes.line((x, TOP - 4.0), (x, bottom), "grid");
        shapes.text(x, TOP - 9.0, "quiet mid", &label);
    }
}

/// When nobody worked on it.
fn breaks(shapes: &mut Shapes, subject: &Subject<'_>, axis: &Axis, bottom: f64) {
    for gap in &subject.timeline.gaps {
        let (from, to) = (axis.x(gap.from), axis.x(gap.to));
        shapes.rect(from, TOP, (to - from).max(1.5), bottom - TOP, "gap", gap.why);
        if to - from > 60.0 {
            shapes.text(f64::midpoint(from, to), bottom + 14.0, "quiet mid", gap.why);
        }
    }
    for at in &subject.timeline.taken_up {
        let x = axis.x(*at);
        shapes.line((x, TOP), (x, bottom), "taken");
    }
}

fn draw_row(shapes: &mut Shapes, axis: &Axis, row: &Row, y: f64) {
    let top = y + 4.0;
    let attempts = row.bars.iter().map(|bar| bar.attempt).max().unwrap_or(1);
    let name = if attempts > 1 { format!("{} (attempt {attempts})", row.step) } else { row.step.clone() };
    shapes.text(LEFT - 12.0, top + 12.5, if row.bars.is_empty() { "quiet end" } else { "end" }, &name);
    for bar in &row.bars {
        draw_bar(shapes, axis, row, bar, top);
    }
    if let Some(done) = row.bars.iter().rposition(|bar| bar.work == Work::Do) {
        let taken: Duration = row.bars.iter().filter(|bar| bar.work == Work::Do).map(|bar| bar.to.since(bar.from)).sum();
        let mut x = axis.x(row.bars[done].to);
        for after in &row.bars[done + 1..] {
            // What follows closely would stand in the text.
            if axis.x(after.from) < x + 64.0 {
                x = axis.x(after.to);
            }
        }
        shapes.text(x + 8.0, top + 12.5, "quiet", &duration(taken));
    }
}

fn draw_bar(shapes: &mut Shapes, axis: &Axis, row: &Row, bar: &Bar, top: f64) {
    let (from, to) = (axis.x(bar.from), axis.x(bar.to));
    let width = (to - from).max(3.0);
    let tone = tone(row, bar);
    let title = format!("{}: {} in {}", row.step, verb(bar), duration(bar.to.since(bar.from)));
    shapes.rect(from, top, width, BAR, &format!("bar-{tone}"), &title);
    if width <= 3.0 {
        shapes.rect(from, top, 3.0, BAR, &format!("fill-{tone}"), &title);
    } else {
        progress(shapes, axis, bar, top, &format!("fill-{tone}"));
        for look in &bar.looks {
            let x = axis.x(look.at).clamp(from + 0.8, from + width - 0.8);
            shapes.line((x, top + BAR - 4.0), (x, top + BAR), "look");
        }
    }
    for look in &bar.looks {
        if let Some(error) = &look.error {
            shapes.mark(axis.x(look.at), top + 4.0, "retry", error);
        }
    }
}

/// How far RDS said it was, as an area within the bar.
fn progress(shapes: &mut Shapes, axis: &Axis, bar: &Bar, top: f64, class: &str) {
    let height = |percent: u8| top + BAR - (BAR - 4.0) * f64::from(percent.min(100)) / 100.0;
    let seen: Vec<(Timestamp, u8)> = bar.looks.iter().filter_map(|look| Some((look.at, look.percent?))).collect();
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else { return };
    let is_done = bar.end == End::Done;
    let end = if is_done { bar.to } else { last.0 };
    let mut points = vec![(axis.x(first.0), top + BAR)];
    points.extend(seen.iter().map(|(at, percent)| (axis.x(*at), height(*percent))));
    points.push((axis.x(end), height(if is_done { 100 } else { last.1 })));
    points.push((axis.x(end), top + BAR));
    shapes.area(&points, class);
}

/// What crosses from one account to the other.
fn cross(shapes: &mut Shapes, subject: &Subject<'_>, axis: &Axis, ys: &[(&str, f64)], from: &str, to: &str) {
    let y = |step: &str| ys.iter().find(|(name, _)| *name == step).map(|(_, y)| *y);
    let timeline = &subject.timeline;
    if let (Some(from_y), Some(to_y), Some(left), Some(arrives)) = (y(from), y(to), timeline.done_at(from), timeline.began_at(to))
    {
        let (left, arrives) = (axis.x(left) + 1.5, axis.x(arrives) + 1.5);
        let last = timeline.ended_at(from).map_or(left, |last| axis.x(last) + 1.5);
        if from_y < to_y {
            shapes.arrow((left, from_y + BAR / 2.0), (arrives, to_y - BAR / 2.0 - 2.0), "hand");
        } else {
            // Along its own row, where nothing else is, and then up.
            shapes.arrow((left.max(last) + 30.0, from_y), (arrives, to_y + BAR / 2.0 + 2.0), "hand");
        }
    }
}

fn legend(shapes: &mut Shapes, y: f64) {
    let mut x = 24.0;
    let mut entry = |shapes: &mut Shapes, class: &str, text: &str, width: f64| {
        match class {
            "look" | "taken" => shapes.line((x + 8.0, y - 10.0), (x + 8.0, y + 2.0), class),
            "retry" => shapes.mark(x + 8.0, y - 4.0, "retry", ""),
            class => shapes.rect(x, y - 10.0, 16.0, 11.0, class, ""),
        }
        shapes.text(x + 22.0, y, "quiet", text);
        x += width;
    };
    entry(shapes, "bar-source", "waiting", 86.0);
    entry(shapes, "fill-source", "progress that RDS reports", 192.0);
    entry(shapes, "look", "a call", 76.0);
    entry(shapes, "retry", "failed call", 104.0);
    entry(shapes, "bar-undo", "undoing", 92.0);
    entry(shapes, "bar-verify", "looking again", 122.0);
    entry(shapes, "gap", "parked, failed or interrupted", 212.0);
    entry(shapes, "taken", "taken up after a crash", 170.0);
}

fn tone(row: &Row, bar: &Bar) -> &'static str {
    match (bar.work, row.side) {
        _ if bar.end == End::Failed => "failed",
        (Work::Undo, _) => "undo",
        (Work::Verify, _) => "verify",
        (Work::Do, Some(Side::Destination)) => "destination",
        (Work::Do, _) => "source",
    }
}

fn verb(bar: &Bar) -> &'static str {
    match bar.work {
        _ if bar.end == End::Failed => "failed",
        _ if bar.end == End::Cancelled => "cancelled",
        Work::Do => "done",
        Work::Verify => "looked at",
        Work::Undo => "undone",
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(0.0, f64::from)
}
