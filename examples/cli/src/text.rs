//! How things are written for people.

use std::time::Duration;

use anstyle::{AnsiColor, Style};

pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const STRONG: Style = Style::new().bold();

/// Text in a style. Whatever prints it takes the style off where there is no colour.
pub(crate) fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// A duration in its two largest units: `1h 32m`, `6m 27s`, `5s`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m {:02}s", seconds % 60),
        (0, _, _) => format!("{hours}h {minutes:02}m"),
        _ => format!("{days}d {hours:02}h"),
    }
}

/// An expectation or a limit: no finer than it is known.
pub(crate) fn about(expected: Duration) -> String {
    let seconds = expected.as_secs();
    let rounded = if seconds < 60 { seconds } else { seconds.div_ceil(60) * 60 };
    let text = duration(Duration::from_secs(rounded));
    ["h 00m", "m 00s", "d 00h"]
        .into_iter()
        .find_map(|end| text.strip_suffix(&end[1..]))
        .map_or(text.clone(), |text| text.trim_end().to_owned())
}

/// One of something, or several.
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}
