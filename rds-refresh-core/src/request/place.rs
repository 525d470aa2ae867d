use crate::ids::{AccountId, Region};

/// An account and a Region, as far as they could be read: what is named by ARN must be there.
#[derive(Default)]
pub(super) struct Place {
    pub(super) account: Option<AccountId>,
    pub(super) region: Option<Region>,
}
