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

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A look after so long at something of which nothing is known.
fn after(elapsed: Duration) -> Look {
    Look { elapsed, ..Look::default() }
}

#[test]
fn the_pause_follows_what_is_known() {
    let (zero, hour) = (Duration::ZERO, Duration::from_hours(1));
    let expecting = |expected, elapsed| Look { expected: Some(expected), ..after(elapsed) };
    let used_to = |experience, elapsed| Look { experience: Some(experience), ..expecting(minutes(5), elapsed) };
    let at = |percent, elapsed| Look { percent: Some(percent), ..expecting(hour, elapsed) };
    // A look costs half a second, so a pause is the root of the span in seconds.
    let policy = WaitPolicy { look_cost: Duration::from_millis(500), ..steady() };
    let table = [
        ("nothing is known at first: soon", after(zero), seconds(10)),
        ("then pauses grow with the time gone by", after(seconds(400)), seconds(20)),
        ("more and more slowly", after(seconds(40_000)), seconds(200)),
        ("up to a limit", after(Duration::from_hours(200)), minutes(10)),
        ("a quarter of what is expected is slept through", expecting(seconds(1600), zero), seconds(400)),
        ("the rest of it as well", expecting(seconds(1600), seconds(300)), seconds(100)),
        ("up to a limit", expecting(Duration::from_hours(10), zero), minutes(10)),
        ("then the looks are even", expecting(seconds(1600), seconds(400)), seconds(40)),
        ("when it is late", expecting(seconds(1600), seconds(1600)), seconds(40)),
        ("and not faster than the minimum", expecting(minutes(1), minutes(1)), seconds(10)),
        ("when it is far too late, pauses grow", expecting(seconds(1600), seconds(10_800)), seconds(60)),
        ("experience tells more: three fifths of it are slept through", used_to(seconds(2000), minutes(15)), seconds(300)),
        ("and the looks after that are closer", used_to(seconds(2000), seconds(1500)), seconds(20)),
        ("until it proves wrong", used_to(seconds(2000), seconds(5600)), seconds(60)),
        ("progress tells most: it is 40 to 45 %", at(40, seconds(360)), seconds(440)),
        ("at 80 to 85 % there is little left", at(80, seconds(850)), seconds(150)),
        ("from 95 % on any look may be the last", at(95, seconds(7600)), seconds(20)),
        ("at 99 % too", at(99, seconds(7600)), seconds(20)),
        ("and at 100 %", at(100, seconds(7600)), seconds(20)),
        ("the first percent tell nothing", at(4, seconds(900)), seconds(60)),
        ("a percentage beyond all is none", at(200, seconds(900)), seconds(60)),
        ("progress at once is no reason to hurry", at(50, zero), seconds(10)),
    ];
    for (what, look, pause) in table {
        assert_eq!(policy.next_look(look, 0), pause, "{what}");
    }
}

#[test]
fn looks_that_cost_four_times_as_much_are_half_as_many() {
    let pause = |cost| {
        let policy = WaitPolicy { look_cost: Duration::from_millis(cost), ..steady() };
        policy.next_look(Look { expected: Some(minutes(10)), ..after(minutes(10)) }, 0)
    };
    assert_eq!(pause(3000), seconds(60));
    assert_eq!(pause(12_000), seconds(120));
    assert_eq!(pause(0), seconds(10), "for nothing they are as frequent as they may be");
}

#[test]
fn a_minimum_above_the_maximum_holds() {
    let policy = WaitPolicy { min_interval: minutes(2), max_interval: minutes(1), ..steady() };
    assert_eq!(policy.next_look(Look::default(), 0), minutes(2));
    assert_eq!(policy.next_look(after(Duration::from_hours(9)), 0), minutes(2));
}

#[test]
fn jitter_is_the_same_for_the_same_seed_and_spreads_over_others() {
    let policy = WaitPolicy { look_cost: Duration::from_millis(500), ..WaitPolicy::default() };
    let pause = |seed| policy.next_look(after(Duration::from_hours(9)), seed);
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
        (elapsed, expected, experience) in (any::<Duration>(), any::<Option<Duration>>(), any::<Option<Duration>>()),
        (percent, look_cost) in (any::<Option<u8>>(), any::<Duration>()),
        seed in any::<u64>(),
    ) {
        let policy = WaitPolicy { min_interval: shortest, max_interval: longest, jitter, look_cost, ..WaitPolicy::default() };
        let pause = policy.next_look(Look { elapsed, expected, experience, percent }, seed);
        prop_assert!((shortest..=longest.max(shortest)).contains(&pause));
    }
}
