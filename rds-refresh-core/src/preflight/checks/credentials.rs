//! Whether the credentials are those of the account and Region that the request names.

use super::{About, Check, Finding};
use crate::ids::{AccountId, Arn, Region};
use crate::step::Side;
use crate::{ErrorKind, StepError};

const COMMAND: &str = "aws sts get-caller-identity";

/// The ARNs of whatever the account described as its own, and what the reads failed with.
#[must_use]
pub fn decide<'a>(
    side: Side,
    (account, region): (&AccountId, &Region),
    arns: impl IntoIterator<Item = &'a str>,
    errors: impl IntoIterator<Item = &'a StepError>,
) -> Finding {
    let about = About {
        check: Check::Credentials,
        side,
        resource: format!("{account}/{region}"),
        needed: "credentials of the account and Region that the request names".into(),
        document: "RDS user guide, Amazon Resource Names",
    };
    if let Some(error) = errors.into_iter().find(|error| error.kind() == ErrorKind::Credentials) {
        return about.wrong(error.to_string(), COMMAND);
    }
    match arns.into_iter().find_map(|arn| arn.parse::<Arn>().ok()) {
        Some(arn) if arn.account == *account && arn.region == *region => about.ok(format!("{}/{}", arn.account, arn.region)),
        Some(arn) => about.wrong(format!("{}/{}", arn.account, arn.region), COMMAND),
        None => about.cannot_see("nothing of the account could be described, so its ARNs tell nothing", COMMAND),
    }
}
