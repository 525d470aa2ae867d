use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rds_refresh_core::Timestamp;

use super::operator::{Ledger, Page};
use super::store::Disk;
use crate::{Fake, VirtualClock, World};

/// What a process leaves behind if it dies, at each point of its life where that is not what it left at the point before. Clones are
/// the same one.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail(Arc<Mutex<Marks>>);

#[derive(Debug, Default)]
struct Marks {
    last: Option<Mark>,
    remains: Vec<Remains>,
}

/// When, and all that can have changed: of what a process has only read, nothing outlives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    at: Timestamp,
    changes: u64,
    saves: usize,
}

/// Everything that outlives a process that dies at a point.
#[derive(Debug)]
pub(super) struct Remains {
    pub(super) point: u64,
    pub(super) world: World,
    pub(super) disk: Disk,
    pub(super) page: Page,
}

impl Trail {
    /// At every point.
    pub(super) fn mark(&self, point: u64, fake: &Fake, disk: &Disk, ledger: &Ledger) {
        let mark = Mark { at: fake.clock().now(), changes: fake.world().changes(), saves: disk.saves() };
        let mut marks = self.marks();
        if marks.last.replace(mark) != Some(mark) {
            let clock = VirtualClock::starting_at(mark.at);
            let world = fake.world().copy(clock.clone());
            marks.remains.push(Remains { point, world, disk: disk.copy(clock), page: ledger.page() });
        }
    }

    /// What there is since it was asked for last.
    pub(super) fn take(&self) -> Vec<Remains> {
        std::mem::take(&mut self.marks().remains)
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
