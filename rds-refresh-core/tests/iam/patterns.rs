//! Patterns match what runs make, and every name that a run could have.

use proptest::prelude::*;
use rds_refresh_core::RunId;
use rds_refresh_core::ids::DbIdentifier;

/// IAM's wildcard `*`, for a pattern with at most a few of them.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => {
            let Some(behind) = text.strip_prefix(start) else { return false };
            (0..=behind.len()).any(|at| matches(rest, &behind[at..]))
        }
    }
}

proptest! {
    #[test]
    fn every_derived_name_is_matched(
        source in "[a-z]([a-z0-9]|-[a-z0-9]){0,31}",
        run in "[a-z0-9]([a-z0-9]|-[a-z0-9]){0,11}",
        attempt in prop_oneof![1..20_u32, Just(u32::MAX)],
    ) {
        let source: DbIdentifier = source.parse().unwrap();
        let run: RunId = run.parse().unwrap();
        let name = DbIdentifier::derived(&source, &run, 't', attempt);
        let pattern = DbIdentifier::derived_pattern(&source, 't');
        prop_assert!(matches(&pattern, name.as_str()), "{pattern} {name}");
        prop_assert!(!matches(&pattern, source.as_str()) || source.as_str().len() > 25, "the source itself");
    }
}

#[test]
fn the_source_and_its_members_are_not_matched() {
    let source: DbIdentifier = "orders-production".parse().unwrap();
    let pattern = DbIdentifier::derived_pattern(&source, 't');
    for other in ["orders-production", "orders-production-instance-1", "orders-production-instance-3", "orders"] {
        assert!(!matches(&pattern, other), "{other}");
    }
}
