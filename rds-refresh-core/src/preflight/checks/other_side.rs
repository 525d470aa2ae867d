//! The account that was not looked at.

use super::{About, Check, Finding};
use crate::ids::AccountId;
use crate::step::Side;

/// One half by itself says nothing of the other.
#[must_use]
pub fn decide(other: Side, account: &AccountId) -> Finding {
    let name = match other {
        Side::Source => "source",
        Side::Destination => "destination",
    };
    let about = About {
        check: Check::OtherSide,
        side: other,
        resource: account.to_string(),
        needed: format!("the {name}'s half of the report"),
        document: "KMS developer guide, allowing users in other accounts: each account sees its own half",
    };
    about.cannot_see(
        "another account's keys, quotas and groups cannot be read from here",
        format!("rds-refresh doctor --side {name}"),
    )
}
