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
}
