//! What a refresh costs by Step Functions, counted over 200 seeds beside the plain design. Prints the table of the guide:
//!
//! ```sh
//! cargo test --workspace --all-features --test counted -- --ignored --nocapture
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the figures are small")]

#[path = "../common/asl.rs"]
#[allow(dead_code, reason = "others need more of it")]
mod asl;
mod counts;
mod drawn;
#[path = "../common/jsonata.rs"]
mod jsonata;
mod ours;
mod plain;
mod timeline;

use std::time::Duration;

use counts::{Counts, Of, Summary};
use drawn::{Drawn, Durations};
use ours::{Cost, Known, Progress};

const SEEDS: u64 = 200;

/// How much runs of one environment differ: the testkit's usual.
const SIGMA: f64 = 0.35;

fn plain(sigma: f64, waits_for_deletion: bool) -> Summary {
    Summary::of((0..SEEDS).map(|seed| plain::count(&Drawn::of(seed, sigma).takes, waits_for_deletion)))
}

/// Both halves, and with the settlement.
fn ours(sigma: f64, known: Known) -> (Summary, Summary) {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
    let costs: Vec<Cost> = std::thread::scope(|scope| {
        let count = |first| {
            move || {
                (first..SEEDS).step_by(threads as usize).map(|seed| ours::count(seed, &Drawn::of(seed, sigma), known)).collect()
            }
        };
        let all: Vec<_> = (0..threads).map(|first| scope.spawn(count(first))).collect();
        all.into_iter().flat_map(|costs: std::thread::ScopedJoinHandle<'_, Vec<Cost>>| costs.join().unwrap()).collect()
    });
    (Summary::of(costs.iter().map(|cost| cost.halves)), Summary::of(costs.iter().map(|cost| cost.whole)))
}

#[test]
fn the_plain_design_costs_what_it_is_said_to_cost() {
    let figures = |waits| {
        let Counts { delay, transitions, invocations, calls } = plain::count(&Durations::usual(), waits);
        (transitions, invocations, calls, delay.as_secs_f64().round() as u64)
    };
    assert_eq!(figures(true), (412, 140, 139, 402));
    assert_eq!(figures(false), (382, 130, 129, 85));
}

/// The first run in an environment, of which nothing is known, and RDS shows no progress.
const FIRST: Known = Known { progress: Progress::None, history: false, events_after: None, look_cost: None };

const PROGRESS: Known = Known { progress: Progress::All, ..FIRST };

/// An event of RDS arrives five seconds after what it tells of, so there is less need to look.
const EVENTS: Known = Known { events_after: Some(Duration::from_secs(5)), look_cost: Some(Duration::from_secs(15)), ..FIRST };

#[test]
fn a_first_run_costs_less_than_polling() {
    let plain = plain(SIGMA, false);
    let (halves, whole) = ours(SIGMA, FIRST);
    let is_less = |ours: Of, plain: Of| ours.mean < plain.mean;
    assert!(is_less(halves.delay, plain.delay), "{halves:?}\n{plain:?}");
    assert!(is_less(halves.calls, plain.calls), "{halves:?}\n{plain:?}");
    // These even with the settlement, which the plain design has nothing like.
    assert!(is_less(whole.transitions, plain.transitions), "{whole:?}\n{plain:?}");
    assert!(is_less(whole.invocations, plain.invocations), "{whole:?}\n{plain:?}");
}

#[test]
fn progress_or_events_make_it_quick_and_cheap() {
    for known in [PROGRESS, EVENTS] {
        let (_, whole) = ours(SIGMA, known);
        assert!(whole.delay.mean < 60.0, "{whole:?}");
        assert!(whole.transitions.mean < 200.0, "{whole:?}");
    }
}

#[test]
#[ignore = "asserts nothing: prints the table of the guide"]
fn table() {
    let show = |what: &str, sigma, known| {
        let (halves, whole) = ours(sigma, known);
        println!("{}\n{}", halves.row(what), whole.row("… and the settlement"));
    };
    println!("| | delay, s | transitions | invocations | RDS calls |\n|---|---|---|---|---|");
    println!("{}", plain(SIGMA, true).row("plain, waiting for the deletion"));
    println!("{}", plain(SIGMA, false).row("plain"));
    show("first run", SIGMA, FIRST);
    show("with the medians of earlier runs", SIGMA, Known { history: true, ..FIRST });
    show("the same, σ 0.1", 0.1, Known { history: true, ..FIRST });
    show("with `PercentProgress` of snapshots only", SIGMA, Known { progress: Progress::Snapshots, ..FIRST });
    show("with `PercentProgress` of everything", SIGMA, PROGRESS);
    show("with RDS events, 5 s after what they tell of", SIGMA, EVENTS);
}
