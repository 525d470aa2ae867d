//! How long things take.
//!
//! AWS publishes no numbers. The defaults fit what public issue trackers, build logs and AWS's own time-outs show; each is a field,
//! so a test can say what it believes instead. A duration is drawn from a log-normal distribution, clamped to a range and rounded to
//! whole seconds. The draw depends on the world's seed, the account, the resource and the phase, and on nothing else: asking in
//! another order changes nothing.

mod table;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use table::seconds;

/// How long every phase takes.
///
/// ```
/// use rds_refresh_testkit::Timing;
///
/// // A quick world: ten times the throughput of the default one.
/// let mut timing = Timing::default();
/// timing.copy_mib_per_second = 600;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timing {
    /// `CreateDBClusterSnapshot` until `available`, beside the size term.
    pub cluster_snapshot: Spread,
    /// `CreateDBSnapshot` until `available`, beside the size term.
    pub snapshot: Spread,
    /// How fast snapshots and backups store data: all of it the first time, what was rewritten since the last one later. MiB/s.
    pub snapshot_mib_per_second: u32,
    /// `DeleteDBSnapshot` and `DeleteDBClusterSnapshot` until the identifier is free.
    pub snapshot_deletion: Spread,
    /// How long the other account does not see a share yet.
    pub share_visibility: Spread,
    /// `RestoreDBInstanceFromDBSnapshot` until `available`. Data is loaded lazily, so size does not count.
    pub instance_restore: Spread,
    /// Crash recovery at the first start of a restored instance.
    pub crash_recovery: Spread,
    /// How fast a restore to another storage type converts it. MiB/s.
    pub storage_conversion_mib_per_second: u32,
    /// How long the storage of an instance is `storage-optimization` after such a restore.
    pub storage_optimization: Spread,
    /// From the first `available` of a restored instance or cluster to its baseline backup, where that comes second.
    pub baseline_delay: Spread,
    /// The least that a baseline backup takes.
    #[serde(with = "seconds")]
    pub baseline_minimum: Duration,
    /// `DeleteDBInstance` without a final snapshot.
    pub instance_deletion: Spread,
    /// How long a copy within a Region stays `pending`.
    pub copy_queue: Spread,
    /// `CopyDBSnapshot` within a Region, beside queue and size term.
    pub copy: Spread,
    /// How fast a copy within a Region is made. MiB/s.
    pub copy_mib_per_second: u32,
    /// How long a copy from another Region stays `pending`.
    pub cross_region_copy_queue: Spread,
    /// `CopyDBSnapshot` from another Region, beside queue and size term.
    pub cross_region_copy: Spread,
    /// How fast a copy from another Region is made. MiB/s.
    pub cross_region_copy_mib_per_second: u32,
    /// `CreateDBInstance` until `available`.
    pub instance_creation: Spread,
    /// `CreateDBCluster` until `available`.
    pub cluster_creation: Spread,
    /// `RestoreDBClusterFromSnapshot` until `available`.
    pub cluster_restore: Spread,
    /// How fast the readers of a restored cluster are seeded, if that delays `available`. MiB/s.
    pub reader_seed_mib_per_second: Option<u32>,
    /// How long after its cluster a reader becomes `available`.
    pub reader_lag: Spread,
    /// The cluster's baseline backup, beside the size term.
    pub cluster_baseline: Spread,
    /// `DeleteDBCluster` without a final snapshot.
    pub cluster_deletion: Spread,
    /// From a modification's answer until the status shows it.
    pub modify_lag: Spread,
    /// A change of the master password, after that lag.
    pub password_change: Spread,
    /// A change of the security groups, after that lag.
    pub security_group_change: Spread,
    /// A change of the identifier, after that lag.
    pub rename: Spread,
    /// A change of the class, after that lag.
    pub class_change: Spread,
    /// A change of the storage's size, type or IOPS, after that lag and before it is optimized.
    pub storage_change: Spread,
    /// A change of the engine version, after that lag.
    pub engine_upgrade: Spread,
    /// Any other change that has a status, after that lag.
    pub modification: Spread,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            cluster_snapshot: Spread::new(150, 60, 600),
            snapshot: Spread::new(120, 60, 300),
            snapshot_mib_per_second: 100,
            snapshot_deletion: Spread::new(10, 2, 60),
            share_visibility: Spread::new(5, 0, 30),
            instance_restore: Spread::new(480, 300, 1500),
            crash_recovery: Spread { sigma: 1.5, ..Spread::new(30, 0, 900) },
            storage_conversion_mib_per_second: 200,
            storage_optimization: Spread { sigma: 1.0, ..Spread::new(4 * 3600, 0, 24 * 3600) },
            baseline_delay: Spread::new(55, 30, 90),
            baseline_minimum: Duration::from_secs(90),
            instance_deletion: Spread::new(240, 120, 900),
            copy_queue: Spread { sigma: 1.0, ..Spread::new(20, 0, 120) },
            copy: Spread::new(180, 60, 600),
            copy_mib_per_second: 60,
            cross_region_copy_queue: Spread { sigma: 1.5, ..Spread::new(60, 0, 1800) },
            cross_region_copy: Spread::new(300, 60, 1800),
            cross_region_copy_mib_per_second: 40,
            instance_creation: Spread::new(360, 240, 900),
            cluster_creation: Spread::new(900, 480, 2400),
            cluster_restore: Spread::new(1500, 900, 3600),
            reader_seed_mib_per_second: None,
            reader_lag: Spread::new(45, 0, 300),
            cluster_baseline: Spread::new(120, 60, 600),
            cluster_deletion: Spread::new(600, 300, 1800),
            modify_lag: Spread { sigma: 1.0, ..Spread::new(5, 0, 20) },
            password_change: Spread::new(60, 20, 180),
            security_group_change: Spread::new(30, 10, 120),
            rename: Spread::new(180, 120, 400),
            class_change: Spread::new(600, 300, 1800),
            storage_change: Spread::new(120, 60, 600),
            engine_upgrade: Spread::new(900, 400, 3600),
            modification: Spread::new(60, 20, 180),
        }
    }
}

/// How a duration is spread: log-normally, within a range.
///
/// Serialised, it is a table of seconds, as `{ median = 150, shortest = 60, longest = 600, sigma = 0.35 }`; a number alone is
/// [`exactly`](Self::exactly) so many.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "table::Written", into = "table::Table")]
pub struct Spread {
    /// Half of all draws are below it.
    pub median: Duration,
    /// No draw is below it.
    pub shortest: Duration,
    /// No draw is above it.
    pub longest: Duration,
    /// The standard deviation of the logarithm: 0 always draws the median, 0.35 doubles or halves it once in twenty draws.
    pub sigma: f64,
}

impl Spread {
    /// A spread with the usual sigma of 0.35, in seconds.
    #[must_use]
    pub const fn new(median: u64, shortest: u64, longest: u64) -> Self {
        Self {
            median: Duration::from_secs(median),
            shortest: Duration::from_secs(shortest),
            longest: Duration::from_secs(longest),
            sigma: 0.35,
        }
    }

    /// Always the same, in seconds.
    #[must_use]
    pub const fn exactly(seconds: u64) -> Self {
        Self { sigma: 0.0, ..Self::new(seconds, seconds, seconds) }
    }

    /// The duration that a draw stands for.
    #[must_use]
    pub fn sample(&self, draw: Draw) -> Duration {
        let seconds = self.median.as_secs_f64() * (self.sigma * draw.normal()).exp();
        // Whole seconds: the last bits of `exp` differ between platforms, and traces must not.
        let whole = Duration::try_from_secs_f64(seconds.round()).unwrap_or(self.longest);
        whole.clamp(self.shortest.min(self.longest), self.longest)
    }
}

/// How long it takes to move an amount of data. A rate of 0 means that it takes no time.
#[must_use]
pub fn transfer(mib: u64, mib_per_second: u32) -> Duration {
    Duration::from_secs(mib.checked_div(u64::from(mib_per_second)).unwrap_or(0))
}

/// A random draw that is named, not taken from a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw(u64);

impl Draw {
    /// The draw of this name in the world of this seed.
    #[must_use]
    pub fn named(seed: u64, name: &[&str]) -> Self {
        // FNV-1a, with a separator so that ("ab", "c") and ("a", "bc") differ; the finaliser of splitmix64 spreads the bits.
        let bytes = name.iter().flat_map(|part| part.bytes().chain([0]));
        let hash = bytes.fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(mix(hash))
    }

    /// 64 random bits.
    #[must_use]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The draw after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(mix(self.0.wrapping_add(0x9e37_79b9_7f4a_7c15)))
    }

    /// A standard normal deviate, to within what the sum of twelve uniform ones gives: between -6 and 6.
    #[must_use]
    pub fn normal(self) -> f64 {
        let mut draw = self;
        let mut sum = 0.0;
        for _ in 0..3 {
            for pair in draw.0.to_be_bytes().chunks_exact(2) {
                let uniform = u16::from_be_bytes([pair[0], pair[1]]);
                sum += (f64::from(uniform) + 0.5) / 65536.0;
            }
            draw = draw.next();
        }
        sum - 6.0
    }
}

fn mix(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
