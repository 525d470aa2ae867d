//! One small refresh, and the ports it would see: what every test of the steps starts from.
#![allow(dead_code, unused_imports, unused_macros, unreachable_pub, reason = "no test uses all of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod ports;
mod seen;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

pub use ports::{MockAcknowledged, MockDestination, MockSource};
use rds_refresh_core::ids::{AccountId, DbIdentifier, KeyArn, SnapshotArn};
use rds_refresh_core::ports::{
    ClusterMember, DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, Grant, Key, KeyManager, Tags,
};
use rds_refresh_core::request::{
    ClusterRequest, ClusterRequestBuilder, DestinationRequest, DestinationRequestBuilder, SourceRequest, SourceRequestBuilder,
    TemporaryRequest,
};
use rds_refresh_core::resource::{OWNER_TAG, owner_tag};
use rds_refresh_core::steps::{
    Acknowledgement, ClusterSnapshot, Decision, Handover, InstanceSnapshot, KeyGrant, Shared, SnapshotCopy, TemporaryInstance,
};
use rds_refresh_core::{Context, ErrorKind, Progress, Resource, Role, RunId, StepError, Timestamp, Undo};
pub use seen::*;

pub const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/production";
pub const DESTINATION_KEY: &str = "arn:aws:kms:eu-west-1:222222222222:key/staging";
pub const OTHER_KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/other";
/// The identifiers of everything that the first attempt makes.
pub const CLUSTER_SNAPSHOT: &str = "orders-r1-c1";
pub const INSTANCE: &str = "orders-r1-t1";
pub const SNAPSHOT: &str = "orders-r1-s1";
pub const SNAPSHOT_ARN: &str = "arn:aws:rds:eu-west-1:111111111111:snapshot:orders-r1-s1";
pub const COPY: &str = "staging-r1-d1";
pub const COPY_ARN: &str = "arn:aws:rds:eu-west-1:222222222222:snapshot:staging-r1-d1";
pub const GRANT: &str = "rds-refresh/r1/1";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn began() -> Timestamp {
    at("2026-11-23T08:00:00Z")
}

/// An hour into the run `r1`.
pub fn cx() -> Context {
    let mut cx = Context::new(run(), began() + Duration::from_hours(1));
    cx.began = began();
    cx
}

pub fn cx_with(change: impl FnOnce(&mut Context)) -> Context {
    let mut cx = cx();
    change(&mut cx);
    cx
}

pub fn run() -> RunId {
    "r1".parse().unwrap()
}

// Requests

pub fn source_builder() -> SourceRequestBuilder {
    SourceRequest::builder()
        .with_account("111111111111")
        .with_region("eu-west-1")
        .with_cluster("orders")
        .with_share_with("222222222222")
        .with_tag("cost-centre", "1234")
        .with_temporary(
            TemporaryRequest::builder()
                .with_subnet_group("private")
                .with_security_groups(["sg-0123"])
                .with_class("db.r6g.large")
                .with_ca("rds-ca-rsa2048-g1"),
        )
}

pub fn source_request() -> SourceRequest {
    source_builder().build().unwrap()
}

pub fn cluster_builder() -> ClusterRequestBuilder {
    ClusterRequest::builder()
        .with_identifier("staging")
        .with_class("db.r6gd.large")
        .with_subnet_group("private")
        .with_security_groups(["sg-0456"])
}

pub fn destination_builder() -> DestinationRequestBuilder {
    DestinationRequest::builder()
        .with_account("222222222222")
        .with_region("eu-west-1")
        .with_source_account("111111111111")
        .with_source_region("eu-west-1")
        .with_kms_key(DESTINATION_KEY)
        .with_tag("cost-centre", "1234")
        .with_cluster(cluster_builder())
}

pub fn destination_request() -> DestinationRequest {
    destination_builder().build().unwrap()
}

// Facts

pub fn cluster_snapshot() -> ClusterSnapshot {
    ClusterSnapshot {
        identifier: CLUSTER_SNAPSHOT.into(),
        cluster: id("orders"),
        owned: true,
        engine: "postgres".into(),
        engine_version: "16.4".into(),
        kms_key: Some(KEY.into()),
        allocated_storage: Some(100),
    }
}

pub fn temporary_instance() -> TemporaryInstance {
    TemporaryInstance {
        identifier: id(INSTANCE),
        resource_id: "db-T1".into(),
        engine: "postgres".into(),
        kms_key: Some(KEY.into()),
        endpoint: None,
        port: None,
    }
}

pub fn instance_snapshot() -> InstanceSnapshot {
    InstanceSnapshot {
        arn: SNAPSHOT_ARN.parse().unwrap(),
        instance: id(INSTANCE),
        engine: "postgres".into(),
        engine_version: "16.4".into(),
        allocated_storage: Some(100),
        kms_key: Some(KEY.into()),
    }
}

pub fn key_grant() -> KeyGrant {
    KeyGrant { key: KEY.parse().unwrap(), name: GRANT.into(), made_at: began() }
}

pub fn shared(grant: Option<KeyGrant>) -> Shared {
    Shared { snapshot: SNAPSHOT.parse().unwrap(), with: destination(), grant }
}

pub fn handover() -> Handover {
    Handover {
        schema: 1,
        run: run(),
        snapshot: SNAPSHOT_ARN.parse().unwrap(),
        engine: "postgres".into(),
        engine_version: "16.4".into(),
        allocated_storage: Some(100),
        kms_key: Some(KEY.parse().unwrap()),
        masking: None,
        made_at: began() + Duration::from_mins(50),
    }
}

pub fn snapshot_copy() -> SnapshotCopy {
    SnapshotCopy {
        arn: COPY_ARN.parse().unwrap(),
        engine: "postgres".into(),
        engine_version: "16.4".into(),
        allocated_storage: Some(100),
        kms_key: DESTINATION_KEY.into(),
    }
}

pub fn acknowledgement() -> Acknowledgement {
    Acknowledgement { run: run(), copy: Some(COPY_ARN.parse().unwrap()) }
}

pub fn id(text: &str) -> DbIdentifier {
    text.parse().unwrap()
}

pub fn destination() -> AccountId {
    "222222222222".parse().unwrap()
}

pub fn owner(role: Role, identifier: &str) -> Tags {
    tag(&owner_tag(&run(), role, identifier))
}

pub fn tag(owner: &str) -> Tags {
    BTreeMap::from([(OWNER_TAG.to_owned(), owner.to_owned())])
}

/// `$ours`, with one mark of ownership after the other wrong.
macro_rules! strangers {
    ($ours:expr) => {{
        let with = |what: &'static str, change: &dyn Fn(&mut _)| {
            let mut other = $ours;
            change(&mut other);
            (what, other)
        };
        let own = $ours.tags[rds_refresh_core::resource::OWNER_TAG].clone();
        let parts: Vec<String> = own.split('/').map(str::to_owned).collect();
        let [run, role, identifier] = <[String; 3]>::try_from(parts).unwrap();
        vec![
            with("no tag", &|it| it.tags.clear()),
            with("the tag of another resource", &|it| it.tags = crate::common::tag(&format!("{run}/{role}/other"))),
            with("the tag of another run", &|it| it.tags = crate::common::tag(&format!("r2/{role}/{identifier}"))),
            with("the tag of another role", &|it| it.tags = crate::common::tag(&format!("{run}/role/{identifier}"))),
            with("older than the run", &|it| it.created_at = Some(crate::common::at("2026-11-23T07:44:59Z"))),
        ]
    }};
}
pub(crate) use strangers;

// Verdicts

/// A decision in a few words.
pub fn told<T, M>(decision: &Decision<T, M>) -> String {
    match decision {
        Decision::Ready(_) => "ready".into(),
        Decision::Wait(seen) => format!("wait {}", seen.status),
        Decision::Do(_) => "do".into(),
        Decision::Fail(error) => format!("fail {}", error.kind()),
    }
}

/// What an undoing said, in a few words.
pub fn undone(undo: &Result<Undo, StepError>) -> String {
    let words = |first: &str, resources: &[Resource]| {
        let ids = resources.iter().map(|resource| resource.id.as_str());
        [first].into_iter().chain(ids).collect::<Vec<_>>().join(" ")
    };
    match undo {
        Ok(Undo::Done { kept }) if kept.is_empty() => "done".into(),
        Ok(Undo::Done { kept }) => words("kept", kept),
        Ok(Undo::Pending { seen, removing }) => words(&seen.status, removing),
        Err(error) => format!("fail {}", error.kind()),
    }
}

/// The text of a decision that must be a failure.
pub fn failure<T: Debug, M: Debug>(decision: Decision<T, M>) -> String {
    match decision {
        Decision::Fail(error) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Every kind of error, as the answer to a mutating call: "not in this state" and "already exists" ask for another look, the others are
/// the caller's to judge.
pub async fn mutation_failures<T: Debug, F>(reconcile: impl Fn(StepError) -> F)
where
    F: Future<Output = Result<Progress<T>, StepError>>,
{
    for &kind in ErrorKind::ALL {
        let answer = reconcile(StepError::new(kind, "no").with_code("TheCode")).await;
        match kind {
            ErrorKind::Busy | ErrorKind::Conflict => match answer {
                Ok(Progress::Pending(seen, _)) => assert_eq!(seen.status, "TheCode", "{kind}"),
                other => panic!("{kind}: {other:?}"),
            },
            _ => assert_eq!(answer.unwrap_err().kind(), kind),
        }
    }
}
