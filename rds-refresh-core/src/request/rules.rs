//! The rules that single values obey: those of the RDS API reference, unless a comment names another source.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fields::Parsed;
use super::place::Place;
use crate::ids::{AccountId, DbIdentifier, InvalidValue, KeyArn, KeyRef, Partition, Region};

pub(super) const MINUTE: Duration = Duration::from_mins(1);
pub(super) const HOUR: Duration = Duration::from_hours(1);
pub(super) const DAY: Duration = Duration::from_hours(24);
/// Long enough for what `1y` stands for, 365.25 days.
pub(super) const YEAR: Duration = Duration::from_hours(366 * 24);

/// An identifier, an ARN, a Region: what parses itself.
pub(super) fn id<T: FromStr<Err = InvalidValue>>(given: &Value) -> Parsed<T> {
    text(given, |text| text.parse().map_err(|wrong: InvalidValue| wrong.rule))
}

/// One of the names of an enumeration.
pub(super) fn one_of<T: DeserializeOwned>(rule: &'static str) -> impl Fn(&Value) -> Parsed<T> {
    move |given| T::deserialize(given).map_err(|_| rule.into())
}

pub(super) fn flag(given: &Value) -> Parsed<bool> {
    given.as_bool().ok_or_else(|| "true or false, without quotes".into())
}

pub(super) fn number<T: TryFrom<u64>>(range: RangeInclusive<u64>) -> impl Fn(&Value) -> Parsed<T> {
    move |given| {
        let legal = given.as_u64().filter(|number| range.contains(number)).and_then(|number| T::try_from(number).ok());
        legal.ok_or_else(|| format!("a whole number from {} to {}, without quotes", range.start(), range.end()).into())
    }
}

/// A number that passes `legal`.
pub(super) fn number_of<T: TryFrom<u64>>(legal: fn(u64) -> bool, rule: &'static str) -> impl Fn(&Value) -> Parsed<T> {
    move |given| given.as_u64().filter(|number| legal(*number)).and_then(|n| T::try_from(n).ok()).ok_or_else(|| rule.into())
}

pub(super) fn duration(range: RangeInclusive<Duration>) -> impl Fn(&Value) -> Parsed<Duration> {
    move |given| {
        let parsed = given.as_str().and_then(|text| humantime::parse_duration(text).ok());
        parsed.filter(|duration| range.contains(duration)).ok_or_else(|| {
            let [least, most] = [range.start(), range.end()].map(|limit| written(*limit));
            format!("a duration from {least} to {most}, in quotes, as \"36h\" or \"14d\"").into()
        })
    }
}

/// A duration as a person writes it, and as [`duration`] reads it: `14d`, `36h`, `1h 30m`.
pub(super) fn written(duration: Duration) -> String {
    let whole =
        |unit: Duration| duration.subsec_nanos() == 0 && duration >= unit && duration.as_secs().is_multiple_of(unit.as_secs());
    if whole(DAY) {
        format!("{}d", duration.as_secs() / DAY.as_secs())
    } else if whole(HOUR) {
        format!("{}h", duration.as_secs() / HOUR.as_secs())
    } else {
        humantime::format_duration(duration).to_string()
    }
}

/// `Iops` of io1 and io2 (RDS user guide, DB instance storage).
pub(super) fn provisioned_iops(given: &Value) -> Parsed<u32> {
    number_of(|iops| (1_000..=256_000).contains(&iops), "a whole number from 1000 to 256000, which io1 and io2 require")(given)
}

/// `Iops` of gp3 (RDS user guide, DB instance storage). How much storage there is will be known from the snapshot only.
pub(super) fn gp3_iops(given: &Value) -> Parsed<u32> {
    let rule = "a whole number from 12000 to 64000 for gp3 of 400 GiB or more, and left out below";
    number_of(|iops| (12_000..=64_000).contains(&iops), rule)(given)
}

/// `DBInstanceClass` and `DBClusterInstanceClass`.
pub(super) fn class(given: &Value) -> Parsed<String> {
    text(given, |text| {
        let part =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let legal = match text.split('.').collect::<Vec<_>>().as_slice() {
            ["db", family, size] => family.starts_with(|c: char| c.is_ascii_lowercase()) && part(family) && part(size),
            _ => false,
        };
        if legal && text.len() <= 64 { Ok(text.to_owned()) } else { Err("a class with family and size, as db.r6gd.large") }
    })
}

/// `DBSubnetGroupName`, in lower case as RDS stores it (`CreateDBSubnetGroup`).
pub(super) fn subnet_group(given: &Value) -> Parsed<String> {
    text(given, |text| {
        let legal = (1..=255).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._ -".contains(&b))
            && !text.eq_ignore_ascii_case("default");
        legal.then(|| text.to_ascii_lowercase()).ok_or(
            "the name of a DB subnet group: 1 to 255 letters, digits, dots, underscores, spaces and hyphens, starting with a letter, and not default",
        )
    })
}

/// `VpcSecurityGroupIds` (EC2 API reference).
pub(super) fn security_group(given: &Value) -> Parsed<String> {
    text(given, |text| {
        let legal = text.strip_prefix("sg-").is_some_and(|id| {
            (1..=32).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        });
        legal.then(|| text.to_owned()).ok_or("the id of a security group, as sg-0123456789abcdef0")
    })
}

/// `DBParameterGroupName` and `DBClusterParameterGroupName`, in lower case as RDS stores them. Dots are only in RDS's own.
pub(super) fn parameter_group(given: &Value) -> Parsed<String> {
    text(given, |text| {
        let name = text.to_ascii_lowercase();
        let plain = |dot: &[u8]| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || dot.contains(&b));
        let legal = (1..=255).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && !name.ends_with(['-', '.'])
            && !name.contains("--")
            && plain(if name.starts_with("default.") { b"." } else { b"" });
        legal.then_some(name).ok_or(
            "the name of a parameter group: 1 to 255 letters, digits and hyphens, starting with a letter, without two hyphens in a row or one at the end, or default.… of RDS",
        )
    })
}

/// `CACertificateIdentifier`.
pub(super) fn certificate_authority(given: &Value) -> Parsed<String> {
    text(given, |text| {
        let legal = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.len() <= 64
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        legal.then(|| text.to_owned()).ok_or("the identifier of a certificate authority of RDS, as rds-ca-rsa2048-g1")
    })
}

/// `DBClusterSnapshotIdentifier` of a manual snapshot.
pub(super) fn manual_snapshot(given: &Value) -> Parsed<DbIdentifier> {
    if given.as_str().is_some_and(|name| name.starts_with("rds:")) {
        return Err("a manual snapshot; an automated one is chosen by automated_within = \"6h\"".into());
    }
    id(given)
}

/// `DBClusterIdentifier` of a cluster to make: RDS names its members `<cluster>-instance-1` to `-3`, and they have 63 characters as well.
pub(super) fn new_cluster(given: &Value) -> Parsed<DbIdentifier> {
    const LONGEST: usize = 63 - "-instance-3".len();
    id(given).ok().filter(|identifier: &DbIdentifier| identifier.as_str().len() <= LONGEST).ok_or_else(|| {
        format!("1 to {LONGEST} letters, digits and hyphens, starting with a letter, without two hyphens in a row or one at the end: its members are named …-instance-3, with at most 63").into()
    })
}

/// `PreferredBackupWindow`.
pub(super) fn backup_window(given: &Value) -> Parsed<String> {
    const DAY: u16 = 24 * 60;
    let minutes = |time: &str| {
        let (hours, minutes) = time.split_once(':')?;
        let two = |digits: &str| {
            (digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse::<u16>().ok()).flatten()
        };
        let (hours, minutes) = (two(hours)?, two(minutes)?);
        (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
    };
    text(given, |text| {
        let window = text.split_once('-').and_then(|(from, to)| Some((minutes(from)?, minutes(to)?)));
        // It may pass midnight.
        let long_enough = window.is_some_and(|(from, to)| (to + DAY - from) % DAY >= 30);
        long_enough.then(|| text.to_owned()).ok_or("hh:mm-hh:mm in UTC, at least 30 minutes long, as 03:00-03:30")
    })
}

/// `EnableCloudwatchLogsExports`: what PostgreSQL and MySQL know.
pub(super) fn log_export(given: &Value) -> Parsed<String> {
    const KNOWN: [&str; 8] = ["audit", "error", "general", "iam-db-auth-error", "instance", "postgresql", "slowquery", "upgrade"];
    text(given, |text| {
        let rule = "one of audit, error, general, iam-db-auth-error, instance, postgresql, slowquery, upgrade";
        KNOWN.contains(&text).then(|| text.to_owned()).ok_or(rule)
    })
}

/// A key that RDS takes at `place`. One that is named by ARN says where it is, and RDS takes keys of its own Region only.
pub(super) fn key_in(place: &Place) -> impl Fn(&Value) -> Parsed<KeyRef> {
    move |given| {
        let key: KeyRef = id(given)?;
        match (key.arn(), &place.region) {
            (Some(arn), Some(region)) if arn.region != *region => {
                Err(format!("a key in the destination's Region, {region}").into())
            }
            _ => Ok(key),
        }
    }
}

/// A key of the source's account, in its Region: RDS copies a snapshot under no other.
pub(super) fn source_key_in(place: &Place) -> impl Fn(&Value) -> Parsed<KeyRef> {
    move |given| {
        let key: KeyRef = id(given)?;
        let is = |found: &str, wanted: Option<&str>| wanted.is_none_or(|wanted| wanted == found);
        let fits = key.arn().is_none_or(|arn| {
            is(arn.account.as_str(), place.account.as_ref().map(AccountId::as_str))
                && is(arn.region.as_str(), place.region.as_ref().map(Region::as_str))
        });
        if fits { Ok(key) } else { Err("a customer managed key of the source's account, in its Region".into()) }
    }
}

/// The ARN of a key of the account and in the Region of `place`.
pub(super) fn key_of(place: &Place) -> impl Fn(&Value) -> Parsed<KeyArn> {
    move |given| {
        let key: KeyArn = id(given)?;
        match place {
            Place { account: Some(account), region: Some(region) } if key.account() != account || key.region() != region => Err(
                format!("a key of the source account in its Region, as arn:{}:kms:{region}:{account}:key/…", region.partition())
                    .into(),
            ),
            _ => Ok(key),
        }
    }
}

/// `MonitoringRoleArn`: a role of the account of `place`, because a role can be passed to services of its own account only (IAM user
/// guide, passing a role).
pub(super) fn role_in(place: &Place) -> impl Fn(&Value) -> Parsed<String> {
    move |given| {
        let (role, home) = text(given, |text| {
            let rule = "the ARN of an IAM role, as arn:aws:iam::222222222222:role/rds-monitoring-role";
            role_home(text).map(|home| (text.to_owned(), home)).ok_or(rule)
        })?;
        match place {
            Place { account: Some(account), region: Some(region) } if home != (region.partition(), account.clone()) => {
                Err(format!("a role of the destination's account, as arn:{}:iam::{account}:role/…", region.partition()).into())
            }
            _ => Ok(role),
        }
    }
}

/// The partition and the account of the ARN of an IAM role, which names no Region (IAM user guide, IAM identifiers).
fn role_home(arn: &str) -> Option<(Partition, AccountId)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, role] = parts.as_slice() else { return None };
    let name = role.strip_prefix("role/")?;
    let legal = (1..=576).contains(&name.len())
        && !name.ends_with('/')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&b));
    if legal { Some((partition.parse().ok()?, account.parse().ok()?)) } else { None }
}

fn text<T>(given: &Value, parse: impl Fn(&str) -> Result<T, &'static str>) -> Parsed<T> {
    match given {
        Value::String(text) => parse(text).map_err(Into::into),
        // What is not text is as wrong as the empty one, and needs quotes beside.
        _ => match parse("") {
            Err(rule) if given.is_null() || rule.contains("in quotes") => Err(rule.into()),
            Err(rule) => Err(format!("{rule}; in quotes").into()),
            Ok(_) => Err("text, in quotes".into()),
        },
    }
}
