//! `sim`: simulated refreshes under faults and crashes, by the thousand.

mod crew;

use std::num::NonZero;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use rds_refresh_testkit::invariant;
use rds_refresh_testkit::sim::{CrashTable, Figures, Simulation};

use crew::Harvest;

/// Runs whole refreshes on the fake, with faults and crashes, and checks that everything holds that must always hold.
///
/// By default from seeds, which draw everything; with --crashes the whole table of every single fault crossed with every point at which
/// a process can die.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Run this seed only, and tell what happened.
    #[arg(long, group = "what")]
    seed: Option<u64>,
    /// Run every row of the table of faults and crashes.
    #[arg(long, group = "what")]
    crashes: bool,
    /// Run this fault of the table only, and tell what happened.
    #[arg(long, group = "what")]
    fault: Option<usize>,
    /// With --fault: the point of its life at which the process dies.
    #[arg(long, requires = "fault")]
    dies_at: Option<u64>,
    /// With --fault: the point of its life at which the run is cancelled.
    #[arg(long, requires = "fault")]
    cancelled_at: Option<u64>,
    /// How many seeds to run.
    #[arg(long, default_value_t = 1000, conflicts_with = "what")]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0, conflicts_with = "what")]
    from: u64,
    /// How many simulations to run at a time. By default as many as there are processors.
    #[arg(long)]
    threads: Option<NonZero<usize>>,
}

/// Every seed of so many is run twice, and its two traces compared.
const TWICE: u64 = 20;

fn main() -> ExitCode {
    let options = Options::parse();
    let table = CrashTable::new();
    if let Some(seed) = options.seed {
        tell(&Simulation::drawn(seed))
    } else if let Some(fault) = options.fault {
        let Some(mut simulation) = table.simulation(fault) else {
            eprintln!("there is no fault {fault}: the table has {}, from 0", table.faults().len());
            return ExitCode::from(2);
        };
        simulation = options.dies_at.into_iter().fold(simulation, Simulation::dying_at);
        simulation = options.cancelled_at.into_iter().fold(simulation, Simulation::cancelled_at);
        tell(&simulation)
    } else if options.crashes {
        run_table(&table, options.threads)
    } else {
        run_seeds(&options)
    }
}

fn run_seeds(options: &Options) -> ExitCode {
    let seeds: Vec<u64> = (options.from..options.from.saturating_add(options.seeds)).collect();
    timed(|| {
        crew::each(
            &seeds,
            options.threads,
            |seed| Simulation::drawn(*seed).options(),
            |seed, harvest| {
                let simulation = Simulation::drawn(*seed);
                harvest.add(&if seed % TWICE == 0 { simulation.run_twice() } else { simulation.run() });
            },
        )
    })
}

fn run_table(table: &CrashTable, threads: Option<NonZero<usize>>) -> ExitCode {
    println!(
        "{} faults, crossed with every point at which a process can die and leave something else behind",
        table.faults().len()
    );
    let faults: Vec<usize> = (0..table.faults().len()).collect();
    timed(|| {
        crew::each(
            &faults,
            threads,
            |fault| format!("--fault {fault}"),
            |fault, harvest| {
                let Some(calm) = table.simulation(*fault) else { return };
                harvest.add(&calm.run());
                let mut points = Vec::new();
                calm.each_death(|point, record| {
                    points.push(point);
                    harvest.add(&record);
                });
                for point in points.into_iter().filter(|_| table.is_cancelled(*fault)) {
                    harvest.add(&calm.clone().cancelled_at(point).run());
                }
            },
        )
    })
}

#[expect(clippy::disallowed_methods, reason = "how fast the simulation is, only the computer's clock can say")]
fn timed(simulate: impl FnOnce() -> Harvest) -> ExitCode {
    let began = Instant::now();
    let Harvest { figures, violations } = simulate();
    let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    show(&figures);
    println!(
        "{} violations; {} s, {} simulations a second",
        violations.len(),
        milliseconds / 1000,
        figures.seeds * 1000 / milliseconds
    );
    if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn show(figures: &Figures) {
    let struck: u64 = figures.faults.values().sum();
    let days = figures.simulated.as_secs() / (24 * 60 * 60);
    println!("{} simulations, {days} days in them, {} calls, {} states saved", figures.seeds, figures.calls, figures.saves);
    println!("{} crashes survived, of {} points at which one was possible", figures.crashes, figures.points);
    println!(
        "{} runs succeeded, {} failed and were undone; parked {} times; taken up after failing {} times, {} of them amended",
        figures.succeeded, figures.failed, figures.parked, figures.taken_up, figures.corrected
    );
    println!(
        "{} in two halves, {} with two processes on one run, {} with two runs on one source, {} with answers twice or too late",
        figures.halves, figures.two_drivers, figures.two_runs, figures.queued
    );
    println!("{} cancelled, clocks set {} times", figures.cancelled, figures.clocks_set);
    println!("{struck} faults struck:");
    for (name, times) in &figures.faults {
        println!("  {name:24} {times}");
    }
}

fn tell(simulation: &Simulation) -> ExitCode {
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
