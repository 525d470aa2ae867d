use std::time::Duration;

use rds_refresh_core::Timestamp;
use serde::Serialize;

/// What a cluster, an instance or a snapshot holds.
///
/// The model knows data by volume and amount only: that decides how long snapshots and copies take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Data {
    /// The storage volume that the data lives on. Snapshots of one volume are incremental to each other; a restore makes a new one.
    pub volume: String,
    /// How much is used, in GiB. Not what is allocated.
    pub used_gib: u32,
    /// How much of it is rewritten in a day, in GiB: what an incremental snapshot has to store.
    pub rewritten_gib_per_day: u32,
}

impl Data {
    /// How much was rewritten in the given time, in MiB: at most all of it.
    #[must_use]
    pub fn rewritten_mib(&self, during: Duration) -> u64 {
        let rewritten = u64::from(self.rewritten_gib_per_day) * 1024 * during.as_secs() / (24 * 60 * 60);
        rewritten.min(self.used_mib())
    }

    /// How much is used, in MiB.
    #[must_use]
    pub fn used_mib(&self) -> u64 {
        u64::from(self.used_gib) * 1024
    }
}

/// `LatestRestorableTime`: RDS keeps the logs of changes every five minutes (RDS user guide, point-in-time recovery).
pub(super) fn latest_restorable(earliest: Timestamp, now: Timestamp) -> Timestamp {
    let every = Duration::from_mins(5);
    let since = Duration::from_secs(now.as_millis() / 1000 % every.as_secs());
    now.before(since).max(earliest)
}

/// Something that is going on, for `PercentProgress`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Work {
    /// When the first byte moves. Before that it is queued.
    pub begins: Timestamp,
    /// When it is done.
    pub ends: Timestamp,
}

impl Work {
    /// `PercentProgress` at the given time, 0–100: 0 while queued, in steps of five, and at 99 for the last twentieth.
    #[must_use]
    pub fn percent(&self, now: Timestamp) -> u8 {
        let whole = self.ends.since(self.begins).as_millis().max(1);
        let done = now.since(self.begins).as_millis().min(whole);
        match u8::try_from(done * 20 / whole).unwrap_or(20) {
            20 => 100,
            19 => 99,
            steps => steps * 5,
        }
    }
}
