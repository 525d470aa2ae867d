//! The suite that every adapter of an orchestrator passes.
//!
//! An adapter is three arms, a place for the state and a timer (`docs/adapters.md`), and what matters is what becomes of a run when any of it
//! dies. The suite starts whole refreshes on a simulated world, stops and kills them at chosen [`Point`]s, cancels, nudges and starts them
//! twice, lets requests take effect after everybody gave up, and compares with a run that nobody disturbed.
//!
//! An adapter whose runs are futures of this process says how they begin and go on, and is done: [`Adapter`].
//!
//! ```
//! use rds_refresh_core::{Driver, Outcome};
//! use rds_refresh_testkit::suite::driver::{Adapter, InProcess, Parts, check};
//!
//! struct Tokio;
//!
//! fn driver(parts: &mut Parts) -> Result<Driver, String> {
//!     let (machine, worker) = parts.take_plan()?;
//!     Ok(Driver::new(machine, worker, parts.store.clone(), parts.clock.clone()).with_signal_interval(Parts::LONG))
//! }
//!
//! #[async_trait::async_trait]
//! impl Adapter for Tokio {
//!     async fn start(&self, mut parts: Parts) -> Result<Outcome, String> {
//!         let driver = driver(&mut parts)?;
//!         driver.start(parts.run, parts.facts, parts.on_failure).await.map_err(|error| error.to_string())
//!     }
//!     async fn go_on(&self, mut parts: Parts) -> Result<Outcome, String> {
//!         driver(&mut parts)?.drive(&parts.run).await.map_err(|error| error.to_string())
//!     }
//!     async fn resume(&self, mut parts: Parts) -> Result<Outcome, String> {
//!         driver(&mut parts)?.resume(&parts.run).await.map_err(|error| error.to_string())
//!     }
//!     async fn cancel(&self, mut parts: Parts) -> Result<(), String> {
//!         driver(&mut parts)?.cancel(&parts.run).await.map_err(|error| error.to_string())
//!     }
//!     async fn nudge(&self, mut parts: Parts) -> Result<(), String> {
//!         driver(&mut parts)?.nudge(&parts.run).await.map_err(|error| error.to_string())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), rds_refresh_testkit::suite::Broken> {
//! // A quick look. Without the stride, a process dies at every point at which it can.
//! let passed = check(&mut InProcess::new(Tokio).with_stride(40)).await?;
//! // A future delivers each answer once; an adapter with a queue is asked to deliver some twice.
//! assert_eq!(passed.skipped.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! One whose runs live in other processes, or in an engine, implements [`Host`] and [`Subject`] itself; a [`Fuse`] helps to stop what calls the
//! model in this process.

mod adapter;
mod cancel;
mod crash;
mod fuse;
mod in_process;
mod late;
mod plan;
mod program;
mod seen;
mod site;
mod subject;
mod twice;

pub use adapter::{Adapter, Parts};
pub use fuse::Fuse;
pub use in_process::{InProcess, InProcessRun};
pub use program::Program;
pub use subject::{Host, Point, Stand, Subject, Until};

use super::{Broken, Promise};

const GUIDE: &str = "https://github.com/rds-refresh/rds-refresh/blob/main/docs/adapters.md and docs/conformance.md#adapters";

macro_rules! promises {
    ($($constant:ident $name:literal $says:literal)*) => {
        $(#[doc = $says] pub const $constant: Promise = Promise::new($name, $says, GUIDE);)*

        /// All of them.
        pub const PROMISES: &[Promise] = &[$($constant),*];
    };
}

promises! {
    ENDS "ends" "A run that nobody disturbs succeeds."
    SAME_TRACE "same-trace" "The same seed gives the same trace: every call at the same moment, every state that was saved."
    ONE_RUN "one-run" "A run that is started twice is one run."
    DUPLICATES "duplicates" "Answers and signals that are delivered twice change nothing."
    CANCEL "cancel" "A run that is cancelled is undone, in a call, in a wait or parked, and nothing it made is left."
    CANCEL_AFTER_END "cancel-after-end" "A cancel after the end changes nothing."
    PARKED "parked" "A parked run waits, undoes nothing, and goes on when it is resumed."
    PLAN_CHANGED "plan-changed" "A program whose plan differs in a step that the run has reached refuses it, and leaves it as it is."
    PLAN_GROWN "plan-grown" "A program whose plan differs in a step that the run has not reached goes on with it."
    CRASH "crash" "A crash at any point changes neither the outcome, nor what exists, nor what was done: each mutation once."
    HANGING_CALL "hanging-call" "A call that does not answer is given up at its `not_after`, and its effect is found."
    LATE_EFFECT "late-effect" "While the request of a call may still take effect, whoever made it and whoever died, nothing else of the run is called."
}

/// What was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Passed {
    /// How many runs it took.
    pub runs: u64,
    /// Promises that the subject cannot be asked about, by name, and why.
    pub skipped: Vec<(&'static str, &'static str)>,
}

/// Tries out all promises, each on runs of its own.
///
/// # Errors
/// The first that does not hold.
pub async fn check<H: Host>(host: &mut H) -> Result<Passed, Broken> {
    let mut skipped = host.cannot();
    let does = |promise: Promise, skipped: &[(&str, &str)]| !skipped.iter().any(|(name, _)| *name == promise.name);
    let mut bench = Bench { host, runs: 0 };
    let calm = seen::undisturbed(&mut bench).await?;
    if does(SAME_TRACE, &skipped) {
        seen::same_trace(&mut bench, &calm).await?;
    }
    if does(ONE_RUN, &skipped) {
        twice::one_run(&mut bench, &calm).await?;
    }
    if does(DUPLICATES, &skipped) && !twice::duplicates(&mut bench, &calm).await? {
        skipped.push((DUPLICATES.name, "it delivers no answer twice; signals were"));
    }
    if does(CRASH, &skipped) {
        crash::everywhere(&mut bench, &calm).await?;
    }
    if does(CANCEL, &skipped) {
        cancel::everywhere(&mut bench).await?;
    }
    if does(CANCEL_AFTER_END, &skipped) {
        cancel::after_the_end(&mut bench, &calm).await?;
    }
    if does(PARKED, &skipped) {
        cancel::resume(&mut bench, &calm).await?;
    }
    if does(PLAN_CHANGED, &skipped) {
        plan::changed(&mut bench, &calm).await?;
    }
    if does(PLAN_GROWN, &skipped) {
        plan::grown(&mut bench, &calm).await?;
    }
    if does(HANGING_CALL, &skipped) {
        late::hanging(&mut bench, &calm).await?;
    }
    if does(LATE_EFFECT, &skipped) {
        late::after_a_crash(&mut bench, &calm).await?;
    }
    Ok(Passed { runs: bench.runs, skipped })
}

/// Where runs come from.
struct Bench<'h, H> {
    host: &'h mut H,
    runs: u64,
}

impl<H: Host> Bench<'_, H> {
    /// A run that has not begun.
    async fn run(&mut self) -> H::Run {
        self.runs += 1;
        self.host.run(self.runs).await
    }

    /// A run that has begun.
    async fn started(&mut self, promise: Promise) -> Result<H::Run, Broken> {
        let mut run = self.run().await;
        run.start().await.map_err(|error| promise.broken(format!("it does not start: {error}")))?;
        Ok(run)
    }

    /// A run that has reached the point, and is held there, or was killed there.
    async fn at(&mut self, until: Until, promise: Promise) -> Result<H::Run, Broken> {
        let mut run = self.started(promise).await?;
        seen::reach(&mut run, until, promise).await?;
        Ok(run)
    }
}
