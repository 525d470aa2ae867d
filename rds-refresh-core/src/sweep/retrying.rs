use crate::clock::Clock;
use crate::retry::{Failures, NextRetry};
use crate::{ErrorKind, RetryPolicy, StepError};

/// Tries calls again that may succeed later.
pub(super) struct Retrying<'a> {
    pub(super) clock: &'a dyn Clock,
    pub(super) policy: &'a RetryPolicy,
}

impl Retrying<'_> {
    /// The answer, or the last error. A mutation whose outcome is unknown is the caller's to look at.
    pub(super) async fn call<T, F>(&self, call: impl Fn() -> F) -> Result<T, StepError>
    where
        F: Future<Output = Result<T, StepError>>,
    {
        let (mut first, mut failures) = (None, Failures::default());
        loop {
            let error = match call().await {
                Err(error) if passes(error.kind()) => error,
                done => return done,
            };
            let now = self.clock.now();
            failures.in_a_row += 1;
            failures.counted += u32::from(RetryPolicy::counts(error.kind()));
            failures.lasting = now.since(*first.get_or_insert(now));
            match self.policy.next(error.kind(), failures, now.as_millis()) {
                NextRetry::After(pause) => self.clock.sleep_until(now + pause).await,
                NextRetry::Park | NextRetry::GiveUp => return Err(error),
            }
        }
    }
}

/// What passes by itself within a minute.
fn passes(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Throttled | ErrorKind::Transient | ErrorKind::Busy)
}
