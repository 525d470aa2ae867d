use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvalidValue, checked_string};

/// An AWS account id: twelve digits. A string, because leading zeros count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

checked_string!(AccountId);

impl FromStr for AccountId {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::new("account id", text, "12 digits, in quotes, without dashes"))
        }
    }
}
