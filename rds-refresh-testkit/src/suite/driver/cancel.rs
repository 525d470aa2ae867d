//! Cancelling: in a call, in a wait, parked, after the end. Each time twice.

use rds_refresh_core::machine::Cause;
use rds_refresh_core::{Outcome, Verdict};

use super::seen::{self, Calm, as_if_calm};
use super::{Bench, CANCEL, CANCEL_AFTER_END, Host, PARKED, Point, Subject, Until};
use crate::fault::{Calls, Fault, FaultScript, Strike};
use crate::suite::{Broken, Promise};
use crate::world::Operation;

pub(super) async fn everywhere<H: Host>(bench: &mut Bench<'_, H>) -> Result<(), Broken> {
    // While the temporary instance is being asked for, while it is being made, and when its snapshot is shared.
    for point in [Point::AfterMutation(2), Point::InWaitAfter(2), Point::AfterMutation(4)] {
        let mut run = bench.started(CANCEL).await?;
        let before = run.holds().await;
        seen::reach(&mut run, Until::Held(point), CANCEL).await?;
        cancel_twice(&mut run, CANCEL).await?;
        run.release().await;
        let outcome = seen::finish(&mut run, CANCEL).await?;
        undone(&mut run, &outcome, &before, &format!("at {point:?}")).await?;
    }
    let (mut run, before) = parked(bench).await?;
    cancel_twice(&mut run, CANCEL).await?;
    let outcome = seen::finish(&mut run, CANCEL).await?;
    undone(&mut run, &outcome, &before, "parked").await
}

pub(super) async fn after_the_end<H: Host>(bench: &mut Bench<'_, H>, calm: &Calm) -> Result<(), Broken> {
    let mut run = bench.started(CANCEL_AFTER_END).await?;
    seen::finish(&mut run, CANCEL_AFTER_END).await?;
    for _ in 0..2 {
        // It may be refused, or do nothing.
        let _ = run.cancel().await;
    }
    let outcome = seen::finish(&mut run, CANCEL_AFTER_END).await?;
    as_if_calm(&mut run, &outcome, calm, CANCEL_AFTER_END, "cancelled after the end").await
}

pub(super) async fn resume<H: Host>(bench: &mut Bench<'_, H>, calm: &Calm) -> Result<(), Broken> {
    let (mut run, _) = parked(bench).await?;
    run.arm(FaultScript::new()).await;
    run.resume().await.map_err(|error| PARKED.broken(format!("a resume of a parked run is refused: {error}")))?;
    let outcome = seen::finish(&mut run, PARKED).await?;
    as_if_calm(&mut run, &outcome, calm, PARKED, "parked and resumed").await
}

/// A run that is parked because it may not copy, and what existed before it.
async fn parked<H: Host>(bench: &mut Bench<'_, H>) -> Result<(H::Run, Vec<String>), Broken> {
    let mut run = bench.run().await;
    let before = run.holds().await;
    run.arm(FaultScript::new().with(Fault::new(Calls::of(Operation::CopyDbSnapshot).always(), Strike::Denied))).await;
    run.start().await.map_err(|error| PARKED.broken(format!("it does not start: {error}")))?;
    let outcome = seen::finish(&mut run, PARKED).await?;
    PARKED.holds_if(matches!(outcome.verdict, Verdict::Parked { .. }), || {
        format!("a run that is denied its copy should be parked, and ended as {outcome:?}")
    })?;
    let made = run.holds().await;
    PARKED.holds_if(made.len() > before.len(), || "a parked run has undone what it made".to_owned())?;
    Ok((run, before))
}

async fn cancel_twice<R: Subject>(run: &mut R, promise: Promise) -> Result<(), Broken> {
    for _ in 0..2 {
        run.cancel().await.map_err(|error| promise.broken(format!("a cancel is refused: {error}")))?;
    }
    Ok(())
}

async fn undone<R: Subject>(run: &mut R, outcome: &Outcome, before: &[String], when: &str) -> Result<(), Broken> {
    CANCEL.holds_if(matches!(outcome.verdict, Verdict::Failed { cause: Cause::Cancelled, .. }), || {
        format!("cancelled {when}: the run ended as {:?}", outcome.verdict)
    })?;
    let left: Vec<String> = run.holds().await.into_iter().filter(|name| !before.contains(name)).collect();
    CANCEL.holds_if(left.is_empty(), || format!("cancelled {when}: it left {left:?}"))
}
