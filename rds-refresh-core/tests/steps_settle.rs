//! The settlement's second duty, and the acknowledgement that it waits for.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::*;
use rds_refresh_core::ports::{DbClusterSnapshot, DbSnapshot, Grant};
use rds_refresh_core::request::SourceRequest;
use rds_refresh_core::step::Record;
use rds_refresh_core::steps::{
    Acknowledge, Acknowledgement, AwaitAcknowledgement, ClusterSnapshot, KeyGrant, Settle, Settled, Shared, TakenSnapshot,
};
use rds_refresh_core::{ErrorKind, Progress, Step, StepError};

type Needs = (
    SourceRequest,
    Record<ClusterSnapshot>,
    Record<TakenSnapshot>,
    Record<rds_refresh_core::steps::InstanceSnapshot>,
    Record<Shared>,
    Record<Acknowledgement>,
);

fn needs() -> Needs {
    (
        source_request(),
        Record(cluster_snapshot()),
        Record(TakenSnapshot(instance_snapshot())),
        Record(instance_snapshot()),
        Record(shared(Some(key_grant()))),
        Record(acknowledgement()),
    )
}

/// The source account, and how many calls to it are expected.
#[derive(Default)]
struct World {
    accounts: Vec<&'static str>,
    grants: Vec<Grant>,
    snapshot: Option<DbSnapshot>,
    cluster_snapshot: Option<DbClusterSnapshot>,
    unshares: usize,
    revokes: usize,
    deletions: usize,
    cluster_deletions: usize,
}

impl World {
    /// Nothing is shared any more, and both snapshots are there.
    fn unshared() -> Self {
        Self { snapshot: Some(seen_snapshot()), cluster_snapshot: Some(seen_cluster_snapshot()), ..Self::default() }
    }

    fn settle(self) -> Settle {
        let mut source = MockSource::new();
        let Self { accounts, grants, snapshot, cluster_snapshot, .. } = self;
        let attribute = snapshot.is_some().then(|| accounts.iter().map(ToString::to_string).collect());
        source.expect_restore_attribute().returning(move |_| Ok(attribute.clone()));
        source.expect_grants_named().withf(|_, name| name == GRANT).returning(move |_, _| Ok(grants.clone()));
        source.expect_describe_db_snapshot().returning(move |_| Ok(snapshot.clone()));
        source.expect_describe_db_cluster_snapshot().returning(move |_| Ok(cluster_snapshot.clone()));
        source.expect_unshare_db_snapshot().times(self.unshares).returning(|_, _| Ok(()));
        source.expect_revoke_grant().times(self.revokes).returning(|_, _| Ok(()));
        source.expect_delete_db_snapshot().times(self.deletions).returning(|_| Ok(()));
        source.expect_delete_db_cluster_snapshot().times(self.cluster_deletions).returning(|_| Ok(()));
        Settle::new(Arc::new(source))
    }
}

fn told(progress: &Result<Progress<Settled>, StepError>) -> String {
    match progress {
        Ok(Progress::Ready(settled)) => {
            let kept: Vec<&str> = settled.kept.iter().map(|resource| resource.id.as_str()).collect();
            format!("acknowledged {}, kept {kept:?}", settled.acknowledged)
        }
        Ok(Progress::Pending(seen, _)) => format!("{} {}", seen.status, seen.resource.clone().unwrap_or_default()),
        Err(error) => format!("fail {}", error.kind()),
    }
}

async fn settle(world: World, needs: &Needs) -> String {
    told(&world.settle().reconcile(needs, &cx()).await)
}

#[tokio::test]
async fn one_thing_after_the_other_goes() {
    let shared = World { accounts: vec!["222222222222"], grants: vec![seen_grant()], unshares: 1, ..World::unshared() };
    assert_eq!(settle(shared, &needs()).await, "unsharing orders-r1-s1");
    let granted = World { grants: vec![seen_grant()], revokes: 1, ..World::unshared() };
    assert_eq!(settle(granted, &needs()).await, format!("revoking the grant {GRANT}"));
    let snapshotted = World { deletions: 1, ..World::unshared() };
    assert_eq!(settle(snapshotted, &needs()).await, "deleting orders-r1-s1");
    let leaving = World { snapshot: Some(DbSnapshot { status: "deleting".into(), ..seen_snapshot() }), ..World::unshared() };
    assert_eq!(settle(leaving, &needs()).await, "deleting orders-r1-s1");
    let last = World { snapshot: None, cluster_deletions: 1, ..World::unshared() };
    assert_eq!(settle(last, &needs()).await, "deleting orders-r1-c1");
    assert_eq!(settle(World::default(), &needs()).await, "acknowledged true, kept []");
}

#[tokio::test]
async fn without_an_acknowledgement_the_snapshot_stays() {
    let none = Acknowledgement { run: run(), copy: None };
    let foreign = Acknowledgement { copy: Some(SNAPSHOT_ARN.parse().unwrap()), ..acknowledgement() };
    let other_run = Acknowledgement { run: "r2".parse().unwrap(), ..acknowledgement() };
    let third = |arn: &str| Acknowledgement { copy: Some(arn.parse().unwrap()), ..acknowledgement() };
    let third_account = third("arn:aws:rds:eu-west-1:333333333333:snapshot:staging-r1-d1");
    let third_partition = third("arn:aws-cn:rds:cn-north-1:333333333333:snapshot:staging-r1-d1");
    for acknowledgement in [none, foreign, other_run, third_account, third_partition] {
        let mut needs = needs();
        needs.5 = Record(acknowledgement);
        // It is unshared all the same, and the cluster snapshot is of no use to anybody.
        let shared = World { accounts: vec!["222222222222"], unshares: 1, ..World::unshared() };
        assert_eq!(settle(shared, &needs).await, "unsharing orders-r1-s1");
        let unshared = World { cluster_deletions: 1, ..World::unshared() };
        assert_eq!(settle(unshared, &needs).await, "deleting orders-r1-c1");
        let settled = World { cluster_snapshot: None, ..World::unshared() };
        assert_eq!(settle(settled, &needs).await, r#"acknowledged false, kept ["orders-r1-s1"]"#);
    }
}

#[tokio::test]
async fn keeping_snapshots() {
    let mut needs = needs();
    needs.0 = source_builder().with_keep_snapshots(true).build().unwrap();
    let expected = r#"acknowledged true, kept ["orders-r1-s1", "orders-r1-c1"]"#;
    assert_eq!(settle(World::unshared(), &needs).await, expected);
}

#[tokio::test]
async fn a_cluster_snapshot_that_is_referred_to_is_never_deleted() {
    for identifier in ["before-release", "rds:orders-2026-11-23-05-00", CLUSTER_SNAPSHOT] {
        let mut needs = needs();
        needs.1 = Record(ClusterSnapshot { identifier: identifier.into(), owned: false, ..cluster_snapshot() });
        let world = World { snapshot: None, ..World::unshared() };
        assert_eq!(settle(world, &needs).await, "acknowledged true, kept []", "{identifier}");
    }
}

#[tokio::test]
async fn a_strangers_snapshot_is_left_alone() {
    for (what, snapshot) in strangers!(seen_snapshot()) {
        let world = World { snapshot: Some(snapshot), ..World::unshared() };
        assert_eq!(settle(world, &needs()).await, "fail conflict", "{what}");
    }
    for (what, snapshot) in strangers!(seen_cluster_snapshot()) {
        let world = World { cluster_snapshot: Some(snapshot), ..World::default() };
        assert_eq!(settle(world, &needs()).await, "fail conflict", "{what}");
    }
}

#[tokio::test]
async fn a_young_grant_that_is_not_listed_is_waited_for() {
    for (age, expected) in [
        // Five minutes, counted from when the call that made it had ended for certain.
        (Duration::from_mins(6), format!("waiting for KMS to show its grants {GRANT}")),
        (Duration::from_mins(7), "acknowledged true, kept []".into()),
    ] {
        let mut needs = needs();
        needs.4 = Record(shared(Some(KeyGrant { made_at: cx().now.before(age), ..key_grant() })));
        assert_eq!(settle(World::default(), &needs).await, expected);
    }
    // Where there was no grant, nobody looks for one.
    let mut needs = needs();
    needs.4 = Record(shared(None));
    let world = World { grants: vec![seen_grant()], ..World::default() };
    assert_eq!(settle(world, &needs).await, "acknowledged true, kept []");
}

#[tokio::test]
async fn acknowledging_says_run_and_copy() {
    let given = Acknowledge.reconcile(&(handover(), snapshot_copy()), &cx_with(|cx| cx.run = "here".parse().unwrap())).await;
    assert_eq!(given, Ok(Progress::Ready(acknowledgement())));
}

#[tokio::test]
async fn the_acknowledgement_is_waited_for_until_its_deadline() {
    let foreign = Acknowledgement { copy: Some(SNAPSHOT_ARN.parse().unwrap()), ..acknowledgement() };
    let other_run = Acknowledgement { run: "r2".parse().unwrap(), ..acknowledgement() };
    let none = Acknowledgement { run: run(), copy: None };
    let hours = Duration::from_hours;
    let wait = |minutes| Err(Duration::from_mins(minutes));
    let rows = [
        ("arrived", Some(acknowledgement()), hours(1), Ok(acknowledgement())),
        ("arrived late", Some(acknowledgement()), hours(99), Ok(acknowledgement())),
        ("not yet", None, hours(1), wait(10)),
        ("nearly too late", None, Duration::from_mins(48 * 60 - 3), wait(3)),
        ("too late", None, hours(48), Ok(none.clone())),
        ("from elsewhere", Some(foreign.clone()), hours(1), wait(10)),
        ("from elsewhere, and too late", Some(foreign), hours(48), Ok(none.clone())),
        ("of another run", Some(other_run), hours(1), wait(10)),
        ("saying nothing", Some(none), hours(1), wait(10)),
    ];
    for (what, arrived, elapsed, expected) in rows {
        let mut port = MockAcknowledged::new();
        port.expect_acknowledgement().withf(|it| *it == run()).times(1).return_once(|_| Ok(arrived));
        let step = AwaitAcknowledgement::new(Arc::new(port));
        let answer = step.reconcile(&(source_request(), Record(handover())), &cx_with(|cx| cx.elapsed = elapsed)).await;
        let answer = match answer.unwrap() {
            Progress::Ready(fact) => Ok(fact),
            Progress::Pending(_, look_in) => Err(look_in.unwrap()),
        };
        assert_eq!(answer, expected, "{what}");
    }
    // To fail would take the snapshot away under whoever copies it.
    for (error, elapsed, expected) in [
        (StepError::new(ErrorKind::Invalid, "half a file"), hours(1), Ok(Err(Duration::from_mins(10)))),
        (StepError::new(ErrorKind::Transient, "no answer"), hours(48), Ok(Ok(Acknowledgement { run: run(), copy: None }))),
        (StepError::new(ErrorKind::Denied, "no right"), hours(1), Err(ErrorKind::Denied)),
        (StepError::new(ErrorKind::Credentials, "expired"), hours(1), Err(ErrorKind::Credentials)),
    ] {
        let what = error.to_string();
        let mut port = MockAcknowledged::new();
        port.expect_acknowledgement().return_once(|_| Err(error));
        let step = AwaitAcknowledgement::new(Arc::new(port));
        let answer = step.reconcile(&(source_request(), Record(handover())), &cx_with(|cx| cx.elapsed = elapsed)).await;
        let answer = answer.map_err(|error| error.kind()).map(|progress| match progress {
            Progress::Ready(fact) => Ok(fact),
            Progress::Pending(seen, look_in) => {
                assert!(seen.status.contains(&what), "{what}");
                Err(look_in.unwrap())
            }
        });
        assert_eq!(answer, expected, "{what}");
    }
    let longest = AwaitAcknowledgement::new(Arc::new(MockAcknowledged::new())).wait_policy().deadline;
    assert!(longest > Duration::from_hours(14 * 24), "the longest `ack_deadline` ends before the step does");
}
