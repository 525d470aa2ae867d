//! Which plan a run follows: the whole refresh, or one account's half of it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use rds_refresh_core::driver::Stored;
use rds_refresh_core::fact::Fact;
use rds_refresh_core::preflight::{
    CheckAccounts, CheckDestination, CheckSource, Options, Report, checked_destination, checked_refresh, checked_settlement,
    checked_source,
};
use rds_refresh_core::preview::Preview;
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::steps::{self, Acknowledgement, Acknowledgements, Handover};
use rds_refresh_core::{Context, Facts, Machine, PlanError, RunId, Step, StepError, Timestamp, Worker};

use crate::failure::Failure;
use crate::site::Site;

/// The plan of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) kind: PlanKind,
    /// It begins with a preflight.
    pub(crate) checked: bool,
}

/// What a plan goes through.
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

/// What a preflight is told, and tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Preflight {
    /// Tags that an organisation demands.
    pub(crate) demanded_tags: Vec<String>,
    /// All that the last one found in this process.
    findings: Arc<Mutex<Option<Report>>>,
}

impl Preflight {
    pub(crate) fn demanding(demanded_tags: &[String]) -> Self {
        Self { demanded_tags: demanded_tags.to_vec(), ..Self::default() }
    }

    pub(crate) fn findings(&self) -> Option<Report> {
        self.findings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl PlanKind {
    fn of(stored: &Stored) -> Self {
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
}

impl Planned {
    /// The plan that a stored run follows, by what it knows and how far it is.
    pub(crate) fn of(stored: &Stored) -> Self {
        const CHECKS: [&str; 3] = [CheckAccounts::NAME, CheckSource::NAME, CheckDestination::NAME];
        let checked = stored.state.report().steps.first().is_some_and(|step| CHECKS.contains(&step.step.as_str()));
        Self { kind: PlanKind::of(stored), checked }
    }

    /// What a run of this plan does, or did.
    pub(crate) fn preview(self, facts: &Facts, run: &RunId, began: Timestamp) -> Result<Preview, Failure> {
        let (machine, worker) = self.build(&Site::silent(), None, &Preflight::default())?;
        let preview = worker.preview(&machine, &self.kind.given(facts)?, &Context::new(run.clone(), began));
        preview.map_err(|error| Failure::outside(error.to_string()))
    }

    /// The plan itself. A settlement finds the acknowledgement in `acknowledgement`.
    pub(crate) fn build(
        self,
        site: &Site,
        acknowledgement: Option<PathBuf>,
        preflight: &Preflight,
    ) -> Result<(Machine, Worker), PlanError> {
        let (source, destination) = (&site.source, &site.destination);
        let acknowledgements: Arc<dyn Acknowledgements> = Arc::new(AcknowledgementFile(acknowledgement));
        let options = Options { run: None, demanded_tags: preflight.demanded_tags.clone(), simulated_time: site.simulated };
        let findings = Arc::clone(&preflight.findings);
        let tell = move |report: &Report| *findings.lock().unwrap_or_else(PoisonError::into_inner) = Some(report.clone());
        let check_source = CheckSource::new(site.reads.source.clone()).with_options(options.clone()).with_observer(tell.clone());
        match (self.kind, self.checked) {
            (PlanKind::Whole, false) => steps::refresh(source, destination).build(),
            (PlanKind::Whole, true) => {
                let check = CheckAccounts::new(site.reads.source.clone(), site.reads.destination.clone());
                checked_refresh(check.with_options(options).with_observer(tell), source, destination).build()
            }
            (PlanKind::Source, false) => steps::source(source).build(),
            (PlanKind::Source, true) => checked_source(check_source, source).build(),
            (PlanKind::Destination, false) => steps::destination(destination).build(),
            (PlanKind::Destination, true) => {
                let check = CheckDestination::new(site.reads.destination.clone());
                checked_destination(check.with_options(options).with_observer(tell), destination).build()
            }
            (PlanKind::Settlement, false) => steps::settlement(source, &acknowledgements).build(),
            (PlanKind::Settlement, true) => checked_settlement(check_source, source, &acknowledgements).build(),
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
