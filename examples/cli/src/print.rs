//! Standard output. Whoever reads it may go away at any time, which is no reason to stop a refresh.

use std::io::Write;

/// Prints a line. Where there is no colour, styles are taken off.
pub(crate) fn line(text: &str) {
    let _ = writeln!(anstream::stdout(), "{text}");
}

/// Prints what ends with a line break of its own.
pub(crate) fn text(text: &str) {
    let _ = write!(anstream::stdout(), "{text}");
}
