//! The first door: the ports of `rds-refresh-core`, on the model, without an SDK between.

mod convert;
mod destination_clusters;
mod destination_snapshots;
mod source_clusters;
mod source_keys;
mod source_snapshots;
mod temporary_instances;

use rds_refresh_core::classify::classify;
use rds_refresh_core::ids::Region;
use rds_refresh_core::{ErrorKind, StepError};

use crate::fake::Fake;
use crate::world::{ApiError, Caller, Page, Request};

/// A role in the source account: implements every port of that account.
#[derive(Clone, Debug)]
pub struct FakeSource(Door);

/// A role in the destination account: implements every port of that account.
#[derive(Clone, Debug)]
pub struct FakeDestination(Door);

impl Fake {
    /// The source account's ports, as this caller.
    #[must_use]
    pub fn source(&self, caller: Caller) -> FakeSource {
        FakeSource(Door { fake: self.clone(), caller })
    }

    /// The destination account's ports, as this caller.
    #[must_use]
    pub fn destination(&self, caller: Caller) -> FakeDestination {
        FakeDestination(Door { fake: self.clone(), caller })
    }
}

/// Somebody who calls the model and hears what the SDK adapters would say.
#[derive(Clone, Debug)]
struct Door {
    fake: Fake,
    caller: Caller,
}

impl Door {
    /// Makes a call; `resource` is what an error says it was about.
    fn call<R: Request>(&self, request: &R, resource: &impl ToString) -> Result<R::Answer, StepError> {
        self.fake.call(&self.caller, request).map_err(|error| step_error::<R>(&error).on(resource.to_string()))
    }

    /// The same role at another Region's endpoint.
    fn in_region(&self, region: &Region) -> Self {
        Self { fake: self.fake.clone(), caller: Caller { region: region.clone(), ..self.caller.clone() } }
    }

    /// Makes a call that finds nothing if the service's own code says so: `absent`, as it is on the wire.
    fn find<R: Request>(&self, request: &R, resource: &impl ToString, absent: &str) -> Result<Option<R::Answer>, StepError> {
        match self.fake.call(&self.caller, request) {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.code == absent => Ok(None),
            Err(error) => Err(step_error::<R>(&error).on(resource.to_string())),
        }
    }

    /// The same for a describe operation that was asked for one thing.
    fn find_one<T, R: Request<Answer = Page<T>>>(
        &self,
        request: &R,
        resource: &impl ToString,
        absent: &str,
    ) -> Result<Option<T>, StepError> {
        Ok(self.find(request, resource, absent)?.and_then(|page| page.items.into_iter().next()))
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
