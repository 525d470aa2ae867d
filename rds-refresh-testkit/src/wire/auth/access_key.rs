use std::collections::BTreeMap;

use rds_refresh_core::Secret;
use rds_refresh_core::ids::AccountId;

/// A pair of long-term credentials of one account.
///
/// The secret lets a client sign; the fake does not verify signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// What the client names itself by, as `AKIAFAKE111111111111`.
    pub id: String,
    /// What the client signs with.
    pub secret: Secret<String>,
    /// The account that calls made with it act for.
    pub account: AccountId,
}

impl AccessKey {
    /// The key that every account has from the start: it follows from the account's id.
    #[must_use]
    pub fn of(account: &AccountId) -> Self {
        Self {
            id: format!("AKIAFAKE{account}"),
            secret: Secret::new(format!("fake-secret-access-key-of-{account}")),
            account: account.clone(),
        }
    }
}

/// The access keys that the fake knows.
#[derive(Debug, Default)]
pub(crate) struct AccessKeys {
    by_id: BTreeMap<String, AccessKey>,
}

impl AccessKeys {
    pub(crate) fn add(&mut self, key: AccessKey) {
        self.by_id.insert(key.id.clone(), key);
    }

    pub(super) fn account(&self, id: &str) -> Option<AccountId> {
        self.by_id.get(id).map(|key| key.account.clone())
    }
}
