//! rds-refresh.
fn main() {}
