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
