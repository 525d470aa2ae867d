use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::{SourceCluster, Stage};
use crate::clock::VirtualClock;
use crate::fake::Fake;
use crate::world::Caller;
use crate::world::place::Place;

/// The usual stage: production in one account, somewhere to put its copy in another, and all that a refresh can name.
#[derive(Clone, Debug)]
pub struct TwoAccounts {
    /// The world.
    pub fake: Fake,
    /// An IAM user of the source account, 111111111111, in eu-west-1.
    pub source: Caller,
    /// An IAM user of the destination account, 222222222222, in eu-west-1.
    pub destination: Caller,
    /// The source cluster: postgres 16.4, 500 GiB allocated, 300 GiB used, encrypted with the source key.
    pub cluster: String,
    /// The ARN of the customer managed key that the source cluster is encrypted with. Its policy lets the destination use it.
    pub source_key: String,
    /// The ARN of a customer managed key in the source account that no other account may use.
    pub private_key: String,
    /// The ARN of the AWS managed key `aws/rds` in the source account.
    pub managed_key: String,
    /// The ARN of a customer managed key in the destination account.
    pub destination_key: String,
    /// VPC subnets in three Availability Zones, one in each, of the same ids in both accounts.
    pub subnet_ids: Vec<String>,
    /// A DB subnet group over three Availability Zones, in both accounts.
    pub subnet_group: String,
    /// A DB subnet group over two Availability Zones, in both accounts.
    pub narrow_subnet_group: String,
    /// A VPC security group, in both accounts.
    pub security_group: String,
    /// A DB cluster parameter group for the cluster's version, in both accounts.
    pub cluster_parameter_group: String,
    /// A class for instances that no cluster can have.
    pub instance_class: String,
    /// A class for Multi-AZ DB clusters.
    pub cluster_class: String,
    /// The cluster's engine.
    pub engine: String,
    /// The cluster's engine version. The Region's default is a newer one.
    pub engine_version: String,
}

/// A subnet in each of three Availability Zones.
const SUBNETS: [&str; 3] = ["subnet-0a1b2c3d4e5f6071a", "subnet-0a1b2c3d4e5f6071b", "subnet-0a1b2c3d4e5f6071c"];

impl Stage {
    /// When [`two_accounts`](Self::two_accounts) begins: Monday 2026-01-05, 08:00 UTC.
    #[must_use]
    pub fn opening() -> Timestamp {
        Timestamp::from_millis(1_767_600_000_000)
    }

    /// The usual stage, at a fixed time.
    #[must_use]
    pub fn two_accounts(seed: u64) -> TwoAccounts {
        Self::two_accounts_with(Self::new(seed, VirtualClock::starting_at(Self::opening())), &SourceCluster::default())
    }

    /// The usual furniture on a stage of one's own, with another source cluster. Its key, subnet group and security groups are
    /// replaced by the stage's, unless it has a key.
    #[must_use]
    pub fn two_accounts_with(mut stage: Self, cluster: &SourceCluster) -> TwoAccounts {
        let region = "eu-west-1";
        let source = known_place(&mut stage, "111111111111", region);
        let destination = known_place(&mut stage, "222222222222", region);
        let source_key = stage.customer_key(&source, "alias/orders", &Self::shared_key_policy(&source, &destination.account));
        let private_key = stage.customer_key(&source, "alias/private", &Self::own_key_policy(&source));
        let managed_key = stage.managed_key(&source);
        let destination_key = stage.customer_key(&destination, "alias/staging", &Self::own_key_policy(&destination));
        stage.managed_key(&destination);
        for place in [&source, &destination] {
            stage.furnish(place);
        }
        let cluster = SourceCluster {
            kms_key: Some(cluster.kms_key.clone().unwrap_or_else(|| source_key.clone())),
            subnet_group: "private".to_owned(),
            security_groups: vec!["sg-0a1b2c3d4e5f60718".to_owned()],
            ..cluster.clone()
        };
        stage.cluster(&source, &cluster);
        TwoAccounts {
            fake: Fake::new(stage.build()),
            source: Caller::new(source.account, source.region),
            destination: Caller::new(destination.account, destination.region),
            cluster: cluster.identifier,
            source_key,
            private_key,
            managed_key,
            destination_key,
            subnet_ids: SUBNETS.map(str::to_owned).to_vec(),
            subnet_group: "private".to_owned(),
            narrow_subnet_group: "narrow".to_owned(),
            security_group: "sg-0a1b2c3d4e5f60718".to_owned(),
            cluster_parameter_group: "orders-postgres16".to_owned(),
            instance_class: "db.r6g.large".to_owned(),
            cluster_class: "db.r6gd.large".to_owned(),
            engine: cluster.engine,
            engine_version: cluster.engine_version,
        }
    }

    fn furnish(&mut self, place: &Place) {
        let zones = ["a", "b", "c"].map(|zone| format!("{}{zone}", place.region));
        let [a, b, c] = zones.each_ref().map(String::as_str);
        for (id, zone) in SUBNETS.iter().zip([a, b, c]) {
            self.subnet(place, id, zone);
        }
        self.subnet_group(place, "private", &[a, b, c]);
        self.subnet_group(place, "narrow", &[a, b]);
        self.security_group(place, "sg-0a1b2c3d4e5f60718");
        self.cluster_parameter_group(place, "orders-postgres16", "postgres", "16.4");
        self.parameter_group(place, "orders-postgres16", "postgres", "16.4");
        self.usual_offer(place);
    }

    /// What is on offer in every Region of the usual stages: three versions of each engine, the newest the default one, in classes
    /// with local storage for instances and Multi-AZ DB clusters, and without for instances only.
    pub fn usual_offer(&mut self, place: &Place) {
        for (engine, versions) in [("postgres", ["16.4", "16.6", "17.2"]), ("mysql", ["8.0.39", "8.0.40", "8.4.3"])] {
            for version in versions {
                for class in ["db.m6gd.large", "db.r6gd.large", "db.r6gd.xlarge"] {
                    self.offer(place, engine, version, class, true);
                }
                for class in ["db.r6g.large", "db.t4g.medium"] {
                    self.offer(place, engine, version, class, false);
                }
            }
        }
        self.deprecated_version(place, "postgres", "11.22");
        self.deprecated_version(place, "mysql", "5.7.44");
        self.default_version(place, "postgres", "17.2");
        self.default_version(place, "mysql", "8.4.3");
    }
}

impl TwoAccounts {
    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.fake.clock().advance(by);
    }

    /// Lets time pass in steps of 30 seconds until something is so, for at most three days. Answers whether it is.
    pub fn advance_until(&self, mut done: impl FnMut(&Fake) -> bool) -> bool {
        for _ in 0..(3 * 24 * 60 * 2) {
            if done(&self.fake) {
                return true;
            }
            self.advance(Duration::from_secs(30));
        }
        false
    }
}

fn known_place(stage: &mut Stage, account: &str, region: &str) -> Place {
    // Both are literals of this file and well formed.
    #[allow(clippy::expect_used)]
    let (account, region) = (account.parse().expect("an account id"), region.parse().expect("a Region"));
    stage.place(account, region)
}
