"""A world in which every operation has something to work on, and a legal request of every operation.

The world is made by calls alone, as a user of AWS would make it.
"""

TAGS = [{"Key": "purpose", "Value": "conformance"}]
TRUST = {"AttributeName": "restore"}


class Scene:
    """Two accounts in the middle of a refresh."""

    def __init__(self, fake):
        self.fake = fake
        self.source, self.destination = fake.source, fake.destination
        self.cluster = self.source.cluster_id
        self.handover_arn = self.arn(self.source, "snapshot", "handover")
        self.copy_arn = self.arn(self.destination, "snapshot", "copy")
        self.seventh = self.restore_cluster("orders-staging")

    def arn(self, account, kind, name):
        """The ARN of an RDS resource."""
        return f"arn:aws:rds:{self.fake.ready['region']}:{account.account_id}:{kind}:{name}"

    def play(self):
        """Steps 1 to 6, with everything still there, and a first restored cluster."""
        source, destination, until = self.source.rds, self.destination.rds, self.fake.advance_until
        self.groups()
        source.create_db_cluster_snapshot(DBClusterIdentifier=self.cluster, DBClusterSnapshotIdentifier="taken", Tags=TAGS)
        until(lambda: self.status(source, "cluster-snapshot", "taken") == "available")
        source.restore_db_instance_from_db_snapshot(**self.restore_instance("temporary"))
        until(lambda: self.status(source, "db", "temporary") == "available")
        source.create_db_snapshot(DBInstanceIdentifier="temporary", DBSnapshotIdentifier="handover", Tags=TAGS)
        until(lambda: self.status(source, "snapshot", "handover") == "available")
        source.modify_db_snapshot_attribute(
            DBSnapshotIdentifier="handover", AttributeName="restore", ValuesToAdd=[self.destination.account_id]
        )
        self.fake.advance(60)
        destination.copy_db_snapshot(**self.copy("copy"))
        until(lambda: self.status(destination, "snapshot", "copy") == "available")
        destination.restore_db_cluster_from_snapshot(**self.restore_cluster("staging"))
        until(lambda: self.status(destination, "cluster", "staging") == "available")
        self.fake.advance(3600)
        return self

    def groups(self):
        """A subnet group and a parameter group in both accounts."""
        for account in (self.source, self.destination):
            account.rds.create_db_subnet_group(
                DBSubnetGroupName="three-zones", DBSubnetGroupDescription="three zones", SubnetIds=account.subnet_ids
            )
            account.rds.create_db_cluster_parameter_group(
                DBClusterParameterGroupName="tuned", DBParameterGroupFamily="postgres16", Description="tuned"
            )

    def status(self, rds, kind, name):
        """The status of a resource."""
        if kind == "cluster-snapshot":
            return rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=name)["DBClusterSnapshots"][0]["Status"]
        if kind == "snapshot":
            return rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"][0]["Status"]
        if kind == "cluster":
            return rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["Status"]
        return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["DBInstanceStatus"]

    def restore_instance(self, name, **other):
        """Step 2."""
        return {
            "DBInstanceIdentifier": name,
            "DBClusterSnapshotIdentifier": "taken",
            "Engine": "postgres",
            "DBInstanceClass": "db.r6g.large",
            "BackupRetentionPeriod": 0,
            "DBSubnetGroupName": "three-zones",
            "PubliclyAccessible": False,
            "MultiAZ": False,
            "Tags": TAGS,
        } | other

    def copy(self, name, **other):
        """Step 6."""
        return {
            "SourceDBSnapshotIdentifier": self.handover_arn,
            "TargetDBSnapshotIdentifier": name,
            "KmsKeyId": self.destination.kms_key_arn,
            "Tags": TAGS,
        } | other

    def restore_cluster(self, name, **other):
        """Step 7."""
        return {
            "DBClusterIdentifier": name,
            "SnapshotIdentifier": self.copy_arn,
            "Engine": "postgres",
            "EngineVersion": "16.4",
            "DBClusterInstanceClass": "db.r6gd.large",
            "StorageType": "gp3",
            "DBSubnetGroupName": "three-zones",
            "PubliclyAccessible": False,
            "Tags": TAGS,
        } | other

    def create_cluster(self, name, **other):
        """A cluster that holds nothing yet."""
        return {
            "DBClusterIdentifier": name,
            "Engine": "postgres",
            "EngineVersion": "16.4",
            "DBClusterInstanceClass": "db.r6gd.large",
            "AllocatedStorage": 100,
            "StorageType": "io1",
            "Iops": 1000,
            "MasterUsername": "postgres",
            "MasterUserPassword": "correct-horse",
            "DBSubnetGroupName": "three-zones",
            "StorageEncrypted": True,
            "KmsKeyId": self.source.kms_key_arn,
            "PubliclyAccessible": False,
            "Tags": TAGS,
        } | other

    def create_instance(self, name, **other):
        """An instance that holds nothing yet."""
        return {
            "DBInstanceIdentifier": name,
            "Engine": "postgres",
            "EngineVersion": "16.4",
            "DBInstanceClass": "db.r6g.large",
            "AllocatedStorage": 100,
            "MasterUsername": "postgres",
            "MasterUserPassword": "correct-horse",
            "DBSubnetGroupName": "three-zones",
            "PubliclyAccessible": False,
            "Tags": TAGS,
        } | other

    def stir(self):
        """Leaves some resources in the middle of something: made, copied, deleted, and taken."""
        source, destination = self.source.rds, self.destination.rds
        until = self.fake.advance_until
        for name in ("idle", "leaving"):
            source.restore_db_instance_from_db_snapshot(**self.restore_instance(name, BackupRetentionPeriod=2))
        source.create_db_instance(**self.create_instance("plain"))
        source.create_db_cluster(**self.create_cluster("spare"))
        destination.restore_db_cluster_from_snapshot(**self.restore_cluster("leaving"))
        source.create_db_snapshot(DBInstanceIdentifier="temporary", DBSnapshotIdentifier="unshared")
        source.create_db_subnet_group(
            DBSubnetGroupName="unused", DBSubnetGroupDescription="nobody's", SubnetIds=self.source.subnet_ids
        )
        for name in ("idle", "leaving", "plain"):
            until(lambda name=name: self.status(source, "db", name) == "available")
        until(lambda: self.status(source, "cluster", "spare") == "available")
        until(lambda: self.status(destination, "cluster", "leaving") == "available")
        until(lambda: self.status(source, "snapshot", "unshared") == "available")
        self.fake.advance(3600)
        source.modify_db_instance(DBInstanceIdentifier="temporary", DeletionProtection=True, ApplyImmediately=True)
        destination.modify_db_cluster(DBClusterIdentifier="staging", DeletionProtection=True, ApplyImmediately=True)
        self.fake.advance(600)
        source.create_db_snapshot(DBInstanceIdentifier="plain", DBSnapshotIdentifier="public")
        until(lambda: self.status(source, "snapshot", "public") == "available")
        source.modify_db_snapshot_attribute(DBSnapshotIdentifier="public", AttributeName="restore", ValuesToAdd=["all"])
        self.fake.advance(60)
        source.create_db_cluster_snapshot(DBClusterIdentifier=self.cluster, DBClusterSnapshotIdentifier="underway")
        source.create_db_snapshot(DBInstanceIdentifier="temporary", DBSnapshotIdentifier="halfway")
        source.delete_db_instance(DBInstanceIdentifier="leaving", SkipFinalSnapshot=True)
        destination.delete_db_cluster(DBClusterIdentifier="leaving", SkipFinalSnapshot=True)
        destination.copy_db_snapshot(**self.copy("copying"))
        return self

    def use_up(self):
        """Uses up what the accounts `full` and `small` may have, and takes a key away."""
        self.source.rds.modify_db_snapshot_attribute(
            DBSnapshotIdentifier="handover", AttributeName="restore", ValuesToAdd=[self.fake.full.account_id]
        )
        for account in (self.fake.full, self.fake.small):
            account.rds.create_db_instance(**self.create_instance("single", AllocatedStorage=20, DBSubnetGroupName="private"))
            self.fake.advance_until(lambda account=account: self.status(account.rds, "db", "single") == "available")
        self.source.kms.disable_key(KeyId=self.source.regions["eu-west-1"]["kms_keys"]["alias/locked"])
        return self

    def keys(self):
        """Keys in states of all kinds, aliases and a grant, in the source."""
        kms = self.source.kms
        signing = {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}
        tagged = {"Tags": [{"TagKey": "purpose", "TagValue": "conformance"}]}
        made = [kms.create_key(**parameters)["KeyMetadata"]["KeyId"] for parameters in ({}, {}, signing, tagged)]
        self.leaving_key, self.disabled_key, self.signing_key, self.crowded_key = made
        kms.schedule_key_deletion(KeyId=self.leaving_key)
        kms.disable_key(KeyId=self.disabled_key)
        for number in range(50):
            kms.create_alias(AliasName=f"alias/crowd-{number:02}", TargetKeyId=self.crowded_key)
        kms.create_alias(AliasName="alias/movable", TargetKeyId=self.source.kms_key_arn)
        self.policy = kms.get_key_policy(KeyId=self.signing_key)["Policy"].replace("Enable IAM", "Allow IAM")
        self.grantee = f"arn:aws:iam::{self.destination.account_id}:root"
        self.retirer = f"arn:aws:iam::{self.source.account_id}:role/retirer"
        key = {"KeyId": self.source.kms_key_arn, "GranteePrincipal": self.grantee}
        self.grant = kms.create_grant(**key, Operations=["DescribeKey"], RetiringPrincipal=self.retirer)
        return self

    def automated(self, account, cluster):
        """The newest automated snapshot of a cluster."""
        found = account.rds.describe_db_cluster_snapshots(DBClusterIdentifier=cluster, SnapshotType="automated")["DBClusterSnapshots"]
        return max(found, key=lambda one: one["SnapshotCreateTime"])["DBClusterSnapshotIdentifier"]
