//! What crosses from the source account to the destination account, and why the destination believes none of it.

use std::marker::PhantomData;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{InstanceSnapshot, Shared};
use crate::fact::Fact;
use crate::ids::{KeyArn, RunId, SnapshotArn};
use crate::request::DestinationRequest;
use crate::step::{Context, Progress, Side, Step};
use crate::{Facts, Forecast, StepError, Timestamp};

/// The schema of hand-overs that this program writes and reads.
const SCHEMA: u32 = 1;

/// The longest hand-over that is read, in bytes: what crosses an event bus is not trusted to be small.
pub(super) const LARGEST: usize = 4096;

/// What crosses from the source account to the destination account: a flat, versioned value.
///
/// It carries no settings: those of the destination come from the destination. The destination checks all of it ([`Handover::check`]) and
/// asks RDS itself about the snapshot before it copies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The version of this format.
    pub schema: u32,
    /// The run that made the snapshot.
    pub run: RunId,
    /// The shared snapshot's ARN.
    pub snapshot: SnapshotArn,
    /// Its engine.
    pub engine: String,
    /// Its engine version.
    pub engine_version: String,
    /// Its allocated storage, in GiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocated_storage: Option<u32>,
    /// The key it is encrypted with; `None` says that it is not encrypted, which the destination must allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<KeyArn>,
    /// The fact by which the source says that the data is masked; `None` if it does not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masking: Option<String>,
    /// When it was handed over.
    pub made_at: Timestamp,
}

impl Fact for Handover {
    const NAME: &'static str = "handover";
}

impl Handover {
    /// Reads a hand-over from JSON that came from elsewhere.
    pub fn parse(json: &str) -> Result<Self, RefusedHandover> {
        if json.len() > LARGEST {
            return Err(RefusedHandover::TooLarge(json.len()));
        }
        serde_json::from_str(json).map_err(|error| RefusedHandover::Malformed(error.to_string()))
    }

    /// Checks everything that can be checked without asking AWS.
    pub fn check(&self, request: &DestinationRequest, now: Timestamp) -> Result<(), RefusedHandover> {
        if self.schema != SCHEMA {
            return Err(RefusedHandover::Schema(self.schema));
        }
        let snapshot = &self.snapshot;
        if snapshot.account() != &request.source_account {
            return Err(RefusedHandover::Account(snapshot.account().to_string()));
        }
        // The Region decides the partition.
        if snapshot.region() != &request.source_region {
            return Err(RefusedHandover::Region(snapshot.region().to_string()));
        }
        match &self.kms_key {
            None if !request.allow_unencrypted_source => return Err(RefusedHandover::Unencrypted),
            Some(key) if !is_listed(key, request) => return Err(RefusedHandover::Key(key.to_string())),
            _ => {}
        }
        if !["mysql", "postgres"].contains(&self.engine.as_str()) {
            return Err(RefusedHandover::Engine(self.engine.clone()));
        }
        if now.since(self.made_at) > request.max_handover_age {
            return Err(RefusedHandover::TooOld(self.made_at));
        }
        if self.made_at > now + crate::ports::CLOCK_SKEW {
            return Err(RefusedHandover::InTheFuture(self.made_at));
        }
        Ok(())
    }
}

/// Whether the destination takes what is encrypted with the key. A key of a third account it never does.
pub(crate) fn is_listed(key: &KeyArn, request: &DestinationRequest) -> bool {
    match request.source_keys.as_slice() {
        [] => key.account() == &request.source_account && key.region() == &request.source_region,
        listed => listed.contains(key),
    }
}

/// Why a hand-over is not acted upon.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusedHandover {
    /// Not the JSON of a hand-over.
    #[error("the hand-over cannot be read: {0}")]
    Malformed(String),
    /// Larger than any hand-over is.
    #[error("the hand-over has {0} bytes, and none has more than {LARGEST}")]
    TooLarge(usize),
    /// Another schema.
    #[error("the hand-over has schema {0}, and this program reads {SCHEMA}: update the side that is older")]
    Schema(u32),
    /// A snapshot of an account that is not the source's.
    #[error("the handed-over snapshot belongs to account {0}, which is not `source_account`")]
    Account(String),
    /// A snapshot in a Region that is not the source's.
    #[error("the handed-over snapshot is in {0}, which is not `source_region`")]
    Region(String),
    /// A key that is not on the list.
    #[error(
        "the handed-over snapshot is said to be encrypted with {0}, which is not one of `source_keys`, or, without any, not of \
         `source_account` and `source_region`"
    )]
    Key(String),
    /// No key, where the destination takes encrypted snapshots only.
    #[error("the handed-over snapshot is said to be unencrypted, which `allow_unencrypted_source` does not allow")]
    Unencrypted,
    /// An engine that no Multi-AZ DB cluster has.
    #[error("the handed-over snapshot is said to be of engine {0:?}: only mysql and postgres have Multi-AZ DB clusters")]
    Engine(String),
    /// Too old.
    #[error("the hand-over was made at {0}, longer ago than `max_handover_age` allows")]
    TooOld(Timestamp),
    /// Made later than now.
    #[error("the hand-over says that it was made at {0}, which is yet to come")]
    InTheFuture(Timestamp),
}

/// Whether a hand-over that is needed again still stands. Never: writing another costs nothing, and has the snapshot and its share looked
/// at, which a failed run may have taken back.
const STANDS: bool = false;

/// Writes the hand-over. Makes no call.
#[derive(Clone, Copy, Debug, Default)]
pub struct HandOver;

impl Step for HandOver {
    const NAME: &'static str = "hand-over";
    const VERSION: u32 = 1;
    type Needs = (InstanceSnapshot, Shared);
    type Gives = Handover;

    async fn reconcile(&self, (snapshot, _): &Self::Needs, cx: &Context) -> Result<Progress<Handover>, StepError> {
        handover(snapshot, None, cx).map(Progress::Ready)
    }

    async fn verify(&self, _: &Handover, _: &Context) -> Result<bool, StepError> {
        Ok(STANDS)
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        None
    }

    fn forecast(&self, _: &Facts, _: &Context) -> Forecast {
        Forecast { side: Some(Side::Source), expected: Some(Duration::ZERO), ..Forecast::default() }
    }
}

/// Writes the hand-over with the claim that the data is masked, which the fact `F` proves: without a step that gives it, the plan does not
/// compile.
#[derive(Clone, Copy, Debug)]
pub struct HandOverMasked<F>(PhantomData<fn() -> F>);

impl<F> HandOverMasked<F> {
    /// The step.
    #[must_use]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<F> Default for HandOverMasked<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: Fact> Step for HandOverMasked<F> {
    const NAME: &'static str = "hand-over";
    const VERSION: u32 = 1;
    type Needs = (InstanceSnapshot, Shared, F);
    type Gives = Handover;

    async fn reconcile(&self, (snapshot, ..): &Self::Needs, cx: &Context) -> Result<Progress<Handover>, StepError> {
        handover(snapshot, Some(F::NAME), cx).map(Progress::Ready)
    }

    async fn verify(&self, _: &Handover, _: &Context) -> Result<bool, StepError> {
        Ok(STANDS)
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        None
    }

    fn forecast(&self, _: &Facts, _: &Context) -> Forecast {
        Forecast { side: Some(Side::Source), expected: Some(Duration::ZERO), ..Forecast::default() }
    }
}

fn handover(snapshot: &InstanceSnapshot, masking: Option<&str>, cx: &Context) -> Result<Handover, StepError> {
    Ok(Handover {
        schema: SCHEMA,
        run: cx.run.clone(),
        snapshot: snapshot.arn.clone(),
        engine: snapshot.engine.clone(),
        engine_version: snapshot.engine_version.clone(),
        allocated_storage: snapshot.allocated_storage,
        kms_key: snapshot.key_arn()?,
        masking: masking.map(str::to_owned),
        made_at: cx.now,
    })
}
