//! One re-entrant piece of work, and what it is called with.

use std::future::Future;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::fact::{Fact, Facts, UnreadableFact};
use crate::machine::{Call, Seen};
use crate::permission::Permission;
use crate::preview::Forecast;
use crate::{OnFailure, Resource, RetryPolicy, RunId, StepError, Timestamp, WaitPolicy};

/// One piece of a refresh: it needs facts, gives one, and reconciles the world with what it is for.
///
/// # Contract
/// - **Re-entrant.** Every method may be called again after any crash, also after a call whose answer was lost. A step looks at the world
///   each time and remembers nothing between calls.
/// - **One mutation a call.** [`reconcile`](Step::reconcile) and [`compensate`](Step::compensate) look, make at most one mutating call,
///   and say what they saw. RDS has no client tokens: "already exists" is answered by looking.
/// - **Names are derived** from the run and the attempt, so a step finds again what it made.
/// - **Compensation copes** with a step that never ran, ran halfway, or is done. It removes nothing that it cannot prove to be this run's.
/// - **No secrets** in facts, statuses and errors: all of them are stored and shown.
///
/// ```
/// use rds_refresh_core::{Context, Fact, Progress, Step, StepError};
/// use rds_refresh_core::steps::TemporaryInstance;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Masked;
/// impl Fact for Masked { const NAME: &'static str = "masked"; }
///
/// /// Masks the temporary instance, so that unmasked data never leaves the production account.
/// struct Mask;
///
/// impl Step for Mask {
///     const NAME: &'static str = "mask";
///     const VERSION: u32 = 1;
///     type Needs = TemporaryInstance;
///     type Gives = Masked;
///
///     async fn reconcile(&self, instance: &TemporaryInstance, _: &Context) -> Result<Progress<Masked>, StepError> {
///         println!("masking {}", instance.identifier);
///         Ok(Progress::Ready(Masked))
///     }
/// }
/// ```
pub trait Step: Send + Sync + 'static {
    /// The step's name in plans and stored states, in kebab-case. Never change it.
    const NAME: &'static str;

    /// Raised when stored states that have reached this step can no longer be gone on with.
    const VERSION: u32;

    /// Whether the step only looks. Such a step leaves nothing to be undone, so nothing is waited for when it fails. Default false.
    const READ_ONLY: bool = false;

    /// What the step needs: a [`Fact`], a [`Record`] of one, or a tuple of up to six of them.
    type Needs: Needs;

    /// What the step gives.
    type Gives: Fact;

    /// Moves the world by at most one mutating call towards what the step is for.
    fn reconcile(
        &self,
        needs: &Self::Needs,
        cx: &Context,
    ) -> impl Future<Output = Result<Progress<Self::Gives>, StepError>> + Send;

    /// Undoes, by at most one mutating call, what the step did or may have done, as far as [`Context::on_failure`] asks for it. Default:
    /// there is nothing to undo.
    fn compensate(&self, needs: &Self::Needs, cx: &Context) -> impl Future<Output = Result<Undo, StepError>> + Send {
        let _ = (needs, cx);
        async { Ok(Undo::Done { kept: Vec::new() }) }
    }

    /// Looks whether the fact still stands. Asked when a failed run is resumed. Default: it does.
    fn verify(&self, fact: &Self::Gives, cx: &Context) -> impl Future<Output = Result<bool, StepError>> + Send {
        let _ = (fact, cx);
        async { Ok(true) }
    }

    /// Looks whether nothing exists any more of what the step made for the fact. Asked when the fact does not stand: what is gone is no
    /// longer listed as kept. Default: it cannot tell, so it may exist.
    fn is_gone(&self, fact: &Self::Gives, cx: &Context) -> impl Future<Output = Result<bool, StepError>> + Send {
        let _ = (fact, cx);
        async { Ok(false) }
    }

    /// How what the step did would differ had it been asked with `after` instead of `before`; `None` if it would not. Asked when a
    /// request is amended and something that the step needs changes with it. Default: any difference counts.
    fn differs(&self, before: &Self::Needs, after: &Self::Needs) -> Option<String> {
        let _ = (before, after);
        Some("it was done with another request".into())
    }

    /// What the step made that outlives a run which succeeds, beside the result: the outcome names it. Default: nothing.
    fn keeps(&self, fact: &Self::Gives) -> Vec<Resource> {
        let _ = fact;
        Vec::new()
    }

    /// Everything that the step may own. Pure: leftovers, plans and sweeps read it. Default: nothing.
    fn footprint(&self, needs: &Self::Needs, cx: &Context) -> Vec<Resource> {
        let _ = (needs, cx);
        Vec::new()
    }

    /// The actions that the step calls, for a least-privilege policy: see [`iam`](crate::iam). Default: none.
    fn permissions(&self) -> Vec<Permission> {
        Vec::new()
    }

    /// How long the step usually takes, if it can tell: for plans, progress and the time of the first look.
    fn expected(&self, needs: &Self::Needs) -> Option<Duration> {
        let _ = needs;
        None
    }

    /// What can be said of the step before a run begins, from the facts that the run is given: see
    /// [`Worker::preview`](crate::Worker::preview). Pure. `cx` is that of the first attempt. Default: nothing is known.
    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        let _ = (given, cx);
        Forecast::default()
    }

    /// How the step is waited for, unless the plan says otherwise.
    fn wait_policy(&self) -> WaitPolicy {
        WaitPolicy::default()
    }

    /// How the step's failures are tried again, unless the plan says otherwise.
    fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy::default()
    }
}

/// How far a step is.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress<T> {
    /// Done, and this is what it gives.
    Ready(T),
    /// Not done yet: what it saw, and when to look next if it knows better than the policy.
    Pending(Seen, Option<Duration>),
}

impl<T> Progress<T> {
    /// Not done yet; the policy says when to look next.
    #[must_use]
    pub fn pending(seen: Seen) -> Self {
        Self::Pending(seen, None)
    }
}

/// How far a compensation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// Nothing is left to remove.
    Done {
        /// What exists and is kept by policy.
        kept: Vec<Resource>,
    },
    /// Not done yet.
    Pending {
        /// What it saw.
        seen: Seen,
        /// What it has asked to be removed: reported as removed when it is done, as left over if that never happens.
        removing: Vec<Resource>,
    },
}

impl Undo {
    /// Nothing is left to remove, and nothing is kept.
    #[must_use]
    pub fn done() -> Self {
        Self::Done { kept: Vec::new() }
    }
}

/// What a step is called with, beside what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context {
    /// The run.
    pub run: RunId,
    /// Which attempt at the step this is, from 1. Names of what it makes carry it.
    pub attempt: u32,
    /// When the run began: nothing older is its own.
    pub began: Timestamp,
    /// The present instant, by the driver's clock.
    pub now: Timestamp,
    /// How long the step has taken so far.
    pub elapsed: Duration,
    /// When the call must have stopped.
    pub not_after: Timestamp,
    /// What a compensation removes.
    pub on_failure: OnFailure,
    /// Whether the step has given its fact, so that others may have used what it made.
    pub done: bool,
}

impl Context {
    /// The context of a call that is run now.
    #[must_use]
    pub fn of(call: &Call<'_>, now: Timestamp) -> Self {
        Self {
            run: call.run.clone(),
            attempt: call.attempt,
            began: call.began,
            now,
            elapsed: call.elapsed,
            not_after: call.not_after,
            on_failure: call.on_failure,
            done: false,
        }
    }

    /// A context for trying a step by itself: first attempt of `run`, which begins now.
    #[must_use]
    pub fn new(run: RunId, now: Timestamp) -> Self {
        Self {
            run,
            attempt: 1,
            began: now,
            now,
            elapsed: Duration::ZERO,
            not_after: now + WaitPolicy::default().call_limit,
            on_failure: OnFailure::default(),
            done: false,
        }
    }
}

/// The account that something happens in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Production's.
    Source,
    /// The one that is refreshed.
    Destination,
}

/// A fact that was given once. A step that needs the record of a fact can do without its still standing: what removes a temporary
/// instance must know which, and does not ask for it to exist.
///
/// A resume makes a fact again if a step that is not done needs it and it is gone; a record is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<F>(pub F);

/// What a step needs, read from what is known.
pub trait Needs: Send + Sync + Sized + 'static {
    /// The names of the facts that must still stand when the step is done (again).
    fn standing() -> Vec<&'static str>;

    /// The names of all facts that it is read from, records included.
    fn names() -> Vec<&'static str>;

    /// Reads it.
    fn read(facts: &Facts) -> Result<Self, UnreadableFact>;
}

impl<F: Fact> Needs for F {
    fn standing() -> Vec<&'static str> {
        vec![F::NAME]
    }

    fn names() -> Vec<&'static str> {
        vec![F::NAME]
    }

    fn read(facts: &Facts) -> Result<Self, UnreadableFact> {
        facts.read()
    }
}

impl<F: Fact> Needs for Record<F> {
    fn standing() -> Vec<&'static str> {
        Vec::new()
    }

    fn names() -> Vec<&'static str> {
        vec![F::NAME]
    }

    fn read(facts: &Facts) -> Result<Self, UnreadableFact> {
        facts.read().map(Record)
    }
}

macro_rules! needs_tuples {
    ($(($($need:ident),+))*) => {
        $(
            impl<$($need: Needs),+> Needs for ($($need,)+) {
                fn standing() -> Vec<&'static str> {
                    [$($need::standing()),+].concat()
                }

                fn names() -> Vec<&'static str> {
                    [$($need::names()),+].concat()
                }

                fn read(facts: &Facts) -> Result<Self, UnreadableFact> {
                    Ok(($($need::read(facts)?,)+))
                }
            }
        )*
    };
}

needs_tuples! { (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, G) }
