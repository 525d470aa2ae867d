use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::{Clock, Timestamp};

use super::life::Life;
use crate::VirtualClock;

/// The clock of one process: the world's, less or more than its skew, and set now and then.
#[derive(Clone, Debug)]
pub(super) struct SimClock {
    pub(super) world: VirtualClock,
    pub(super) life: Life,
    /// By how much it is fast.
    pub(super) fast: Duration,
    /// By how much it is slow.
    pub(super) slow: Duration,
    /// When somebody sets it, by how much, and how.
    pub(super) set: Arc<[(Timestamp, ClockSet)]>,
}

/// What somebody does to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockSet {
    Forward(Duration),
    Back(Duration),
}

#[async_trait]
impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        let now = self.world.now();
        let (mut fast, mut slow) = (self.fast, self.slow);
        for (_, set) in self.set.iter().filter(|(when, _)| *when <= now) {
            match set {
                ClockSet::Forward(by) => fast += *by,
                ClockSet::Back(by) => slow += *by,
            }
        }
        (now + fast).before(slow)
    }

    /// As timers do, it counts what is left now: setting the clock changes no wait that has begun.
    async fn sleep_until(&self, until: Timestamp) {
        self.life.sleep_until(self.world.now() + until.since(self.now())).await;
    }

    async fn deadline(&self, until: Timestamp) {
        self.sleep_until(until).await;
    }
}
