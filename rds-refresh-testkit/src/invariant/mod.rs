//! What must always hold, whatever goes wrong: one file each, each a pure look at what a simulation recorded.
//!
//! ```
//! use rds_refresh_testkit::{invariant, sim::Simulation};
//!
//! assert_eq!(invariant::check(&Simulation::drawn(3).run_twice()), []);
//! ```

mod crash_changes_nothing;
mod every_run_ends;
mod made;
mod nothing_unexplained;
mod only_its_own;
mod same_seed_same_trace;
mod secrets_stay_secret;
mod source_outlives_copy;
mod source_untouched;

use std::fmt;

use crate::sim::Record;

/// Something that must always hold.
#[derive(Clone, Copy, Debug)]
pub struct Invariant {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    check: fn(&Record) -> Vec<String>,
}

/// All of them.
pub const ALL: [Invariant; 8] = [
    Invariant {
        name: "source-untouched",
        says: "The source cluster is never modified or deleted; a snapshot is shared with, and a key granted to, the destination account and no other.",
        check: source_untouched::check,
    },
    Invariant {
        name: "nothing-unexplained",
        says: "When a run has ended, everything it made is the result, kept by policy, gone, or named in its outcome.",
        check: nothing_unexplained::check,
    },
    Invariant {
        name: "only-its-own",
        says: "Nothing that a run did not make is deleted by it or taken for its own.",
        check: only_its_own::check,
    },
    Invariant {
        name: "crash-changes-nothing",
        says: "A crash at any point, then a resume, ends as it would have without the crash.",
        check: crash_changes_nothing::check,
    },
    Invariant {
        name: "source-outlives-copy",
        says: "A source snapshot, its share and its grant outlive the copy that is made from it.",
        check: source_outlives_copy::check,
    },
    Invariant {
        name: "secrets-stay-secret",
        says: "No secret is in a state, an error, an outcome, or the journal.",
        check: secrets_stay_secret::check,
    },
    Invariant {
        name: "every-run-ends",
        says: "Every run ends by its deadline, or is parked and says so.",
        check: every_run_ends::check,
    },
    Invariant {
        name: "same-seed-same-trace",
        says: "The same seed gives the same trace, byte for byte.",
        check: same_seed_same_trace::check,
    },
];

/// A record in which an invariant does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What has the simulation run again, as options of the binary `sim`.
    pub options: String,
    /// The invariant's name.
    pub invariant: &'static str,
    /// What was found.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { options, invariant, what } = self;
        write!(
            f,
            "{invariant}: {what}\n  reproduce: cargo run --profile sim -p rds-refresh-testkit --no-default-features --features sim --bin sim -- {options}"
        )
    }
}

/// Looks at a record with all invariants.
#[must_use]
pub fn check(record: &Record) -> Vec<Violation> {
    let found = ALL.iter().flat_map(|invariant| (invariant.check)(record).into_iter().map(|what| (invariant.name, what)));
    found.map(|(invariant, what)| Violation { options: record.options.clone(), invariant, what }).collect()
}
