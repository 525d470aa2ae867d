//! Whether a key is one that RDS can use, and share.

use super::{About, Check, Finding, Observed};
use crate::ids::Region;
use crate::ports::{Key, KeyManager};
use crate::step::Side;

/// The key that the source is encrypted with: it must be a customer's, or no other account can use it.
#[must_use]
pub fn decide_source(name: &str, region: &Region, key: &Observed<Option<Key>>) -> Finding {
    let about = About {
        check: Check::SourceKey,
        side: Side::Source,
        resource: name.to_owned(),
        needed: "an enabled symmetric customer managed key in the source's Region".into(),
        document: "RDS user guide, sharing an encrypted snapshot",
    };
    decide(about, name, region, key, true)
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
    decide(about, name, region, key, false)
}

fn decide(about: About, name: &str, region: &Region, key: &Observed<Option<Key>>, is_shared: bool) -> Finding {
    let describe = || format!("aws kms describe-key --region {region} --key-id {name}");
    let key = match about.read(key, describe) {
        Ok(Some(key)) => key,
        Ok(None) => return about.wrong("does not exist", format!("aws kms list-aliases --region {region}")),
        Err(unread) => return *unread,
    };
    if is_shared && key.manager == KeyManager::Aws {
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
