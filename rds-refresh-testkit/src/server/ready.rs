use std::collections::BTreeMap;
use std::fmt;

use rds_refresh_core::ids::{AccountId, Region};
use rds_refresh_core::{Secret, Timestamp};
use serde::{Serialize, Serializer};

use super::scene::{Scene, StagedAccount, StagedRegion};
use crate::world::World;
use crate::world::naming::default_security_group;

/// What a client must know to use a server: the line that `fake-rds` prints when it is ready, and that shows as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct Ready {
    /// The URL of every service of AWS that there is, in every Region: what `--endpoint-url` and `AWS_ENDPOINT_URL` take.
    pub endpoint: String,
    /// The URL of the control API. It ends with a `/`.
    pub control: String,
    /// The Region to use if nothing says another.
    pub region: Region,
    /// The world's time.
    pub now: Timestamp,
    /// What decides everything that AWS leaves to chance.
    pub seed: u64,
    /// The accounts by name; without a stage file they are `source` and `destination`.
    pub accounts: BTreeMap<String, ReadyAccount>,
}

/// An account in [`Ready`].
#[derive(Clone, Debug, Serialize)]
pub struct ReadyAccount {
    /// Its twelve digits.
    pub account_id: AccountId,
    /// What a client signs with: `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// What a client signs with: `AWS_SECRET_ACCESS_KEY`. Serialised, as it is worth nothing elsewhere.
    #[serde(serialize_with = "revealed")]
    pub secret_access_key: Secret<String>,
    /// What it has in its first Region.
    #[serde(flatten)]
    pub home: ReadyRegion,
    /// What it has in each of its Regions, the first included.
    pub regions: BTreeMap<String, ReadyRegion>,
}

/// What an account has in one Region, in [`Ready`]. What it does not have is left out.
#[derive(Clone, Debug, Serialize)]
pub struct ReadyRegion {
    /// A customer managed key, by ARN. If a key's policy allows another account, it is this one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<String>,
    /// A customer managed key that no other account may use, by ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_private_arn: Option<String>,
    /// Every key by alias, by ARN.
    pub kms_keys: BTreeMap<String, String>,
    /// A DB subnet group over at least three Availability Zones, as a Multi-AZ DB cluster needs it, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet_group: Option<String>,
    /// The subnets of that group.
    pub subnet_ids: Vec<String>,
    /// The VPC security groups, besides the default one of the VPC.
    pub security_group_ids: Vec<String>,
    /// A Multi-AZ DB cluster that is `available`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_id: Option<String>,
    /// All Multi-AZ DB clusters.
    pub cluster_ids: Vec<String>,
}

impl Ready {
    pub(super) fn new(scene: &Scene, endpoint: String, control: String, seed: u64) -> Self {
        let accounts = scene.accounts.iter().map(|(name, account)| (name.clone(), ReadyAccount::new(&scene.world, account)));
        Self { endpoint, control, region: scene.region.clone(), now: scene.world.now(), seed, accounts: accounts.collect() }
    }
}

impl ReadyAccount {
    fn new(world: &World, account: &StagedAccount) -> Self {
        let key = &account.access_key;
        let regions = [&account.home]
            .into_iter()
            .chain(&account.elsewhere)
            .map(|it| (it.place.region.to_string(), ReadyRegion::new(world, it)));
        Self {
            account_id: key.account.clone(),
            access_key_id: key.id.clone(),
            secret_access_key: key.secret.clone(),
            home: ReadyRegion::new(world, &account.home),
            regions: regions.collect(),
        }
    }
}

impl ReadyRegion {
    fn new(world: &World, staged: &StagedRegion) -> Self {
        let holdings = world.at(&staged.place);
        let group = staged.subnet_group.as_ref().and_then(|name| holdings.subnet_groups.get(name));
        let subnets = group.map(|group| group.subnets.iter().map(|subnet| subnet.identifier.clone()).collect());
        let security_groups = holdings.security_groups.iter().filter(|(id, vpc)| **id != default_security_group(vpc));
        let aliases =
            holdings.keys.values().flat_map(|key| key.aliases.iter().map(|alias| (alias.name.clone(), key.arn.clone())));
        Self {
            kms_key_arn: staged.key.clone(),
            kms_key_private_arn: staged.private_key.clone(),
            kms_keys: aliases.collect(),
            subnet_group: staged.subnet_group.clone(),
            subnet_ids: subnets.unwrap_or_default(),
            security_group_ids: security_groups.map(|(id, _)| id.clone()).collect(),
            cluster_id: staged.cluster.clone(),
            cluster_ids: holdings.clusters.keys().cloned().collect(),
        }
    }
}

/// One line of JSON.
impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Maps with text keys, numbers and texts: nothing in them can fail to serialise.
        f.write_str(&serde_json::to_string(self).unwrap_or_default())
    }
}

fn revealed<S: Serializer>(secret: &Secret<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.reveal())
}
