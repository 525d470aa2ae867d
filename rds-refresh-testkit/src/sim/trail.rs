use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rds_refresh_core::Timestamp;

use super::store::Disk;
use crate::Fake;

/// What a process would leave behind, were it to die at each point of its life. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail(Arc<Mutex<Vec<Mark>>>);

/// When, and all that can have changed: of what a process has only read, nothing outlives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    at: Timestamp,
    changes: u64,
    saves: usize,
}

impl Trail {
    pub(super) fn mark(&self, fake: &Fake, disk: &Disk) {
        let mark = Mark { at: fake.clock().now(), changes: fake.world().changes(), saves: disk.saves() };
        self.marks().push(mark);
    }

    /// The first of each row of points at which a death leaves the same behind.
    pub(super) fn distinct(&self) -> Vec<u64> {
        let marks = self.marks();
        let differs = |index: usize| index == 0 || marks[index] != marks[index - 1];
        (0..marks.len()).filter(|index| differs(*index)).map(|index| index as u64).collect()
    }

    fn marks(&self) -> MutexGuard<'_, Vec<Mark>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
