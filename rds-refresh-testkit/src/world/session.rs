use rds_refresh_core::ids::AccountId;
use rds_refresh_core::{Secret, Timestamp};

use super::{Identity, World};

/// A role that somebody has assumed: temporary credentials and whom they stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `AccessKeyId`, as `ASIA` and 16 capital letters and digits.
    pub access_key_id: String,
    /// `SecretAccessKey`.
    pub secret: Secret<String>,
    /// `SessionToken`: what every request of the session carries.
    pub token: Secret<String>,
    /// `Expiration`, by the clock that the dates of signatures are checked against.
    pub expires_at: Timestamp,
    /// The account of the role.
    pub account: AccountId,
    /// The role and the session's name.
    pub identity: Identity,
}

impl World {
    /// The session with this access key id, be it expired or not.
    #[must_use]
    pub fn session(&self, access_key_id: &str) -> Option<&Session> {
        self.sessions.get(access_key_id)
    }
}
