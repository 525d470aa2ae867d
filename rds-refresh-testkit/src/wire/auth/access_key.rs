use std::collections::BTreeMap;

use rds_refresh_core::Secret;
use rds_refresh_core::ids::AccountId;

use crate::timing::Draw;
use crate::world::naming::letters;
use crate::world::{Caller, Identity};

/// A pair of long-term credentials.
///
/// AWS gives them to IAM users and root users. Here a session may have them too, so that a test can act in a role without
/// assuming it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// What the client names itself by: `AKIA`, the account id, and four capital letters or digits.
    pub id: String,
    /// What the client signs with.
    pub secret: Secret<String>,
    /// The account that calls made with it act for.
    pub account: AccountId,
    /// Whom calls made with it act as. Key policies and grants may name it.
    pub identity: Identity,
}

impl AccessKey {
    /// The key of a caller. It follows from the account and the identity, so that it is the same in every test.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        let Caller { account, identity, .. } = caller;
        let suffix = letters(Draw::named(0, &[&caller.arn(), "access key"]), 4).to_ascii_uppercase();
        Self {
            id: format!("AKIA{account}{suffix}"),
            secret: Secret::new(format!("fake-secret-access-key-of-{account}-{suffix}")),
            account: account.clone(),
            identity: identity.clone(),
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

    pub(crate) fn find(&self, id: &str) -> Option<&AccessKey> {
        self.by_id.get(id)
    }
}
