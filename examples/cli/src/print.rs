//! Standard output and standard error. Whoever reads them may go away at any time, which is no reason to stop a refresh. Where there is
//! no colour, styles are taken off.

use std::io::Write;

/// A line on standard output.
pub(crate) fn line(text: &str) {
    let _ = writeln!(anstream::stdout(), "{text}");
}

/// On standard output, what ends with a line break of its own.
pub(crate) fn text(text: &str) {
    let _ = write!(anstream::stdout(), "{text}");
}

/// A line on standard error.
pub(crate) fn error_line(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// On standard error, what ends with a line break of its own.
pub(crate) fn error_text(text: &str) {
    let _ = write!(anstream::stderr(), "{text}");
}
