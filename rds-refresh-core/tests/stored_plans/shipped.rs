//! The plans that are shipped.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::preflight::{
    CheckAccounts, CheckDestination, CheckSource, checked_destination, checked_refresh, checked_settlement, checked_source,
};
use rds_refresh_core::steps::{self, Acknowledgement, Acknowledgements};
use rds_refresh_core::{Machine, RunId, StepError, Worker};
use rds_refresh_testkit::TwoAccounts;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Refresh,
    Source,
    Destination,
    Settlement,
}

/// A plan, with or without a preflight at its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shipped {
    pub(crate) part: Part,
    pub(crate) checked: bool,
}

/// Whoever asks is told of the copy.
struct Copied;

#[async_trait]
impl Acknowledgements for Copied {
    async fn acknowledgement(&self, run: &RunId) -> Result<Option<Acknowledgement>, StepError> {
        let copy = "arn:aws:rds:eu-west-1:222222222222:snapshot:orders-staging-nightly-d1".parse().ok();
        Ok(Some(Acknowledgement { run: run.clone(), copy }))
    }
}

impl Shipped {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let parts = [Part::Refresh, Part::Source, Part::Destination, Part::Settlement];
        parts.into_iter().flat_map(|part| [false, true].map(|checked| Self { part, checked }))
    }

    pub(crate) fn build(self, stage: &TwoAccounts) -> (Machine, Worker) {
        let fake = &stage.fake;
        let source: Arc<dyn Source> = Arc::new(fake.source(stage.source.clone()));
        let destination: Arc<dyn Destination> = Arc::new(fake.destination(stage.destination.clone()));
        let copied: Arc<dyn Acknowledgements> = Arc::new(Copied);
        let reads = || (Arc::new(fake.reads(stage.source.clone())), Arc::new(fake.reads(stage.destination.clone())));
        let check_source = || CheckSource::new(reads().0);
        let built = match (self.part, self.checked) {
            (Part::Refresh, false) => steps::refresh(&source, &destination).build(),
            (Part::Source, false) => steps::source(&source).build(),
            (Part::Destination, false) => steps::destination(&destination).build(),
            (Part::Settlement, false) => steps::settlement(&source, &copied).build(),
            (Part::Refresh, true) => checked_refresh(CheckAccounts::new(reads().0, reads().1), &source, &destination).build(),
            (Part::Source, true) => checked_source(check_source(), &source).build(),
            (Part::Destination, true) => checked_destination(CheckDestination::new(reads().1), &destination).build(),
            (Part::Settlement, true) => checked_settlement(check_source(), &source, &copied).build(),
        };
        built.unwrap()
    }
}

impl fmt::Display for Shipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.checked { "checked-" } else { "" })?;
        f.write_str(match self.part {
            Part::Refresh => "refresh",
            Part::Source => "source",
            Part::Destination => "destination",
            Part::Settlement => "settlement",
        })
    }
}
