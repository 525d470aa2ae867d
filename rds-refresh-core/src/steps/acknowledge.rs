//! The destination says that its copy is available, so the source may let go of its own snapshots.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Handover, SnapshotCopy};
use crate::fact::Fact;
use crate::ids::{RunId, SnapshotArn};
use crate::machine::Seen;
use crate::request::SourceRequest;
use crate::step::{Context, Progress, Record, Side, Step};
use crate::{ErrorKind, Facts, Forecast, StepError, WaitPolicy};

/// What the destination says to the source. Like a hand-over it is not trusted: what is deleted is read from the source's own state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The run.
    pub run: RunId,
    /// The copy's ARN, whose account must be the one that was shared with; `None` where no acknowledgement came in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<SnapshotArn>,
}

impl Fact for Acknowledgement {
    const NAME: &'static str = "acknowledgement";
}

impl Acknowledgement {
    /// Whether it is this run's, and comes from the account that the snapshot was shared with.
    #[must_use]
    pub fn is_for(&self, request: &SourceRequest, run: &RunId) -> bool {
        self.run == *run && self.copy.as_ref().is_some_and(|copy| *copy.account() == request.share_with)
    }
}

/// Acknowledges the copy. Makes no call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Acknowledge;

impl Step for Acknowledge {
    const NAME: &'static str = "acknowledge";
    const VERSION: u32 = 1;
    type Needs = (Handover, SnapshotCopy);
    type Gives = Acknowledgement;

    async fn reconcile(&self, (handover, copy): &Self::Needs, _: &Context) -> Result<Progress<Acknowledgement>, StepError> {
        Ok(Progress::Ready(Acknowledgement { run: handover.run.clone(), copy: Some(copy.arn.clone()) }))
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        None
    }

    fn forecast(&self, _: &Facts, _: &Context) -> Forecast {
        Forecast { side: Some(Side::Destination), expected: Some(Duration::ZERO), ..Forecast::default() }
    }
}

/// Where acknowledgements arrive in the source account.
#[async_trait]
pub trait Acknowledgements: Send + Sync {
    /// The acknowledgement of this run, if one has arrived.
    async fn acknowledgement(&self, run: &RunId) -> Result<Option<Acknowledgement>, StepError>;
}

/// Waits for the acknowledgement, or until `ack_deadline` has passed. Where acknowledgements cannot be read, it waits as if none had come.
#[derive(Clone)]
pub struct AwaitAcknowledgement {
    acknowledgements: Arc<dyn Acknowledgements>,
}

impl AwaitAcknowledgement {
    /// The step, by this port.
    #[must_use]
    pub fn new(acknowledgements: Arc<dyn Acknowledgements>) -> Self {
        Self { acknowledgements }
    }
}

debug_by_name!(AwaitAcknowledgement);

impl Step for AwaitAcknowledgement {
    const NAME: &'static str = "await-acknowledgement";
    const VERSION: u32 = 1;
    type Needs = (SourceRequest, Record<Handover>);
    type Gives = Acknowledgement;

    async fn reconcile(&self, (request, _): &Self::Needs, cx: &Context) -> Result<Progress<Acknowledgement>, StepError> {
        let (arrived, seen) = match self.acknowledgements.acknowledgement(&cx.run).await {
            Ok(arrived) => (arrived, Seen::status("not acknowledged yet")),
            Err(error) if matches!(error.kind(), ErrorKind::Credentials | ErrorKind::Denied) => return Err(error),
            // To fail would end the copy that is waited for.
            Err(error) => (None, Seen::status(format!("cannot be asked: {error}"))),
        };
        // One for another run, or from another account, is as good as none.
        Ok(match arrived.filter(|arrived| arrived.is_for(request, &cx.run)) {
            Some(arrived) => Progress::Ready(arrived),
            None if cx.elapsed >= request.ack_deadline => Progress::Ready(Acknowledgement { run: cx.run.clone(), copy: None }),
            None => Progress::Pending(seen, Some(request.ack_deadline.saturating_sub(cx.elapsed).min(Duration::from_mins(10)))),
        })
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        None
    }

    fn forecast(&self, _: &Facts, _: &Context) -> Forecast {
        Forecast { side: Some(Side::Source), expected: Some(Duration::ZERO), ..Forecast::default() }
    }

    fn wait_policy(&self) -> WaitPolicy {
        // The longest `ack_deadline` that a request may have, and a day for looking.
        WaitPolicy { deadline: Duration::from_hours(15 * 24), ..WaitPolicy::default() }
    }
}
