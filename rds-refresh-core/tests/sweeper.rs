//! A sweep of two accounts in which things go wrong: it looks and removes as far as it can, and says how far that was.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::sweep::{Fate, Finding, Known, Looked, Sweeper};
use rds_refresh_core::{Driver, ErrorKind, MemoryStore, OnFailure, ResourceKind, steps};
use rds_refresh_testkit::fault::{Calls, Effect, Failure, Fault, FaultScript, Strike};
use rds_refresh_testkit::world::Operation;
use rds_refresh_testkit::world::ops::{CreateDbInstance, CreateGrant};
use rds_refresh_testkit::{Stage, TwoAccounts};

const INSTANCE: &str = "orders-production-first-t1";
const TAKEN: &str = "orders-production-later-s1";
const ALL: [&str; 7] = [
    "orders-production-first-c1",
    "orders-production-first-s1",
    INSTANCE,
    "orders-production-later-c1",
    TAKEN,
    "orders-staging-later-d1",
    "rds-refresh/later/1",
];

/// Two accounts in which two runs left one of everything, two months ago.
async fn leftovers() -> TwoAccounts {
    let stage = Stage::two_accounts(1);
    let driver = |store: &Arc<MemoryStore>| {
        let (source, destination) = (stage.fake.source(stage.source.clone()), stage.fake.destination(stage.destination.clone()));
        let (machine, worker) = steps::refresh(&(Arc::new(source) as _), &(Arc::new(destination) as _)).build().unwrap();
        Driver::new(machine, worker, store.clone(), Arc::new(stage.fake.clock().clone()))
    };
    let facts = || stage.request("orders-staging").build().unwrap().into_facts().unwrap();
    let store: Arc<MemoryStore> = Arc::default();
    let fails = async |run: &str, operation, on_failure| {
        arm(&stage, [(Calls::of(operation), Strike::Ends { status: "failed".into() })]);
        driver(&store).start(run.parse().unwrap(), facts(), on_failure).await
    };
    fails("first", Operation::CreateDbSnapshot, OnFailure::KeepAll).await.unwrap();
    fails("later", Operation::RestoreDbClusterFromSnapshot, OnFailure::default()).await.unwrap();
    stage.advance(Duration::from_hours(24 * 60));
    let grant = CreateGrant {
        key: stage.source_key.clone(),
        grantee: "arn:aws:iam::222222222222:root".into(),
        operations: vec!["Decrypt".into()],
        name: Some("rds-refresh/later/1".into()),
        ..CreateGrant::default()
    };
    stage.fake.call(&stage.source, &grant).unwrap();
    stage
}

fn arm<const N: usize>(stage: &TwoAccounts, strikes: [(Calls, Strike); N]) {
    let script = strikes.into_iter().fold(FaultScript::new(), |script, (calls, strike)| script.with(Fault::new(calls, strike)));
    stage.fake.world().arm(script);
}

fn sweeper(stage: &TwoAccounts) -> Sweeper {
    let request = stage.request("orders-staging").build().unwrap();
    let (from, to) = (&stage.source, &stage.destination);
    Sweeper::new(Arc::new(stage.fake.clock().clone()))
        .source(from.account.clone(), from.region.clone(), Arc::new(stage.fake.source(from.clone())))
        .grants_of(request.source())
        .destination(to.account.clone(), to.region.clone(), Arc::new(stage.fake.destination(to.clone())))
}

/// The name of a thing, of a grant without its key.
fn name(finding: &Finding) -> &str {
    finding.resource.id.rsplit('#').next().unwrap()
}

fn names<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<&'a str> {
    let mut names: Vec<&str> = findings.into_iter().map(name).collect();
    names.sort_unstable();
    names
}

fn one<'a>(looked: &'a Looked, id: &str) -> &'a Finding {
    looked.findings.iter().find(|finding| name(finding) == id).unwrap()
}

/// How often this was asked for.
fn asked(stage: &TwoAccounts, operation: Operation) -> usize {
    stage.fake.world().journal().iter().filter(|entry| entry.action == operation.name()).count()
}

#[tokio::test]
async fn all_that_has_expired_goes_and_nothing_else() {
    let stage = leftovers().await;
    // Production, on which somebody forged our tags.
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let production = CreateDbInstance {
        identifier: "reporting-production".into(),
        engine: "postgres".into(),
        class: stage.instance_class.clone(),
        allocated_storage: Some(100),
        master_username: Some("reporting".into()),
        manage_master_user_password: Some(true),
        subnet_group: Some(stage.subnet_group.clone()),
        tags: vec![
            tag("rds-refresh:owner", "x/scratch/reporting-production"),
            tag("rds-refresh:expires", "2026-01-01T00:00:00Z"),
        ],
        ..CreateDbInstance::default()
    };
    stage.fake.call(&stage.source, &production).unwrap();
    stage.advance(Duration::from_hours(24));
    let sweeper = sweeper(&stage);
    let looked = sweeper.look(&Known::new()).await;
    assert_eq!((names(&looked.findings), &looked.unseen[..]), (ALL.to_vec(), &[][..]));
    assert_eq!(name(&looked.findings[0]), INSTANCE);
    for finding in &looked.findings {
        assert_eq!(sweeper.remove(finding).await, Ok(true), "{finding:?}");
    }
    stage.advance(Duration::from_hours(24));
    assert_eq!(sweeper.look(&Known::new()).await, Looked::default());
    // As if somebody else had been faster.
    for finding in &looked.findings {
        assert_eq!(sweeper.remove(finding).await, Ok(true), "{finding:?}");
    }
    let world = stage.fake.world().to_json().to_string();
    assert!(world.contains("reporting-production") && world.contains("orders-production-instance-3"), "{world}");
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let stage = leftovers().await;
    let unanswered = Strike::Unanswered { failure: Failure::ServiceUnavailable, effect: Effect::None };
    arm(
        &stage,
        [
            (Calls::of(Operation::DescribeDbInstances).times(3), Strike::Throttled),
            (Calls::of(Operation::DescribeDbSnapshots).times(3), unanswered),
            (Calls::of(Operation::ListGrants).times(3), Strike::Throttled),
            (Calls::of(Operation::DeleteDbInstance).times(3), Strike::Throttled),
        ],
    );
    let (sweeper, begun) = (sweeper(&stage), stage.fake.clock().now());
    let looked = sweeper.look(&Known::new()).await;
    assert_eq!((names(&looked.findings), &looked.unseen[..]), (ALL.to_vec(), &[][..]));
    assert_eq!(sweeper.remove(one(&looked, INSTANCE)).await, Ok(true));
    // Three pauses each: 1, 2 and 4 seconds, and a fifth more or less.
    let waited = stage.fake.clock().now().since(begun).as_secs_f64();
    assert!((4.0 * 7.0 * 0.8..4.0 * 7.0 * 1.2).contains(&waited), "{waited}");
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_told_and_the_rest_goes_on() {
    let stage = leftovers().await;
    arm(
        &stage,
        [
            (Calls::of(Operation::DescribeDbInstances).always(), Strike::Throttled),
            (Calls::of(Operation::ListGrants).always(), Strike::Denied),
        ],
    );
    let (sweeper, begun) = (sweeper(&stage), stage.fake.clock().now());
    let looked = sweeper.look(&Known::new()).await;
    let missing = [INSTANCE, "rds-refresh/later/1"];
    assert_eq!(names(&looked.findings), ALL.into_iter().filter(|it| !missing.contains(it)).collect::<Vec<_>>());
    assert!(looked.findings.iter().all(Finding::is_expired), "{looked:?}");
    let unseen: Vec<_> = looked.unseen.iter().map(|unseen| (unseen.kind, unseen.error.kind())).collect();
    assert_eq!(unseen, [(ResourceKind::KmsGrant, ErrorKind::Denied), (ResourceKind::DbInstance, ErrorKind::Throttled)]);
    let said = looked.unseen[1].to_string();
    assert!(said.starts_with("DB instances in 111111111111/eu-west-1 could not be looked at: DescribeDBInstances"), "{said}");
    // Not for ever.
    assert!(stage.fake.clock().now().since(begun) < Duration::from_secs(20));
}

#[tokio::test]
async fn no_source_of_a_copy_goes_while_the_copies_cannot_be_seen() {
    let stage = leftovers().await;
    arm(&stage, [(Calls::reads().by(&stage.destination.account).always(), Strike::Expired)]);
    let sweeper = sweeper(&stage);
    let looked = sweeper.look(&Known::new()).await;
    let said = looked.unseen.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(said.len() == 1 && said[0].starts_with("DB snapshots in 222222222222/eu-west-1 could not be looked at"), "{said:?}");
    let (spared, gone): (Vec<_>, Vec<_>) = looked.findings.iter().partition(|finding| finding.fate == Fate::CopiesUnseen);
    assert_eq!(names(spared.iter().copied()), ["orders-production-first-s1", TAKEN, "rds-refresh/later/1"]);
    assert_eq!(names(gone.iter().copied()), ["orders-production-first-c1", INSTANCE, "orders-production-later-c1"]);
    for (findings, removed) in [(spared, false), (gone, true)] {
        for finding in findings {
            assert_eq!(sweeper.remove(finding).await, Ok(removed), "{finding:?}");
        }
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_at_again() {
    use Operation::{DeleteDbClusterSnapshot, DeleteDbInstance, DeleteDbSnapshot, RevokeGrant};
    for (id, operation) in [
        (INSTANCE, DeleteDbInstance),
        (TAKEN, DeleteDbSnapshot),
        ("orders-staging-later-d1", DeleteDbSnapshot),
        ("orders-production-later-c1", DeleteDbClusterSnapshot),
        ("rds-refresh/later/1", RevokeGrant),
    ] {
        for (effect, calls) in [(Effect::Done, 1), (Effect::None, 2)] {
            let stage = leftovers().await;
            let (sweeper, before) = (sweeper(&stage), asked(&stage, operation));
            let looked = sweeper.look(&Known::new()).await;
            arm(&stage, [(Calls::of(operation), Strike::Unanswered { failure: Failure::Timeout, effect })]);
            assert_eq!(sweeper.remove(one(&looked, id)).await, Ok(true), "{id} {effect:?}");
            assert_eq!(asked(&stage, operation) - before, calls, "{id} {effect:?}");
            stage.advance(Duration::from_hours(1));
            assert!(!names(&sweeper.look(&Known::new()).await.findings).contains(&id), "{id} {effect:?}");
        }
    }
}

#[tokio::test]
async fn what_nobody_can_look_at_may_be_removed() {
    let stage = leftovers().await;
    let sweeper = sweeper(&stage);
    let looked = sweeper.look(&Known::new()).await;
    let lost = Strike::Unanswered { failure: Failure::Timeout, effect: Effect::Done };
    arm(
        &stage,
        [(Calls::of(Operation::DeleteDbSnapshot), lost), (Calls::of(Operation::DescribeDbSnapshots).always(), Strike::Denied)],
    );
    let error = sweeper.remove(one(&looked, TAKEN)).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::UnknownOutcome, Some("DeleteDBSnapshot")));
}
