//! Time that passes only when told to.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::{Clock, Timestamp};

/// A clock that stands still until somebody advances it. Clones show the same time.
///
/// As a [`Clock`] it never waits: [`sleep_until`](Clock::sleep_until) moves the time forward and returns at once, so a driver that
/// sleeps for a day is done in no time.
///
/// ```
/// use rds_refresh_testkit::VirtualClock;
/// use std::time::Duration;
///
/// let clock = VirtualClock::starting_at("2026-01-01T00:00:00Z".parse()?);
/// clock.clone().advance(Duration::from_secs(90));
/// assert_eq!(clock.now().to_string(), "2026-01-01T00:01:30.000Z");
/// # Ok::<(), rds_refresh_core::ids::InvalidValue>(())
/// ```
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<Mutex<Timestamp>>);

impl VirtualClock {
    /// A clock that shows `start`.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = *now + by;
    }

    /// Moves to `until`, and never back: an instant that has passed changes nothing.
    pub fn advance_to(&self, until: Timestamp) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = (*now).max(until);
    }

    /// Shows `time`, earlier or later: for a world that begins anew.
    #[cfg(feature = "server")]
    pub(crate) fn set(&self, time: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = time;
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.now()
    }

    async fn sleep_until(&self, until: Timestamp) {
        self.advance_to(until);
    }
}
