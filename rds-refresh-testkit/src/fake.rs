//! One world, shared by everything that talks to it.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::VirtualClock;
use crate::world::{ApiError, Caller, Request, World};

/// A handle on a [`World`]. Clones share it.
///
/// ```
/// use rds_refresh_testkit::Stage;
/// use rds_refresh_testkit::world::ops::DescribeDbClusters;
/// use std::time::Duration;
///
/// let stage = Stage::two_accounts(7);
/// let fake = stage.fake.clone();
/// fake.clock().advance(Duration::from_secs(60));
/// let page = fake.call(&stage.source, &DescribeDbClusters::default())?;
/// assert_eq!(page.items[0].identifier, "orders-production");
/// # Ok::<(), rds_refresh_testkit::ApiError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fake {
    world: Arc<Mutex<World>>,
    clock: VirtualClock,
    /// How many requests were answered on the wire.
    requests: Arc<AtomicU64>,
}

impl Fake {
    /// Shares a world.
    #[must_use]
    pub fn new(world: World) -> Self {
        let clock = world.clock().clone();
        Self { world: Arc::new(Mutex::new(world)), clock, requests: Arc::default() }
    }

    /// The world's clock.
    #[must_use]
    pub fn clock(&self) -> &VirtualClock {
        &self.clock
    }

    /// The world itself, for the time of the guard. Everybody else waits.
    pub fn world(&self) -> MutexGuard<'_, World> {
        // A test that failed while it held the world must not hide its own message behind a second one.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The count of requests on the wire.
    pub(crate) fn requests(&self) -> &Arc<AtomicU64> {
        &self.requests
    }

    /// Carries out one request, on behalf of a caller.
    pub fn call<R: Request>(&self, caller: &Caller, request: &R) -> Result<R::Answer, ApiError> {
        self.world().call(caller, request)
    }
}
