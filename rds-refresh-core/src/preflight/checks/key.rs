//! Whether a key is one that RDS can use, and share.

use super::{About, Check, Finding, Observed};
use crate::ids::{AccountId, KeyArn, Region};
use crate::ports::{Key, KeyManager};
use crate::request::DestinationRequest;
use crate::step::Side;
use crate::steps::is_listed;

/// The key that what is shared is encrypted with: it must be a customer's, or no other account can use it, and of the source's account,
/// because the destination takes no others.
#[must_use]
pub fn decide_source(name: &str, (account, region): (&AccountId, &Region), key: &Observed<Option<Key>>) -> Finding {
    let about = About {
        check: Check::SourceKey,
        side: Side::Source,
        resource: name.to_owned(),
        needed: "an enabled symmetric customer managed key of the source's account and Region".into(),
        document: "RDS user guide, sharing an encrypted snapshot",
    };
    decide(about, name, region, key, Some(account))
}

/// The key of what crosses to the destination, by the destination's own list.
#[must_use]
pub fn decide_crossing(key: &KeyArn, request: &DestinationRequest) -> Finding {
    let (of, at) = (&request.source_account, &request.source_region);
    let about = About {
        check: Check::SourceKey,
        side: Side::Destination,
        resource: key.to_string(),
        needed: match request.source_keys.as_slice() {
            [] => format!("a key of {of} in {at}"),
            _ => "a key that `destination.source_keys` lists".into(),
        },
        document: "rds-refresh, configuration: `destination.source_keys`",
    };
    if is_listed(key, request) {
        return about.ok("the destination takes it");
    }
    let list = format!("rds-refresh doctor --set 'destination.source_keys=[\"{key}\"]'  # then list it there, if it may be");
    about.wrong("the destination refuses what is encrypted with it", list)
}

/// The key that the copy is encrypted with: RDS's own will do, because nobody shares the copy.
#[must_use]
pub fn decide_destination(name: &str, region: &Region, key: &Observed<Option<Key>>) -> Finding {
    let about = About {
        check: Check::DestinationKey,
        side: Side::Destination,
        resource: name.to_owned(),
        needed: "an enabled symmetric key in the destination's Region".into(),
        document: "RDS user guide, encrypting Amazon RDS resources",
    };
    decide(about, name, region, key, None)
}

/// `sharer` is the account that shares what is encrypted with the key, if any does.
fn decide(about: About, name: &str, region: &Region, key: &Observed<Option<Key>>, sharer: Option<&AccountId>) -> Finding {
    let describe = || format!("aws kms describe-key --region {region} --key-id {name}");
    let key = match about.read(key, describe) {
        Ok(Some(key)) => key,
        Ok(None) => return about.wrong("does not exist", format!("aws kms list-aliases --region {region}")),
        Err(unread) => return *unread,
    };
    if sharer.is_some() && key.manager == KeyManager::Aws {
        return about.wrong(
            "managed by AWS, so nothing encrypted with it can be shared",
            format!("aws kms create-key --region {region}  # then name it as source.share_key"),
        );
    }
    if key.spec != "SYMMETRIC_DEFAULT" {
        return about.wrong(format!("of spec {}", key.spec), format!("aws kms create-key --region {region}"));
    }
    if key.arn.region() != region {
        return about.wrong(format!("in {}", key.arn.region()), format!("aws kms list-aliases --region {region}"));
    }
    if let Some(account) = sharer.filter(|account| key.arn.account() != *account) {
        return about.wrong(
            format!("of account {}, and a refresh knows keys of {account} only", key.arn.account()),
            format!("aws kms list-aliases --region {region}  # restore the cluster under a key of its own account, and refresh from that"),
        );
    }
    match key.state.as_str() {
        "Enabled" => about.ok(format!("enabled: {}", key.arn)),
        "PendingDeletion" => about.wrong(
            "PendingDeletion",
            format!(
                "aws kms cancel-key-deletion --region {region} --key-id {0} && aws kms enable-key --region {region} --key-id {0}",
                key.arn
            ),
        ),
        state => about.wrong(state, format!("aws kms enable-key --region {region} --key-id {}", key.arn)),
    }
}
