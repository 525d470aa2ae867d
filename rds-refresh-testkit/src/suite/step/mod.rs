//! The suite that every [`Step`] passes.
//!
//! A [`Scene`] is the world as the step finds it, and the facts that are known by then: those of a request, and what the steps before it gave.
//! The suite plays it again and again, with a new step at each call, because a step remembers nothing.
//!
//! ```
//! use rds_refresh_core::{Plan, request::SourceRequest, steps};
//! use rds_refresh_testkit::suite::step::{Scene, check};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), rds_refresh_testkit::suite::Broken> {
//! let scene = async || {
//!     let before = |source: std::sync::Arc<_>| Plan::new().given::<SourceRequest>().then(steps::SnapshotCluster::new(source));
//!     Scene::new(1).after(|ports| before(ports.source.clone())).await
//! };
//! check(&scene, &|_, ports| steps::RestoreTemporaryInstance::new(ports.source.clone())).await?;
//! # Ok(())
//! # }
//! ```
//!
//! A step that works on something beside RDS and KMS brings a fake of it, which [`Scene::with`] keeps: then what it did there is compared as
//! well. `docs/conformance.md` shows it.

mod play;
mod said;
mod scene;
mod stands;
mod undo;
mod work;

pub use scene::{Ports, Scene};

use rds_refresh_core::Step;

use super::{Broken, Promise};
use play::Theatre;

const CONTRACT: &str =
    "https://docs.rs/rds-refresh-core/latest/rds_refresh_core/step/trait.Step.html#contract and docs/conformance.md#steps";

macro_rules! promises {
    ($($constant:ident $name:literal $says:literal)*) => {
        $(#[doc = $says] pub const $constant: Promise = Promise::new($name, $says, CONTRACT);)*

        /// All of them.
        pub const PROMISES: &[Promise] = &[$($constant),*];
    };
}

promises! {
    READY "ready" "With all it needs, and nothing in its way, the step is ready by its deadline, whoever calls it: it remembers nothing."
    ONE_MUTATION "one-mutation" "A call of the step makes at most one call that changes something."
    IDEMPOTENT "idempotent" "Called again when it is ready, it gives the same fact, and nothing takes effect."
    RE_ENTRANT "re-entrant" "Killed after any call that changes something, it is called again and ends with the same effects, each once."
    FACT "fact" "Its fact comes back from JSON as it was; its numbers are integers below 2⁵³, because orchestrators re-serialise them."
    NO_SECRET "no-secret" "No secret is in a fact, a status, an error or a resource."
    FOOTPRINT "footprint" "Whatever it makes is in its footprint."
    PERMISSIONS "permissions" "Whatever it calls, it declares to need, on the side on which it calls it."
    PURE "pure" "What it says of itself makes no call: footprint, forecast, permissions, expected time, what it keeps."
    VERIFY "verify" "Its fact stands when it is ready, and does not when what it made is gone; nothing is called gone that is there."
    UNDO_NOTHING "undo-nothing" "A compensation of a step that never ran is done, and changes nothing."
    UNDO_HALF "undo-half" "A compensation of a step that was killed half-way leaves nothing but what it says it keeps."
    UNDO_WHOLE "undo-whole" "A compensation of a step that is done leaves nothing but what it says it keeps; done again, nothing takes effect."
    ONLY_ITS_OWN "only-its-own" "It takes nothing for its own that it cannot prove to have made, and a compensation removes nothing else."
}

/// Tries out all promises, each on a new scene. `scene` must give the same one each time; `step` makes the step over its ports.
///
/// # Errors
/// The first that does not hold.
pub async fn check<S: Step, W>(scene: &impl AsyncFn() -> Scene<W>, step: &impl Fn(&Scene<W>, &Ports) -> S) -> Result<(), Broken> {
    let theatre = Theatre { scene, step, marker: std::marker::PhantomData };
    let calm = work::undisturbed(&theatre).await?;
    said::of_the_fact(&theatre, &calm).await?;
    work::again(&theatre, &calm).await?;
    work::killed(&theatre, &calm).await?;
    said::of_itself(&theatre, &calm).await?;
    stands::verified(&theatre).await?;
    undo::nothing(&theatre).await?;
    undo::half(&theatre, &calm).await?;
    undo::whole(&theatre).await?;
    stands::strangers(&theatre).await?;
    said::permissions(&theatre, &calm).await
}
