//! Where time comes from.

use async_trait::async_trait;

use crate::Timestamp;

/// Tells the time and lets it pass. Drivers own one; the machine and the steps never see it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Waits until `until`; returns at once if that has passed.
    async fn sleep_until(&self, until: Timestamp);

    /// Resolves at `until` whatever else is going on: a driver races it against a call and gives the call up. Default: never.
    ///
    /// Not the same as sleeping. A simulated clock moves when somebody sleeps, so a sleep that raced a call would always win;
    /// such a clock keeps the default, and its calls end by themselves. A clock of real time must set a timer here, or a call that
    /// hangs holds its run up for ever.
    async fn deadline(&self, until: Timestamp) {
        let _ = until;
        std::future::pending::<()>().await;
    }
}

#[cfg(feature = "tokio")]
pub use system::SystemClock;

#[cfg(feature = "tokio")]
mod system {
    use std::time::{Duration, SystemTime};

    use async_trait::async_trait;

    use super::Clock;
    use crate::Timestamp;

    /// The computer's clock, with tokio's timers: needs a tokio runtime whose time is enabled.
    #[derive(Clone, Copy, Debug, Default)]
    pub struct SystemClock;

    #[async_trait]
    impl Clock for SystemClock {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else asks")]
        fn now(&self) -> Timestamp {
            SystemTime::now().into()
        }

        #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else sleeps by")]
        async fn sleep_until(&self, until: Timestamp) {
            // Timers stand still while a laptop sleeps, and the time of day can be set back: whichever of the two says first that the
            // wait is over is believed.
            const SLICE: Duration = Duration::from_secs(1);
            let mut rest = until.since(self.now());
            while !rest.is_zero() {
                let slice = rest.min(SLICE);
                tokio::time::sleep(slice).await;
                rest = rest.saturating_sub(slice).min(until.since(self.now()));
            }
        }

        async fn deadline(&self, until: Timestamp) {
            self.sleep_until(until).await;
        }
    }
}
