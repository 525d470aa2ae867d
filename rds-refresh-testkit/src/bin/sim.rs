//! `sim`: simulated refreshes under faults and crashes, by the thousand.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use rds_refresh_testkit::invariant;
use rds_refresh_testkit::sim::{Figures, Simulation};

/// Runs whole refreshes on the fake from seeds, with faults and crashes, and checks that everything holds that must always hold.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Run this seed only, and tell what happened.
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
    /// How many seeds to run.
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
}

/// Every seed of so many is run twice, and its two traces compared.
const TWICE: u64 = 20;

fn main() -> ExitCode {
    let options = Options::parse();
    match options.seed {
        Some(seed) => tell(seed),
        None => run(options.from, options.seeds),
    }
}

#[expect(clippy::disallowed_methods, reason = "how fast the simulation is, only the computer's clock can say")]
fn run(from: u64, seeds: u64) -> ExitCode {
    let began = Instant::now();
    let (mut figures, mut violations) = (Figures::default(), 0);
    for seed in from..from.saturating_add(seeds) {
        let simulation = Simulation::drawn(seed);
        let record = if seed % TWICE == 0 { simulation.run_twice() } else { simulation.run() };
        figures.add(&record.figures);
        for violation in invariant::check(&record) {
            violations += 1;
            println!("seed {seed}: {violation}");
        }
    }
    let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    show(&figures);
    println!("{violations} violations; {} seeds a second", figures.seeds * 1000 / milliseconds);
    if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn show(figures: &Figures) {
    let struck: u64 = figures.faults.values().sum();
    let days = figures.simulated.as_secs() / (24 * 60 * 60);
    println!("{} seeds, {days} days simulated, {} calls, {} states saved", figures.seeds, figures.calls, figures.saves);
    println!("{} crashes survived, of {} points at which one was possible", figures.crashes, figures.points);
    println!(
        "{} runs succeeded, {} failed and were undone; parked {} times, taken up after failing {} times",
        figures.succeeded, figures.failed, figures.parked, figures.taken_up
    );
    println!("{struck} faults struck:");
    for (name, times) in &figures.faults {
        println!("  {name:24} {times}");
    }
}

fn tell(seed: u64) -> ExitCode {
    let simulation = Simulation::drawn(seed);
    println!("{simulation:#?}");
    let record = simulation.run_twice();
    for entry in record.journal() {
        let (who, effect) = (if entry.somebody { "somebody " } else { "" }, if entry.took_effect { " *" } else { "" });
        let (fault, error) = (entry.fault.unwrap_or_default(), entry.error.unwrap_or_default());
        println!("{} {} {who}{} {} {error} {fault}{effect}", entry.at, entry.account, entry.action, entry.resource);
    }
    for run in &record.runs {
        println!("{}: {:#?}", run.id, run.outcome);
    }
    show(&record.figures);
    let violations = invariant::check(&record);
    for violation in &violations {
        println!("{violation}");
    }
    if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
