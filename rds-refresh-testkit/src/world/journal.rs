//! What was asked of the model, in order.

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::{AccountId, Region};
use serde::Serialize;

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
    /// The operation, as `CopyDBSnapshot`.
    pub action: &'static str,
    /// The resource it was about, as the request named it.
    pub resource: String,
    /// The code of the error that was answered; `None` if the call succeeded.
    pub error: Option<&'static str>,
    /// Whether it changed the world: also true where the answer was lost after the change was made.
    pub took_effect: bool,
}
