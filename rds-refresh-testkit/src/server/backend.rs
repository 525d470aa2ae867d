//! What the requests reach: the services, the clock, and the means to begin anew.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rds_refresh_core::{Clock, SystemClock, Timestamp};

use super::clock::Pace;
use super::scene::Scene;
use super::{ClockMode, Options};
use crate::wire::WireService;
use crate::{Fake, VirtualClock, World};

/// One world behind a server.
///
/// Locks are taken in the order of the fields, and none is ever held across an `await`.
pub(super) struct Backend {
    options: Options,
    seed: u64,
    pace: Mutex<Pace>,
    service: RwLock<Arc<WireService>>,
    checkpoint: Mutex<Option<Checkpoint>>,
    fake: Fake,
}

/// A world as it was, to go back to.
struct Checkpoint {
    at: Timestamp,
    world: World,
}

impl Backend {
    /// Sets the stage.
    pub(super) fn new(options: Options) -> (Self, Scene) {
        let seed = options.seed.unwrap_or_else(|| options.scenery.seed());
        let start = start(&options);
        let scene = options.scenery.set(seed, VirtualClock::starting_at(start));
        let fake = Fake::new(scene.world.clone());
        let service = RwLock::new(service(&fake, &scene, seed));
        let pace = Mutex::new(Pace::new(options.clock, start, instant()));
        (Self { options, seed, pace, service, checkpoint: Mutex::default(), fake }, scene)
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    pub(super) fn fake(&self) -> &Fake {
        &self.fake
    }

    pub(super) fn clock_mode(&self) -> ClockMode {
        self.pace().mode()
    }

    /// The services, at the time that it is now.
    pub(super) fn service(&self) -> Arc<WireService> {
        self.bring_up_to_date();
        self.service.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets the world's clock show what it should by now.
    pub(super) fn bring_up_to_date(&self) {
        let pace = self.pace();
        self.fake.clock().advance_to(pace.time_at(instant()));
    }

    /// Lets time pass at once, and all that is due in it happen.
    pub(super) fn advance(&self, by: Duration) {
        {
            let mut pace = self.pace();
            pace.jump(by);
            self.fake.clock().advance_to(pace.time_at(instant()));
        }
        self.fake.world().settle();
    }

    /// Sets the stage anew: the world, its journal, its time and the sequence of request ids are as at the beginning.
    pub(super) fn reset(&self) {
        let mut pace = self.pace();
        let mut current = self.service.write().unwrap_or_else(PoisonError::into_inner);
        let mut world = self.fake.world();
        let start = start(&self.options);
        // The clock is everybody's: it stays, and only what it shows changes.
        self.fake.clock().set(start);
        let scene = self.options.scenery.set(self.seed, self.fake.clock().clone());
        *pace = Pace::new(self.options.clock, start, instant());
        self.fake.requests().store(0, Ordering::Relaxed);
        *current = service(&self.fake, &scene, self.seed);
        *world = scene.world;
    }

    /// Remembers the world as it is now. It replaces what was remembered before.
    pub(super) fn remember(&self) {
        self.bring_up_to_date();
        let mut checkpoint = self.checkpoint();
        let mut world = self.fake.world();
        world.settle();
        *checkpoint = Some(Checkpoint { at: world.now(), world: world.clone() });
    }

    /// Goes back to the world that was remembered, its time and its journal too; time goes on from there. Answers whether there is
    /// one.
    pub(super) fn restore(&self) -> bool {
        let mut pace = self.pace();
        let checkpoint = self.checkpoint();
        let Some(Checkpoint { at, world }) = checkpoint.as_ref() else { return false };
        let mut current = self.fake.world();
        self.fake.clock().set(*at);
        *pace = Pace::new(self.options.clock, *at, instant());
        current.clone_from(world);
        true
    }

    fn checkpoint(&self) -> MutexGuard<'_, Option<Checkpoint>> {
        self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The services of a scene. Clients sign by the time of the wall, whatever the world's is.
fn service(fake: &Fake, scene: &Scene, seed: u64) -> Arc<WireService> {
    let service = WireService::new(fake.clone()).with_wall_clock(Arc::new(SystemClock)).with_request_id_seed(seed);
    for account in scene.accounts.values() {
        service.add_access_key(account.access_key.clone());
    }
    Arc::new(service)
}

fn start(options: &Options) -> Timestamp {
    options.start.unwrap_or_else(|| match options.clock {
        ClockMode::Manual => options.scenery.opening(),
        ClockMode::Real | ClockMode::Times(_) => SystemClock.now(),
    })
}

#[expect(clippy::disallowed_methods, reason = "this is where a world's time is bound to that of the wall")]
fn instant() -> Instant {
    Instant::now()
}
