//! What was asked of the model, in order.

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::{AccountId, Region};
use serde::Serialize;

use super::{ApiError, Caller, World};

/// One call, as the model saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// When it was made.
    pub at: Timestamp,
    /// The account that made it.
    pub account: AccountId,
    /// Who in the account made it, by ARN, as `arn:aws:iam::111111111111:user/rds-refresh`.
    pub principal: String,
    /// The Region that it was made in.
    pub region: Region,
    /// The operation, as `CopyDBSnapshot`; also one that there is not.
    pub action: String,
    /// The resource it was about, as the request named it. Empty if the request was refused before it could be read.
    pub resource: String,
    /// The code of the error that was answered; `None` if the call succeeded.
    pub error: Option<&'static str>,
    /// Whether it changed the world: also true where the answer was lost after the change was made.
    pub took_effect: bool,
}

impl World {
    /// Writes down a call of a known caller that is refused before it is a [`Request`](super::Request): an unknown action, a parameter
    /// that is missing, cannot be read or is not honoured. Answers the error.
    pub(crate) fn refuse(&mut self, caller: &Caller, action: &str, error: ApiError) -> ApiError {
        self.settle();
        self.journal.push(Entry {
            at: self.now(),
            account: caller.account.clone(),
            principal: caller.arn(),
            region: caller.region.clone(),
            action: action.to_owned(),
            resource: String::new(),
            error: Some(error.code),
            took_effect: false,
        });
        error
    }
}
