//! Programs that must not compile, and what the compiler says to them.
//!
//! After a change of what it says, read it, and keep it with `TRYBUILD=overwrite cargo test -p rds-refresh-core-ui`.

#[test]
fn what_must_not_compile() {
    let programs = trybuild::TestCases::new();
    programs.compile_fail("tests/ui/*.rs");
}
