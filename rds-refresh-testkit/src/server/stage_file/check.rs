//! What a stage file may not say although each of its values is well formed by itself.

use std::collections::BTreeSet;
use std::ops::Range;

use rds_refresh_core::ids::{AccountId, DbIdentifier, Region};
use toml::Spanned;

use super::tables::{AccountTable, ClusterTable, RegionTable, StageTable};
use crate::world::Identity;
use crate::world::iam::Policy;
use crate::world::{Caller, Place};

/// Where it is wrong, in bytes, and why.
type Wrong = (Range<usize>, String);

/// Refuses what does not fit together. Answers the Region that is named, else the first of the first account.
pub(super) fn check(stage: &StageTable) -> Result<Region, Wrong> {
    let accounts = stage.accounts.as_ref();
    let mut homes = accounts.values().filter_map(|account| account.regions.as_ref().keys().next());
    let none = || (stage.accounts.span(), "there must be at least one account, as [accounts.production]".to_owned());
    let region = stage.region.as_ref().map(Spanned::as_ref).or_else(|| homes.next());
    if let Some(region) = &stage.region
        && !accounts.values().any(|account| account.regions.as_ref().contains_key(region.as_ref()))
    {
        return Err(wrong(region, format!("no account has the Region {}", region.as_ref())));
    }
    let (mut ids, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for account in accounts.values() {
        if !ids.insert(account.id.as_ref()) {
            return Err(wrong(&account.id, format!("another account has the id {}", account.id.as_ref())));
        }
        if let Some(key) = &account.access_key_id {
            access_key(key)?;
            if !keys.insert(key.as_ref()) {
                return Err(wrong(key, format!("another account has the access key {}", key.as_ref())));
            }
        }
        check_account(stage, account)?;
    }
    region.cloned().ok_or_else(none)
}

/// The account that a name of this file or an id stands for.
pub(super) fn account_of(stage: &StageTable, reference: &str) -> Option<AccountId> {
    let named = stage.accounts.as_ref().get(reference).map(|account| account.id.as_ref().clone());
    named.or_else(|| reference.parse().ok())
}

/// Who calls for an account.
pub(super) fn caller(account: &AccountTable, place: &Place) -> Caller {
    let usual = Caller::new(place.account.clone(), place.region.clone());
    account.user.clone().map_or_else(|| usual.clone(), |user| usual.acting_as(Identity::User(user)))
}

fn check_account(stage: &StageTable, account: &AccountTable) -> Result<(), Wrong> {
    if account.regions.as_ref().is_empty() {
        return Err((account.regions.span(), "an account must have at least one Region, as eu-west-1".to_owned()));
    }
    for (principal, policies) in &account.policies {
        check_policies(principal, policies.values())?;
    }
    for (region, table) in account.regions.as_ref() {
        for (alias, users) in &table.kms_keys {
            check_alias(alias)?;
            for user in users {
                if account_of(stage, user.as_ref()).is_none() {
                    let names = list(stage.accounts.as_ref().keys());
                    return Err(wrong(
                        user,
                        format!("{:?} is no account id, and no account is called so; there are: {names}", user.as_ref()),
                    ));
                }
            }
        }
        for zone in table.subnet_groups.values().flatten() {
            check_zone(region, zone)?;
        }
        for group in &table.security_groups {
            if !group.as_ref().starts_with("sg-") {
                return Err(wrong(
                    group,
                    format!("a security group's id begins with sg-, as sg-0a1b2c3d4e5f60718, not {:?}", group.as_ref()),
                ));
            }
        }
        let mut identifiers = BTreeSet::new();
        for cluster in &table.clusters {
            check_cluster(table, cluster)?;
            if !identifiers.insert(cluster.identifier.as_ref()) {
                return Err(wrong(&cluster.identifier, format!("there is another cluster {}", cluster.identifier.as_ref())));
            }
        }
    }
    Ok(())
}

fn check_policies<'p>(principal: &Spanned<String>, policies: impl IntoIterator<Item = &'p Spanned<String>>) -> Result<(), Wrong> {
    let name = principal.as_ref().strip_prefix("user/").or_else(|| principal.as_ref().strip_prefix("role/"));
    if name.is_none_or(|name| name.is_empty() || name.ends_with('/')) {
        let rule = "only users and roles have policies, as user/rds-refresh or role/teams/refresh";
        return Err(wrong(principal, format!("{:?} is neither: {rule}", principal.as_ref())));
    }
    for policy in policies {
        Policy::parse_identity(policy.as_ref()).map_err(|malformed| wrong(policy, malformed.to_string()))?;
    }
    Ok(())
}

fn check_cluster(region: &RegionTable, cluster: &ClusterTable) -> Result<(), Wrong> {
    // The model keeps identifiers as RDS does, in lower case.
    let identifier = cluster.identifier.as_ref();
    if identifier.parse::<DbIdentifier>().is_err() || *identifier != identifier.to_ascii_lowercase() {
        let rule = "up to 63 lower-case letters, digits and hyphens, beginning with a letter";
        return Err(wrong(&cluster.identifier, format!("{identifier:?} is no identifier: it must be {rule}")));
    }
    let (allocated, _) = cluster.storage();
    if let Some(used) = cluster.used().filter(|used| *used.as_ref() > allocated) {
        return Err(wrong(used, format!("{} GiB used are more than the {allocated} GiB allocated", used.as_ref())));
    }
    if let Some(days) = cluster.retention().filter(|days| !(1..=35).contains(days.as_ref())) {
        return Err(wrong(days, format!("a Multi-AZ DB cluster keeps its backups for 1 to 35 days, not {}", days.as_ref())));
    }
    if let Some(window) = cluster.window().filter(|window| !is_window(window.as_ref())) {
        return Err(wrong(window, format!("{:?} is no backup window: it must be as 03:00-03:30, in UTC", window.as_ref())));
    }
    let alias = cluster.kms_key.as_ref();
    if let Some(alias) = alias.filter(|alias| *alias.as_ref() != "alias/aws/rds" && !region.kms_keys.contains_key(*alias)) {
        return Err(wrong(
            alias,
            format!("no key of this Region is called so; there are: {}", list(region.kms_keys.keys().map(Spanned::as_ref))),
        ));
    }
    let group = &cluster.subnet_group;
    let Some(zones) = region.subnet_groups.get(group.as_ref()) else {
        return Err(wrong(
            group,
            format!("no subnet group of this Region is called so; there are: {}", list(region.subnet_groups.keys())),
        ));
    };
    if zones.iter().map(Spanned::as_ref).collect::<BTreeSet<_>>().len() < 3 {
        return Err(wrong(group, "a Multi-AZ DB cluster needs a subnet group over three Availability Zones".to_owned()));
    }
    for group in &cluster.security_groups {
        if !region.security_groups.contains(group) {
            let there = list(region.security_groups.iter().map(Spanned::as_ref));
            return Err(wrong(group, format!("no security group of this Region is called so; there are: {there}")));
        }
    }
    Ok(())
}

fn check_alias(alias: &Spanned<String>) -> Result<(), Wrong> {
    let name = alias.as_ref().strip_prefix("alias/").unwrap_or_default();
    if name.is_empty() || name.starts_with("aws/") {
        let rule = "begin with alias/, and not with alias/aws/, which is AWS's; every Region has alias/aws/rds anyhow";
        return Err(wrong(alias, format!("{:?} is no alias of a customer's key: it must {rule}", alias.as_ref())));
    }
    Ok(())
}

fn check_zone(region: &Region, zone: &Spanned<String>) -> Result<(), Wrong> {
    let letter = zone.as_ref().strip_prefix(region.as_str()).unwrap_or_default();
    if letter.len() == 1 && letter.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(());
    }
    Err(wrong(zone, format!("{:?} is no Availability Zone of {region}: it must be as {region}a", zone.as_ref())))
}

fn access_key(key: &Spanned<String>) -> Result<(), Wrong> {
    let text = key.as_ref();
    if (16..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
        return Ok(());
    }
    Err(wrong(key, "an access key id has 16 to 128 letters, digits, hyphens and underscores".to_owned()))
}

fn is_window(text: &str) -> bool {
    let time = |text: &str| {
        let parsed = text.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2);
        parsed.is_some_and(|(hour, minute)| {
            hour.parse::<u8>().is_ok_and(|hour| hour < 24) && minute.parse::<u8>().is_ok_and(|minute| minute < 60)
        })
    };
    text.split_once('-').is_some_and(|(from, to)| time(from) && time(to))
}

fn list(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| name.as_ref().to_owned()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn wrong<T>(value: &Spanned<T>, message: String) -> Wrong {
    (value.span(), message)
}
