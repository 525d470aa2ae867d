"""What boto3 sees of a refresh: statuses in their order, ARNs, attributes, waiters, paginators, two accounts."""

import re
import unittest

from botocore.exceptions import WaiterError

from fake_rds import FakeRds
from scene import Scene


class Lifecycles(unittest.TestCase):
    """Each test begins with the world as it was at the start."""

    @classmethod
    def setUpClass(cls):
        cls.fake = FakeRds()
        cls.addClassCleanup(cls.fake.stop)

    def setUp(self):
        self.fake.reset()
        self.scene = Scene(self.fake)

    def statuses(self, rds, kind, name, last="available"):
        """Every status of a resource until the last one, in order."""
        seen = []

        def look():
            status = self.scene.status(rds, kind, name)
            if seen[-1:] != [status]:
                seen.append(status)
            return status == last

        self.fake.advance_until(look, step=30)
        return seen

    def test_statuses_in_order(self):
        source, destination = self.fake.source.rds, self.fake.destination.rds
        self.scene.groups()
        source.create_db_cluster_snapshot(DBClusterIdentifier=self.scene.cluster, DBClusterSnapshotIdentifier="taken")
        self.assertEqual(self.scene.status(source, "cluster", self.scene.cluster), "backing-up")
        self.assertEqual(self.statuses(source, "cluster-snapshot", "taken"), ["creating", "available"])
        source.restore_db_instance_from_db_snapshot(**self.scene.restore_instance("temporary"))
        self.assertEqual(self.statuses(source, "db", "temporary"), ["creating", "available"])
        source.create_db_snapshot(DBInstanceIdentifier="temporary", DBSnapshotIdentifier="handover")
        self.assertEqual(self.scene.status(source, "db", "temporary"), "backing-up")
        self.assertEqual(self.statuses(source, "snapshot", "handover"), ["creating", "available"])
        source.modify_db_snapshot_attribute(
            DBSnapshotIdentifier="handover", AttributeName="restore", ValuesToAdd=[self.fake.destination.account_id]
        )
        self.fake.advance(60)
        destination.copy_db_snapshot(**self.scene.copy("copy"))
        self.assertIn(self.statuses(destination, "snapshot", "copy"), (["copying", "available"], ["pending", "copying", "available"]))
        destination.restore_db_cluster_from_snapshot(**self.scene.restore_cluster("staging"))
        self.assertEqual(self.statuses(destination, "cluster", "staging"), ["creating", "backing-up", "available"])
        members = destination.describe_db_clusters(DBClusterIdentifier="staging")["DBClusters"][0]["DBClusterMembers"]
        self.assertEqual(sorted(member["IsClusterWriter"] for member in members), [False, False, True])

    def test_what_is_inherited_and_what_is_not(self):
        source, destination = self.fake.source, self.fake.destination
        self.scene.play()
        instance = source.rds.describe_db_instances(DBInstanceIdentifier="temporary")["DBInstances"][0]
        self.assertEqual((instance["StorageEncrypted"], instance["KmsKeyId"]), (True, source.kms_key_arn))
        self.assertRegex(instance["DbiResourceId"], r"\Adb-[A-Z0-9]{26}\Z")
        self.assertEqual(instance["DBInstanceArn"], self.scene.arn(source, "db", "temporary"))
        copy = destination.rds.describe_db_snapshots(DBSnapshotIdentifier="copy")["DBSnapshots"][0]
        self.assertEqual((copy["Encrypted"], copy["KmsKeyId"]), (True, destination.kms_key_arn))
        self.assertEqual(copy["SourceDBSnapshotIdentifier"], self.scene.handover_arn)
        self.assertEqual(copy["DBSnapshotArn"], self.scene.copy_arn)
        cluster = destination.rds.describe_db_clusters(DBClusterIdentifier="staging")["DBClusters"][0]
        self.assertRegex(cluster["Endpoint"], r"\Astaging\.cluster-[a-z0-9]{12}\.[a-z0-9-]+\.rds\.amazonaws\.com\Z")
        self.assertRegex(cluster["ReaderEndpoint"], r"\Astaging\.cluster-ro-[a-z0-9]{12}\.")
        self.assertEqual((cluster["StorageType"], cluster["MultiAZ"]), ("gp3", True))

    def test_a_restore_without_tags_inherits_those_of_production(self):
        rds = self.fake.source.rds
        self.scene.groups()
        rds.add_tags_to_resource(
            ResourceName=self.scene.arn(self.fake.source, "cluster", self.scene.cluster), Tags=[{"Key": "stage", "Value": "production"}]
        )
        rds.create_db_cluster_snapshot(DBClusterIdentifier=self.scene.cluster, DBClusterSnapshotIdentifier="taken")
        self.statuses(rds, "cluster-snapshot", "taken")
        rds.restore_db_instance_from_db_snapshot(**self.scene.restore_instance("temporary", Tags=[]))
        tags = rds.list_tags_for_resource(ResourceName=self.scene.arn(self.fake.source, "db", "temporary"))["TagList"]
        self.assertIn({"Key": "stage", "Value": "production"}, tags)

    def test_a_share_is_seen_by_the_other_account_alone(self):
        self.scene.play()
        source, destination = self.fake.source.rds, self.fake.destination.rds
        shared = destination.describe_db_snapshots(SnapshotType="shared")["DBSnapshots"]
        self.assertEqual([(one["DBSnapshotIdentifier"], one["SnapshotType"]) for one in shared], [(self.scene.handover_arn, "shared")])
        self.assertNotIn(self.scene.handover_arn, [one["DBSnapshotArn"] for one in destination.describe_db_snapshots()["DBSnapshots"]])
        attributes = source.describe_db_snapshot_attributes(DBSnapshotIdentifier="handover")["DBSnapshotAttributesResult"]
        self.assertIn({"AttributeName": "restore", "AttributeValues": [self.fake.destination.account_id]}, attributes["DBSnapshotAttributes"])

    def test_waiters(self):
        source = self.fake.source.rds
        self.scene.groups()
        source.create_db_cluster_snapshot(DBClusterIdentifier=self.scene.cluster, DBClusterSnapshotIdentifier="taken")
        with self.fake.waiting():
            source.get_waiter("db_cluster_snapshot_available").wait(
                DBClusterSnapshotIdentifier="taken", WaiterConfig={"Delay": 30, "MaxAttempts": 500}
            )
            source.restore_db_instance_from_db_snapshot(**self.scene.restore_instance("temporary"))
            source.get_waiter("db_instance_available").wait(DBInstanceIdentifier="temporary", WaiterConfig={"Delay": 30, "MaxAttempts": 500})
            # The default of every waiter of botocore: 30 minutes. A large snapshot takes longer, here as on AWS.
            source.create_db_snapshot(DBInstanceIdentifier="temporary", DBSnapshotIdentifier="handover")
            with self.assertRaisesRegex(WaiterError, "Max attempts exceeded"):
                source.get_waiter("db_snapshot_available").wait(DBSnapshotIdentifier="handover")
            source.get_waiter("db_snapshot_available").wait(DBSnapshotIdentifier="handover", WaiterConfig={"Delay": 30, "MaxAttempts": 500})
            source.delete_db_instance(DBInstanceIdentifier="temporary", SkipFinalSnapshot=True)
            source.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier="temporary")
            source.delete_db_snapshot(DBSnapshotIdentifier="handover")
            source.get_waiter("db_snapshot_deleted").wait(DBSnapshotIdentifier="handover")
            source.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier="taken")
            source.get_waiter("db_cluster_snapshot_deleted").wait(DBClusterSnapshotIdentifier="taken")

    def test_a_cluster_made_and_deleted(self):
        rds = self.fake.source.rds
        self.scene.groups()
        rds.create_db_cluster(**self.scene.create_cluster("fresh"))
        with self.fake.waiting():
            rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier="fresh", WaiterConfig={"Delay": 30, "MaxAttempts": 500})
            rds.modify_db_cluster(DBClusterIdentifier="fresh", NewDBClusterIdentifier="renamed", ApplyImmediately=True)
            self.fake.advance(1800)
            self.assertEqual(self.scene.status(rds, "cluster", "renamed"), "available")
            rds.delete_db_cluster(DBClusterIdentifier="renamed", SkipFinalSnapshot=True)
            rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier="renamed", WaiterConfig={"Delay": 30, "MaxAttempts": 500})
        members = [one for one in rds.describe_db_instances()["DBInstances"] if one.get("DBClusterIdentifier") in ("fresh", "renamed")]
        self.assertEqual(members, [])

    def test_paginators(self):
        rds = self.fake.source.rds
        for number in range(45):
            rds.create_db_cluster_parameter_group(
                DBClusterParameterGroupName=f"group-{number:02}", DBParameterGroupFamily="postgres16", Description="one of many"
            )
        pages = list(rds.get_paginator("describe_db_cluster_parameter_groups").paginate(PaginationConfig={"PageSize": 20}))
        names = [group["DBClusterParameterGroupName"] for page in pages for group in page["DBClusterParameterGroups"]]
        self.assertEqual([name for name in names if name.startswith("group-")], [f"group-{number:02}" for number in range(45)])
        self.assertEqual(len(names), len(set(names)))
        self.assertGreaterEqual(len(pages), 3)
        options = rds.get_paginator("describe_orderable_db_instance_options").paginate(Engine="postgres", PaginationConfig={"PageSize": 20})
        self.assertTrue(any(option["SupportsClusters"] for page in options for option in page["OrderableDBInstanceOptions"]))

    def test_events_tell_what_happened(self):
        self.scene.play()
        events = self.fake.source.rds.describe_events(Duration=14 * 24 * 60)["Events"]
        told = {(event["SourceType"], event["SourceIdentifier"]): event["Message"] for event in events}
        for source in [("db-cluster-snapshot", "taken"), ("db-instance", "temporary"), ("db-snapshot", "handover")]:
            self.assertIn(source, told)
        self.assertTrue(all(re.match("arn:aws:rds:", event["SourceArn"]) for event in events))

    def test_identities(self):
        for account in (self.fake.source, self.fake.destination):
            self.assertEqual(account.sts.get_caller_identity()["Account"], account.account_id)


if __name__ == "__main__":
    unittest.main()
