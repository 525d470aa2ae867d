//! What steps say of themselves: what they may make, and what they must be allowed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use common::*;
use rds_refresh_core::iam::{self, Scope};
use rds_refresh_core::permission::Permission;
use rds_refresh_core::ports::{DbClusterSnapshot, DbSnapshot, Destination, ModifyDbInstance, Source};
use rds_refresh_core::step::Side;
use rds_refresh_core::steps::{
    CopySnapshot, RestoreCluster, RestoreTemporaryInstance, ShareSnapshot, SnapshotCluster, SnapshotInstance, destination,
    refresh, settlement,
};
use rds_refresh_core::{Resource, ResourceKind, Secret, Step};

fn ids(resources: &[Resource]) -> Vec<(ResourceKind, &str)> {
    resources.iter().map(|resource| (resource.kind, resource.id.as_str())).collect()
}

/// Where a mock writes down the name of what it was asked to make.
#[derive(Clone, Default)]
struct Made(Arc<Mutex<Vec<String>>>);

impl Made {
    fn push(&self, name: &(impl ToString + ?Sized)) {
        self.0.lock().unwrap().push(name.to_string());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Whatever a step makes is in its footprint, under the same name, at every attempt.
#[tokio::test]
async fn footprints_name_all_that_is_made() {
    let made = Made::default();
    for attempt in [1, 2, 10] {
        let cx = cx_with(|cx| cx.attempt = attempt);
        let check = |what: &str, footprint: &[Resource]| {
            let named: Vec<String> = footprint.iter().map(|resource| resource.id.clone()).collect();
            assert_eq!(named, made.take(), "{what}");
        };

        let mut source = MockSource::new();
        let to = made.clone();
        source.expect_describe_db_cluster_snapshot().returning(|_| Ok(None));
        source.expect_describe_db_cluster().returning(|_| Ok(Some(source_cluster())));
        source.expect_create_db_cluster_snapshot().returning(move |request| {
            to.push(&request.identifier);
            Ok(DbClusterSnapshot::default())
        });
        let step = SnapshotCluster::new(Arc::new(source));
        step.reconcile(&source_request(), &cx).await.unwrap();
        check("step 1", &step.footprint(&source_request(), &cx));

        let mut source = MockSource::new();
        let to = made.clone();
        source.expect_describe_db_instance().returning(|_| Ok(None));
        source.expect_restore_temporary_instance().returning(move |request| {
            to.push(&request.identifier);
            Ok(seen_instance())
        });
        let (step, needs) = (RestoreTemporaryInstance::new(Arc::new(source)), (source_request(), cluster_snapshot()));
        step.reconcile(&needs, &cx).await.unwrap();
        check("step 2", &step.footprint(&needs, &cx));

        let mut source = MockSource::new();
        let to = made.clone();
        source.expect_describe_db_snapshot().returning(|_| Ok(None));
        source.expect_describe_db_instance().returning(|_| Ok(Some(seen_instance())));
        source.expect_create_db_snapshot().returning(move |request| {
            to.push(&request.identifier);
            Ok(DbSnapshot::default())
        });
        let source = Arc::new(source);
        let (step, needs) = (SnapshotInstance::new(source.clone(), source), (source_request(), temporary_instance()));
        step.reconcile(&needs, &cx).await.unwrap();
        check("step 3", &step.footprint(&needs, &cx));

        let mut source = MockSource::new();
        let (to, to_grants) = (made.clone(), made.clone());
        let mut accounts = vec![Some(vec!["222222222222".to_owned()]), Some(Vec::new())];
        source.expect_describe_db_snapshot().returning(|_| Ok(Some(seen_snapshot())));
        source.expect_restore_attribute().returning(move |_| Ok(accounts.pop().unwrap()));
        source.expect_describe_key().returning(|_| Ok(Some(seen_key())));
        source.expect_key_policy().returning(|_| Ok("{}".into()));
        source.expect_grants_named().returning(|_, _| Ok(Vec::new()));
        source.expect_share_db_snapshot().returning(move |snapshot, account| {
            to.push(&format!("{}:{account}", snapshot.observed().identifier));
            Ok(())
        });
        source.expect_create_grant().returning(move |request| {
            to_grants.push(&format!("{}#{}", request.key, request.name));
            Ok(seen_grant())
        });
        let source = Arc::new(source);
        let (step, needs) = (ShareSnapshot::new(source.clone(), source), (source_request(), instance_snapshot()));
        step.reconcile(&needs, &cx).await.unwrap();
        step.reconcile(&needs, &cx).await.unwrap();
        check("step 4", &step.footprint(&needs, &cx));

        let mut destination = MockDestination::new();
        let to = made.clone();
        destination.expect_describe_db_snapshot().returning(|_| Ok(None));
        destination.expect_describe_shared_db_snapshot().returning(|_| Ok(Some(seen_shared_snapshot())));
        destination.expect_copy_db_snapshot().returning(move |request| {
            to.push(&request.identifier);
            Ok(DbSnapshot::default())
        });
        let (step, needs) = (CopySnapshot::new(Arc::new(destination)), (destination_request(), handover()));
        step.reconcile(&needs, &cx).await.unwrap();
        check("step 6", &step.footprint(&needs, &cx));

        let mut destination = MockDestination::new();
        let to = made.clone();
        destination.expect_describe_db_cluster().returning(|_| Ok(None));
        destination.expect_restore_db_cluster_from_snapshot().returning(move |request| {
            to.push(&request.cluster.identifier);
            Ok(seen_restored_cluster())
        });
        let (step, needs) = (RestoreCluster::new(Arc::new(destination)), (destination_request(), snapshot_copy()));
        step.reconcile(&needs, &cx).await.unwrap();
        check("step 7", &step.footprint(&needs, &cx));
    }
}

#[test]
fn footprints_name_kind_account_and_region() {
    let source = Arc::new(MockSource::new());
    let step = ShareSnapshot::new(source.clone(), source);
    let footprint = step.footprint(&(source_request(), instance_snapshot()), &cx());
    let grant = format!("{KEY}#{GRANT}");
    assert_eq!(
        ids(&footprint),
        [(ResourceKind::SnapshotShare, "orders-r1-s1:222222222222"), (ResourceKind::KmsGrant, grant.as_str())]
    );
    assert!(footprint.iter().all(|it| (it.account.as_str(), it.region.as_str()) == ("111111111111", "eu-west-1")));
    let footprint = CopySnapshot::new(Arc::new(MockDestination::new())).footprint(&(destination_request(), handover()), &cx());
    assert_eq!(ids(&footprint), [(ResourceKind::DbSnapshot, COPY)]);
    assert_eq!(footprint[0].account.as_str(), "222222222222");
}

fn source_port() -> Arc<dyn Source> {
    Arc::new(MockSource::new())
}

fn destination_port() -> Arc<dyn Destination> {
    Arc::new(MockDestination::new())
}

/// The permissions of every step of every plan, by the step's name.
fn permissions() -> Vec<(String, Vec<Permission>)> {
    let acknowledged: Arc<dyn rds_refresh_core::steps::Acknowledgements> = Arc::new(MockAcknowledged::new());
    let (_, whole) = refresh(&source_port(), &destination_port()).build().unwrap();
    let (_, settling) = settlement(&source_port(), &acknowledged).build().unwrap();
    let (_, receiving) = destination(&destination_port()).build().unwrap();
    [whole, settling, receiving]
        .iter()
        .flat_map(|worker| worker.permissions().map(|(name, all)| (name.to_owned(), all)).collect::<Vec<_>>())
        .collect()
}

/// Whether the step's own policy lets it do the action with something of this kind, as `snapshot:`.
fn covers(permissions: &[Permission], side: Side, action: &str, kind: &str) -> bool {
    let scope = match side {
        Side::Source => Scope::source(&source_builder().with_share_key(OTHER_KEY).build().unwrap()),
        Side::Destination => Scope::destination(&destination_request()),
    };
    let policies = iam::policies(permissions.iter().cloned(), &scope).unwrap();
    let is_of_kind = |arn: &String| arn.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with(kind));
    policies
        .iter()
        .flat_map(|policy| &policy.statement)
        .any(|statement| statement.action.iter().any(|allowed| allowed == action) && statement.resource.iter().any(is_of_kind))
}

/// Actions, and the kinds of resources that each acts on.
type Calls = &'static [(&'static str, &'static [&'static str])];

/// What each step calls, through its ports and by tagging, and on which resources.
const CALLS: [(&str, Side, Calls); 10] = [
    (
        "snapshot-cluster",
        Side::Source,
        &[
            ("rds:DescribeDBClusters", &["cluster:"]),
            ("rds:DescribeDBClusterSnapshots", &["cluster-snapshot:"]),
            ("rds:CreateDBClusterSnapshot", &["cluster:", "cluster-snapshot:"]),
            ("rds:DeleteDBClusterSnapshot", &["cluster-snapshot:"]),
            ("rds:AddTagsToResource", &["cluster-snapshot:"]),
        ],
    ),
    (
        "restore-temporary-instance",
        Side::Source,
        &[
            ("rds:DescribeDBInstances", &["db:"]),
            ("rds:RestoreDBInstanceFromDBSnapshot", &["db:", "cluster-snapshot:", "subgrp:", "pg:"]),
            ("rds:ModifyDBInstance", &["db:"]),
            ("rds:DeleteDBInstance", &["db:"]),
            ("rds:AddTagsToResource", &["db:"]),
            ("kms:DescribeKey", &["key/"]),
            ("kms:CreateGrant", &["key/"]),
        ],
    ),
    (
        "snapshot-instance",
        Side::Source,
        &[
            ("rds:DescribeDBInstances", &["db:"]),
            ("rds:DescribeDBSnapshots", &["snapshot:"]),
            ("rds:CreateDBSnapshot", &["db:", "snapshot:"]),
            ("rds:DeleteDBSnapshot", &["snapshot:"]),
            ("rds:AddTagsToResource", &["snapshot:"]),
        ],
    ),
    (
        "encrypt-snapshot",
        Side::Source,
        &[
            ("rds:DescribeDBSnapshots", &["snapshot:"]),
            ("rds:CopyDBSnapshot", &["snapshot:"]),
            ("rds:DeleteDBSnapshot", &["snapshot:"]),
            ("rds:AddTagsToResource", &["snapshot:"]),
            ("kms:DescribeKey", &["key/"]),
            ("kms:Decrypt", &["key/"]),
            ("kms:ReEncryptTo", &["key/"]),
            ("kms:CreateGrant", &["key/"]),
        ],
    ),
    (
        "share-snapshot",
        Side::Source,
        &[
            ("rds:DescribeDBSnapshots", &["snapshot:"]),
            ("rds:DescribeDBSnapshotAttributes", &["snapshot:"]),
            ("rds:ModifyDBSnapshotAttribute", &["snapshot:"]),
            ("kms:DescribeKey", &["key/"]),
            ("kms:GetKeyPolicy", &["key/"]),
            ("kms:ListGrants", &["key/"]),
            ("kms:CreateGrant", &["key/"]),
            ("kms:RevokeGrant", &["key/"]),
        ],
    ),
    (
        "release-temporary-instance",
        Side::Source,
        &[("rds:DescribeDBInstances", &["db:"]), ("rds:ModifyDBInstance", &["db:"]), ("rds:DeleteDBInstance", &["db:"])],
    ),
    (
        "await-temporary-instance-gone",
        Side::Source,
        &[("rds:DescribeDBInstances", &["db:"]), ("rds:ModifyDBInstance", &["db:"]), ("rds:DeleteDBInstance", &["db:"])],
    ),
    (
        "settle",
        Side::Source,
        &[
            ("rds:DescribeDBSnapshots", &["snapshot:"]),
            ("rds:DescribeDBSnapshotAttributes", &["snapshot:"]),
            ("rds:ModifyDBSnapshotAttribute", &["snapshot:"]),
            ("rds:DeleteDBSnapshot", &["snapshot:"]),
            ("rds:DescribeDBClusterSnapshots", &["cluster-snapshot:"]),
            ("rds:DeleteDBClusterSnapshot", &["cluster-snapshot:"]),
            ("kms:ListGrants", &["key/"]),
            ("kms:RevokeGrant", &["key/"]),
        ],
    ),
    (
        "copy-snapshot",
        Side::Destination,
        &[
            ("rds:DescribeDBSnapshots", &["snapshot:"]),
            ("rds:CopyDBSnapshot", &["snapshot:"]),
            ("rds:DeleteDBSnapshot", &["snapshot:"]),
            ("rds:AddTagsToResource", &["snapshot:"]),
            ("kms:Decrypt", &["key/"]),
            ("kms:DescribeKey", &["key/"]),
            ("kms:ReEncryptFrom", &["key/"]),
            ("kms:ReEncryptTo", &["key/"]),
            ("kms:GenerateDataKeyWithoutPlaintext", &["key/"]),
            ("kms:CreateGrant", &["key/"]),
        ],
    ),
    (
        "restore-cluster",
        Side::Destination,
        &[
            ("rds:DescribeDBClusters", &["cluster:"]),
            ("rds:DescribeDBInstances", &["db:"]),
            ("rds:RestoreDBClusterFromSnapshot", &["cluster:", "snapshot:", "subgrp:", "cluster-pg:"]),
            ("rds:ModifyDBCluster", &["cluster:"]),
            ("rds:DeleteDBCluster", &["cluster:"]),
            ("rds:AddTagsToResource", &["cluster:"]),
            ("kms:DescribeKey", &["key/"]),
            ("kms:CreateGrant", &["key/"]),
        ],
    ),
];

#[test]
fn every_call_of_every_step_is_asked_for() {
    let all = permissions();
    for (step, side, calls) in CALLS {
        let (_, permissions) = all.iter().find(|(name, _)| name == step).unwrap();
        for (action, resources) in calls {
            for resource in *resources {
                assert!(covers(permissions, side, action, resource), "{step}: {action} on {resource}");
            }
        }
    }
    // Nothing else calls anything.
    let known: BTreeSet<&str> = CALLS.iter().map(|(step, ..)| *step).collect();
    for (step, permissions) in &all {
        assert!(known.contains(step.as_str()) || permissions.is_empty(), "{step}");
    }
}

#[test]
fn nothing_can_touch_the_source_cluster_or_the_policy_of_its_key() {
    let forbidden =
        ["rds:DeleteDBCluster", "rds:ModifyDBCluster", "rds:RebootDBCluster", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"];
    for (step, permissions) in permissions() {
        for permission in permissions.iter().filter(|permission| permission.side == Side::Source) {
            let asked: Vec<&&str> = permission.actions.iter().filter(|action| forbidden.contains(action)).collect();
            assert!(asked.is_empty() && !permission.actions.iter().any(|action| action.contains('*')), "{step}: {asked:?}");
        }
    }
}

#[test]
fn a_password_is_shown_by_nothing() {
    let change =
        ModifyDbInstance { master_user_password: Some(Secret::new("hunter2".to_owned())), ..ModifyDbInstance::default() };
    assert_eq!(change.master_user_password.as_ref().unwrap().reveal(), "hunter2");
    for shown in [format!("{change:?}"), format!("{change:#?}"), format!("{:?}", change.clone())] {
        assert!(!shown.contains("hunter2") && shown.contains("master_user_password"), "{shown}");
    }
}
