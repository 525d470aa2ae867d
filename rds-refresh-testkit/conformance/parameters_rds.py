"""A legal request of every operation of RDS, and values for its parameters that should change what it does."""

from scene import TAGS, TRUST

# Operation: (who asks, a request that succeeds in the scene).
REQUESTS = {
    "AddTagsToResource": ("source", lambda s: {"ResourceName": s.handover_arn, "Tags": [{"Key": "new", "Value": "one"}]}),
    "CopyDBClusterSnapshot": (
        "source", lambda s: {"SourceDBClusterSnapshotIdentifier": "taken", "TargetDBClusterSnapshotIdentifier": "new"}),
    "CopyDBSnapshot": ("source", lambda s: s.copy("new", KmsKeyId="alias/orders", Tags=[])),
    "CreateDBCluster": ("source", lambda s: s.create_cluster("new")),
    "CreateDBClusterParameterGroup": (
        "source", lambda s: {"DBClusterParameterGroupName": "new", "DBParameterGroupFamily": "postgres16", "Description": "new"}),
    "CreateDBClusterSnapshot": ("destination", lambda s: {"DBClusterIdentifier": "staging", "DBClusterSnapshotIdentifier": "new"}),
    "CreateDBInstance": ("source", lambda s: s.create_instance("new")),
    "CreateDBSnapshot": ("source", lambda s: {"DBInstanceIdentifier": "idle", "DBSnapshotIdentifier": "new"}),
    "CreateDBSubnetGroup": (
        "source", lambda s: {"DBSubnetGroupName": "new", "DBSubnetGroupDescription": "new", "SubnetIds": s.source.subnet_ids}),
    "DeleteDBCluster": ("source", lambda s: {"DBClusterIdentifier": "spare", "SkipFinalSnapshot": True}),
    "DeleteDBClusterParameterGroup": ("destination", lambda s: {"DBClusterParameterGroupName": "tuned"}),
    "DeleteDBClusterSnapshot": ("source", lambda s: {"DBClusterSnapshotIdentifier": "taken"}),
    "DeleteDBInstance": ("source", lambda s: {"DBInstanceIdentifier": "idle", "SkipFinalSnapshot": True}),
    "DeleteDBSnapshot": ("source", lambda s: {"DBSnapshotIdentifier": "handover"}),
    "DeleteDBSubnetGroup": ("source", lambda s: {"DBSubnetGroupName": "unused"}),
    "DescribeAccountAttributes": ("source", lambda s: {}),
    "DescribeDBClusterParameterGroups": ("source", lambda s: {}),
    "DescribeDBClusterSnapshotAttributes": ("source", lambda s: {"DBClusterSnapshotIdentifier": "taken"}),
    "DescribeDBClusterSnapshots": ("source", lambda s: {}),
    "DescribeDBClusters": ("source", lambda s: {}),
    "DescribeDBEngineVersions": ("source", lambda s: {}),
    "DescribeDBInstances": ("source", lambda s: {}),
    "DescribeDBParameterGroups": ("source", lambda s: {}),
    "DescribeDBSnapshotAttributes": ("source", lambda s: {"DBSnapshotIdentifier": "handover"}),
    "DescribeDBSnapshots": ("destination", lambda s: {}),
    "DescribeDBSubnetGroups": ("source", lambda s: {}),
    "DescribeEvents": ("source", lambda s: {}),
    "DescribeOrderableDBInstanceOptions": ("source", lambda s: {"Engine": "postgres"}),
    "ListTagsForResource": ("source", lambda s: {"ResourceName": s.handover_arn}),
    "ModifyDBCluster": (
        "destination", lambda s: {"DBClusterIdentifier": "staging", "ApplyImmediately": True, "Iops": 20000, "AllocatedStorage": 600}),
    "ModifyDBClusterSnapshotAttribute": (
        "source", lambda s: TRUST | {"DBClusterSnapshotIdentifier": "taken", "ValuesToAdd": ["222222222222"]}),
    "ModifyDBInstance": ("source", lambda s: {"DBInstanceIdentifier": "idle", "ApplyImmediately": True, "MultiAZ": True}),
    "ModifyDBSnapshotAttribute": (
        "source", lambda s: TRUST | {"DBSnapshotIdentifier": "unshared", "ValuesToAdd": ["333333333333"]}),
    "RemoveTagsFromResource": ("source", lambda s: {"ResourceName": s.handover_arn, "TagKeys": ["purpose"]}),
    "RestoreDBClusterFromSnapshot": ("destination", lambda s: s.restore_cluster("new")),
    "RestoreDBInstanceFromDBSnapshot": ("source", lambda s: s.restore_instance("new")),
}

# What is tried for a parameter of this name, in any operation; one value that makes a difference is enough.
VALUES = {
    "AllocatedStorage": [700, 5],
    "AllowMajorVersionUpgrade": [False],
    "ApplyImmediately": [False],
    "AvailabilityZone": ["eu-west-1b"],
    "AvailabilityZones": [["eu-west-1a"]],
    "BackupRetentionPeriod": [9],
    "CACertificateIdentifier": ["rds-ca-ecc384-g1"],
    "CloudwatchLogsExportConfiguration": [{"EnableLogTypes": ["postgresql"]}],
    "DBClusterIdentifier": ["spare", "staging", "orders-production"],
    "DBClusterInstanceClass": ["db.r6gd.xlarge"],
    "DBClusterParameterGroupName": ["tuned", "nothing"],
    "DBClusterSnapshotIdentifier": ["taken", "nothing"],
    "DBInstanceClass": ["db.t4g.medium", "db.r6gd.xlarge"],
    "DBInstanceIdentifier": ["temporary", "nothing"],
    "DBParameterGroupFamily": ["postgres17"],
    "DBParameterGroupName": ["orders-postgres16"],
    "DBPortNumber": [6543],
    "DBSubnetGroupName": ["private"],
    "DBSnapshotIdentifier": ["handover", "nothing"],
    "Duration": [5, 10080],
    "EnableCloudwatchLogsExports": [["postgresql"]],
    "EndTime": ["2026-01-05T09:00:00Z"],
    "Engine": ["mysql"],
    "EngineLifecycleSupport": ["open-source-rds-extended-support-disabled"],
    "EngineVersion": ["16.6", "17.2"],
    "EventCategories": [["creation"]],
    "Filters": [[{"Name": "engine", "Values": ["mysql"]}], [{"Name": "colour", "Values": ["blue"]}]],
    "FinalDBSnapshotIdentifier": ["last"],
    "Iops": [3000, 30000],
    "KmsKeyId": ["alias/aws/rds"],
    "Marker": ["nobody"],
    "MasterUserPassword": ["short"],
    "MaxRecords": [20, 19],
    "MonitoringInterval": [60],
    "NewDBClusterIdentifier": ["renamed"],
    "NewDBInstanceIdentifier": ["renamed"],
    "PerformanceInsightsRetentionPeriod": [31],
    "Port": [6543],
    "PreferredBackupWindow": ["01:00-01:30"],
    "PreferredMaintenanceWindow": ["mon:05:00-mon:05:30"],
    "ScalingConfiguration": [{"MinCapacity": 2}],
    "ServerlessV2ScalingConfiguration": [{"MinCapacity": 2}],
    "RdsCustomClusterConfiguration": [{"InterconnectSubnetId": "subnet-1"}],
    "SnapshotType": ["automated"],
    "SourceIdentifier": ["temporary"],
    "SourceType": ["db-snapshot"],
    "StartTime": ["2026-01-05T08:00:00Z"],
    "StorageThroughput": [700],
    "StorageType": ["io2", "gp2"],
    "TagSpecifications": [[{"ResourceType": "cluster", "Tags": [{"Key": "b", "Value": "c"}]}]],
    "Tags": [[{"Key": "other", "Value": "one"}], []],
    "TagKeys": [["other"]],
    "ResourceName": ["arn:aws:rds:eu-west-1:111111111111:db:nothing"],
    "ValuesToAdd": [["444444444444"]],
    "ValuesToRemove": [["333333333333"]],
    "AttributeName": ["public"],
    "SubnetIds": [["subnet-00000000000000000"]],
    "VpcSecurityGroupIds": [["sg-00000000000000000"]],
    "AdditionalStorageVolumes": [[{"VolumeName": "rdsdbdata2", "AllocatedStorage": 200}]],
    "ProcessorFeatures": [[{"Name": "coreCount", "Value": "2"}]],
}

# What else a request must hold for a parameter to matter, in any operation or in one.
BESIDE = {
    "AllowMajorVersionUpgrade": {"EngineVersion": "17.2", "AllowMajorVersionUpgrade": True},
    "ModifyDBCluster.ApplyImmediately": {"DBClusterInstanceClass": "db.r6gd.xlarge"},
    "ModifyDBInstance.ApplyImmediately": {"DBInstanceClass": "db.r6gd.xlarge"},
    "PerformanceInsightsKMSKeyId": {"EnablePerformanceInsights": True},
    "PerformanceInsightsRetentionPeriod": {"EnablePerformanceInsights": True},
}

# Operations that are refused whatever the parameters are, and why.
REFUSED = {
    "CopyDBClusterSnapshot": "a snapshot of a Multi-AZ DB cluster cannot be copied",
    "ModifyDBClusterSnapshotAttribute": "nor shared, unless a switch says so",
}

# Parameters that are accepted and change nothing, on purpose. The same list stands in docs/fake-rds.md.
WITHOUT_EFFECT = {
    "CopyDBSnapshot": {
        "PreSignedUrl": "what RDS needs to read in another Region, the model reads as it is",
        "SourceRegion": "no parameter of RDS: botocore makes PreSignedUrl of it",
    },
    "DescribeDBClusterSnapshots": {
        "IncludeShared": "no cluster snapshot can be shared, unless the switch `cluster_snapshot_sharing` says so",
        "IncludePublic": "nor made public, unless it does",
    },
    "DescribeDBClusters": {"IncludeShared": "clusters of Aurora are shared; those of RDS are not"},
    "DescribeDBEngineVersions": {
        "ListSupportedCharacterSets": "neither postgres nor mysql lists any",
        "ListSupportedTimezones": "nor time zones",
    },
    "ModifyDBInstance": {"CertificateRotationRestart": "nothing restarts"},
}
