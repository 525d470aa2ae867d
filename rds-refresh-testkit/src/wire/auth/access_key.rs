use std::collections::BTreeMap;

use rds_refresh_core::Secret;
use rds_refresh_core::ids::AccountId;

use crate::world::Caller;

/// A pair of long-term credentials of one account.
///
/// The secret lets a client sign; the fake does not verify signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// What the client names itself by, as `AKIA111111111111rds-refresh`.
    pub id: String,
    /// What the client signs with.
    pub secret: Secret<String>,
    /// The account that calls made with it act for.
    pub account: AccountId,
    /// The IAM role that calls made with it act in, by name. Key policies and grants may name it.
    pub role: String,
}

impl AccessKey {
    /// The key of a caller. It follows from the account and the role, so that it is the same in every test.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        let Caller { account, role, .. } = caller;
        Self {
            id: format!("AKIA{account}{role}"),
            secret: Secret::new(format!("fake-secret-access-key-of-{account}-{role}")),
            account: account.clone(),
            role: role.clone(),
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

    pub(super) fn find(&self, id: &str) -> Option<&AccessKey> {
        self.by_id.get(id)
    }
}
