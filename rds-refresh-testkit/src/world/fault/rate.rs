use std::collections::BTreeMap;

use rds_refresh_core::Timestamp;

use crate::fault::RateLimits;
use crate::world::{Caller, Operation, Place, Service};

/// The token buckets of all accounts, in thousandths of a call.
#[derive(Clone, Debug, Default)]
pub(super) struct Buckets(BTreeMap<(Place, Service, bool), (u64, Timestamp)>);

impl Buckets {
    /// Takes a token for a call. Answers whether there was one.
    pub(super) fn take(&mut self, limits: RateLimits, caller: &Caller, operation: Operation, now: Timestamp) -> bool {
        let rate = if operation.mutates() { limits.mutations } else { limits.reads };
        let full = u64::from(rate.burst) * 1000;
        let (tokens, filled_at) = self.0.entry((caller.place(), operation.service(), operation.mutates())).or_insert((full, now));
        // A call a second is a thousandth of a call a millisecond.
        let passed = u64::try_from(now.since(*filled_at).as_millis()).unwrap_or(u64::MAX);
        *tokens = tokens.saturating_add(passed.saturating_mul(rate.per_second.into())).min(full);
        *filled_at = now;
        let left = tokens.checked_sub(1000);
        *tokens = left.unwrap_or(*tokens);
        left.is_some()
    }
}
