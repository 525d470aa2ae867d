//! The README shows what the quick start prints.

use std::process::Command;

#[test]
fn the_readme_shows_what_the_quick_start_prints() {
    let ran = Command::new(env!("CARGO_BIN_EXE_rds-refresh-quickstart")).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let printed = String::from_utf8(ran.stdout).unwrap();
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(printed.trim()), "README.md does not show this:\n{printed}");
}
