//! Furnishing a world before the play begins.

mod cluster;
mod key_policy;
mod request;
mod two_accounts;

use std::time::Duration;

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::{AccountId, Region};

use super::naming::{default_security_group, family, hexadecimal};
use super::place::{Place, Quotas};
use super::resource::{EngineVersion, KeyManager, OrderableOption, ParameterGroup, STORAGE_TYPES, Subnet, SubnetGroup, Tags};
use super::{Switches, World};
use crate::clock::VirtualClock;
use crate::timing::Timing;
pub use cluster::SourceCluster;
pub(crate) use key_policy::managed as managed_key_policy;
pub use two_accounts::TwoAccounts;

/// Builds a [`World`]: accounts, keys, networks and what is on offer, and the clusters that are there already.
///
/// Names are taken as they are; nothing is validated but what later calls validate. Settings count from the moment they are made,
/// so [`timing`](Self::timing) and [`switches`](Self::switches) come first.
///
/// ```
/// use rds_refresh_testkit::{Stage, VirtualClock};
///
/// let clock = VirtualClock::starting_at("2026-01-05T08:00:00Z".parse()?);
/// let mut stage = Stage::new(7, clock);
/// let place = stage.place("111111111111".parse()?, "eu-west-1".parse()?);
/// let key = stage.customer_key(&place, "alias/orders", &Stage::own_key_policy(&place));
/// stage.subnet_group(&place, "private", &["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
/// stage.offer(&place, "postgres", "16.4", "db.r6gd.large", true);
/// stage.cluster(&place, &rds_refresh_testkit::SourceCluster { kms_key: Some(key), ..Default::default() });
/// let world = stage.build();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Stage {
    world: World,
}

impl Stage {
    /// An empty stage. The seed decides everything that AWS leaves to chance.
    #[must_use]
    pub fn new(seed: u64, clock: VirtualClock) -> Self {
        Self { world: World::new(seed, clock) }
    }

    /// The world. Whatever would have happened up to now has happened.
    #[must_use]
    pub fn build(mut self) -> World {
        self.world.settle();
        self.world
    }

    /// Replaces the timing.
    pub fn timing(&mut self, timing: Timing) {
        self.world.timing = timing;
    }

    /// Replaces the switches.
    pub fn switches(&mut self, switches: Switches) {
        self.world.switches = switches;
    }

    /// When the play begins.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.world.now()
    }

    /// An account in a Region.
    pub fn place(&mut self, account: AccountId, region: Region) -> Place {
        let place = Place { account, region };
        self.world.at_mut(&place);
        place
    }

    /// Replaces the quotas of a place.
    pub fn quotas(&mut self, place: &Place, quotas: Quotas) {
        self.world.at_mut(place).quotas = quotas;
    }

    /// A customer managed key with an alias, as `alias/orders`. Answers its ARN.
    pub fn customer_key(&mut self, place: &Place, alias: &str, policy: &str) -> String {
        self.key(place, alias, KeyManager::Customer, policy)
    }

    /// The AWS managed key `aws/rds`, which no other account can use. Answers its ARN.
    pub fn managed_key(&mut self, place: &Place) -> String {
        let policy = key_policy::managed(place);
        self.key(place, "alias/aws/rds", KeyManager::Aws, &policy)
    }

    /// A key policy that leaves the key to its own account and to nobody else.
    #[must_use]
    pub fn own_key_policy(place: &Place) -> String {
        key_policy::own(place)
    }

    /// A key policy that also lets another account use the key, as the RDS user guide shows for sharing an encrypted snapshot.
    #[must_use]
    pub fn shared_key_policy(place: &Place, with: &AccountId) -> String {
        key_policy::shared(place, std::slice::from_ref(with))
    }

    /// The same for any number of other accounts; for none it is [`own_key_policy`](Self::own_key_policy).
    #[must_use]
    pub fn key_policy_shared_with(place: &Place, with: &[AccountId]) -> String {
        if with.is_empty() { key_policy::own(place) } else { key_policy::shared(place, with) }
    }

    /// A subnet of the place's VPC, as `subnet-0a1b2c3d4e5f60718`, in an Availability Zone.
    pub fn subnet(&mut self, place: &Place, id: &str, zone: &str) {
        let subnet = Subnet { identifier: id.to_owned(), availability_zone: zone.to_owned(), vpc: self.vpc(place) };
        self.world.at_mut(place).subnets.insert(id.to_owned(), subnet);
    }

    /// A DB subnet group over the given Availability Zones, in the VPC of the place. Where the VPC has no subnet in a zone yet, it
    /// gets one.
    pub fn subnet_group(&mut self, place: &Place, name: &str, zones: &[&str]) {
        let subnets = zones.iter().map(|zone| self.subnet_in(place, zone)).collect();
        let group = SubnetGroup {
            name: name.to_owned(),
            arn: place.arn("subgrp", name),
            description: name.to_owned(),
            vpc: self.vpc(place),
            subnets,
            tags: Tags::new(),
        };
        self.world.at_mut(place).subnet_groups.insert(name.to_owned(), group);
    }

    /// A VPC security group, in the VPC of the place.
    pub fn security_group(&mut self, place: &Place, id: &str) {
        let vpc = self.vpc(place);
        self.world.at_mut(place).security_groups.insert(id.to_owned(), vpc);
    }

    /// A DB cluster parameter group for an engine version.
    pub fn cluster_parameter_group(&mut self, place: &Place, name: &str, engine: &str, version: &str) {
        self.cluster_parameter_group_of(place, name, family(engine, version));
    }

    /// A DB cluster parameter group of a family, as `postgres16`.
    pub(crate) fn cluster_parameter_group_of(&mut self, place: &Place, name: &str, family: String) {
        let group = parameter_group(place, "cluster-pg", name, family);
        self.world.at_mut(place).cluster_parameter_groups.insert(name.to_owned(), group);
    }

    /// A DB parameter group for an engine version.
    pub fn parameter_group(&mut self, place: &Place, name: &str, engine: &str, version: &str) {
        self.parameter_group_of(place, name, family(engine, version));
    }

    /// A DB parameter group of a family, as `postgres16`.
    pub(crate) fn parameter_group_of(&mut self, place: &Place, name: &str, family: String) {
        let group = parameter_group(place, "pg", name, family);
        self.world.at_mut(place).parameter_groups.insert(name.to_owned(), group);
    }

    /// A class that can be had for an engine version, with every storage type: for instances, and for Multi-AZ DB clusters if it
    /// `supports_clusters`. The default parameter groups of the version's family come with it.
    pub fn offer(&mut self, place: &Place, engine: &str, version: &str, class: &str, supports_clusters: bool) {
        self.default_parameter_groups(place, &family(engine, version));
        self.engine_version(place, engine, version, "available");
        let availability_zones: Vec<String> = ["a", "b", "c"].map(|zone| format!("{}{zone}", place.region)).into();
        for (storage_type, in_clusters) in STORAGE_TYPES {
            self.world.at_mut(place).orderable.push(OrderableOption {
                engine: engine.to_owned(),
                engine_version: version.to_owned(),
                class: class.to_owned(),
                storage_type: storage_type.to_owned(),
                availability_zones: availability_zones.clone(),
                supports_clusters: supports_clusters && in_clusters,
            });
        }
    }

    /// A version of an engine that nothing new can be made of.
    pub fn deprecated_version(&mut self, place: &Place, engine: &str, version: &str) {
        self.engine_version(place, engine, version, "deprecated");
    }

    fn engine_version(&mut self, place: &Place, engine: &str, version: &str, status: &str) {
        let versions = &mut self.world.at_mut(place).engine_versions;
        if !versions.iter().any(|it| it.engine == engine && it.version == version) {
            versions.push(EngineVersion { engine: engine.to_owned(), version: version.to_owned(), status: status.to_owned() });
        }
    }

    /// The version that a new cluster of an engine gets if none is named.
    pub fn default_version(&mut self, place: &Place, engine: &str, version: &str) {
        self.world.at_mut(place).default_versions.insert(engine.to_owned(), version.to_owned());
    }

    fn key(&mut self, place: &Place, alias: &str, manager: KeyManager, policy: &str) -> String {
        self.world.add_key(place, alias, manager, policy, LONG)
    }

    fn subnet_in(&mut self, place: &Place, zone: &str) -> Subnet {
        let vpc = self.vpc(place);
        let there = self.world.at(place).subnets.values().find(|it| it.vpc == vpc && it.availability_zone == zone);
        if let Some(subnet) = there {
            return subnet.clone();
        }
        let id = format!("subnet-{}", hexadecimal(self.world.draw(place, "subnet", zone), 17));
        self.subnet(place, &id, zone);
        Subnet { identifier: id, availability_zone: zone.to_owned(), vpc }
    }

    fn default_parameter_groups(&mut self, place: &Place, family: &str) {
        let holdings = self.world.at_mut(place);
        let group = ParameterGroup::default_for_instances(place, family);
        holdings.parameter_groups.entry(group.name.clone()).or_insert(group);
        let group = ParameterGroup::default_for_clusters(place, family);
        holdings.cluster_parameter_groups.entry(group.name.clone()).or_insert(group);
    }

    /// The VPC of the place, with its default security group.
    fn vpc(&mut self, place: &Place) -> String {
        let vpc = format!("vpc-{}", hexadecimal(self.world.draw(place, "", "vpc"), 17));
        self.world.at_mut(place).security_groups.insert(default_security_group(&vpc), vpc.clone());
        vpc
    }

    /// When everything on the stage was made: long enough ago for a month of backups.
    fn long_ago(&self) -> Timestamp {
        self.world.now().before(LONG)
    }
}

/// How long everything on a stage is there already.
const LONG: Duration = Duration::from_hours(24 * 30);

fn parameter_group(place: &Place, kind: &str, name: &str, family: String) -> ParameterGroup {
    let (name, arn) = (name.to_owned(), place.arn(kind, name));
    ParameterGroup { description: name.clone(), name, arn, family, tags: Tags::new() }
}
