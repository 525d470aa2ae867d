//! From a stage file that fits together to a world.

use std::collections::{BTreeMap, BTreeSet};

use rds_refresh_core::ids::Region;
use toml::Spanned;

use super::check::{account_of, caller};
use super::tables::{AccountTable, RegionTable, StageTable};
use crate::Stage;
use crate::server::scene::{Scene, StagedAccount, StagedRegion};
use crate::wire::AccessKey;
use crate::world::Place;

/// Sets the stage as the file says.
pub(super) fn furnish(file: &StageTable, region: &Region, mut stage: Stage) -> Scene {
    stage.timing(file.timing.clone());
    stage.switches(file.switches.clone());
    let mut accounts = BTreeMap::new();
    for (name, account) in file.accounts.as_ref() {
        let mut regions = Vec::new();
        for (name, table) in account.regions.as_ref() {
            let place = stage.place(account.id.as_ref().clone(), name.clone());
            regions.push(furnish_region(file, &mut stage, &place, table));
        }
        let at_home = |it: &StagedRegion| it.place.region == *region;
        // There is one: a file whose accounts have no Region was refused.
        let home = regions.remove(regions.iter().position(at_home).unwrap_or_default());
        accounts.insert(name.clone(), StagedAccount { access_key: access_key(account, &home.place), home, elsewhere: regions });
    }
    let mut world = stage.build();
    for account in file.accounts.as_ref().values() {
        let id = account.id.as_ref();
        world.enforce_iam(id, account.enforce_iam);
        for (principal, policies) in &account.policies {
            let principal = format!("arn:{}:iam::{id}:{}", region.partition(), principal.as_ref());
            for (name, policy) in policies {
                // What cannot be put was refused when the file was read.
                drop(world.put_identity_policy(&principal, name, policy.as_ref()));
            }
        }
    }
    Scene { world, region: region.clone(), accounts }
}

fn furnish_region(file: &StageTable, stage: &mut Stage, place: &Place, table: &RegionTable) -> StagedRegion {
    stage.quotas(place, table.quotas.clone());
    let managed = stage.managed_key(place);
    let mut keys = BTreeMap::from([("alias/aws/rds", managed)]);
    let (mut shared, mut private) = (None, None);
    for (alias, users) in &table.kms_keys {
        let users: Vec<_> = users.iter().filter_map(|user| account_of(file, user.as_ref())).collect();
        let arn = stage.customer_key(place, alias.as_ref(), &Stage::key_policy_shared_with(place, &users));
        let first = if users.is_empty() { &mut private } else { &mut shared };
        first.get_or_insert_with(|| arn.clone());
        keys.insert(alias.as_ref(), arn);
    }
    for (name, zones) in &table.subnet_groups {
        let zones: Vec<&str> = zones.iter().map(|zone| zone.as_ref().as_str()).collect();
        stage.subnet_group(place, name, &zones);
    }
    for group in &table.security_groups {
        stage.security_group(place, group.as_ref());
    }
    for (name, family) in &table.parameter_groups {
        stage.parameter_group_of(place, name, family.clone());
    }
    for (name, family) in &table.cluster_parameter_groups {
        stage.cluster_parameter_group_of(place, name, family.clone());
    }
    furnish_offer(stage, place, table);
    for cluster in &table.clusters {
        let key = cluster.kms_key.as_ref().and_then(|alias| keys.get(alias.as_ref().as_str()).cloned());
        stage.cluster(place, &cluster.with_key(key));
    }
    let is_wide = |zones: &[Spanned<String>]| zones.iter().map(Spanned::as_ref).collect::<BTreeSet<_>>().len() >= 3;
    let wide = table.subnet_groups.iter().find(|(_, zones)| is_wide(zones));
    StagedRegion {
        place: place.clone(),
        key: shared.or_else(|| private.clone()),
        private_key: private,
        subnet_group: wide.map(|(name, _)| name.clone()),
        cluster: table.clusters.first().map(|cluster| cluster.identifier.as_ref().clone()),
    }
}

fn furnish_offer(stage: &mut Stage, place: &Place, table: &RegionTable) {
    if table.orderable.is_none() && table.default_versions.is_none() {
        stage.usual_offer(place);
    }
    for row in table.orderable.iter().flatten() {
        stage.offer(place, &row.engine, &row.engine_version, &row.class, row.supports_clusters);
    }
    for (engine, version) in table.default_versions.iter().flatten() {
        stage.default_version(place, engine, version);
    }
}

fn access_key(account: &AccountTable, home: &Place) -> AccessKey {
    let usual = AccessKey::of(&caller(account, home));
    AccessKey {
        id: account.access_key_id.as_ref().map_or(usual.id, |id| id.as_ref().clone()),
        secret: account.secret_access_key.clone().unwrap_or(usual.secret),
        ..usual
    }
}
