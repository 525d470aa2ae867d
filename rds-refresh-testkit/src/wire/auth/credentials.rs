use rds_refresh_core::ids::AccountId;
use rds_refresh_core::{Secret, Timestamp};

use super::AccessKey;
use crate::world::{Identity, Session};

/// What an access key id stands for, be it long-term or a session's.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub(super) secret: Secret<String>,
    pub(super) account: AccountId,
    pub(super) identity: Identity,
    /// The token that every request must carry, and when it is no longer good.
    pub(super) session: Option<(Secret<String>, Timestamp)>,
}

impl From<&AccessKey> for Credentials {
    fn from(key: &AccessKey) -> Self {
        Self { secret: key.secret.clone(), account: key.account.clone(), identity: key.identity.clone(), session: None }
    }
}

impl From<&Session> for Credentials {
    fn from(session: &Session) -> Self {
        Self {
            secret: session.secret.clone(),
            account: session.account.clone(),
            identity: session.identity.clone(),
            session: Some((session.token.clone(), session.expires_at)),
        }
    }
}
