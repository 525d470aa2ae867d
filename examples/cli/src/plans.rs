//! Which plan a run follows: the whole refresh, or one account's half of it.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use rds_refresh_core::driver::Stored;
use rds_refresh_core::fact::Fact;
use rds_refresh_core::preview::Preview;
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::steps::{self, Acknowledgement, Acknowledgements, Handover};
use rds_refresh_core::{Context, Facts, Machine, PlanError, RunId, StepError, Timestamp, Worker};

use crate::failure::Failure;
use crate::site::Site;

/// A plan by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlanKind {
    /// Both accounts, in one process.
    Whole,
    /// The source's half.
    Source,
    /// The destination's half.
    Destination,
    /// The source's half, and its settlement.
    Settlement,
}

impl PlanKind {
    /// The plan that a stored run follows, by what it knows and how far it is.
    pub(crate) fn of(stored: &Stored) -> Self {
        let has = |name: &str| stored.state.facts().contains(name);
        match (has(SourceRequest::NAME), has(DestinationRequest::NAME)) {
            (true, true) => Self::Whole,
            (false, _) => Self::Destination,
            (true, false) => {
                let settles = stored.state.report().steps.iter().any(|step| step.step == "await-temporary-instance-gone");
                if settles { Self::Settlement } else { Self::Source }
            }
        }
    }

    /// What of a whole request the plan is given.
    pub(crate) fn given(self, whole: &Facts) -> Result<Facts, rds_refresh_core::fact::UnreadableFact> {
        let mut facts = Facts::new();
        if self != Self::Destination {
            facts.insert(&whole.read::<SourceRequest>()?)?;
        }
        if matches!(self, Self::Whole | Self::Destination) {
            facts.insert(&whole.read::<DestinationRequest>()?)?;
        }
        if self == Self::Destination {
            facts.insert(&whole.read::<Handover>()?)?;
        }
        Ok(facts)
    }

    /// What a run of this plan does, or did.
    pub(crate) fn preview(self, facts: &Facts, run: &RunId, began: Timestamp) -> Result<Preview, Failure> {
        let (machine, worker) = self.build(&Site::silent(), None)?;
        let preview = worker.preview(&machine, &self.given(facts)?, &Context::new(run.clone(), began));
        preview.map_err(|error| Failure::outside(error.to_string()))
    }

    /// The plan itself. A settlement finds the acknowledgement in `acknowledgement`.
    pub(crate) fn build(self, site: &Site, acknowledgement: Option<PathBuf>) -> Result<(Machine, Worker), PlanError> {
        match self {
            Self::Whole => steps::refresh(&site.source, &site.destination).build(),
            Self::Source => steps::source(&site.source).build(),
            Self::Destination => steps::destination(&site.destination).build(),
            Self::Settlement => {
                let acknowledgements: Arc<dyn Acknowledgements> = Arc::new(AcknowledgementFile(acknowledgement));
                steps::settlement(&site.source, &acknowledgements).build()
            }
        }
    }
}

/// The acknowledgement of the destination's half, once somebody has put it there.
#[derive(Debug)]
struct AcknowledgementFile(Option<PathBuf>);

#[async_trait]
impl Acknowledgements for AcknowledgementFile {
    async fn acknowledgement(&self, _: &RunId) -> Result<Option<Acknowledgement>, StepError> {
        let Some(path) = &self.0 else { return Ok(None) };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(
                    StepError::invalid(format!("cannot read the acknowledgement: {error}")).on(path.display().to_string())
                );
            }
        };
        let parsed = serde_json::from_str(&text);
        parsed
            .map(Some)
            .map_err(|error| StepError::invalid(format!("it is no acknowledgement: {error}")).on(path.display().to_string()))
    }
}
