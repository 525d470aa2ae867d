//! How many accounts a snapshot is shared with.

use super::{About, Check, Finding};
use crate::ids::AccountId;
use crate::step::Side;

/// The most accounts that one manual snapshot can be shared with (RDS user guide, sharing a DB snapshot).
pub const MOST_ACCOUNTS: usize = 20;

/// A run shares a new snapshot, with these accounts.
#[must_use]
pub fn decide(accounts: &[AccountId]) -> Finding {
    let names: Vec<&str> = accounts.iter().map(AccountId::as_str).collect();
    let about = About {
        check: Check::SnapshotSharing,
        side: Side::Source,
        resource: "the new instance snapshot".into(),
        needed: format!("at most {MOST_ACCOUNTS} accounts"),
        document: "RDS user guide, sharing a DB snapshot",
    };
    let found = format!("shared with {}", names.join(", "));
    if names.len() <= MOST_ACCOUNTS {
        about.ok(found)
    } else {
        about.wrong(found, "rds-refresh plan  # and share with fewer accounts")
    }
}
