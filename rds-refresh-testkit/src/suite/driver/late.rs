//! Calls that are not answered, and requests that take effect after everybody gave up.

use std::time::Duration;

use super::seen::{self, Calm, as_if_calm};
use super::{Bench, HANGING_CALL, Host, LATE_EFFECT, Point, Subject, Until};
use crate::fault::{Calls, Effect, Failure, Fault, FaultScript, Strike};
use crate::suite::{Broken, Promise};
use crate::world::Entry;

/// Less than a call may take, and what is added to that: until then an effect is to be expected.
const LATE: Duration = Duration::from_secs(40);

/// Each call that changes something takes effect and is never answered, and nobody dies.
pub(super) async fn hanging<H: Host>(bench: &mut Bench<'_, H>, calm: &Calm) -> Result<(), Broken> {
    for &number in &calm.sample {
        let mut run = bench.at(Until::Held(Point::AfterMutation(number)), HANGING_CALL).await?;
        let before = run.calls().await;
        let outcome = seen::finish(&mut run, HANGING_CALL).await?;
        let what = format!("mutation {number} is never answered");
        waited(&before, &run.calls().await, HANGING_CALL, &what)?;
        as_if_calm(&mut run, &outcome, calm, HANGING_CALL, &what).await?;
    }
    Ok(())
}

/// Each call that changes something takes effect late, and its process dies before.
pub(super) async fn after_a_crash<H: Host>(bench: &mut Bench<'_, H>, calm: &Calm) -> Result<(), Broken> {
    for &number in &calm.sample {
        let mut run = bench.run().await;
        let skip = u32::try_from(number - 1).unwrap_or_default();
        let late = Strike::Unanswered { failure: Failure::Timeout, effect: Effect::Late { by: LATE } };
        run.arm(FaultScript::new().with(Fault::new(Calls::mutations().after(skip), late))).await;
        run.start().await.map_err(|error| LATE_EFFECT.broken(format!("it does not start: {error}")))?;
        seen::reach(&mut run, Until::Killed(Point::AfterMutation(number)), LATE_EFFECT).await?;
        let before = run.calls().await;
        let outcome = seen::finish(&mut run, LATE_EFFECT).await?;
        let what = format!("mutation {number} takes effect {LATE:?} after it was made, and whoever made it is dead");
        waited(&before, &run.calls().await, LATE_EFFECT, &what)?;
        as_if_calm(&mut run, &outcome, calm, LATE_EFFECT, &what).await?;
    }
    Ok(())
}

/// After the last of the calls `before`, nothing was called until its effect was no more to be expected.
fn waited(before: &[Entry], all: &[Entry], promise: Promise, what: &str) -> Result<(), Broken> {
    let Some(lost) = before.last() else { return Ok(()) };
    let next = all[before.len()..].iter().find(|entry| entry.fault != Some("late"));
    let soon = next.filter(|next| next.at.since(lost.at) < LATE);
    promise.holds_if(soon.is_none(), || {
        let waited = next.map(|next| next.at.since(lost.at)).unwrap_or_default();
        let called = next.map(|next| next.action.as_str()).unwrap_or_default();
        format!("{what}: {waited:?} after {} the run called {called}, and its effect was still to be expected", lost.action)
    })
}
