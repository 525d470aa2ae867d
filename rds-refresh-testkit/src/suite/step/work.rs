//! Doing it: once, again, and killed on the way.

use rds_refresh_core::{Resource, Step};
use serde_json::Value;

use super::play::{Ended, Play, Theatre};
use super::{IDEMPOTENT, Ports, RE_ENTRANT, READY, Scene};
use crate::suite::Broken;

/// The step as nobody disturbed it.
pub(super) struct Calm {
    pub(super) fact: Value,
    pub(super) effects: Vec<String>,
    pub(super) made: Vec<Resource>,
    /// How many calls were made that change something.
    pub(super) mutations: usize,
}

pub(super) async fn undisturbed<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
) -> Result<Calm, Broken> {
    let mut play = theatre.play().await;
    let fact = play.until_ready(READY).await?;
    let mutations = play.calls().iter().filter(|entry| super::play::mutates(entry)).count();
    Ok(Calm { fact: json::<S>(&fact)?, effects: play.effects(), made: play.made(), mutations })
}

pub(super) fn json<S: Step>(fact: &S::Gives) -> Result<Value, Broken> {
    serde_json::to_value(fact).map_err(|error| super::FACT.broken(format!("it does not serialise: {error}")))
}

pub(super) async fn again<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
    calm: &Calm,
) -> Result<(), Broken> {
    let mut play = theatre.play().await;
    let first = play.until_ready(IDEMPOTENT).await?;
    let second = play.until_ready(IDEMPOTENT).await?;
    let (first, second) = (json::<S>(&first)?, json::<S>(&second)?);
    IDEMPOTENT.holds_if(first == second, || format!("first it gave {first}, and then {second}"))?;
    let effects = play.effects();
    IDEMPOTENT.holds_if(effects == calm.effects, || format!("called again, what took effect is {effects:?}"))
}

pub(super) async fn killed<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
    calm: &Calm,
) -> Result<(), Broken> {
    for number in 1..=calm.mutations {
        let mut play = half(theatre, number).await?;
        // Whoever takes a run up waits that long.
        play.pass(std::time::Duration::from_mins(2));
        play.until_ready(RE_ENTRANT).await?;
        let (effects, made) = (play.effects(), play.made());
        RE_ENTRANT.holds_if(effects == calm.effects, || {
            format!("killed after mutation {number}, what took effect is {effects:?}, and undisturbed {:?}", calm.effects)
        })?;
        RE_ENTRANT.holds_if(made == calm.made, || format!("killed after mutation {number}, it made {made:?}"))?;
    }
    Ok(())
}

/// A step that was killed after so many calls that change something.
pub(super) async fn half<'t, S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &'t Theatre<'_, S, W, A, M>,
    number: usize,
) -> Result<Play<'t, S, W, M>, Broken> {
    let mut play = theatre.play().await;
    match play.reconcile(Some(number)).await? {
        Ended::Killed => Ok(play),
        Ended::Ready(_) => {
            Err(RE_ENTRANT.broken(format!("played again, it made fewer than {number} calls that change something")))
        }
        Ended::Failed(error) => Err(RE_ENTRANT.broken(format!("played again, it failed: {error}"))),
    }
}
