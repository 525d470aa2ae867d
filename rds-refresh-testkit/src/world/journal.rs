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
    /// The fault that struck it, by name; `late` where an earlier call takes effect only now.
    pub fault: Option<&'static str>,
    /// Whether it was made by somebody whom a fault script lets act, and by no caller.
    pub somebody: bool,
}

impl Entry {
    /// A call that was answered and changed nothing.
    pub(super) fn new(at: Timestamp, caller: &Caller, action: &str, resource: &str) -> Self {
        Self {
            at,
            account: caller.account.clone(),
            principal: caller.arn(),
            region: caller.region.clone(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            error: None,
            took_effect: false,
            fault: None,
            somebody: false,
        }
    }
}

impl World {
    /// Writes down a call of a known caller that is refused before it is a [`Request`](super::Request): an unknown action, a parameter
    /// that is missing, cannot be read or is not honoured. Answers the error.
    pub(crate) fn refuse(&mut self, caller: &Caller, action: &str, error: ApiError) -> ApiError {
        self.settle();
        self.journal.push(Entry { error: Some(error.code), ..Entry::new(self.now(), caller, action, "") });
        error
    }
}
