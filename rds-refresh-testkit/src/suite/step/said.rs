//! What a step says of itself and of what it did.

use rds_refresh_core::step::Side;
use rds_refresh_core::{Facts, OnFailure, Step};
use serde_json::Value;

use super::play::{Theatre, names, operation};
use super::work::{Calm, json};
use super::{FACT, FOOTPRINT, NO_SECRET, PERMISSIONS, PURE, Ports, Scene, UNDO_WHOLE};
use crate::suite::Broken;

pub(super) async fn of_the_fact<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
    calm: &Calm,
) -> Result<(), Broken> {
    let play = theatre.play().await;
    play.hides(NO_SECRET, "the fact", &calm.fact.to_string())?;
    // As a state is stored: as text.
    let unreadable = |error: &dyn std::fmt::Display| FACT.broken(format!("{} does not come back: {error}", calm.fact));
    let back: S::Gives = serde_json::from_str(&calm.fact.to_string()).map_err(|error| unreadable(&error))?;
    let again = json::<S>(&back)?;
    FACT.holds_if(again == calm.fact, || format!("stored as {}, it comes back as {again}", calm.fact))?;
    let mut facts = Facts::new();
    facts.insert(&back).map_err(|error| unreadable(&error))?;
    facts.read::<S::Gives>().map_err(|error| unreadable(&error))?;
    FACT.holds_if(exact(&calm.fact), || format!("{} has a number that is no integer below 2⁵³", calm.fact))
}

/// No orchestrator changes its numbers.
fn exact(value: &Value) -> bool {
    const LIMIT: u64 = 1 << 53;
    match value {
        Value::Number(number) => {
            number.as_u64().is_some_and(|number| number < LIMIT) || number.as_i64().is_some_and(|it| it.unsigned_abs() < LIMIT)
        }
        Value::Array(values) => values.iter().all(exact),
        Value::Object(fields) => fields.values().all(exact),
        _ => true,
    }
}

pub(super) async fn of_itself<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
    calm: &Calm,
) -> Result<(), Broken> {
    let play = theatre.play().await;
    let (step, needs, cx) = (play.step(), play.needs()?, play.context());
    let effects = play.effects();
    let footprint = step.footprint(&needs, &cx);
    let forecast = step.forecast(&play.scene.facts, &cx);
    let _ = (step.permissions(), step.expected(&needs), step.differs(&needs, &needs), step.wait_policy(), step.retry_policy());
    if let Ok(fact) = serde_json::from_value::<S::Gives>(calm.fact.clone()) {
        let _ = step.keeps(&fact);
    }
    let again = step.footprint(&needs, &cx);
    PURE.holds_if(footprint == again, || format!("the footprint is {}, and then {}", names(&footprint), names(&again)))?;
    let called: Vec<String> = play.calls().into_iter().map(|entry| entry.action).collect();
    PURE.holds_if(called.is_empty() && play.effects() == effects, || format!("it called {called:?} to say something of itself"))?;
    play.hides(NO_SECRET, "the footprint or the forecast", &format!("{footprint:?} {forecast:?}"))?;
    let missing: Vec<_> = calm.made.iter().filter(|made| !footprint.contains(made)).cloned().collect();
    FOOTPRINT.holds_if(missing.is_empty(), || format!("it made {}, and its footprint is {}", names(&missing), names(&footprint)))
}

pub(super) async fn permissions<S: Step, W, A: AsyncFn() -> Scene<W>, M: Fn(&Scene<W>, &Ports) -> S>(
    theatre: &Theatre<'_, S, W, A, M>,
    _: &Calm,
) -> Result<(), Broken> {
    let mut play = theatre.play().await;
    let fact = play.until_ready(PERMISSIONS).await?;
    let cx = play.context();
    let _ = play.step().verify(&fact, &cx).await;
    play.compensate(OnFailure::RemoveAll, true, UNDO_WHOLE).await?;
    let declared = play.step().permissions();
    for entry in play.calls() {
        let Some(operation) = operation(&entry) else { continue };
        let action = format!("{}:{}", operation.service().prefix(), entry.action);
        let side = if entry.account == play.scene.stage.source.account { Side::Source } else { Side::Destination };
        let is_declared =
            declared.iter().any(|permission| permission.side == side && permission.actions.contains(&action.as_str()));
        PERMISSIONS
            .holds_if(is_declared, || format!("it calls {action} on the {side:?} side, and declares no such permission"))?;
    }
    Ok(())
}
