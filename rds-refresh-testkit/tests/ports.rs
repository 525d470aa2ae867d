//! The ports of the core on the model: a whole refresh, and how errors are told.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rds_refresh_core::ids::{DbIdentifier, DbSnapshotIdentifier, KeyArn, KeyRef, SnapshotArn};
use rds_refresh_core::ports::{
    Claim, CopyDbSnapshot, CreateDbClusterSnapshot, CreateDbSnapshot, CreateGrant, DestinationClusters, DestinationSnapshots,
    ModifyDbCluster, ModifyDbInstance, Owned, RestoreDbCluster, RestoreTemporaryInstance, SourceClusters, SourceKeys,
    SourceSnapshots, Tags, TemporaryInstances,
};
use rds_refresh_core::resource::{OWNER_TAG, owner_tag};
use rds_refresh_core::{ErrorKind, Role, RunId};
use rds_refresh_testkit::{Stage, TwoAccounts};
use serde_json::json;

fn id(text: &str) -> DbIdentifier {
    text.parse().unwrap()
}

fn run() -> RunId {
    "run-1".parse().unwrap()
}

fn tags(role: Role, identifier: &str) -> Tags {
    Tags::from([(OWNER_TAG.to_owned(), owner_tag(&run(), role, identifier))])
}

fn own<T: rds_refresh_core::ports::Ownable>(role: Role, identifier: &str, observed: T) -> Owned<T> {
    let run = run();
    Claim { run: &run, role, identifier, began: Stage::opening(), source: None, kms_key: None }.prove(observed).unwrap()
}

/// Looks every half minute until what is seen has the wanted status.
macro_rules! wait {
    ($stage:expr, $status:literal, $look:expr) => {
        loop {
            let seen = $look.await.unwrap().unwrap();
            if seen.status == $status {
                break seen;
            }
            $stage.advance(std::time::Duration::from_secs(30));
            assert!($stage.fake.clock().now().since(Stage::opening()).as_secs() < 3 * 24 * 60 * 60, "never {}", $status);
        }
    };
}

#[tokio::test]
async fn a_refresh_goes_through_the_ports() {
    let stage: TwoAccounts = Stage::two_accounts(5);
    let source = stage.fake.source(stage.source.clone());
    let destination = stage.fake.destination(stage.destination.clone());
    let production = source.describe_db_cluster(&id(&stage.cluster)).await.unwrap().unwrap();
    assert_eq!((production.status.as_str(), production.members.len()), ("available", 3));
    assert_eq!(source.automated_db_cluster_snapshots(&id(&stage.cluster)).await.unwrap().len(), 7);

    let request = CreateDbClusterSnapshot { identifier: id("cs"), cluster: id(&stage.cluster), tags: tags(Role::Scratch, "cs") };
    source.create_db_cluster_snapshot(&request).await.unwrap();
    let cluster_snapshot = wait!(stage, "available", source.describe_db_cluster_snapshot(&id("cs")));
    let request = RestoreTemporaryInstance {
        identifier: id("tmp"),
        snapshot: cluster_snapshot.identifier.clone(),
        engine: cluster_snapshot.engine.clone(),
        class: stage.instance_class.clone(),
        subnet_group: stage.subnet_group.clone(),
        security_groups: vec![stage.security_group.clone()],
        parameter_group: None,
        ca: None,
        tags: tags(Role::Scratch, "tmp"),
    };
    source.restore_temporary_instance(&request).await.unwrap();
    let instance = wait!(stage, "available", source.describe_db_instance(&id("tmp")));
    let instance = own(Role::Scratch, "tmp", instance);
    let protect = ModifyDbInstance { deletion_protection: Some(true), ..Default::default() };
    source.modify_db_instance(&instance, &protect).await.unwrap();
    assert_eq!(source.delete_db_instance(&instance).await.unwrap_err().kind(), ErrorKind::Invalid);
    let unprotect = ModifyDbInstance { deletion_protection: Some(false), ..Default::default() };
    source.modify_db_instance(&instance, &unprotect).await.unwrap();

    let name: DbSnapshotIdentifier = id("handover").into();
    let request = CreateDbSnapshot { identifier: name.clone(), instance: id("tmp"), tags: tags(Role::Handover, "handover") };
    source.create_db_snapshot(&request).await.unwrap();
    let snapshot = wait!(stage, "available", SourceSnapshots::describe_db_snapshot(&source, &name));
    let snapshot = own(Role::Handover, "handover", snapshot);
    source.share_db_snapshot(&snapshot, &stage.destination.account).await.unwrap();
    let shared_with = source.restore_attribute(&name).await.unwrap().unwrap();
    assert_eq!(shared_with, [stage.destination.account.to_string()]);
    source.delete_db_instance(&instance).await.unwrap();

    let key: KeyArn = stage.source_key.parse().unwrap();
    assert_eq!(source.describe_key(&key).await.unwrap().unwrap().state, "Enabled");
    assert!(source.key_policy(&key).await.unwrap().contains("kms:GrantIsForAWSResource"));
    let request = CreateGrant { key: key.clone(), grantee: stage.destination.account.clone(), name: "run-1".to_owned() };
    let grant = source.create_grant(&request).await.unwrap();
    assert_eq!(source.grants_named(&key, "run-1").await.unwrap(), std::slice::from_ref(&grant));

    let arn = SnapshotArn::new(&stage.source.region, &stage.source.account, name);
    stage.advance(std::time::Duration::from_secs(30));
    assert!(destination.describe_shared_db_snapshot(&arn).await.unwrap().unwrap().tags.is_empty());
    let copy: DbSnapshotIdentifier = id("copy").into();
    let request = CopyDbSnapshot {
        source: arn.clone(),
        identifier: copy.clone(),
        kms_key: stage.destination_key.parse::<KeyRef>().unwrap(),
        tags: tags(Role::Scratch, "copy"),
    };
    destination.copy_db_snapshot(&request).await.unwrap();
    let copied = wait!(stage, "available", DestinationSnapshots::describe_db_snapshot(&destination, &copy));
    assert_eq!(copied.copied_from, Some(arn.to_string()));

    source.unshare_db_snapshot(&snapshot, &stage.destination.account).await.unwrap();
    source.revoke_grant(&key, &grant.id).await.unwrap();
    source.revoke_grant(&key, &grant.id).await.expect("revoking twice is no error");
    SourceSnapshots::delete_db_snapshot(&source, &snapshot).await.unwrap();
    source.delete_db_cluster_snapshot(&own(Role::Scratch, "cs", cluster_snapshot)).await.unwrap();

    let request = RestoreDbCluster {
        snapshot: copied.arn.parse().unwrap(),
        engine: copied.engine.clone(),
        engine_version: copied.engine_version.clone(),
        cluster: serde_json::from_value(json!({
            "identifier": "staging",
            "class": stage.cluster_class,
            "storage_type": "gp3",
            "subnet_group": stage.subnet_group,
            "security_groups": [stage.security_group],
            "parameter_group": stage.cluster_parameter_group,
            "backup_retention_days": 1,
        }))
        .unwrap(),
        tags: tags(Role::Result, "staging"),
    };
    destination.restore_db_cluster_from_snapshot(&request).await.unwrap();
    let cluster = wait!(stage, "available", destination.describe_db_cluster(&id("staging")));
    assert_eq!(destination.describe_members(&id("staging")).await.unwrap().len(), 3);
    let cluster = own(Role::Result, "staging", cluster);
    destination.modify_db_cluster(&cluster, &ModifyDbCluster { deletion_protection: Some(true) }).await.unwrap();
    assert_eq!(destination.delete_db_cluster(&cluster).await.unwrap_err().kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn absence_is_none_and_everything_else_an_error_that_says_what_next() {
    let stage = Stage::two_accounts(5);
    let source = stage.fake.source(stage.source.clone());
    let destination = stage.fake.destination(stage.destination.clone());
    let nothing: DbSnapshotIdentifier = id("nothing").into();
    assert_eq!(source.describe_db_cluster(&id("nothing")).await, Ok(None));
    assert_eq!(source.describe_db_cluster_snapshot(&id("nothing")).await, Ok(None));
    assert_eq!(source.describe_db_instance(&id("nothing")).await, Ok(None));
    assert_eq!(source.restore_attribute(&nothing).await, Ok(None));
    assert_eq!(SourceSnapshots::describe_db_snapshot(&source, &nothing).await, Ok(None));
    assert_eq!(destination.describe_members(&id("nothing")).await, Ok(Vec::new()));
    let unshared = SnapshotArn::new(&stage.source.region, &stage.source.account, nothing.clone());
    assert_eq!(destination.describe_shared_db_snapshot(&unshared).await, Ok(None));

    let request = CreateDbSnapshot { identifier: nothing, instance: id("nothing"), tags: Tags::new() };
    let error = source.create_db_snapshot(&request).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some("DBInstanceNotFound")));
    assert_eq!(error.to_string(), "CreateDBSnapshot on nothing: DBInstance nothing not found. (DBInstanceNotFound)");

    let request = CreateDbClusterSnapshot { identifier: id("cs"), cluster: id(&stage.cluster), tags: Tags::new() };
    source.create_db_cluster_snapshot(&request).await.unwrap();
    assert_eq!(source.create_db_cluster_snapshot(&request).await.unwrap_err().kind(), ErrorKind::Conflict);
    let other = CreateDbClusterSnapshot { identifier: id("other"), ..request };
    assert_eq!(source.create_db_cluster_snapshot(&other).await.unwrap_err().kind(), ErrorKind::Busy);
}
