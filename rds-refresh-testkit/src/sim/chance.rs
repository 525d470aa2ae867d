use std::time::Duration;

use crate::timing::Draw;

/// A sequence of draws of its own.
#[derive(Clone, Debug)]
pub(super) struct Chance(Draw);

impl Chance {
    pub(super) fn of(seed: u64, what: &str) -> Self {
        Self(Draw::named(seed, &["simulation", what]))
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.next();
        self.0.bits()
    }

    /// A number below `bound`, which is not 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound
    }

    /// True once in `odds` times.
    pub(super) fn once_in(&mut self, odds: u64) -> bool {
        self.below(odds) == 0
    }

    pub(super) fn seconds(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_secs(from + self.below(to - from + 1))
    }
}
