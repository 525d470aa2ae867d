//! The benches of this workspace: `cargo bench -p rds-refresh-benches`.
