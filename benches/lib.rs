//! The benches of this workspace: `cargo bench -p rds-refresh-benches`.
//!
//! - `--bench refresh`: what the machine, its state and the fake cost.
//! - `--bench server`: how many requests a second `fake-rds` answers over loopback, beside `moto_server` if that is installed
//!   (`pip install 'moto[server]'`). The same client asks both for the same thing, one after the other, on this computer.
