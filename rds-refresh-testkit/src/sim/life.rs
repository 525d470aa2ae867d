use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::Timestamp;

use super::chance::Chance;
use crate::{Gate, VirtualClock};

/// One process: what it waits for, and what befalls it. Clones are the same one.
#[derive(Clone)]
pub(super) struct Life(Arc<Mutex<Fate>>, VirtualClock);

struct Fate {
    chance: Chance,
    /// After how many points it dies; `None`: not at all.
    dies_in: Option<u64>,
    /// Once in how many points it yields to others, and is held up.
    restless: bool,
    dead: bool,
    yielded: bool,
    suspended_until: Option<Timestamp>,
    wakes_at: Option<Timestamp>,
    points: u64,
    probe: Option<Probe>,
}

/// Who looks at each point what is left if the process dies there.
type Probe = Box<dyn Fn(u64) + Send + Sync>;

/// What a process that was polled waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// Nothing: it goes on as soon as it is polled.
    Ready,
    /// A moment.
    Until(Timestamp),
    /// It is dead.
    Dead,
    /// It waits for nothing that will come.
    Stuck,
}

impl Life {
    pub(super) fn new(clock: VirtualClock, chance: Chance, dies_in: Option<u64>, restless: bool) -> Self {
        let fate = Fate {
            chance,
            dies_in,
            restless,
            dead: false,
            yielded: false,
            suspended_until: None,
            wakes_at: None,
            points: 0,
            probe: None,
        };
        Self(Arc::new(Mutex::new(fate)), clock)
    }

    /// Has somebody look at each point.
    pub(super) fn probed(self, probe: impl Fn(u64) + Send + Sync + 'static) -> Self {
        self.fate().probe = Some(Box::new(probe));
        self
    }

    /// Before each poll.
    pub(super) fn begin(&self) {
        let mut fate = self.fate();
        (fate.yielded, fate.wakes_at) = (false, None);
    }

    /// After a poll that was not ready.
    pub(super) fn waits(&self) -> Waits {
        let fate = self.fate();
        match (fate.dead, fate.suspended_until, fate.yielded, fate.wakes_at) {
            (true, ..) => Waits::Dead,
            (_, Some(until), ..) => Waits::Until(until),
            (_, _, true, _) => Waits::Ready,
            (_, _, _, Some(at)) => Waits::Until(at),
            _ => Waits::Stuck,
        }
    }

    pub(super) fn is_dead(&self) -> bool {
        self.fate().dead
    }

    pub(super) fn points(&self) -> u64 {
        self.fate().points
    }

    /// Waits until a moment of the world's time.
    pub(super) async fn sleep_until(&self, until: Timestamp) {
        poll_fn(|_| {
            if self.1.now() >= until {
                return Poll::Ready(());
            }
            let mut fate = self.fate();
            fate.wakes_at = Some(fate.wakes_at.map_or(until, |at| at.min(until)));
            Poll::Pending
        })
        .await;
    }

    /// A point at which the process may die, be suspended as a whole, or let others go first.
    pub(super) async fn point(&self) {
        match self.draw() {
            Befalls::Nothing => {}
            Befalls::Death => std::future::pending().await,
            Befalls::Yield => {
                let mut first = true;
                poll_fn(|_| if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }).await;
            }
        }
    }

    fn draw(&self) -> Befalls {
        let mut fate = self.fate();
        if let Some(probe) = &fate.probe {
            probe(fate.points);
        }
        fate.points += 1;
        if fate.dies_in.is_some_and(|dies_in| fate.points > dies_in) {
            fate.dead = true;
            return Befalls::Death;
        }
        if !fate.restless {
            return Befalls::Nothing;
        }
        match fate.chance.below(400) {
            // As a laptop that is closed, or a virtual machine that is moved.
            0 => {
                let pause = fate.chance.seconds(10, 3 * 60 * 60);
                fate.suspended_until = Some(self.1.now() + pause);
                Befalls::Yield
            }
            1..100 => {
                fate.yielded = true;
                Befalls::Yield
            }
            _ => Befalls::Nothing,
        }
    }

    /// How long this call's request or answer is under way.
    fn lag(&self) -> Duration {
        let mut fate = self.fate();
        if fate.restless && fate.chance.once_in(150) { fate.chance.seconds(1, 120) } else { Duration::ZERO }
    }

    /// Whether it still cannot be polled.
    pub(super) fn is_suspended(&self) -> bool {
        let mut fate = self.fate();
        let now = self.1.now();
        fate.suspended_until = fate.suspended_until.filter(|until| *until > now);
        fate.suspended_until.is_some()
    }

    fn fate(&self) -> MutexGuard<'_, Fate> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Befalls {
    Nothing,
    Yield,
    Death,
}

#[async_trait]
impl Gate for Life {
    async fn pass(&self) {
        self.point().await;
        let lag = self.lag();
        if !lag.is_zero() {
            self.sleep_until(self.1.now() + lag).await;
        }
    }
}

impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Life").field("points", &self.points()).finish_non_exhaustive()
    }
}
