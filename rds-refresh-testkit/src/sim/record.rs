use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use rds_refresh_core::ids::AccountId;
use rds_refresh_core::request::Request;
use rds_refresh_core::{Outcome, RunId, Timestamp};

use crate::World;
use crate::world::Entry;

/// What happened in a simulation: all that an invariant may look at.
#[derive(Clone, Debug)]
pub struct Record {
    /// The seed.
    pub seed: u64,
    /// What has it run again, as options of the binary `sim`.
    pub options: String,
    /// The world when everything began.
    pub before: World,
    /// The world when everything had ended, and some hours later.
    pub after: World,
    /// The runs.
    pub runs: Vec<RunRecord>,
    /// Every state that was ever saved, as JSON, in order.
    pub states: Vec<(RunId, String)>,
    /// Every account that a DB snapshot was ever seen to be shared with, as snapshot ARN and account.
    pub shares: BTreeSet<(String, String)>,
    /// Every principal that a key was ever seen to be granted to, as the ARNs of key and principal.
    pub grantees: BTreeSet<(String, String)>,
    /// Every copy that was seen in progress.
    pub copies: Vec<CopySeen>,
    /// A secret that must be nowhere.
    pub canary: String,
    /// Whether every process ended by itself.
    pub ended: bool,
    /// The same run without a crash, where its end must be the same.
    pub calm: Option<Box<Record>>,
    /// The trace of another simulation of the same seed, if there was one.
    pub again: Option<String>,
    /// How much happened.
    pub figures: Figures,
}

/// One run of a simulation.
#[derive(Clone, Debug)]
pub struct RunRecord {
    /// Its id.
    pub id: RunId,
    /// Which part of a refresh it is.
    pub part: Part,
    /// What was asked for.
    pub request: Request,
    /// What became of it; `None` if nobody lived to hear.
    pub outcome: Option<Outcome>,
    /// How often it was parked.
    pub parked: u32,
    /// How long it may take by its plan, if it is not taken up again.
    pub longest: Duration,
    /// Whether it failed, and was taken up again.
    pub taken_up: bool,
    /// Whether somebody cancelled it.
    pub cancelled: bool,
    /// Whether it was taken up with a request that somebody had amended.
    pub corrected: bool,
    /// An error of the driver that nothing explains.
    pub surprise: Option<String>,
}

/// What a run is of a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The source account's half, and its settlement.
    Source,
    /// The destination account's half.
    Destination,
}

impl RunRecord {
    /// Whether it makes things in an account.
    #[must_use]
    pub fn works_in(&self, account: &AccountId) -> bool {
        match self.part {
            Part::Whole => true,
            Part::Source => *account == self.request.source().account,
            Part::Destination => *account == self.request.destination().account,
        }
    }
}

/// A copy of a snapshot, while it was being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopySeen {
    /// The copy's ARN.
    pub copy: String,
    /// The ARN of what it is copied from.
    pub source: String,
    /// When it was first seen.
    pub from: Timestamp,
    /// When it was last seen.
    pub until: Timestamp,
    /// Whether it still bore a run's mark when it was last seen. What somebody took that from is nobody's.
    pub marked: bool,
    /// Whether only the grant of another run let it go on, before it was lost: somebody had taken away what its own run had.
    pub borrows: bool,
    /// The calls, as numbers in the journal, among which the one is after which the copy could not read its source any more: a share,
    /// a key or the source itself was lost.
    pub lost: Option<Range<usize>>,
}

/// How much happened in simulations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Simulations.
    pub seeds: u64,
    /// Faults that struck, by name.
    pub faults: BTreeMap<&'static str, u64>,
    /// Processes that died, and were followed by others.
    pub crashes: u64,
    /// Points at which a process could have died.
    pub points: u64,
    /// Calls to the accounts.
    pub calls: u64,
    /// States that were saved.
    pub saves: u64,
    /// Runs that succeeded.
    pub succeeded: u64,
    /// Runs that failed and were undone.
    pub failed: u64,
    /// How often a run was parked.
    pub parked: u64,
    /// Failed runs that were taken up again.
    pub taken_up: u64,
    /// Of these, with a request that was amended: by an equal or a corrected one.
    pub corrected: u64,
    /// Simulations in which the two accounts ran their halves by themselves.
    pub halves: u64,
    /// Simulations with two processes on one run.
    pub two_drivers: u64,
    /// Simulations with two runs on one source.
    pub two_runs: u64,
    /// Simulations in which somebody cancelled.
    pub cancelled: u64,
    /// Simulations in which answers came twice, or too late.
    pub queued: u64,
    /// How often a clock was set forward or back.
    pub clocks_set: u64,
    /// Time that passed in the worlds.
    pub simulated: Duration,
}

impl Figures {
    /// Adds those of other simulations.
    pub fn add(&mut self, other: &Self) {
        self.seeds += other.seeds;
        for (name, times) in &other.faults {
            *self.faults.entry(name).or_default() += times;
        }
        self.crashes += other.crashes;
        self.points += other.points;
        self.calls += other.calls;
        self.saves += other.saves;
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.parked += other.parked;
        self.taken_up += other.taken_up;
        self.corrected += other.corrected;
        self.halves += other.halves;
        self.two_drivers += other.two_drivers;
        self.two_runs += other.two_runs;
        self.cancelled += other.cancelled;
        self.queued += other.queued;
        self.clocks_set += other.clocks_set;
        self.simulated += other.simulated;
    }
}

impl Record {
    /// Every call, in order.
    #[must_use]
    pub fn journal(&self) -> &[Entry] {
        self.after.journal()
    }

    /// Everything that can be seen of the simulation, as text.
    #[must_use]
    pub fn trace(&self) -> String {
        use std::fmt::Write;
        let mut trace = String::new();
        for (run, state) in &self.states {
            // Writing to a text does not fail.
            let _ = writeln!(trace, "{run} {state}");
        }
        for entry in self.journal() {
            let _ = writeln!(trace, "{entry:?}");
        }
        for run in &self.runs {
            let _ = writeln!(trace, "{run:?}");
        }
        trace + &self.after.to_json().to_string()
    }
}
