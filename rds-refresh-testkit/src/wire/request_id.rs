use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The ids of requests: they look like the UUIDs of AWS and follow from a seed and a count, so that a test's log is the same in
/// every run. The count is that of all services of a world, so that no id is given twice.
#[derive(Clone, Debug)]
pub(crate) struct RequestIds {
    seed: u64,
    given: Arc<AtomicU64>,
}

impl RequestIds {
    pub(crate) fn new(seed: u64, given: Arc<AtomicU64>) -> Self {
        Self { seed, given }
    }

    /// The next id.
    pub(crate) fn next(&self) -> String {
        let count = self.given.fetch_add(1, Ordering::Relaxed);
        let (high, low) = (mix(self.seed ^ mix(count)), mix(self.seed.wrapping_add(count)));
        // The version (4) and the variant of a random UUID.
        let (high, low) = (high & !0xf000 | 0x4000, low & (u64::MAX >> 2) | 1 << 63);
        let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xffff);
        format!("{a:08x}-{b:04x}-{c:04x}-{:04x}-{:012x}", low >> 48, low & 0xffff_ffff_ffff)
    }
}

/// The finaliser of `SplitMix64`: one-to-one, and neighbours come out far apart.
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}
