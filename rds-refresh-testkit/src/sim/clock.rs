use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::{Clock, Timestamp};

use super::life::Life;
use crate::VirtualClock;

/// The clock of one process: the world's, less or more than its skew.
#[derive(Clone, Debug)]
pub(super) struct SimClock {
    pub(super) world: VirtualClock,
    pub(super) life: Life,
    /// By how much it is fast.
    pub(super) fast: Duration,
    /// By how much it is slow.
    pub(super) slow: Duration,
}

#[async_trait]
impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        (self.world.now() + self.fast).before(self.slow)
    }

    async fn sleep_until(&self, until: Timestamp) {
        self.life.sleep_until((until + self.slow).before(self.fast)).await;
    }

    async fn deadline(&self, until: Timestamp) {
        self.sleep_until(until).await;
    }
}
