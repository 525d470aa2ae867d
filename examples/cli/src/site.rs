//! Where a run takes place: the two accounts' ports and the clock. AWS, an endpoint like it, or the embedded fake: the code is the same,
//! only the clients and the clock differ.

use std::sync::Arc;

use rds_refresh_core::aws::{AwsDestination, AwsReads, AwsSource};
use rds_refresh_core::ids::{AccountId, Region};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::preflight;
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::{Clock, Facts, RunId, SystemClock};
use rds_refresh_testkit::{Stage, TwoAccounts};

use crate::aws::{self, Account};
use crate::clock::{ControlClock, PacedClock};
use crate::config::Connection;
use crate::failure::Failure;

/// The ports of both accounts, and the time.
pub(crate) struct Site {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) destination: Arc<dyn Destination>,
    /// What a preflight reads there.
    pub(crate) reads: Reads,
    pub(crate) clock: Arc<dyn Clock>,
    /// Time is simulated: what takes hours is said to be so.
    pub(crate) simulated: bool,
}

/// The reads of both accounts.
pub(crate) struct Reads {
    pub(crate) source: Arc<dyn preflight::Reads>,
    pub(crate) destination: Arc<dyn preflight::Reads>,
}

impl Site {
    /// AWS, or an endpoint like it. Only the accounts that the facts name are asked for credentials.
    pub(crate) async fn aws(run: &RunId, facts: &Facts, connection: &Connection, clock: Option<&str>) -> Result<Self, Failure> {
        let mut site = Self::silent();
        let session = format!("rds-refresh-{run}");
        if let Ok(request) = facts.read::<SourceRequest>() {
            let account = account("source", &request.account, &request.region);
            let config = aws::config(&account, &connection.source, &session).await?;
            (site.source, site.reads.source) = (Arc::new(AwsSource::new(&config)), Arc::new(AwsReads::new(&config)));
        }
        if let Ok(request) = facts.read::<DestinationRequest>() {
            let account = account("destination", &request.account, &request.region);
            let config = aws::config(&account, &connection.destination, &session).await?;
            (site.destination, site.reads.destination) =
                (Arc::new(AwsDestination::new(&config)), Arc::new(AwsReads::new(&config)));
        }
        if let Some(url) = clock {
            site.clock = Arc::new(ControlClock::at(url)?);
            site.simulated = true;
        }
        Ok(site)
    }

    /// The embedded fake, through the real SDK clients.
    pub(crate) fn embedded(stage: &TwoAccounts, pace: Option<u32>) -> Self {
        let fake = &stage.fake;
        let clock = fake.clock().clone();
        let source = fake.sdk_config(&stage.source.account, &stage.source.region);
        let destination = fake.sdk_config(&stage.destination.account, &stage.destination.region);
        Self {
            source: Arc::new(AwsSource::new(&source)),
            destination: Arc::new(AwsDestination::new(&destination)),
            reads: Reads { source: Arc::new(AwsReads::new(&source)), destination: Arc::new(AwsReads::new(&destination)) },
            clock: match pace {
                Some(factor) => Arc::new(PacedClock::new(clock, factor)),
                None => Arc::new(clock),
            },
            simulated: true,
        }
    }

    /// Clients that reach nothing: for plans and stored runs, which are shown without a call.
    pub(crate) fn silent() -> Self {
        let config = aws_types::SdkConfig::builder().build();
        Self {
            source: Arc::new(AwsSource::new(&config)),
            destination: Arc::new(AwsDestination::new(&config)),
            reads: Reads { source: Arc::new(AwsReads::new(&config)), destination: Arc::new(AwsReads::new(&config)) },
            clock: Arc::new(SystemClock),
            simulated: false,
        }
    }
}

/// The stage of `--embedded`: always the same, so that everybody sees what the documents show.
pub(crate) fn stage() -> TwoAccounts {
    Stage::two_accounts(7)
}

pub(crate) fn account<'a>(side: &'static str, id: &'a AccountId, region: &'a Region) -> Account<'a> {
    Account { side, id, region }
}
