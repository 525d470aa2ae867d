//! How long things take.

/// How long things take.
#[derive(Clone, Debug)]
pub struct Timing {}
