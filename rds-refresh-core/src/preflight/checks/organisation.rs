//! What an organisation forbids shows in a denial only.

use super::{About, Check, Finding};
use crate::ids::AccountId;
use crate::step::Side;

/// Never more than that it cannot be seen.
#[must_use]
pub fn decide(side: Side, account: &AccountId) -> Finding {
    let about = About {
        check: Check::OrganisationPolicies,
        side,
        resource: account.to_string(),
        needed: "no service or resource control policy that denies the calls of a run".into(),
        document: "AWS Organizations user guide, service control policies",
    };
    about.cannot_see(
        "organisation policies show in a denial only",
        format!("aws organizations list-policies-for-target --target-id {account} --filter SERVICE_CONTROL_POLICY  # in the management account"),
    )
}
