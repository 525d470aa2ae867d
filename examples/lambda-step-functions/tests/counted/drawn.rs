//! How long RDS takes, drawn from a seed.

use std::time::Duration;

use rds_refresh_testkit::Timing;
use rds_refresh_testkit::timing::{Draw, Spread};

/// What a refresh waits for, by the step that waits for it, and its usual time in minutes. The last one is the deletion of the temporary
/// instance.
pub(crate) const USUAL: [(&str, u64); 6] = [
    ("snapshot-cluster", 8),
    ("restore-temporary-instance", 12),
    ("snapshot-instance", 6),
    ("copy-snapshot", 15),
    ("restore-cluster", 20),
    ("await-temporary-instance-gone", 5),
];

/// How long each of them takes in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Durations(pub(crate) [Duration; 6]);

/// One environment and one run in it.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    /// What the run takes.
    pub(crate) takes: Durations,
    /// What half of all runs in this environment take less than.
    pub(crate) medians: Durations,
}

impl Durations {
    pub(crate) fn usual() -> Self {
        Self(USUAL.map(|(_, minutes)| Duration::from_mins(minutes)))
    }

    /// What nobody can avoid waiting for: all but the deletion.
    pub(crate) fn unavoidable(&self) -> Duration {
        self.0[..5].iter().sum()
    }

    pub(crate) fn of(&self, step: &str) -> Option<Duration> {
        USUAL.iter().zip(self.0).find(|((name, _), _)| *name == step).map(|(_, duration)| duration)
    }

    /// A world in which everything else takes no time, and nothing depends on the size of the data.
    pub(crate) fn timing(&self) -> Timing {
        let [cluster_snapshot, instance_restore, snapshot, copy, cluster_restore, instance_deletion] =
            self.0.map(|duration| Spread::exactly(duration.as_secs()));
        let none = Spread::exactly(0);
        Timing {
            cluster_snapshot,
            instance_restore,
            snapshot,
            copy,
            cluster_restore,
            instance_deletion,
            snapshot_mib_per_second: 0,
            copy_mib_per_second: 0,
            storage_conversion_mib_per_second: 0,
            share_visibility: none,
            crash_recovery: none,
            storage_optimization: none,
            copy_queue: none,
            reader_lag: none,
            ..Timing::default()
        }
    }
}

impl Drawn {
    /// Medians between 0.3 and 3 times the usual, every ratio as likely as its inverse, and durations that are log-normal around them.
    pub(crate) fn of(seed: u64, sigma: f64) -> Self {
        let seconds = |(step, minutes): (&str, u64)| {
            let unit = (Draw::named(seed, &[step, "median"]).bits() >> 11) as f64 / (1_u64 << 53) as f64;
            let median = Duration::from_secs((60.0 * minutes as f64 * 0.3 * 10_f64.powf(unit)).round() as u64);
            let spread = Spread { median, shortest: Duration::from_secs(1), longest: Duration::from_hours(24), sigma };
            (spread.sample(Draw::named(seed, &[step, "duration"])), median)
        };
        let drawn = USUAL.map(seconds);
        Self { takes: Durations(drawn.map(|(takes, _)| takes)), medians: Durations(drawn.map(|(_, median)| median)) }
    }
}
