//! What a run did, and the run that nobody disturbed, with which all others are compared.

use rds_refresh_core::{Outcome, Verdict};

use super::{Bench, ENDS, Host, Point, SAME_TRACE, Stand, Subject, Until};
use crate::suite::{Broken, Promise};
use crate::world::{Entry, Operation};

/// A run that nobody disturbed.
pub(super) struct Calm {
    /// What took effect, in order.
    pub(super) mutations: Vec<String>,
    /// What existed after it.
    pub(super) after: Vec<String>,
    /// Which calls that change something are to be disturbed.
    pub(super) sample: Vec<usize>,
    pub(super) points: Vec<Point>,
    trace: Option<String>,
}

/// Whether the call is one that changes something, whatever became of it.
pub(super) fn is_mutation(entry: &Entry) -> bool {
    Operation::ALL.iter().any(|operation| operation.name() == entry.action && operation.mutates())
}

fn effects(calls: &[Entry]) -> Vec<String> {
    let effective = calls.iter().filter(|entry| entry.took_effect && !entry.somebody);
    effective.map(|entry| format!("{} {}", entry.action, entry.resource)).collect()
}

pub(super) async fn undisturbed<H: Host>(bench: &mut Bench<'_, H>) -> Result<Calm, Broken> {
    let mut run = bench.started(ENDS).await?;
    let outcome = finish(&mut run, ENDS).await?;
    ENDS.holds_if(outcome.verdict == Verdict::Succeeded, || format!("the run ended as {outcome:?}"))?;
    let calls = run.calls().await;
    let attempts = calls.iter().filter(|entry| is_mutation(entry)).count();
    Ok(Calm {
        mutations: effects(&calls),
        after: run.holds().await,
        sample: bench.host.sample(attempts),
        points: run.points().await,
        trace: run.trace().await,
    })
}

pub(super) async fn same_trace<H: Host>(bench: &mut Bench<'_, H>, calm: &Calm) -> Result<(), Broken> {
    let mut run = bench.started(SAME_TRACE).await?;
    finish(&mut run, SAME_TRACE).await?;
    let (Some(first), Some(second)) = (&calm.trace, run.trace().await) else {
        return Err(SAME_TRACE.broken("it has no trace, and does not say so: let `Host::cannot` name the promise"));
    };
    let mut lines = first.lines().zip(second.lines()).enumerate();
    let differing = lines.find(|(_, (one, other))| one != other);
    SAME_TRACE.holds_if(*first == second, || match differing {
        Some((line, (one, other))) => format!("the traces differ in line {}: {one}\n  and: {other}", line + 1),
        None => "one trace goes on where the other ends".to_owned(),
    })
}

/// Lets the run go on to the point.
pub(super) async fn reach<R: Subject>(run: &mut R, until: Until, promise: Promise) -> Result<(), Broken> {
    match run.go(until).await {
        Stand::Reached => Ok(()),
        stand => Err(promise.broken(format!("the run did not come to {until:?}: {}", tell(&stand)))),
    }
}

/// Lets the run go on until it has ended or is parked.
pub(super) async fn finish<R: Subject>(run: &mut R, promise: Promise) -> Result<Outcome, Broken> {
    match run.go(Until::Stopped).await {
        Stand::Stopped(outcome) => Ok(*outcome),
        stand => Err(promise.broken(format!("the run does not end: {}", tell(&stand)))),
    }
}

fn tell(stand: &Stand) -> String {
    match stand {
        Stand::Stopped(outcome) => format!("it ended as {:?}", outcome.verdict),
        Stand::Reached => "it is held".to_owned(),
        Stand::Refused(why) => format!("it was refused: {why}"),
        Stand::Stuck => "it does not move any more".to_owned(),
    }
}

/// The run ended as if nobody had disturbed it.
pub(super) async fn as_if_calm<R: Subject>(
    run: &mut R,
    outcome: &Outcome,
    calm: &Calm,
    promise: Promise,
    what: &str,
) -> Result<(), Broken> {
    promise.holds_if(outcome.verdict == Verdict::Succeeded, || format!("{what}: the run ended as {outcome:?}"))?;
    let done = effects(&run.calls().await);
    promise.holds_if(done == calm.mutations, || {
        format!("{what}: what took effect is {done:#?}, and undisturbed {:#?}", calm.mutations)
    })?;
    let after = run.holds().await;
    promise.holds_if(after == calm.after, || format!("{what}: it left {after:#?}, and undisturbed {:#?}", calm.after))
}
