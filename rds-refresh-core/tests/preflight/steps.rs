//! The preflight at the head of a plan.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rds_refresh_core::iam::{self, Scope};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::preflight::{
    Check, CheckAccounts, CheckDestination, CheckSource, Checked, Level, Options, Reads, checked_refresh,
};
use rds_refresh_core::step::Side;
use rds_refresh_core::steps::Handover;
use rds_refresh_core::{Context, Driver, ErrorKind, MemoryStore, Progress, Step, StepError, Verdict};
use rds_refresh_testkit::Stage;
use serde_json::json;

use crate::world::{Case, SOURCE_KEY, now};

fn cx() -> Context {
    Context::new("r1".parse().unwrap(), now())
}

#[tokio::test]
async fn a_healthy_world_is_passed_on() {
    let case = Case::healthy();
    let (from, to) = case.request().into_halves();
    let options = Options { demanded_tags: vec!["cost-centre".into()], ..Options::default() };
    let (source, destination): (Arc<dyn Reads>, Arc<dyn Reads>) = (Arc::new(case.source), Arc::new(case.destination));
    let ready = |progress| matches!(progress, Ok(Progress::Ready(Checked { at })) if at == now());
    let step = CheckSource::new(source.clone()).with_options(options.clone());
    assert!(ready(step.reconcile(&from, &cx()).await));
    let step = CheckDestination::new(destination.clone()).with_options(options.clone());
    assert!(ready(step.reconcile(&(to.clone(), handover()), &cx()).await));
    let step = CheckAccounts::new(source, destination).with_options(options);
    assert!(ready(step.reconcile(&(from, to), &cx()).await));
}

#[tokio::test]
async fn a_broken_one_is_refused_with_all_that_is_wrong() {
    let mut case = Case::healthy();
    case.source.fill("DBInstances");
    case.source.subnet_group = Ok(None);
    let from = case.request().into_halves().0;
    let refused = CheckSource::new(Arc::new(case.source)).reconcile(&from, &cx()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    let text = refused.to_string();
    assert!(text.contains("2 things are wrong") && text.contains("private") && text.contains("DBInstances"), "{text}");
}

/// Both accounts, at once, and whole for whoever shows it.
#[tokio::test]
async fn what_is_wrong_in_either_account_is_told_at_once() {
    let mut case = Case::healthy();
    case.source.fill("DBInstances");
    case.destination.subnet_group = Ok(None);
    let both = case.request().into_halves();
    let told = Arc::new(Mutex::new(None));
    let told_to = Arc::clone(&told);
    let step = CheckAccounts::new(Arc::new(case.source), Arc::new(case.destination))
        .with_observer(move |report| *told_to.lock().unwrap() = Some(report.clone()));
    let refused = step.reconcile(&both, &cx()).await.unwrap_err();
    assert!(refused.message().starts_with("2 things are wrong: "), "{refused}");
    let report = told.lock().unwrap().take().unwrap();
    let sides: Vec<Side> = report.wrong().map(|finding| finding.side).collect();
    assert_eq!((report.level(), sides), (Level::Wrong, vec![Side::Destination, Side::Source]));
}

/// Other credentials may be all that is needed: the run waits for them.
#[tokio::test]
async fn wrong_credentials_alone_park_the_run() {
    let mut case = Case::healthy();
    case.source.quotas = Err(StepError::credentials("the token is expired"));
    let from = case.request().into_halves().0;
    let refused = CheckSource::new(Arc::new(case.source)).reconcile(&from, &cx()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Credentials);
}

/// The request is right, and only with other credentials it can be seen: nothing is to be corrected.
#[tokio::test]
async fn credentials_of_another_account_park_the_run_whatever_is_missing_there() {
    let mut case = Case::healthy();
    // What is described is the other account's, and what the request names is not there.
    case.source.cluster = Ok(None);
    case.source.key = Ok(None);
    case.source.subnet_group().arn = "arn:aws:rds:eu-west-1:333333333333:subgrp:private".into();
    let both = case.request().into_halves();
    let told = Arc::new(Mutex::new(None));
    let told_to = Arc::clone(&told);
    let step = CheckAccounts::new(Arc::new(case.source), Arc::new(case.destination))
        .with_observer(move |report| *told_to.lock().unwrap() = Some(report.clone()));
    let refused = step.reconcile(&both, &cx()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Credentials);
    assert!(refused.message().contains("333333333333") && !refused.message().contains("does not exist"), "{refused}");
    let report = told.lock().unwrap().take().unwrap();
    let of_source = report.findings.iter().filter(|finding| finding.side == Side::Source).map(|finding| finding.check);
    let expected = [Check::Credentials, Check::ClockSkew, Check::SnapshotSharing, Check::OrganisationPolicies];
    assert_eq!(of_source.collect::<Vec<_>>(), expected);
}

/// A network that is away for a minute fails no run: the machine looks again.
#[tokio::test]
async fn an_account_that_does_not_answer_is_asked_again() {
    let mut case = Case::healthy();
    let lost = || StepError::transient("dispatch failure");
    (case.source.cluster, case.source.quotas) = (Err(lost()), Err(lost()));
    (case.source.subnet_group, case.source.parameter_group) = (Err(lost()), Err(lost()));
    let from = case.request().into_halves().0;
    let refused = CheckSource::new(Arc::new(case.source)).reconcile(&from, &cx()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Transient);
}

/// What cannot be seen is no reason to stop.
#[tokio::test]
async fn what_cannot_be_seen_stops_nothing() {
    let mut case = Case::healthy();
    let denied = || StepError::denied("no");
    (case.source.cluster, case.source.key) = (Err(denied()), Err(denied()));
    (case.source.quotas, case.source.subnet_group) = (Err(denied()), Err(denied()));
    let from = case.request().into_halves().0;
    let progress = CheckSource::new(Arc::new(case.source)).reconcile(&from, &cx()).await;
    assert!(matches!(progress, Ok(Progress::Ready(_))), "{progress:?}");
}

fn handover() -> Handover {
    serde_json::from_value(json!({
        "schema": 1,
        "run": "r1",
        "snapshot": "arn:aws:rds:eu-west-1:111111111111:snapshot:orders-r1-s1",
        "engine": "postgres",
        "engine_version": "16.4",
        "allocated_storage": 500,
        "kms_key": SOURCE_KEY,
        "made_at": now(),
    }))
    .unwrap()
}

/// On the fake with what this file's worlds read, a refresh runs to its end, and a broken one makes nothing.
#[tokio::test]
async fn nothing_is_made_where_something_is_wrong() {
    for broken in [false, true] {
        let stage = Stage::two_accounts(1);
        let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
        let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
        let mut case = Case::healthy();
        (case.source.security_groups, case.destination.security_groups) = (None, None);
        // The fake's time is another one.
        (case.source.time, case.destination.time) = (Ok(None), Ok(None));
        if broken {
            case.destination.subnet_group().zones.pop();
        }
        let reads: (Arc<dyn Reads>, Arc<dyn Reads>) = (Arc::new(case.source), Arc::new(case.destination));
        let (machine, worker) = checked_refresh(CheckAccounts::new(reads.0, reads.1), &source, &destination).build().unwrap();
        let mut request = serde_json::to_value(stage.request("staging").build().unwrap()).unwrap();
        // What the worlds of these tests offer.
        request["source"]["temporary"]["class"] = "db.r6gd.large".into();
        let request: rds_refresh_core::request::Request = request.try_into().unwrap();
        let driver = Driver::new(machine, worker, Arc::new(MemoryStore::new()), Arc::new(stage.fake.clock().clone()));
        let on_failure = request.on_failure();
        let outcome = driver.start("r1".parse().unwrap(), request.into_facts().unwrap(), on_failure).await.unwrap();
        if broken {
            assert!(matches!(&outcome.verdict, Verdict::Failed { step, .. } if step == "check-accounts"), "{outcome:?}");
            let made = stage.fake.world().journal().iter().any(|entry| entry.took_effect);
            assert!(!made, "nothing is made");
            assert_eq!(outcome.elapsed, Duration::ZERO, "and nothing that might be is waited for");
        } else {
            assert_eq!(outcome.verdict, Verdict::Succeeded, "{outcome:?}");
        }
    }
}

#[test]
fn its_reads_are_in_the_policy() {
    let step = CheckSource::new(Arc::new(Case::healthy().source));
    let request = Case::healthy().request();
    let policies = iam::policies(Step::permissions(&step), &Scope::source(request.source())).unwrap();
    let actions: Vec<&String> = policies.iter().flat_map(|it| &it.statement).flat_map(|it| &it.action).collect();
    for action in [
        "rds:DescribeAccountAttributes",
        "rds:DescribeOrderableDBInstanceOptions",
        "kms:GetKeyPolicy",
        "ec2:DescribeSecurityGroups",
    ] {
        assert!(actions.iter().any(|asked| *asked == action), "{action}");
    }
    // It reads, but for a grant that is never made.
    assert!(actions.iter().all(|action| action.contains(":Describe") || action.contains(":Get") || *action == "kms:CreateGrant"));
}
