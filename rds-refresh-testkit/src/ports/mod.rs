//! The first door: the ports of `rds-refresh-core`, on the model, without an SDK between.

mod convert;
mod destination_clusters;
mod destination_snapshots;
mod events;
mod inventory;
mod key_policies;
mod reads;
mod source_clusters;
mod source_keys;
mod source_snapshots;
mod temporary_instances;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use rds_refresh_core::classify::classify;
use rds_refresh_core::ids::Region;
use rds_refresh_core::{ErrorKind, StepError};

pub use reads::FakeReads;

use crate::fake::Fake;
use crate::world::{ApiError, Caller, Page, Request};

/// An IAM user of the source account: implements every port of that account.
#[derive(Clone, Debug)]
pub struct FakeSource(Door);

/// An IAM user of the destination account: implements every port of that account.
#[derive(Clone, Debug)]
pub struct FakeDestination(Door);

impl Fake {
    /// The source account's ports, as this caller.
    #[must_use]
    pub fn source(&self, caller: Caller) -> FakeSource {
        FakeSource(Door { fake: self.clone(), caller, gate: None })
    }

    /// The destination account's ports, as this caller.
    #[must_use]
    pub fn destination(&self, caller: Caller) -> FakeDestination {
        FakeDestination(Door { fake: self.clone(), caller, gate: None })
    }
}

impl FakeSource {
    /// The same, with every call through a gate.
    #[must_use]
    pub fn through(self, gate: Arc<dyn Gate>) -> Self {
        Self(Door { gate: Some(gate), ..self.0 })
    }
}

impl FakeDestination {
    /// The same, with every call through a gate.
    #[must_use]
    pub fn through(self, gate: Arc<dyn Gate>) -> Self {
        Self(Door { gate: Some(gate), ..self.0 })
    }
}

/// Where a call can be held up, or its caller die: passed before the call arrives, and again before its answer does.
#[async_trait]
pub trait Gate: fmt::Debug + Send + Sync {
    /// Lets one of the two through, at once or later or never.
    async fn pass(&self);
}

/// Somebody who calls the model and hears what the SDK adapters would say.
#[derive(Clone, Debug)]
struct Door {
    fake: Fake,
    caller: Caller,
    gate: Option<Arc<dyn Gate>>,
}

impl Door {
    /// Makes a call; `resource` is what an error says it was about.
    async fn call<R: Request>(&self, request: &R, resource: &(impl ToString + Sync)) -> Result<R::Answer, StepError> {
        self.send(request).await.map_err(|error| step_error::<R>(&error).on(resource.to_string()))
    }

    /// The same role at another Region's endpoint.
    fn in_region(&self, region: &Region) -> Self {
        Self { caller: Caller { region: region.clone(), ..self.caller.clone() }, ..self.clone() }
    }

    /// Makes a call that finds nothing if the service's own code says so: `absent`, as it is on the wire.
    async fn find<R: Request>(
        &self,
        request: &R,
        resource: &(impl ToString + Sync),
        absent: &str,
    ) -> Result<Option<R::Answer>, StepError> {
        match self.send(request).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.code == absent => Ok(None),
            Err(error) => Err(step_error::<R>(&error).on(resource.to_string())),
        }
    }

    /// The same for a describe operation that was asked for one thing.
    async fn find_one<T: Send, R: Request<Answer = Page<T>>>(
        &self,
        request: &R,
        resource: &(impl ToString + Sync),
        absent: &str,
    ) -> Result<Option<T>, StepError> {
        Ok(self.find(request, resource, absent).await?.and_then(|page| page.items.into_iter().next()))
    }

    async fn send<R: Request>(&self, request: &R) -> Result<R::Answer, ApiError> {
        self.pass().await;
        let answer = self.fake.call(&self.caller, request);
        self.pass().await;
        answer
    }

    async fn pass(&self) {
        if let Some(gate) = &self.gate {
            gate.pass().await;
        }
    }
}

/// What an error of the model asks for next: as the SDK adapters classify it on the wire.
fn step_error<R: Request>(error: &ApiError) -> StepError {
    let kind = classify(error.code, &error.message).unwrap_or(match error.status {
        0 | 500..=599 => ErrorKind::Transient,
        403 => ErrorKind::Denied,
        _ => ErrorKind::Invalid,
    });
    // A fault of the service on a mutation leaves open whether it took effect.
    let kind = if kind == ErrorKind::Transient && R::OPERATION.mutates() { ErrorKind::UnknownOutcome } else { kind };
    StepError::new(kind, &error.message).with_code(error.code).during(R::OPERATION.name())
}
