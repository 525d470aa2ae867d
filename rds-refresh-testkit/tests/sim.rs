//! Simulated refreshes: everything that must hold does, and each run can be had again.

use rds_refresh_testkit::invariant::{self, Violation};
use rds_refresh_testkit::sim::{Figures, Simulation};

/// How many seeds; `RDS_REFRESH_SEEDS` says another number.
fn seeds() -> u64 {
    std::env::var("RDS_REFRESH_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

#[test]
fn everything_holds() {
    let mut figures = Figures::default();
    let mut violations: Vec<Violation> = Vec::new();
    for seed in 0..seeds() {
        let simulation = Simulation::drawn(seed);
        let record = if seed % 20 == 0 { simulation.run_twice() } else { simulation.run() };
        violations.extend(invariant::check(&record));
        figures.add(&record.figures);
    }
    let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    // A simulation in which nothing happens proves nothing.
    assert!(figures.crashes > seeds(), "{figures:?}");
    assert!(figures.faults.len() > 15, "{figures:?}");
    let Figures { halves, two_drivers, two_runs, cancelled, queued, clocks_set, corrected, .. } = figures;
    assert!(
        [halves, two_drivers, two_runs, cancelled, queued, clocks_set, corrected].iter().all(|times| *times > 0),
        "{figures:?}"
    );
    assert!(figures.failed > seeds() / 20 && figures.succeeded > seeds() / 2, "{figures:?}");
}

/// Seeds that once broke something, with what it was.
#[test]
fn what_was_broken_stays_whole() {
    let once_broken = [
        (151, "a process that had been suspended in a call went on with it, hours after another one had the run"),
        (62, "a failed run unshared a snapshot while the copy that it kept was made of it"),
        (521, "a cluster that a failed run kept was said to be removed"),
        (5090, "a grant of which nobody was told stayed, because the key's policy changed before the next look"),
        (38558, "a grant that was kept, and not listed yet, was not named"),
        (40049, "a grant that a call had made late, and that KMS did not list yet, was given up too soon"),
        (141_297, "a copy that was begun when the source had waited for two days was held against the source"),
        (58741, "a half that failed handed over all the same, and took the snapshot back under whoever copied it"),
        (
            23299,
            "a copy that lived by another run's grant, as somebody had revoked its own, was thought to be cut off by its own run",
        ),
    ];
    for (seed, what) in once_broken {
        assert_eq!(invariant::check(&Simulation::drawn(seed).run()), [], "{what}");
    }
}
