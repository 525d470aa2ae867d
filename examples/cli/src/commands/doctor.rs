//! What would fail a run hours later, found in seconds. It reads, and changes nothing.

use std::path::Path;
use std::sync::Arc;

use rds_refresh_core::aws::AwsReads;
use rds_refresh_core::preflight::{self, Level, Options, Report};
use rds_refresh_core::request::Request;
use rds_refresh_core::{Clock, SystemClock};
use rds_refresh_testkit::TwoAccounts;

use crate::args::{DoctorArgs, Global, Half, Output};
use crate::aws;
use crate::clock::ControlClock;
use crate::config::{Config, Connection};
use crate::exit::Exit;
use crate::failure::{self, Failure};
use crate::findings;
use crate::identity::Certainty;
use crate::print;
use crate::site;

pub(super) async fn execute(global: &Global, args: &DoctorArgs) -> Result<Exit, Failure> {
    let stage = args.embedded.then(site::stage);
    let config = match &stage {
        Some(stage) => Config::embedded(stage)?,
        None => Config::find(global)?,
    };
    let request = config.request(&args.request)?;
    let other = args.with.as_deref().map(read).transpose()?;
    let place = if let Some(stage) = &stage {
        Place::embedded(stage, args.side)
    } else {
        let connection = config.connection().clone().with(&args.connection).map_err(Failure::input)?;
        Place::aws(&request, args.side, &connection, args.connection.clock.as_deref()).await?
    };
    let options = Options { run: None, demanded_tags: args.demanded_tag.clone(), simulated_time: place.simulated };
    let report = place.look(&request, &options, other).await;

    if let Some(path) = &args.to {
        let text = serde_json::to_string_pretty(&report).map_err(|error| Failure::outside(error.to_string()))?;
        std::fs::write(path, text + "\n").map_err(|error| failure::io("cannot write", path, &error))?;
    }
    match global.output {
        Output::Text => print::text(&findings::text(&report, Level::Ok)),
        Output::Json => print::line(&findings::json(&report)?.to_string()),
    }
    if let Some(path) = &args.to {
        print::error_line(&format!("wrote {}: for `rds-refresh doctor --with` in the other account", path.display()));
    }
    Ok(if report.level() == Level::Wrong { Exit::Failed } else { Exit::Success })
}

/// What was found in the other account.
fn read(path: &Path) -> Result<Report, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::input(format!("cannot read the findings {}: {error}", path.display()))
            .next("bring the file here that `rds-refresh doctor --side HALF --to FILE` wrote in the other account")
    })?;
    serde_json::from_str(&text).map_err(|error| Failure::input(format!("{}: these are no findings: {error}", path.display())))
}

/// What is looked at: the accounts that are to be seen, and the time there.
struct Place {
    source: Option<AwsReads>,
    destination: Option<AwsReads>,
    clock: Arc<dyn Clock>,
    /// Requests to a fake are signed by the time of the wall, whatever its clock shows.
    simulated: bool,
}

impl Place {
    async fn aws(request: &Request, side: Option<Half>, connection: &Connection, clock: Option<&str>) -> Result<Self, Failure> {
        const SESSION: &str = "rds-refresh-doctor";
        let mut place = Self { source: None, destination: None, clock: Arc::new(SystemClock), simulated: false };
        if side != Some(Half::Destination) {
            let account = site::account("source", &request.source().account, &request.source().region);
            place.source =
                Some(AwsReads::new(&aws::config_as(Certainty::NotRefuted, &account, &connection.source, SESSION).await?));
        }
        if side != Some(Half::Source) {
            let account = site::account("destination", &request.destination().account, &request.destination().region);
            place.destination =
                Some(AwsReads::new(&aws::config_as(Certainty::NotRefuted, &account, &connection.destination, SESSION).await?));
        }
        if let Some(url) = clock {
            place.clock = Arc::new(ControlClock::at(url)?);
            place.simulated = true;
        }
        Ok(place)
    }

    fn embedded(stage: &TwoAccounts, side: Option<Half>) -> Self {
        let reads = |caller: &rds_refresh_testkit::Caller| AwsReads::new(&stage.fake.sdk_config(&caller.account, &caller.region));
        Self {
            source: (side != Some(Half::Destination)).then(|| reads(&stage.source)),
            destination: (side != Some(Half::Source)).then(|| reads(&stage.destination)),
            clock: Arc::new(stage.fake.clock().clone()),
            simulated: true,
        }
    }

    async fn look(&self, request: &Request, options: &Options, other: Option<Report>) -> Report {
        let now = self.clock.now();
        let mut report = other.unwrap_or_default();
        if let Some(reads) = &self.source {
            report = preflight::source(reads, request.source(), options, now).await.join(report);
        }
        if let Some(reads) = &self.destination {
            let source = report.source.clone();
            report = preflight::destination(reads, request.destination(), source.as_ref(), options, now).await.join(report);
        }
        report
    }
}
