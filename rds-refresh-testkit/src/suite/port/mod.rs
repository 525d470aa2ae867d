//! The suite that every implementation of the [ports](rds_refresh_core::ports) passes.
//!
//! It wants the ports of both accounts, over a world of the model that it furnishes, and looks at what they answer and at what they did. Where
//! an answer has no rule of its own, it must be that of the model's own ports.
//!
//! ```
//! use std::sync::Arc;
//! use rds_refresh_core::aws::{AwsDestination, AwsSource};
//! use rds_refresh_testkit::suite::port::{Ports, check};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), rds_refresh_testkit::suite::Broken> {
//! check(&|stage| {
//!     let source = stage.fake.sdk_config(&stage.source.account, &stage.source.region);
//!     let destination = stage.fake.sdk_config(&stage.destination.account, &stage.destination.region);
//!     Ports::new(Arc::new(AwsSource::new(&source)), Arc::new(AwsDestination::new(&destination)))
//! })
//! .await?;
//! # Ok(())
//! # }
//! ```

mod absence;
mod pages;
mod same;
mod script;

use std::fmt;
use std::sync::Arc;

use rds_refresh_core::ports::{Destination, Source};

use super::{Broken, Promise};
use crate::{Stage, TwoAccounts};

const RULES: &str = "https://docs.rs/rds-refresh-core/latest/rds_refresh_core/ports/ and docs/conformance.md#ports";

macro_rules! promises {
    ($($constant:ident $name:literal $says:literal)*) => {
        $(#[doc = $says] pub const $constant: Promise = Promise::new($name, $says, RULES);)*

        /// All of them.
        pub const PROMISES: &[Promise] = &[$($constant),*];
    };
}

promises! {
    ABSENCE "absence" "What does not exist is `None`, or an empty list."
    ERRORS "errors" "No error of a describe means that the thing is gone: it is an error of the kind that the code says."
    UNKNOWN_OUTCOME "unknown-outcome" "A mutation without an answer has an unknown outcome; one that was refused has not."
    ONE_REQUEST "one-request" "One call of a method is one request, whatever the answer: nothing is tried again."
    REPEATED "repeated" "A share, a grant or a revocation that is there already is no error and makes no second one."
    PAGES "pages" "A listing is whole, however many pages it has."
    SAME_ANSWERS "same-answers" "A refresh by hand hears the same from these ports as from the model's own, marks of ownership and all."
    SAME_WORLD "same-world" "A refresh by hand leaves the same world: every parameter that the ports fix is sent."
}

/// The ports of both accounts.
#[derive(Clone)]
pub struct Ports {
    source: Arc<dyn Source>,
    destination: Arc<dyn Destination>,
}

impl Ports {
    /// These.
    #[must_use]
    pub fn new(source: Arc<dyn Source>, destination: Arc<dyn Destination>) -> Self {
        Self { source, destination }
    }

    fn of_the_model(stage: &TwoAccounts) -> Self {
        let source = stage.fake.source(stage.source.clone());
        Self::new(Arc::new(source), Arc::new(stage.fake.destination(stage.destination.clone())))
    }
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ports")
    }
}

/// Tries out all promises, each in a new world.
///
/// # Errors
/// The first that does not hold.
pub async fn check(ports: &impl Fn(&TwoAccounts) -> Ports) -> Result<(), Broken> {
    let stage = || Stage::two_accounts(5);
    absence::nothing(&stage(), ports).await?;
    absence::errors(&stage(), ports).await?;
    absence::unknown_outcomes(&stage(), ports).await?;
    pages::all(&stage(), ports).await?;
    same::repeated(&stage(), ports).await?;
    same::refreshes(&stage(), &stage(), ports).await
}
