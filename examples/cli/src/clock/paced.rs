use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::{Clock, SystemClock, Timestamp};
use rds_refresh_testkit::VirtualClock;

/// A simulated clock that moves as fast as somebody can watch: `factor` simulated seconds in one.
#[derive(Clone, Debug)]
pub(crate) struct PacedClock {
    simulated: VirtualClock,
    factor: u32,
}

impl PacedClock {
    pub(crate) fn new(simulated: VirtualClock, factor: u32) -> Self {
        Self { simulated, factor: factor.max(1) }
    }
}

#[async_trait]
impl Clock for PacedClock {
    fn now(&self) -> Timestamp {
        self.simulated.now()
    }

    async fn sleep_until(&self, until: Timestamp) {
        // In frames, so that the time that is shown moves on.
        const FRAME: Duration = Duration::from_millis(50);
        loop {
            let rest = until.since(self.simulated.now());
            if rest.is_zero() {
                return;
            }
            let frame = (rest / self.factor).min(FRAME);
            SystemClock.sleep_until(SystemClock.now() + frame.max(Duration::from_millis(1))).await;
            self.simulated.advance(rest.min(FRAME * self.factor));
        }
    }
}
