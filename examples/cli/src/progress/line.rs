//! One step on the terminal.

use std::time::Duration;

use crate::text::{BAD, DIM, GOOD, WARN, about, duration, styled};

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Not reached yet.
    Ahead {
        expected: Option<Duration>,
    },
    /// Under way.
    Doing {
        elapsed: Duration,
        estimate: Option<Duration>,
        doing: String,
        percent: Option<u8>,
        next: Option<Duration>,
        resource: Option<String>,
    },
    Done {
        elapsed: Duration,
    },
    Failed {
        cause: String,
    },
    Undone,
    Parked {
        why: String,
    },
}

/// From this width on there is room for a bar and for the resource.
const WIDE: u16 = 120;

impl Line {
    /// The line; the terminal cuts what does not fit, so what matters most comes first.
    pub(super) fn draw(&self, name: &str, frame: usize, width: u16) -> String {
        let columns = |mark: String, time: String, rest: String| format!("{mark} {name:<29} {time:>8}  {rest}");
        match self {
            Self::Ahead { expected } => {
                let time = expected.filter(|expected| !expected.is_zero()).map(|expected| format!("~{}", about(expected)));
                styled(DIM, columns("·".into(), time.unwrap_or_default(), String::new()))
            }
            Self::Done { elapsed } => columns(styled(GOOD, "✓"), duration(*elapsed), String::new()),
            Self::Failed { cause } => columns(styled(BAD, "✗"), String::new(), cause.clone()),
            Self::Undone => columns(styled(WARN, "↶"), String::new(), "undone".into()),
            Self::Parked { why } => columns(styled(WARN, "‖"), String::new(), format!("parked: {why}")),
            Self::Doing { elapsed, estimate, doing, percent, next, resource } => {
                const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
                let mut rest = Vec::new();
                let mut bars = String::new();
                if width >= WIDE {
                    bars = percent.map_or_else(|| " ".repeat(20), bar) + "  ";
                }
                let percent = percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
                rest.push(format!("{doing}{percent}"));
                rest.extend(estimate.map(|estimate| format!("~{}", about(estimate))));
                rest.extend(next.map(|next| styled(DIM, format!("next look {}", about(next)))));
                if width >= WIDE {
                    rest.extend(resource.as_ref().map(|resource| styled(DIM, resource)));
                }
                columns(styled(GOOD, SPINNER[frame % SPINNER.len()]), duration(*elapsed), bars + &rest.join(", "))
            }
        }
    }
}

fn bar(percent: u8) -> String {
    let full = usize::from(percent.min(100)) / 5;
    format!("{}{}", "█".repeat(full), "░".repeat(20 - full))
}
