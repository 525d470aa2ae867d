//! The document shows what the quick start prints.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::process::Command;

#[test]
fn the_document_shows_what_the_quick_start_prints() {
    let ran = Command::new(env!("CARGO_BIN_EXE_rds-refresh-quickstart")).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let printed = String::from_utf8(ran.stdout).unwrap();
    let document = include_str!("../../../docs/getting-started.md");
    assert!(document.contains(printed.trim()), "docs/getting-started.md does not show this:\n{printed}");
}
