//! Simulated time for several executions at once: whoever sleeps is woken in order, and nobody waits.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::{Clock, Timestamp};
use rds_refresh_testkit::Fake;

/// Hides progress in percent from whoever looks next; does nothing where it is to be seen.
pub(crate) type Veil = fn(&Fake);

/// The world's clock, moved on whenever everybody sleeps.
#[derive(Clone)]
pub(crate) struct Timeline {
    fake: Fake,
    veil: Veil,
    /// When the next sleeper wakes.
    next: Arc<Mutex<Option<Timestamp>>>,
}

impl Timeline {
    pub(crate) fn of(fake: &Fake, veil: Veil) -> Self {
        Self { fake: fake.clone(), veil, next: Arc::default() }
    }

    pub(crate) async fn sleep(&self, wait: Duration) {
        self.sleep_until(self.now() + wait).await;
    }

    /// Runs everything to its end.
    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        loop {
            *self.next.lock().unwrap() = None;
            if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return done;
            }
            let next = self.next.lock().unwrap().expect("whoever is not done sleeps");
            self.fake.clock().advance_to(next);
            self.fake.world().settle();
            (self.veil)(&self.fake);
        }
    }
}

#[async_trait]
impl Clock for Timeline {
    fn now(&self) -> Timestamp {
        self.fake.clock().now()
    }

    async fn sleep_until(&self, until: Timestamp) {
        poll_fn(|_| {
            if self.now() >= until {
                return Poll::Ready(());
            }
            let mut next = self.next.lock().unwrap();
            *next = Some(next.map_or(until, |next| next.min(until)));
            Poll::Pending
        })
        .await;
    }
}
