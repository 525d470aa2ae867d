"""What RDS refuses, and how.

`MODELLED` holds a call for every modelled error of every operation that the fake can be brought to give; `NEVER` says why it
cannot give the others. `COMMON` holds errors that the service model does not list with the operation, as real endpoints give them.

All calls are made in one scene: a refused call changes nothing.
"""

from scene import TAGS, TRUST

NOBODY = "arn:aws:rds:eu-west-1:111111111111"
SKIP = {"SkipFinalSnapshot": True}
NO_KEY = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-4000-8000-000000000000"

# Operation: [(the error's shape, what is wrong, who asks, parameters)].
MODELLED = {
    "CreateDBClusterSnapshot": [
        ("DBClusterNotFoundFault", "no such cluster", "source", lambda s: snapshot_of("nothing", "new")),
        ("DBClusterSnapshotAlreadyExistsFault", "the name is taken", "source", lambda s: snapshot_of(s.cluster, "taken")),
        ("InvalidDBClusterStateFault", "it is backing up", "source", lambda s: snapshot_of(s.cluster, "second")),
        ("SnapshotQuotaExceededFault", "one too many", "full", lambda s: snapshot_of("whole", "one-more")),
    ],
    "DescribeDBClusterSnapshots": [
        ("DBClusterSnapshotNotFoundFault", "no such snapshot", "source", lambda s: {"DBClusterSnapshotIdentifier": "nothing"}),
    ],
    "DescribeDBClusterSnapshotAttributes": [
        ("DBClusterSnapshotNotFoundFault", "no such snapshot", "source", lambda s: {"DBClusterSnapshotIdentifier": "nothing"}),
    ],
    "DeleteDBClusterSnapshot": [
        ("DBClusterSnapshotNotFoundFault", "no such snapshot", "source", lambda s: {"DBClusterSnapshotIdentifier": "nothing"}),
        ("InvalidDBClusterSnapshotStateFault", "it is being made", "source", lambda s: {"DBClusterSnapshotIdentifier": "underway"}),
    ],
    "CopyDBClusterSnapshot": [
        ("DBClusterSnapshotNotFoundFault", "no such snapshot", "source", lambda s: copy_cluster("nothing")),
        ("InvalidDBClusterSnapshotStateFault", "of a Multi-AZ DB cluster", "source", lambda s: copy_cluster("taken")),
    ],
    "ModifyDBClusterSnapshotAttribute": [
        ("DBClusterSnapshotNotFoundFault", "no such snapshot", "source", lambda s: share_cluster("nothing")),
        ("InvalidDBClusterSnapshotStateFault", "of a Multi-AZ DB cluster", "source", lambda s: share_cluster("taken")),
    ],
    "RestoreDBInstanceFromDBSnapshot": [
        ("DBClusterSnapshotNotFoundFault", "no such cluster snapshot", "source",
         lambda s: s.restore_instance("new", DBClusterSnapshotIdentifier="nothing")),
        ("DBSnapshotNotFoundFault", "no such snapshot", "source",
         lambda s: without(s.restore_instance("new", DBSnapshotIdentifier="nothing"), "DBClusterSnapshotIdentifier")),
        ("DBInstanceAlreadyExistsFault", "the name is taken", "source", lambda s: s.restore_instance("temporary")),
        ("InvalidDBSnapshotStateFault", "the snapshot is being made", "source",
         lambda s: s.restore_instance("new", DBClusterSnapshotIdentifier="underway")),
        ("DBParameterGroupNotFoundFault", "no such parameter group", "source",
         lambda s: s.restore_instance("new", DBParameterGroupName="nothing")),
        ("DBSubnetGroupNotFoundFault", "no such subnet group", "source",
         lambda s: s.restore_instance("new", DBSubnetGroupName="nothing")),
        ("CertificateNotFoundFault", "no such authority", "source",
         lambda s: s.restore_instance("new", CACertificateIdentifier="rds-ca-1999")),
        ("InvalidVPCNetworkStateFault", "a zone that the group does not cover", "source",
         lambda s: s.restore_instance("new", DBSubnetGroupName="narrow", AvailabilityZone="eu-west-1c")),
        ("DBSubnetGroupDoesNotCoverEnoughAZs", "one zone", "source", lambda s: s.restore_instance("new", DBSubnetGroupName="single")),
        ("InstanceQuotaExceededFault", "one too many", "full", lambda s: restore_there(s, s.fake.full, "whole")),
        ("StorageQuotaExceededFault", "too much", "small", lambda s: restore_there(s, s.fake.small, "little", AllocatedStorage=300)),
        ("KMSKeyNotAccessibleFault", "its key is disabled", "source", lambda s: restore_there(s, s.source, "locked")),
    ],
    "DescribeDBInstances": [
        ("DBInstanceNotFoundFault", "no such instance", "source", lambda s: {"DBInstanceIdentifier": "nothing"}),
    ],
    "ModifyDBInstance": [
        ("DBInstanceNotFoundFault", "no such instance", "source", lambda s: {"DBInstanceIdentifier": "nothing"}),
        ("InvalidDBInstanceStateFault", "it is being deleted", "source",
         lambda s: {"DBInstanceIdentifier": "leaving", "DeletionProtection": True}),
        ("DBInstanceAlreadyExistsFault", "the new name is taken", "source",
         lambda s: {"DBInstanceIdentifier": "idle", "NewDBInstanceIdentifier": "temporary", "ApplyImmediately": True}),
        ("DBParameterGroupNotFoundFault", "no such parameter group", "source",
         lambda s: {"DBInstanceIdentifier": "idle", "DBParameterGroupName": "nothing"}),
        ("CertificateNotFoundFault", "no such authority", "source",
         lambda s: {"DBInstanceIdentifier": "idle", "CACertificateIdentifier": "rds-ca-1999"}),
        ("InvalidVPCNetworkStateFault", "public without an internet gateway", "source",
         lambda s: {"DBInstanceIdentifier": "idle", "PubliclyAccessible": True, "ApplyImmediately": True}),
        ("StorageQuotaExceededFault", "too much", "small",
         lambda s: {"DBInstanceIdentifier": "single", "AllocatedStorage": 200, "ApplyImmediately": True}),
        ("KMSKeyNotAccessibleFault", "a secret under a key of nobody", "source",
         lambda s: {"DBInstanceIdentifier": "idle", "ManageMasterUserPassword": True, "MasterUserSecretKmsKeyId": NO_KEY}),
    ],
    "DeleteDBInstance": [
        ("DBInstanceNotFoundFault", "no such instance", "source", lambda s: {"DBInstanceIdentifier": "nothing"} | SKIP),
        ("InvalidDBInstanceStateFault", "it is being deleted", "source", lambda s: {"DBInstanceIdentifier": "leaving"} | SKIP),
        ("DBSnapshotAlreadyExistsFault", "the final snapshot's name is taken", "source",
         lambda s: {"DBInstanceIdentifier": "idle", "FinalDBSnapshotIdentifier": "handover"}),
        ("SnapshotQuotaExceededFault", "no room for the final snapshot", "full",
         lambda s: {"DBInstanceIdentifier": "single", "FinalDBSnapshotIdentifier": "last"}),
    ],
    "CreateDBSnapshot": [
        ("DBInstanceNotFoundFault", "no such instance", "source", lambda s: instance_snapshot("nothing", "new")),
        ("DBSnapshotAlreadyExistsFault", "the name is taken", "source", lambda s: instance_snapshot("idle", "handover")),
        ("InvalidDBInstanceStateFault", "it is being deleted", "source", lambda s: instance_snapshot("leaving", "new")),
        ("SnapshotQuotaExceededFault", "one too many", "full", lambda s: instance_snapshot("single", "new")),
    ],
    "DescribeDBSnapshots": [
        ("DBSnapshotNotFoundFault", "no such snapshot", "source", lambda s: {"DBSnapshotIdentifier": "nothing"}),
    ],
    "DescribeDBSnapshotAttributes": [
        ("DBSnapshotNotFoundFault", "no such snapshot", "source", lambda s: {"DBSnapshotIdentifier": "nothing"}),
    ],
    "ModifyDBSnapshotAttribute": [
        ("DBSnapshotNotFoundFault", "no such snapshot", "source",
         lambda s: TRUST | {"DBSnapshotIdentifier": "nothing", "ValuesToAdd": ["222222222222"]}),
        ("InvalidDBSnapshotStateFault", "it is being made", "source",
         lambda s: TRUST | {"DBSnapshotIdentifier": "halfway", "ValuesToAdd": ["222222222222"]}),
        ("SharedSnapshotQuotaExceededFault", "with 21 accounts", "source",
         lambda s: TRUST | {"DBSnapshotIdentifier": "handover", "ValuesToAdd": [f"{n:012}" for n in range(333, 354)]}),
    ],
    "CopyDBSnapshot": [
        ("DBSnapshotNotFoundFault", "not shared", "destination",
         lambda s: s.copy("new", SourceDBSnapshotIdentifier=s.arn(s.source, "snapshot", "unshared"))),
        ("DBSnapshotAlreadyExistsFault", "the name is taken", "destination", lambda s: s.copy("copy")),
        ("InvalidDBSnapshotStateFault", "it is being made", "source",
         lambda s: {"SourceDBSnapshotIdentifier": "halfway", "TargetDBSnapshotIdentifier": "new"}),
        ("SnapshotQuotaExceededFault", "one too many", "full",
         lambda s: s.copy("new", KmsKeyId=s.fake.full.regions["eu-west-1"]["kms_keys"]["alias/full"])),
        ("KMSKeyNotAccessibleFault", "a key of nobody", "destination", lambda s: s.copy("new", KmsKeyId=NO_KEY)),
    ],
    "DeleteDBSnapshot": [
        ("DBSnapshotNotFoundFault", "no such snapshot", "source", lambda s: {"DBSnapshotIdentifier": "nothing"}),
        ("InvalidDBSnapshotStateFault", "it is being made", "source", lambda s: {"DBSnapshotIdentifier": "halfway"}),
    ],
    "RestoreDBClusterFromSnapshot": [
        ("DBClusterSnapshotNotFoundFault", "a bare name is a cluster snapshot's", "destination",
         lambda s: s.restore_cluster("new", SnapshotIdentifier="copy")),
        ("DBSnapshotNotFoundFault", "no such snapshot", "destination",
         lambda s: s.restore_cluster("new", SnapshotIdentifier=s.copy_arn + "x")),
        ("DBClusterAlreadyExistsFault", "the name is taken", "destination", lambda s: s.restore_cluster("staging")),
        ("InvalidDBSnapshotStateFault", "the snapshot is being copied", "destination",
         lambda s: s.restore_cluster("new", SnapshotIdentifier=s.arn(s.destination, "snapshot", "copying"))),
        ("InvalidDBClusterSnapshotStateFault", "the cluster snapshot is being made", "source",
         lambda s: s.restore_cluster("new", SnapshotIdentifier="underway")),
        ("DBClusterParameterGroupNotFoundFault", "no such parameter group", "destination",
         lambda s: s.restore_cluster("new", DBClusterParameterGroupName="nothing")),
        ("DBSubnetGroupNotFoundFault", "no such subnet group", "destination",
         lambda s: s.restore_cluster("new", DBSubnetGroupName="nothing")),
        ("DBSubnetGroupDoesNotCoverEnoughAZs", "two zones", "destination",
         lambda s: s.restore_cluster("new", DBSubnetGroupName="narrow")),
        ("StorageTypeNotSupportedFault", "gp2", "destination", lambda s: s.restore_cluster("new", StorageType="gp2")),
        ("KMSKeyNotAccessibleFault", "a key of nobody", "destination", lambda s: s.restore_cluster("new", KmsKeyId=NO_KEY)),
        ("DBClusterQuotaExceededFault", "one too many", "full", lambda s: restore_cluster_there(s, s.fake.full, "whole")),
        ("StorageQuotaExceededFault", "too much", "small", lambda s: restore_cluster_there(s, s.fake.small, "little")),
        ("InvalidVPCNetworkStateFault", "public without an internet gateway", "destination",
         lambda s: s.restore_cluster("new", PubliclyAccessible=True)),
    ],
    "DescribeDBClusters": [
        ("DBClusterNotFoundFault", "no such cluster", "source", lambda s: {"DBClusterIdentifier": "nothing"}),
    ],
    "ModifyDBCluster": [
        ("DBClusterNotFoundFault", "no such cluster", "source", lambda s: {"DBClusterIdentifier": "nothing"}),
        ("InvalidDBClusterStateFault", "it is backing up", "source",
         lambda s: {"DBClusterIdentifier": s.cluster, "BackupRetentionPeriod": 3, "ApplyImmediately": True}),
        ("DBClusterAlreadyExistsFault", "the new name is taken", "destination",
         lambda s: {"DBClusterIdentifier": "staging", "NewDBClusterIdentifier": "leaving", "ApplyImmediately": True}),
        ("DBClusterParameterGroupNotFoundFault", "no such parameter group", "destination",
         lambda s: {"DBClusterIdentifier": "staging", "DBClusterParameterGroupName": "nothing", "ApplyImmediately": True}),
        ("StorageQuotaExceededFault", "too much", "small",
         lambda s: {"DBClusterIdentifier": "little", "AllocatedStorage": 400, "Iops": 4000, "ApplyImmediately": True}),
        ("StorageTypeNotSupportedFault", "gp2", "destination",
         lambda s: {"DBClusterIdentifier": "staging", "StorageType": "gp2", "ApplyImmediately": True}),
        ("KMSKeyNotAccessibleFault", "a secret under a key of nobody", "destination",
         lambda s: {"DBClusterIdentifier": "staging", "ManageMasterUserPassword": True, "MasterUserSecretKmsKeyId": NO_KEY}),
    ],
    "DeleteDBCluster": [
        ("DBClusterNotFoundFault", "no such cluster", "source", lambda s: {"DBClusterIdentifier": "nothing"} | SKIP),
        ("InvalidDBClusterStateFault", "it is being deleted", "destination", lambda s: {"DBClusterIdentifier": "leaving"} | SKIP),
        ("DBClusterSnapshotAlreadyExistsFault", "the final snapshot's name is taken", "source",
         lambda s: {"DBClusterIdentifier": "spare", "FinalDBSnapshotIdentifier": "taken"}),
        ("SnapshotQuotaExceededFault", "no room for the final snapshot", "full",
         lambda s: {"DBClusterIdentifier": "whole", "FinalDBSnapshotIdentifier": "last"}),
    ],
    "AddTagsToResource": [
        ("DBClusterNotFoundFault", "no such cluster", "source", lambda s: {"ResourceName": f"{NOBODY}:cluster:no", "Tags": TAGS}),
        ("DBInstanceNotFoundFault", "no such instance", "source", lambda s: {"ResourceName": f"{NOBODY}:db:no", "Tags": TAGS}),
        ("DBSnapshotNotFoundFault", "no such snapshot", "source", lambda s: {"ResourceName": f"{NOBODY}:snapshot:no", "Tags": TAGS}),
        ("InvalidDBInstanceStateFault", "it is being deleted", "source",
         lambda s: {"ResourceName": f"{NOBODY}:db:leaving", "Tags": TAGS}),
        ("InvalidDBClusterStateFault", "it is being deleted", "destination",
         lambda s: {"ResourceName": s.arn(s.destination, "cluster", "leaving"), "Tags": TAGS}),
    ],
    "RemoveTagsFromResource": [
        ("DBClusterNotFoundFault", "no such cluster", "source", lambda s: {"ResourceName": f"{NOBODY}:cluster:no", "TagKeys": ["a"]}),
        ("DBInstanceNotFoundFault", "no such instance", "source", lambda s: {"ResourceName": f"{NOBODY}:db:no", "TagKeys": ["a"]}),
        ("DBSnapshotNotFoundFault", "no such snapshot", "source", lambda s: {"ResourceName": f"{NOBODY}:snapshot:no", "TagKeys": ["a"]}),
        ("InvalidDBInstanceStateFault", "it is being deleted", "source",
         lambda s: {"ResourceName": f"{NOBODY}:db:leaving", "TagKeys": ["a"]}),
        ("InvalidDBClusterStateFault", "it is being deleted", "destination",
         lambda s: {"ResourceName": s.arn(s.destination, "cluster", "leaving"), "TagKeys": ["a"]}),
    ],
    "ListTagsForResource": [
        ("DBClusterNotFoundFault", "no such cluster", "source", lambda s: {"ResourceName": f"{NOBODY}:cluster:no"}),
        ("DBInstanceNotFoundFault", "no such instance", "source", lambda s: {"ResourceName": f"{NOBODY}:db:no"}),
        ("DBSnapshotNotFoundFault", "no such snapshot", "source", lambda s: {"ResourceName": f"{NOBODY}:snapshot:no"}),
    ],
    "CreateDBCluster": [
        ("DBClusterAlreadyExistsFault", "the name is taken", "source", lambda s: s.create_cluster(s.cluster)),
        ("DBClusterParameterGroupNotFoundFault", "no such parameter group", "source",
         lambda s: s.create_cluster("new", DBClusterParameterGroupName="nothing")),
        ("DBSubnetGroupNotFoundFault", "no such subnet group", "source", lambda s: s.create_cluster("new", DBSubnetGroupName="nothing")),
        ("DBSubnetGroupDoesNotCoverEnoughAZs", "two zones", "source", lambda s: s.create_cluster("new", DBSubnetGroupName="narrow")),
        ("StorageTypeNotSupportedFault", "gp2", "source", lambda s: s.create_cluster("new", StorageType="gp2")),
        ("KMSKeyNotAccessibleFault", "a key of nobody", "source", lambda s: s.create_cluster("new", KmsKeyId=NO_KEY)),
        ("DBClusterQuotaExceededFault", "one too many", "full",
         lambda s: without(s.create_cluster("new", DBSubnetGroupName="private"), "KmsKeyId")),
        ("StorageQuotaExceededFault", "too much", "small",
         lambda s: without(s.create_cluster("new", DBSubnetGroupName="private"), "KmsKeyId")),
        ("InvalidVPCNetworkStateFault", "public without an internet gateway", "source",
         lambda s: s.create_cluster("new", PubliclyAccessible=True)),
    ],
    "CreateDBInstance": [
        ("DBInstanceAlreadyExistsFault", "the name is taken", "source", lambda s: s.create_instance("temporary")),
        ("DBParameterGroupNotFoundFault", "no such parameter group", "source",
         lambda s: s.create_instance("new", DBParameterGroupName="nothing")),
        ("DBSubnetGroupNotFoundFault", "no such subnet group", "source", lambda s: s.create_instance("new", DBSubnetGroupName="nothing")),
        ("KMSKeyNotAccessibleFault", "a key of nobody", "source",
         lambda s: s.create_instance("new", StorageEncrypted=True, KmsKeyId=NO_KEY)),
        ("CertificateNotFoundFault", "no such authority", "source",
         lambda s: s.create_instance("new", CACertificateIdentifier="rds-ca-1999")),
        ("InstanceQuotaExceededFault", "one too many", "full", lambda s: s.create_instance("new", DBSubnetGroupName="private")),
        ("DBSubnetGroupDoesNotCoverEnoughAZs", "one zone", "source", lambda s: s.create_instance("new", DBSubnetGroupName="single")),
        ("StorageQuotaExceededFault", "too much", "small",
         lambda s: s.create_instance("new", AllocatedStorage=200, DBSubnetGroupName="private")),
        ("InvalidVPCNetworkStateFault", "public without an internet gateway", "source",
         lambda s: s.create_instance("new", PubliclyAccessible=True)),
    ],
    "CreateDBSubnetGroup": [
        ("DBSubnetGroupAlreadyExistsFault", "the name is taken", "source", lambda s: subnets("three-zones", s.source.subnet_ids)),
        ("DBSubnetGroupDoesNotCoverEnoughAZs", "one zone", "source", lambda s: subnets("new", s.source.subnet_ids[:1])),
        ("InvalidSubnet", "no such subnet", "source", lambda s: subnets("new", ["subnet-00000000000000000", s.source.subnet_ids[0]])),
        ("DBSubnetGroupQuotaExceededFault", "one too many", "full", lambda s: subnets("new", s.fake.full.subnet_ids)),
        ("DBSubnetQuotaExceededFault", "three subnets", "small", lambda s: subnets("new", s.fake.small.subnet_ids)),
    ],
    "DeleteDBSubnetGroup": [
        ("DBSubnetGroupNotFoundFault", "no such group", "source", lambda s: {"DBSubnetGroupName": "nothing"}),
        ("InvalidDBSubnetGroupStateFault", "in use", "destination", lambda s: {"DBSubnetGroupName": "three-zones"}),
    ],
    "DescribeDBSubnetGroups": [
        ("DBSubnetGroupNotFoundFault", "no such group", "source", lambda s: {"DBSubnetGroupName": "nothing"}),
    ],
    "CreateDBClusterParameterGroup": [
        ("DBParameterGroupAlreadyExistsFault", "the name is taken", "source",
         lambda s: {"DBClusterParameterGroupName": "tuned", "DBParameterGroupFamily": "postgres16", "Description": "again"}),
        ("DBParameterGroupQuotaExceededFault", "one too many", "full",
         lambda s: {"DBClusterParameterGroupName": "new", "DBParameterGroupFamily": "postgres16", "Description": "new"}),
    ],
    "DeleteDBClusterParameterGroup": [
        ("DBParameterGroupNotFoundFault", "no such group", "source", lambda s: {"DBClusterParameterGroupName": "nothing"}),
        ("InvalidDBParameterGroupStateFault", "a default group", "source",
         lambda s: {"DBClusterParameterGroupName": "default.postgres16"}),
    ],
    "DescribeDBClusterParameterGroups": [
        ("DBParameterGroupNotFoundFault", "no such group", "source", lambda s: {"DBClusterParameterGroupName": "nothing"}),
    ],
    "DescribeDBParameterGroups": [
        ("DBParameterGroupNotFoundFault", "no such group", "source", lambda s: {"DBParameterGroupName": "nothing"}),
    ],
}

# All HTTP statuses are in the service model.
STATUS = {}

# Shapes that no operation of the fake ever gives.
NOT_MODELLED = {
    "AuthorizationNotFoundFault": "DB security groups: EC2-Classic is retired",
    "BackupPolicyNotFoundFault": "deprecated, as the service model says",
    "BlueGreenDeploymentNotFoundFault": "blue/green deployments are not modelled",
    "CustomAvailabilityZoneNotFoundFault": "RDS on VMware is retired",
    "DBClusterAutomatedBackupQuotaExceededFault": "a Multi-AZ DB cluster cannot retain automated backups",
    "DBInstanceAutomatedBackupQuotaExceededFault": "retained automated backups are not counted",
    "DBProxyEndpointNotFoundFault": "RDS Proxy is not modelled",
    "DBProxyNotFoundFault": "RDS Proxy is not modelled",
    "DBProxyTargetGroupNotFoundFault": "RDS Proxy is not modelled",
    "DBSecurityGroupNotFoundFault": "DB security groups: EC2-Classic is retired",
    "DBShardGroupNotFoundFault": "Aurora Limitless Database is not modelled",
    "DBSnapshotTenantDatabaseNotFoundFault": "tenant databases: Oracle only",
    "DBUpgradeDependencyFailureFault": "no upgrade depends on anything here",
    "DomainNotFoundFault": "Active Directory: refused as a parameter",
    "GlobalClusterNotFoundFault": "global databases: Aurora only",
    "InsufficientDBClusterCapacityFault": "capacity is never short",
    "InsufficientDBInstanceCapacityFault": "capacity is never short",
    "InsufficientStorageClusterCapacityFault": "capacity is never short",
    "IntegrationNotFoundFault": "zero-ETL integrations are not modelled",
    "InvalidDBClusterEndpointStateFault": "custom endpoints: Aurora only",
    "InvalidDBSecurityGroupStateFault": "DB security groups: EC2-Classic is retired",
    "InvalidDBSubnetStateFault": "subnets have no states",
    "InvalidGlobalClusterStateFault": "global databases: Aurora only",
    "InvalidRestoreFault": "from a VPC to none: EC2-Classic is retired",
    "NetworkTypeNotSupported": "IPv4 only: refused as a parameter",
    "OptionGroupNotFoundFault": "option groups: refused as a parameter",
    "ProvisionedIopsNotAvailableInAZFault": "capacity is never short",
    "StorageTypeNotAvailableFault": "capacity is never short",
    "TenantDatabaseNotFoundFault": "tenant databases: Oracle only",
    "TenantDatabaseQuotaExceededFault": "tenant databases: Oracle only",
    "VpcEncryptionControlViolationException": "VPC encryption controls are not modelled",
}

# Modelled errors of single operations that the fake cannot be brought to give.
NO_COPY = "a snapshot of a Multi-AZ DB cluster cannot be copied, whatever else is wrong"
AURORA = "Aurora only: refused as a parameter"
STILL = "subnets and their groups have no states and do not go away"
NEVER = {
    "CopyDBClusterSnapshot": {
        "DBClusterSnapshotAlreadyExistsFault": NO_COPY,
        "InvalidDBClusterStateFault": NO_COPY,
        "KMSKeyNotAccessibleFault": NO_COPY,
        "SnapshotQuotaExceededFault": NO_COPY,
    },
    "CreateDBCluster": {
        "DBClusterNotFoundFault": AURORA,
        "DBInstanceNotFoundFault": "replicas: refused as a parameter",
        "InvalidDBClusterStateFault": AURORA,
        "InvalidDBInstanceStateFault": "replicas: refused as a parameter",
        "InvalidDBSubnetGroupFault": STILL,
        "InvalidDBSubnetGroupStateFault": STILL,
        "InvalidSubnet": STILL,
    },
    "CreateDBClusterSnapshot": {"InvalidDBClusterSnapshotStateFault": "no other snapshot takes part"},
    "CreateDBInstance": {
        "DBClusterNotFoundFault": AURORA,
        "InvalidDBClusterStateFault": AURORA,
        "InvalidSubnet": STILL,
        "StorageTypeNotSupportedFault": "an instance takes every storage type that there is; another is an InvalidParameterValue",
    },
    "DeleteDBCluster": {
        "InvalidDBClusterSnapshotStateFault": "no other snapshot takes part",
        "KMSKeyNotAccessibleFault": "the key is not looked at",
    },
    "DeleteDBInstance": {
        "InvalidDBClusterStateFault": "a member is an InvalidDBInstanceState",
        "KMSKeyNotAccessibleFault": "the key is not looked at",
    },
    "ModifyDBCluster": {
        "DBInstanceAlreadyExistsFault": "members keep their names",
        "DBParameterGroupNotFoundFault": AURORA,
        "DBSubnetGroupNotFoundFault": "it is no parameter",
        "InvalidDBInstanceStateFault": "a member that is busy does not stop its cluster",
        "InvalidDBSubnetGroupStateFault": STILL,
        "InvalidSubnet": STILL,
        "InvalidVPCNetworkStateFault": "a cluster does not move",
    },
    "ModifyDBClusterSnapshotAttribute": {
        "SharedSnapshotQuotaExceededFault": "sharing one of a Multi-AZ DB cluster is refused; the switch cluster_snapshot_sharing allows it",
    },
    "ModifyDBInstance": {
        "InvalidDBClusterStateFault": "a member is an InvalidParameterCombination",
        "StorageTypeNotSupportedFault": "an instance takes every storage type that there is; another is an InvalidParameterValue",
    },
    "RestoreDBClusterFromSnapshot": {
        "InvalidDBInstanceStateFault": "no instance takes part",
        "InvalidSubnet": STILL,
    },
    "RestoreDBInstanceFromDBSnapshot": {
        "InvalidSubnet": STILL,
        "StorageTypeNotSupportedFault": "an instance takes every storage type that there is; another is an InvalidParameterValue",
    },
}

# [(operation, code, HTTP status, what is wrong, who asks, parameters)]
COMMON = [
    ("CreateDBClusterSnapshot", "InvalidParameterValue", 400, "two hyphens", "source", lambda s: snapshot_of(s.cluster, "a--b")),
    ("CreateDBClusterSnapshot", "InvalidParameterValue", 400, "64 characters", "source", lambda s: snapshot_of(s.cluster, "a" * 64)),
    ("CreateDBClusterSnapshot", "MissingParameter", 400, "no name", "source", lambda s: {"DBClusterIdentifier": s.cluster}),
    ("CreateDBSnapshot", "InvalidParameterValue", 400, "of a cluster's member", "source",
     lambda s: instance_snapshot(f"{s.cluster}-instance-1", "new")),
    ("RestoreDBInstanceFromDBSnapshot", "InvalidParameterCombination", 400, "from two snapshots", "source",
     lambda s: s.restore_instance("new", DBSnapshotIdentifier="handover")),
    ("RestoreDBInstanceFromDBSnapshot", "InvalidParameterValue", 400, "an unknown parameter", "source",
     lambda s: s.restore_instance("new", Domain="d-1234567890")),
    ("DeleteDBInstance", "InvalidParameterCombination", 400, "neither with nor without a final snapshot", "source",
     lambda s: {"DBInstanceIdentifier": "idle"}),
    ("DeleteDBInstance", "InvalidParameterCombination", 400, "protected", "source", lambda s: {"DBInstanceIdentifier": "temporary"} | SKIP),
    ("DeleteDBCluster", "InvalidParameterCombination", 400, "protected", "destination", lambda s: {"DBClusterIdentifier": "staging"} | SKIP),
    ("ModifyDBSnapshotAttribute", "InvalidParameterValue", 400, "no such attribute", "source",
     lambda s: {"DBSnapshotIdentifier": "handover", "AttributeName": "public", "ValuesToAdd": ["222222222222"]}),
    ("ModifyDBSnapshotAttribute", "InvalidParameterCombination", 400, "an encrypted one with everybody", "source",
     lambda s: TRUST | {"DBSnapshotIdentifier": "handover", "ValuesToAdd": ["all"]}),
    ("CopyDBSnapshot", "InvalidParameterValue", 400, "a shared encrypted one without a key", "destination",
     lambda s: without(s.copy("new"), "KmsKeyId")),
    ("RestoreDBClusterFromSnapshot", "InvalidParameterCombination", 400, "io1 without IOPS", "destination",
     lambda s: s.restore_cluster("new", StorageType="io1")),
    ("RestoreDBClusterFromSnapshot", "InvalidParameterCombination", 400, "shared and encrypted", "destination",
     lambda s: s.restore_cluster("new", SnapshotIdentifier=s.handover_arn)),
    ("ModifyDBCluster", "InvalidParameterValue", 400, "a short password", "destination",
     lambda s: {"DBClusterIdentifier": "staging", "MasterUserPassword": "short", "ApplyImmediately": True}),
    ("DescribeDBSnapshots", "InvalidParameterValue", 400, "too small a page", "source", lambda s: {"MaxRecords": 19}),
    ("DescribeDBSnapshots", "InvalidParameterValue", 400, "a marker of nobody", "source", lambda s: {"Marker": "nobody"}),
    ("DescribeDBInstances", "InvalidParameterValue", 400, "an unknown filter", "source",
     lambda s: {"Filters": [{"Name": "colour", "Values": ["blue"]}]}),
    ("AddTagsToResource", "InvalidParameterValue", 400, "a reserved prefix", "source",
     lambda s: {"ResourceName": s.handover_arn, "Tags": [{"Key": "aws:x", "Value": "y"}]}),
    ("DescribeEvents", "InvalidParameterCombination", 400, "a source without its type", "source", lambda s: {"SourceIdentifier": "temporary"}),
]


def snapshot_of(cluster, name):
    return {"DBClusterIdentifier": cluster, "DBClusterSnapshotIdentifier": name}


def instance_snapshot(instance, name):
    return {"DBInstanceIdentifier": instance, "DBSnapshotIdentifier": name}


def restore_there(s, account, cluster, **other):
    snapshot = s.automated(account, cluster)
    return s.restore_instance("new", DBClusterSnapshotIdentifier=snapshot, DBSubnetGroupName="private", **other)


def restore_cluster_there(s, account, cluster):
    snapshot = s.automated(account, cluster)
    return s.restore_cluster("new", SnapshotIdentifier=snapshot, StorageType="io1", Iops=1000, DBSubnetGroupName="private")


def copy_cluster(name):
    return {"SourceDBClusterSnapshotIdentifier": name, "TargetDBClusterSnapshotIdentifier": "new"}


def share_cluster(name):
    return TRUST | {"DBClusterSnapshotIdentifier": name, "ValuesToAdd": ["222222222222"]}


def subnets(name, ids):
    return {"DBSubnetGroupName": name, "DBSubnetGroupDescription": "some", "SubnetIds": ids}


def without(parameters, *names):
    return {name: value for name, value in parameters.items() if name not in names}
