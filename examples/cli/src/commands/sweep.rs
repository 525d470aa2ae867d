//! What runs left behind in both accounts: shown, and with `--apply` removed.

use std::sync::Arc;

use rds_refresh_core::aws::{AwsDestination, AwsSource};
use rds_refresh_core::driver::{Store, StoreError};
use rds_refresh_core::machine::Doing;
use rds_refresh_core::sweep::{Fate, Finding, Known, Looked, Sweeper};
use rds_refresh_core::{Clock, ErrorKind, ResourceKind, StepError, SystemClock};
use serde_json::{Value, json};

use super::home;
use crate::args::{Global, Output, SweepArgs};
use crate::aws::{self, Account};
use crate::clock::ControlClock;
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::print;
use crate::session::Home;
use crate::text::{BAD, DIM, GOOD, STRONG, duration, styled};

/// Where roles are assumed, what AWS logs the sweep's calls under.
const SESSION: &str = "rds-refresh-sweep";

pub(super) async fn execute(global: &Global, args: &SweepArgs) -> Result<Exit, Failure> {
    let config = Config::find(global)?;
    let request = config.request(&args.request)?;
    let connection = config.connection().clone().with(&args.connection).map_err(Failure::input)?;
    let clock: Arc<dyn Clock> = match &args.connection.clock {
        Some(url) => Arc::new(ControlClock::at(url)?),
        None => Arc::new(SystemClock),
    };
    let (from, to) = (request.source(), request.destination());
    let account = Account { side: "source", id: &from.account, region: &from.region };
    let source = Arc::new(AwsSource::new(&aws::config(&account, &connection.source, SESSION).await?));
    let account = Account { side: "destination", id: &to.account, region: &to.region };
    let destination = Arc::new(AwsDestination::new(&aws::config(&account, &connection.destination, SESSION).await?));
    let sweeper = Sweeper::new(clock).source(from.account.clone(), from.region.clone(), source).grants_of(from).destination(
        to.account.clone(),
        to.region.clone(),
        destination,
    );

    let home = home(global)?;
    // Runs that have ended are held until the sweep is over: nobody takes one up again while its snapshots are removed.
    let mut held = Vec::new();
    let known = known(&home, &mut held).await?;
    let looked = sweeper.look(&known).await;
    let mut exit = Exit::Success;
    for unseen in &looked.unseen {
        exit = Exit::Failed;
        match global.output {
            Output::Json => print::line(&json!({ "unseen": unseen, "error": unseen.error.to_string() }).to_string()),
            Output::Text => print::error_line(&styled(BAD, unseen)),
        }
    }
    for finding in &looked.findings {
        let removed = if args.apply { sweeper.remove(finding).await } else { Ok(false) };
        if removed.is_err() {
            exit = Exit::Failed;
        }
        match global.output {
            Output::Json => print::line(&object(finding, &known, &removed).to_string()),
            Output::Text => print::line(&row(finding, &known, &removed)),
        }
    }
    if global.output == Output::Text {
        print::line(&summary(&looked, args.apply));
    }
    Ok(exit)
}

/// Which stored runs are live. Whatever is not certain to have ended, is.
async fn known(home: &Home, held: &mut Vec<Box<dyn rds_refresh_core::driver::Lease>>) -> Result<Known, Failure> {
    let mut known = Known::new();
    for run in home.store.list().await? {
        let lease = match home.store.lease(&run, std::time::Duration::from_mins(10)).await {
            Ok(lease) => Some(lease),
            Err(StoreError::Leased { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let ended = match home.store.load(&run).await {
            Ok(stored) => stored.is_some_and(|stored| matches!(stored.state.report().doing, Doing::Succeeded | Doing::Failed)),
            Err(error) => {
                print::error_line(&format!("{run}: {error}"));
                false
            }
        };
        known.insert(run, !ended || lease.is_none());
        held.extend(lease.filter(|_| ended));
    }
    Ok(known)
}

fn row(finding: &Finding, known: &Known, removed: &Result<bool, StepError>) -> String {
    let Finding { resource, run, status, .. } = finding;
    let what = match (&finding.fate, removed) {
        (_, Err(error)) if error.kind() == ErrorKind::UnknownOutcome => {
            styled(BAD, format!("may be removed: sweep again, which shows it: {error}"))
        }
        (_, Err(error)) => styled(BAD, format!("not removed: {error}")),
        (_, Ok(true)) => styled(GOOD, "removed"),
        (Fate::Expired { at }, _) => styled(BAD, format!("expired {at}")),
        (Fate::Kept { until }, _) => styled(DIM, format!("kept until {until}")),
        (Fate::Live, _) => styled(DIM, "its run has not ended"),
        (Fate::Unneeded, _) => styled(BAD, "nothing needs it any more"),
        (Fate::Copied, _) => styled(DIM, "it is being copied"),
        (Fate::CopiesUnseen, _) => styled(BAD, "it may be being copied: an account's snapshots could not be looked at"),
        (Fate::Deleting, _) => styled(DIM, "it is being deleted"),
        (Fate::Timeless, _) => styled(BAD, "it has no expiry: a person must decide"),
        (Fate::Doubtful { why }, _) => styled(BAD, format!("a person must decide: {why}")),
        (_, _) => String::new(),
    };
    let unknown = if known.contains_key(run) { "" } else { " (unknown here)" };
    format!("{resource}\n  {what}\n  {status}{}; of the run {run}{unknown}", cost(finding))
}

/// What it bills by, and since when.
fn cost(finding: &Finding) -> String {
    let age = match finding.age {
        Some(age) => format!(", {} old", duration(age)),
        None if finding.is_being_made() => ", being made".to_owned(),
        None => String::new(),
    };
    let hours = match (&finding.class, finding.instance_hours()) {
        (Some(class), Some(hours)) => format!(", {class} bills by the hour, {hours:.0} h so far"),
        (Some(class), None) => format!(", {class} bills by the hour"),
        _ => String::new(),
    };
    let keeps = match (finding.gib, finding.gib_months()) {
        (Some(gib), Some(months)) => format!(", {gib} GiB, at most {months:.1} GiB-months so far"),
        (Some(gib), None) => format!(", {gib} GiB"),
        _ => String::new(),
    };
    age + &hours + &keeps
}

fn object(finding: &Finding, known: &Known, removed: &Result<bool, StepError>) -> Value {
    json!({
        "resource": finding.resource,
        "run": finding.run,
        "run_is_known": known.contains_key(&finding.run),
        "role": finding.role,
        "status": finding.status,
        "age_seconds": finding.age.map(|age| age.as_secs()),
        "class": finding.class,
        "instance_hours": finding.instance_hours(),
        "gib": finding.gib,
        "gib_months": finding.gib_months(),
        "fate": finding.fate,
        "removed": removed == &Ok(true),
        "may_be_removed": removed.as_ref().is_err_and(|error| error.kind() == ErrorKind::UnknownOutcome),
        "error": removed.as_ref().err().map(ToString::to_string),
    })
}

fn summary(looked: &Looked, apply: bool) -> String {
    let expired: Vec<&Finding> = looked.findings.iter().filter(|finding| finding.is_expired()).collect();
    let gib: u64 = expired.iter().filter_map(|finding| finding.gib).map(u64::from).sum();
    let instances = match expired.iter().filter(|finding| finding.resource.kind == ResourceKind::DbInstance).count() {
        0 => String::new(),
        1 => "1 instance that bills by the hour, ".to_owned(),
        many => format!("{many} instances that bill by the hour, "),
    };
    match (looked.findings.len(), expired.len()) {
        (0, _) if looked.unseen.is_empty() => "nothing is left of any run".to_owned(),
        (0, _) => "nothing was found, but not all could be looked at".to_owned(),
        (all, 0) => format!("{all} found, none has expired"),
        (all, some) => {
            let next = if apply { "" } else { "; rds-refresh sweep --apply removes what has" };
            let counted = styled(STRONG, format!("{all} found, {some} expired:"));
            format!("{counted} {instances}{gib} GiB-months a month at most{next}")
        }
    }
}
