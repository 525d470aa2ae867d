//! The few shapes that the picture is made of.

use std::fmt::Write as _;

use super::escape;

/// SVG in the making.
#[derive(Debug, Default)]
pub(super) struct Shapes(pub(super) String);

impl Shapes {
    /// A piece of markup as it is.
    pub(super) fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
        self.0.push('\n');
    }

    pub(super) fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, r#"<text x="{x:.1}" y="{y:.1}" class="{class}">{}</text>"#, escape(text));
    }

    pub(super) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, class: &str, title: &str) {
        let title = if title.is_empty() { String::new() } else { format!("<title>{}</title>", escape(title)) };
        let radius = if class.contains("bar") { 3 } else { 0 };
        let _ = writeln!(
            self.0,
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="{radius}" class="{class}">{title}</rect>"#
        );
    }

    pub(super) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let _ = writeln!(self.0, r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" class="{class}"/>"#);
    }

    /// A filled outline.
    pub(super) fn area(&mut self, points: &[(f64, f64)], class: &str) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(self.0, r#"<polygon points="{}" class="{class}"/>"#, points.join(" "));
    }

    pub(super) fn mark(&mut self, x: f64, y: f64, class: &str, title: &str) {
        let _ = writeln!(
            self.0,
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="3.6" class="{class}"><title>{}</title></circle>"#,
            escape(title)
        );
    }

    /// A line that goes sideways, turns, and ends in an arrow's head.
    pub(super) fn arrow(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let bend = (x2 - x1).abs().min(14.0);
        let (before, after) = (x2 - bend.copysign(x2 - x1), y1 + bend.copysign(y2 - y1));
        let _ = writeln!(
            self.0,
            r#"<path d="M{x1:.1},{y1:.1} H{before:.1} Q{x2:.1},{y1:.1} {x2:.1},{after:.1} V{y2:.1}" class="{class}" marker-end="url(#head)"/>"#
        );
    }
}
