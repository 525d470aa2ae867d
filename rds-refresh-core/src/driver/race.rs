//! Two futures, of which the first to be ready wins.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Which of the two was ready.
pub(super) enum Winner<A, B> {
    First(A),
    Second(B),
}

/// Waits for whichever is ready first, and drops the other. `first` is always asked first: with a simulated clock, asking the timer is what
/// makes time pass.
pub(super) async fn race<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> Winner<A, B> {
    let mut first = pin!(first);
    let mut second = pin!(second);
    poll_fn(|cx| {
        if let Poll::Ready(output) = first.as_mut().poll(cx) {
            return Poll::Ready(Winner::First(output));
        }
        second.as_mut().poll(cx).map(Winner::Second)
    })
    .await
}

/// Waits for a call until its deadline, and drops it then.
///
/// Only when it begins is the call asked first. Whenever it is woken, it is the deadline: a process that was suspended in the middle of a
/// call must not go on with it, because by now another driver may have the run.
pub(super) async fn within<A>(deadline: impl Future<Output = ()>, call: impl Future<Output = A>) -> Option<A> {
    let mut deadline = pin!(deadline);
    let mut call = pin!(call);
    let mut has_begun = false;
    poll_fn(|cx| {
        if has_begun && deadline.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        if let Poll::Ready(answer) = call.as_mut().poll(cx) {
            return Poll::Ready(Some(answer));
        }
        if !has_begun && deadline.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        has_begun = true;
        Poll::Pending
    })
    .await
}
