//! Undoing what never began, what is half done, and what is done.

use rds_refresh_core::{OnFailure, Resource, Step};

use super::play::{Play, Theatre, names};
use super::work::{self, Calm};
use super::{ONLY_ITS_OWN, Ports, Scene, UNDO_HALF, UNDO_NOTHING, UNDO_WHOLE};
use crate::suite::{Broken, Promise};

pub(super) async fn nothing<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
) -> Result<(), Broken> {
    let mut play = theatre.play().await;
    let before = play.effects();
    play.compensate(OnFailure::RemoveAll, false, UNDO_NOTHING).await?;
    let since = play.effects().split_off(before.len());
    UNDO_NOTHING.holds_if(since.is_empty(), || format!("the step never ran, and its compensation did {since:?}"))
}

pub(super) async fn half<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
    calm: &Calm,
) -> Result<(), Broken> {
    for number in 1..=calm.mutations {
        let mut play = work::half(theatre, number).await?;
        undone(&mut play, OnFailure::RemoveAll, false, UNDO_HALF, &format!("killed after mutation {number} and")).await?;
    }
    Ok(())
}

pub(super) async fn whole<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
) -> Result<(), Broken> {
    for on_failure in [OnFailure::RemoveAll, OnFailure::RemoveCostly, OnFailure::KeepAll] {
        let mut play = theatre.play().await;
        play.until_ready(UNDO_WHOLE).await?;
        undone(&mut play, on_failure, true, UNDO_WHOLE, "done and").await?;
        let before = play.effects();
        play.compensate(on_failure, true, UNDO_WHOLE).await?;
        let since = play.effects().split_off(before.len());
        UNDO_WHOLE.holds_if(since.is_empty(), || format!("undone with {on_failure:?}, and undone again it did {since:?}"))?;
    }
    Ok(())
}

async fn undone<S: Step, W, M: Fn(&Scene<W>, &Ports) -> S>(
    play: &mut Play<'_, S, W, M>,
    on_failure: OnFailure,
    done: bool,
    promise: Promise,
    what: &str,
) -> Result<(), Broken> {
    let calls = play.calls().len();
    let kept = play.compensate(on_failure, done, promise).await?;
    let left: Vec<Resource> = play.made().into_iter().filter(|made| !kept.contains(made)).collect();
    promise.holds_if(left.is_empty(), || {
        format!("{what} undone with {on_failure:?}, it left {} and did not say so", names(&left))
    })?;
    // What was being deleted already goes by itself, so it is the calls that tell.
    let deletes = play.calls().split_off(calls).into_iter().filter(|call| call.took_effect && call.action.starts_with("Delete"));
    let gone: Vec<String> = deletes.map(|call| call.resource).filter(|id| play.before.iter().any(|it| it.id == *id)).collect();
    ONLY_ITS_OWN.holds_if(gone.is_empty(), || format!("{what} undone, it deleted {gone:?}, which was there before it"))
}
