//! When a wait policy looks next, as a table.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::time::Duration;

use proptest::prelude::*;
use rds_refresh_core::WaitPolicy;
use rds_refresh_core::wait::Look;

fn steady() -> WaitPolicy {
    WaitPolicy { jitter: 0.0, ..WaitPolicy::default() }
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}

fn look(elapsed: Duration, expected: Option<Duration>, percent: Option<u8>) -> Look {
    Look { elapsed, expected, percent }
}

#[test]
fn the_pause_follows_what_is_known() {
    let (zero, hour) = (Duration::ZERO, Duration::from_hours(1));
    let table = [
        ("nothing is known at first: soon", look(zero, None, None), Duration::from_secs(15)),
        ("then a twelfth of the time gone by", look(minutes(6), None, None), Duration::from_secs(30)),
        ("which has a limit", look(Duration::from_hours(5), None, None), minutes(10)),
        ("most of what is expected is slept through", look(zero, Some(minutes(5)), None), minutes(4)),
        ("and the looks close in on the end", look(minutes(4), Some(minutes(5)), None), Duration::from_secs(48)),
        ("not faster than the minimum", look(Duration::from_secs(295), Some(minutes(5)), None), Duration::from_secs(15)),
        ("nor slower than the maximum", look(zero, Some(hour), None), minutes(10)),
        ("what is overdue is looked at like the unknown", look(minutes(6), Some(minutes(5)), None), Duration::from_secs(30)),
        ("progress tells more than expectation", look(minutes(5), Some(hour), Some(50)), minutes(4)),
        ("but not in its first percent", look(minutes(5), Some(minutes(10)), Some(4)), minutes(4)),
        ("nor in its last", look(minutes(5), Some(minutes(10)), Some(99)), minutes(4)),
        ("nor beyond it", look(minutes(5), Some(minutes(10)), Some(200)), minutes(4)),
        ("a queue has only the expectation", look(minutes(5), Some(minutes(10)), None), minutes(4)),
    ];
    for (what, look, pause) in table {
        assert_eq!(steady().next_look(look, 0), pause, "{what}");
    }
}

#[test]
fn a_minimum_above_the_maximum_holds() {
    let policy = WaitPolicy { min_interval: minutes(2), max_interval: minutes(1), ..steady() };
    assert_eq!(policy.next_look(Look::default(), 0), minutes(2));
    assert_eq!(policy.next_look(look(Duration::from_hours(9), None, None), 0), minutes(2));
}

#[test]
fn jitter_is_the_same_for_the_same_seed_and_spreads_over_others() {
    let policy = WaitPolicy::default();
    let pause = |seed| policy.next_look(look(minutes(36), None, None), seed);
    assert_eq!(pause(7), pause(7));
    let mut pauses: Vec<Duration> = (0..100).map(pause).collect();
    assert!(pauses.iter().all(|pause| (Duration::from_secs(162)..=Duration::from_secs(198)).contains(pause)), "{pauses:?}");
    pauses.sort_unstable();
    pauses.dedup();
    assert!(pauses.len() > 90, "{}", pauses.len());
}

proptest! {
    #[test]
    fn every_pause_lies_between_the_intervals(
        (shortest, longest) in (any::<Duration>(), any::<Duration>()),
        jitter in any::<f64>(),
        (elapsed, expected, percent) in (any::<Duration>(), any::<Option<Duration>>(), any::<Option<u8>>()),
        seed in any::<u64>(),
    ) {
        let policy = WaitPolicy { min_interval: shortest, max_interval: longest, jitter, ..WaitPolicy::default() };
        let pause = policy.next_look(Look { elapsed, expected, percent }, seed);
        prop_assert!((shortest..=longest.max(shortest)).contains(&pause));
    }
}
