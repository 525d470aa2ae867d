//! What a refresh costs by Step Functions, counted over 200 seeds beside the plain design. Prints the table of the guide:
//!
//! ```sh
//! cargo test --workspace --all-features --test counted -- --nocapture
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

use counts::{Counts, Summary};
use drawn::{Drawn, Durations};
use ours::{Known, Progress};

const SEEDS: u64 = 200;

/// How much runs of one environment differ: the testkit's usual.
const SIGMA: f64 = 0.35;

fn plain(waits_for_deletion: bool) -> Summary {
    Summary::of((0..SEEDS).map(|seed| plain::count(&Drawn::of(seed, SIGMA).takes, waits_for_deletion)))
}

fn ours(known: Known) -> Summary {
    ours_at(SIGMA, known)
}

fn ours_at(sigma: f64, known: Known) -> Summary {
    Summary::of((0..SEEDS).map(|seed| ours::count(seed, &Drawn::of(seed, sigma), known)))
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

#[test]
fn table() {
    let seconds = Duration::from_secs;
    println!("| | delay | transitions | invocations | calls |");
    println!("{}", plain(true).row("plain, deletion"));
    println!("{}", plain(false).row("plain"));
    let k = Known::default();
    println!("{}", ours(k).row("first"));
    println!("{}", ours(Known { progress: Progress::Snapshots, ..k }).row("snapshots' percent"));
    println!("{}", ours(Known { progress: Progress::All, ..k }).row("percent"));
    println!("{}", ours(Known { events_after: Some(seconds(5)), look_cost: Some(seconds(12)), ..k }).row("events 5"));
    for ms in [300, 450, 800, 1000, 2000] {
        println!("{}", ours(Known { look_cost: Some(Duration::from_millis(ms)), ..k }).row(&format!("first {ms}")));
        println!("{}", ours(Known { progress: Progress::All, look_cost: Some(Duration::from_millis(ms)), ..k }).row(&format!("percent {ms}")));
    }
    for sigma in [0.05, 0.1, 0.2, 0.35] {
        println!("{}", ours_at(sigma, Known { history: true, ..k }).row(&format!("history {sigma}")));
        println!("{}", ours_at(sigma, Known { history: true, progress: Progress::All, ..k }).row(&format!("history, percent {sigma}")));
    }
}
