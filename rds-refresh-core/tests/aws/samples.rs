//! Resources as RDS shows them, what the ports should make of them, and proofs of ownership.

use rds_refresh_core::ids::{KeyArn, RunId, SnapshotArn};
use rds_refresh_core::ports::{
    Claim, ClusterMember, CopyDbSnapshot, CreateDbClusterSnapshot, CreateDbSnapshot, CreateGrant, DbCluster, DbClusterSnapshot,
    DbInstance, DbSnapshot, Ownable, Owned, RestoreDbCluster, RestoreTemporaryInstance, Tags,
};
use rds_refresh_core::request::ClusterRequest;
use rds_refresh_core::resource::{OWNER_TAG, Role, owner_tag};

pub(crate) const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";
pub(crate) const SHARED: &str = "arn:aws:rds:eu-west-1:111111111111:snapshot:handover";

pub(crate) const CLUSTER: &str = "<DBCluster>
    <DBClusterIdentifier>prod</DBClusterIdentifier>
    <DBClusterArn>arn:aws:rds:eu-west-1:111111111111:cluster:prod</DBClusterArn>
    <DbClusterResourceId>cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ</DbClusterResourceId>
    <Status>available</Status>
    <Engine>postgres</Engine>
    <EngineVersion>16.4</EngineVersion>
    <StorageEncrypted>true</StorageEncrypted>
    <KmsKeyId>arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab</KmsKeyId>
    <DBClusterInstanceClass>db.r6gd.large</DBClusterInstanceClass>
    <AllocatedStorage>500</AllocatedStorage>
    <DBClusterMembers>
        <DBClusterMember>
            <DBInstanceIdentifier>prod-instance-1</DBInstanceIdentifier><IsClusterWriter>true</IsClusterWriter>
        </DBClusterMember>
        <DBClusterMember>
            <DBInstanceIdentifier>prod-instance-2</DBInstanceIdentifier><IsClusterWriter>false</IsClusterWriter>
        </DBClusterMember>
    </DBClusterMembers>
    <DeletionProtection>true</DeletionProtection>
    <PendingModifiedValues><StorageType>gp3</StorageType></PendingModifiedValues>
    <BackupRetentionPeriod>7</BackupRetentionPeriod>
    <Endpoint>prod.cluster-abc.eu-west-1.rds.amazonaws.com</Endpoint>
    <ReaderEndpoint>prod.cluster-ro-abc.eu-west-1.rds.amazonaws.com</ReaderEndpoint>
    <Port>5432</Port>
    <PercentProgress>42</PercentProgress>
    <ClusterCreateTime>2026-01-02T03:04:05.678Z</ClusterCreateTime>
    <TagList><Tag><Key>team</Key><Value>data</Value></Tag><Tag><Key>bare</Key></Tag></TagList>
</DBCluster>";

pub(crate) fn cluster() -> DbCluster {
    DbCluster {
        identifier: "prod".into(),
        arn: "arn:aws:rds:eu-west-1:111111111111:cluster:prod".into(),
        resource_id: "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ".into(),
        status: "available".into(),
        engine: "postgres".into(),
        engine_version: "16.4".into(),
        encrypted: true,
        kms_key: Some(KEY.into()),
        class: Some("db.r6gd.large".into()),
        allocated_storage: Some(500),
        members: vec![
            ClusterMember { instance: "prod-instance-1".into(), is_writer: true },
            ClusterMember { instance: "prod-instance-2".into(), is_writer: false },
        ],
        deletion_protection: true,
        has_pending_changes: true,
        backup_retention_days: Some(7),
        endpoint: Some("prod.cluster-abc.eu-west-1.rds.amazonaws.com".into()),
        reader_endpoint: Some("prod.cluster-ro-abc.eu-west-1.rds.amazonaws.com".into()),
        port: Some(5432),
        percent: Some(42),
        created_at: Some("2026-01-02T03:04:05.678Z".parse().unwrap()),
        tags: tags(&[("team", "data"), ("bare", "")]),
    }
}

pub(crate) const CLUSTER_SNAPSHOT: &str = "<DBClusterSnapshot>
    <DBClusterSnapshotIdentifier>rds:prod-2026-01-02-03-04</DBClusterSnapshotIdentifier>
    <DBClusterSnapshotArn>arn:aws:rds:eu-west-1:111111111111:cluster-snapshot:rds:prod-2026-01-02-03-04</DBClusterSnapshotArn>
    <DBClusterIdentifier>prod</DBClusterIdentifier>
    <Status>creating</Status>
    <SnapshotType>automated</SnapshotType>
    <Engine>mysql</Engine>
    <EngineVersion>8.0.39</EngineVersion>
    <StorageEncrypted>true</StorageEncrypted>
    <KmsKeyId>arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab</KmsKeyId>
    <AllocatedStorage>100</AllocatedStorage>
    <PercentProgress>0</PercentProgress>
    <SnapshotCreateTime>2026-01-02T03:04:00Z</SnapshotCreateTime>
    <TagList><Tag><Key>team</Key><Value>data</Value></Tag></TagList>
</DBClusterSnapshot>";

pub(crate) fn cluster_snapshot() -> DbClusterSnapshot {
    DbClusterSnapshot {
        identifier: "rds:prod-2026-01-02-03-04".into(),
        arn: "arn:aws:rds:eu-west-1:111111111111:cluster-snapshot:rds:prod-2026-01-02-03-04".into(),
        cluster: "prod".into(),
        status: "creating".into(),
        snapshot_type: "automated".into(),
        engine: "mysql".into(),
        engine_version: "8.0.39".into(),
        encrypted: true,
        kms_key: Some(KEY.into()),
        allocated_storage: Some(100),
        percent: Some(0),
        created_at: Some("2026-01-02T03:04:00Z".parse().unwrap()),
        tags: tags(&[("team", "data")]),
    }
}

pub(crate) const INSTANCE: &str = "<DBInstance>
    <DBInstanceIdentifier>temporary</DBInstanceIdentifier>
    <DBInstanceArn>arn:aws:rds:eu-west-1:111111111111:db:temporary</DBInstanceArn>
    <DbiResourceId>db-ABCDEFGHIJKLMNOPQRSTUVWXYZ</DbiResourceId>
    <DBInstanceStatus>storage-optimization</DBInstanceStatus>
    <DBClusterIdentifier>prod</DBClusterIdentifier>
    <Engine>postgres</Engine>
    <EngineVersion>16.4</EngineVersion>
    <StorageEncrypted>true</StorageEncrypted>
    <KmsKeyId>arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab</KmsKeyId>
    <DBInstanceClass>db.r6g.large</DBInstanceClass>
    <AllocatedStorage>500</AllocatedStorage>
    <DeletionProtection>true</DeletionProtection>
    <PendingModifiedValues><MasterUserPassword>****</MasterUserPassword></PendingModifiedValues>
    <PercentProgress>99</PercentProgress>
    <Endpoint><Address>temporary.abc.eu-west-1.rds.amazonaws.com</Address><Port>5432</Port><HostedZoneId>Z</HostedZoneId></Endpoint>
    <DBSubnetGroup><DBSubnetGroupName>private</DBSubnetGroupName></DBSubnetGroup>
    <InstanceCreateTime>2026-01-02T03:04:05Z</InstanceCreateTime>
    <TagList><Tag><Key>team</Key><Value>data</Value></Tag></TagList>
</DBInstance>";

pub(crate) fn instance() -> DbInstance {
    DbInstance {
        identifier: "temporary".into(),
        arn: "arn:aws:rds:eu-west-1:111111111111:db:temporary".into(),
        resource_id: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ".into(),
        status: "storage-optimization".into(),
        cluster: Some("prod".into()),
        engine: "postgres".into(),
        engine_version: "16.4".into(),
        encrypted: true,
        kms_key: Some(KEY.into()),
        class: "db.r6g.large".into(),
        allocated_storage: Some(500),
        deletion_protection: true,
        has_pending_changes: true,
        percent: Some(99),
        endpoint: Some("temporary.abc.eu-west-1.rds.amazonaws.com".into()),
        port: Some(5432),
        created_at: Some("2026-01-02T03:04:05Z".parse().unwrap()),
        tags: tags(&[("team", "data")]),
    }
}

pub(crate) const SNAPSHOT: &str = "<DBSnapshot>
    <DBSnapshotIdentifier>copy</DBSnapshotIdentifier>
    <DBSnapshotArn>arn:aws:rds:eu-west-1:222222222222:snapshot:copy</DBSnapshotArn>
    <DBInstanceIdentifier>temporary</DBInstanceIdentifier>
    <Status>copying</Status>
    <SnapshotType>manual</SnapshotType>
    <Engine>postgres</Engine>
    <EngineVersion>16.4</EngineVersion>
    <Encrypted>true</Encrypted>
    <KmsKeyId>arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab</KmsKeyId>
    <AllocatedStorage>500</AllocatedStorage>
    <StorageType>io1</StorageType>
    <PercentProgress>7</PercentProgress>
    <SourceDBSnapshotIdentifier>arn:aws:rds:eu-west-1:111111111111:snapshot:handover</SourceDBSnapshotIdentifier>
    <SourceRegion>eu-west-1</SourceRegion>
    <SnapshotCreateTime>2026-01-02T03:04:05Z</SnapshotCreateTime>
    <OriginalSnapshotCreateTime>2026-01-01T00:00:00Z</OriginalSnapshotCreateTime>
    <TagList><Tag><Key>team</Key><Value>data</Value></Tag></TagList>
</DBSnapshot>";

pub(crate) fn snapshot() -> DbSnapshot {
    DbSnapshot {
        identifier: "copy".into(),
        arn: "arn:aws:rds:eu-west-1:222222222222:snapshot:copy".into(),
        instance: "temporary".into(),
        status: "copying".into(),
        snapshot_type: "manual".into(),
        engine: "postgres".into(),
        engine_version: "16.4".into(),
        encrypted: true,
        kms_key: Some(KEY.into()),
        allocated_storage: Some(500),
        storage_type: Some("io1".into()),
        percent: Some(7),
        copied_from: Some(SHARED.into()),
        created_at: Some("2026-01-02T03:04:05Z".parse().unwrap()),
        tags: tags(&[("team", "data")]),
    }
}

pub(crate) fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The proof that a resource of this name is a run's own.
pub(crate) fn owned<T: Ownable>(identifier: &str, resource: impl FnOnce(Tags) -> T) -> Owned<T> {
    let run: RunId = "run".parse().unwrap();
    let tags = Tags::from([(OWNER_TAG.to_owned(), owner_tag(&run, Role::Scratch, identifier))]);
    let began = "2026-01-01T00:00:00Z".parse().unwrap();
    let claim = Claim { run: &run, role: Role::Scratch, identifier, began, source: None, kms_key: None };
    claim.prove(resource(tags)).unwrap()
}

pub(crate) fn owned_cluster_snapshot() -> Owned<DbClusterSnapshot> {
    owned("mine", |tags| DbClusterSnapshot { identifier: "mine".into(), tags, ..DbClusterSnapshot::default() })
}

pub(crate) fn owned_instance() -> Owned<DbInstance> {
    owned("mine", |tags| DbInstance { identifier: "mine".into(), tags, ..DbInstance::default() })
}

pub(crate) fn owned_snapshot() -> Owned<DbSnapshot> {
    owned("mine", |tags| DbSnapshot { identifier: "mine".into(), tags, ..DbSnapshot::default() })
}

pub(crate) fn owned_cluster() -> Owned<DbCluster> {
    owned("mine", |tags| DbCluster { identifier: "mine".into(), tags, ..DbCluster::default() })
}

pub(crate) fn key() -> KeyArn {
    KEY.parse().unwrap()
}

pub(crate) fn shared() -> SnapshotArn {
    SHARED.parse().unwrap()
}

pub(crate) fn new_cluster_snapshot() -> CreateDbClusterSnapshot {
    CreateDbClusterSnapshot {
        identifier: "mine".parse().unwrap(),
        cluster: "prod".parse().unwrap(),
        tags: tags(&[("team", "data & more"), ("team:cost", "")]),
    }
}

pub(crate) fn new_snapshot() -> CreateDbSnapshot {
    CreateDbSnapshot {
        identifier: "mine".parse().unwrap(),
        instance: "temporary".parse().unwrap(),
        tags: tags(&[("team", "data")]),
    }
}

pub(crate) fn temporary_instance() -> RestoreTemporaryInstance {
    RestoreTemporaryInstance {
        identifier: "mine".parse().unwrap(),
        snapshot: "rds:prod-2026-01-02-03-04".into(),
        engine: "mysql".into(),
        class: "db.r6g.large".into(),
        subnet_group: "private".into(),
        security_groups: vec!["sg-1".into(), "sg-2".into()],
        parameter_group: Some("lower-case-tables".into()),
        ca: Some("rds-ca-rsa2048-g1".into()),
        tags: tags(&[("team", "data")]),
    }
}

pub(crate) fn copy() -> CopyDbSnapshot {
    CopyDbSnapshot {
        source: shared(),
        identifier: "mine".parse().unwrap(),
        kms_key: "alias/nonprod".parse().unwrap(),
        tags: tags(&[("team", "data")]),
    }
}

pub(crate) fn new_grant() -> CreateGrant {
    CreateGrant { key: key(), grantee: "222222222222".parse().unwrap(), name: "refresh-run".into() }
}

/// The least that a cluster can be asked for.
pub(crate) fn restored_cluster() -> RestoreDbCluster {
    let cluster = ClusterRequest::builder()
        .with_identifier("mine")
        .with_class("db.r6gd.large")
        .with_subnet_group("three-zones")
        .with_security_groups(["sg-1"])
        .build()
        .unwrap();
    RestoreDbCluster {
        snapshot: "arn:aws:rds:eu-west-1:222222222222:snapshot:copy".parse().unwrap(),
        engine: "postgres".into(),
        engine_version: "16.4".into(),
        cluster,
        tags: tags(&[("team", "data")]),
    }
}
