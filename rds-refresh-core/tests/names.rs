//! The names that a run derives: legal, stable, and never those of another run, attempt or thing.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use proptest::prelude::*;
use rds_refresh_core::RunId;
use rds_refresh_core::ids::{DbIdentifier, DbSnapshotIdentifier};

/// Any legal identifier of a source.
fn source() -> impl Strategy<Value = DbIdentifier> {
    "[A-Za-z](-?[A-Za-z0-9]){0,40}"
        .prop_map(|text| text.chars().take(63).collect::<String>().trim_end_matches('-').to_owned())
        .prop_map(|text| text.parse().expect("legal"))
}

fn run() -> impl Strategy<Value = RunId> {
    "[a-z0-9](-?[a-z0-9]){0,16}"
        .prop_map(|text| text.chars().take(24).collect::<String>().trim_end_matches('-').to_owned())
        .prop_map(|text| text.parse().expect("legal"))
}

fn letter() -> impl Strategy<Value = char> {
    prop::sample::select(vec!['c', 't', 's', 'd'])
}

fn attempt() -> impl Strategy<Value = u32> {
    prop_oneof![1..=20_u32, any::<u32>()]
}

proptest! {
    #[test]
    fn a_derived_name_is_legal_and_stable(source in source(), run in run(), letter in letter(), attempt in attempt()) {
        let name = DbIdentifier::derived(&source, &run, letter, attempt);
        prop_assert!(name.as_str().len() <= 63, "{}", name);
        // It reads as itself, which is to say by the grammar and in lower case.
        prop_assert_eq!(name.as_str().parse::<DbIdentifier>(), Ok(name.clone()));
        prop_assert!(name.as_str().parse::<DbSnapshotIdentifier>().is_ok());
        prop_assert_eq!(&name, &DbIdentifier::derived(&source, &run, letter, attempt));
        let ending = format!("-{run}-{letter}{attempt}");
        prop_assert!(name.as_str().ends_with(&ending));
        let kept = name.as_str().strip_suffix(&ending).unwrap();
        prop_assert!(source.as_str().starts_with(kept) && !kept.is_empty());
    }

    #[test]
    fn a_derived_name_shows_its_attempt(source in source(), run in run(), letter in letter(), attempt in attempt()) {
        let name = DbIdentifier::derived(&source, &run, letter, attempt);
        prop_assert_eq!(DbIdentifier::attempt_of(name.as_str(), &run, letter), Some(attempt));
        prop_assert_eq!(DbIdentifier::attempt_of(name.as_str(), &run, 'x'), None);
    }

    #[test]
    fn another_attempt_or_thing_has_another_name(
        source in source(),
        run in run(),
        (one, other) in ((letter(), attempt()), (letter(), attempt())),
    ) {
        let name = |(letter, attempt)| DbIdentifier::derived(&source, &run, letter, attempt);
        prop_assert_eq!(name(one) == name(other), one == other);
    }

    #[test]
    fn another_run_has_another_name(source in source(), one in run(), other in run(), letter in letter()) {
        let name = |run: &RunId| DbIdentifier::derived(&source, run, letter, 1);
        // A run's id may be the ending of another's: then the source's name tells them apart, unless it ends so as well.
        let apart = |longer: &RunId, shorter: &RunId| !longer.as_str().ends_with(&format!("-{shorter}"));
        if one != other && apart(&one, &other) && apart(&other, &one) {
            prop_assert_ne!(name(&one), name(&other));
        }
    }
}

#[test]
fn a_long_name_is_cut_where_no_hyphen_is_left() {
    let source: DbIdentifier = format!("{}-tail", "a".repeat(25)).parse().unwrap();
    let run: RunId = "20261123-081500-7f3a9c2e".parse().unwrap();
    let name = DbIdentifier::derived(&source, &run, 's', u32::MAX);
    assert_eq!(name.as_str(), format!("{}-20261123-081500-7f3a9c2e-s4294967295", "a".repeat(25)));
}

#[test]
fn what_only_looks_derived_shows_no_attempt() {
    let run: RunId = "r1".parse().unwrap();
    let long = format!("{}-r1-s1", "a".repeat(57));
    for (name, attempt) in [
        ("orders-r1-s1", Some(1)),
        ("orders-r1-s12", Some(12)),
        ("o-r1-s1", Some(1)),
        (&long[..], Some(1)),
        ("orders", None),
        ("orders-production", None),
        ("orders-r1", None),
        ("orders-r1-s", None),
        ("orders-r1-s01", None),
        ("orders-r1-s+1", None),
        ("orders-r1-s1-s", None),
        ("orders-r1-s4294967296", None),
        ("orders-r1-t1", None),
        ("orders-r11-s1", None),
        ("orders-xr1-s1", None),
        ("ordersr1-s1", None),
        ("Orders-r1-s1", None),
        ("1orders-r1-s1", None),
        ("r1-s1", None),
        ("-r1-s1", None),
        ("orders--r1-s1", None),
        (&format!("a{long}"), None),
    ] {
        assert_eq!(DbIdentifier::attempt_of(name, &run, 's'), attempt, "{name}");
    }
}
