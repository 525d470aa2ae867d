//! What both halves of a request have.

use std::time::Duration;

use serde::Serializer;

use super::fields::Fields;
use super::rules::{self, DAY, YEAR};
use crate::ports::Tags;

/// The default of `expires_after`. Defaults are not stored, so changing one would change requests that are under way.
const EXPIRES_AFTER: Duration = Duration::from_hours(14 * 24);

/// For so long a run may be parked ([`Limits::park_limit`](crate::machine::Limits)), and its snapshots must not expire under it: a sweep that
/// does not know the run would take them for leftovers.
const LEAST_EXPIRY: Duration = DAY.saturating_mul(3);

/// The longest `expires_after`.
pub(crate) const MOST_EXPIRES_AFTER: Duration = YEAR;

/// RDS allows 50 tags on a resource; the rest is for our own and what organisations add.
const MOST_TAGS: usize = 40;

/// The settings that a joint request says once, for both halves.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) expires_after: Option<Duration>,
    pub(super) tags: Option<Tags>,
}

impl Shared {
    pub(super) fn read(fields: &mut Fields<'_, '_>) -> Self {
        Self {
            expires_after: fields.or("expires_after", EXPIRES_AFTER, rules::duration(LEAST_EXPIRY..=MOST_EXPIRES_AFTER)),
            tags: fields.table("tags", read_tags),
        }
    }
}

fn read_tags(fields: &mut Fields<'_, '_>) -> Option<Tags> {
    let mut tags = Tags::new();
    let mut legal = true;
    for (key, given) in fields.entries() {
        if let Some(rule) = wrong_key(key) {
            fields.object(key, rule);
            legal = false;
        }
        if let Some(value) = given.as_str().filter(|value| value.chars().count() <= 256 && value.chars().all(may_tag)) {
            tags.insert(key.clone(), value.to_owned());
        } else {
            fields.object(key, "0 to 256 letters, digits, spaces and _.:/=+-@, in quotes");
            legal = false;
        }
    }
    if tags.len() > MOST_TAGS {
        fields.object_to_all("at most 40 tags: RDS allows 50, and a refresh adds its own");
        legal = false;
    }
    legal.then_some(tags)
}

fn wrong_key(key: &str) -> Option<&'static str> {
    let reserved = |prefix: &str| key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if !(1..=128).contains(&key.chars().count()) || !key.chars().all(may_tag) {
        Some("under another key: keys are 1 to 128 letters, digits, spaces and _.:/=+-@")
    } else if reserved("aws:") || reserved("rds:") {
        Some("under another key: aws: and rds: are reserved by AWS")
    } else if reserved("rds-refresh:") {
        Some("under another key: rds-refresh: is reserved for the marks of ownership")
    } else {
        None
    }
}

/// `[\p{L}\p{Z}\p{N}_.:/=+\-@]`, the characters of tags (RDS API reference, `Tag`).
fn may_tag(c: char) -> bool {
    c.is_alphabetic() || c.is_numeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

pub(super) fn write_duration<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rules::written(*duration))
}

pub(super) fn is_default_expiry(duration: &Duration) -> bool {
    *duration == EXPIRES_AFTER
}
