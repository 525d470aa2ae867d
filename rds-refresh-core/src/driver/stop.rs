//! Asking a driver to stop.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// Asks a [`Driver`](super::Driver) to stop, as on Ctrl-C. Clones ask the same driver.
///
/// The call in flight is answered and its answer saved; a wait ends at once. Every run that the driver drives then ends with
/// [`DriveError::Interrupted`](super::DriveError::Interrupted), and goes on with [`resume`](super::Driver::resume) of a new driver.
///
/// If the answer led straight to another call, that call is stored and not made. A resume cannot know that, and waits for its `not_after` and
/// the grace: about a minute and a quarter, unless that has passed.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Mutex<Asked>>);

#[derive(Debug, Default)]
struct Asked {
    stopped: bool,
    /// Who waits for it, by a number that only names the entry.
    waiting: BTreeMap<u64, Waker>,
    next: u64,
}

impl Stop {
    /// Asks. From any thread; not from within a Unix signal handler, which may not lock.
    pub fn stop(&self) {
        let waiting = {
            let mut asked = self.asked();
            asked.stopped = true;
            std::mem::take(&mut asked.waiting)
        };
        waiting.into_values().for_each(Waker::wake);
    }

    /// Whether it was asked.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.asked().stopped
    }

    /// Waits until it is asked.
    pub(super) async fn stopped(&self) {
        let waiting = Waiting { stop: self, id: self.new_id() };
        poll_fn(|cx| {
            let mut asked = waiting.stop.asked();
            if asked.stopped {
                return Poll::Ready(());
            }
            asked.waiting.insert(waiting.id, cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn new_id(&self) -> u64 {
        let mut asked = self.asked();
        asked.next += 1;
        asked.next
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        // No code that can panic runs under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes its waker back when the wait is over: a driver of many runs waits many times.
struct Waiting<'s> {
    stop: &'s Stop,
    id: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.stop.asked().waiting.remove(&self.id);
    }
}
