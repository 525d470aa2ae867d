use serde::{Deserialize, Serialize};

/// How many calls an account may make to a service in a Region: two token buckets for each account, Region and service, shared by all
/// of the account's callers.
///
/// RDS publishes no numbers (RDS user guide, quotas and constraints); the defaults are what looped describe calls run into in practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimits {
    /// For calls that change nothing. Default 20 a second, 100 at once.
    pub reads: Rate,
    /// For calls that change something. Default 5 a second, 10 at once.
    pub mutations: Rate,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { reads: Rate { per_second: 20, burst: 100 }, mutations: Rate { per_second: 5, burst: 10 } }
    }
}

/// A token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// How many calls a second refill it.
    pub per_second: u32,
    /// How many calls a full one holds.
    pub burst: u32,
}
