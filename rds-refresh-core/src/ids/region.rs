use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvalidValue, checked_string};

/// An AWS Region, as `eu-west-1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(String);

checked_string!(Region);

impl Region {
    /// The partition that the Region belongs to.
    #[must_use]
    pub fn partition(&self) -> Partition {
        if self.0.starts_with("cn-") {
            Partition::China
        } else if self.0.starts_with("us-gov-") {
            Partition::GovCloud
        } else {
            Partition::Commercial
        }
    }
}

impl FromStr for Region {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let parts: Vec<&str> = text.split('-').collect();
        let word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
        let legal = match parts.as_slice() {
            [area, middle @ .., number] => {
                area.len() == 2
                    && word(area)
                    && (1..=2).contains(&middle.len())
                    && middle.iter().all(word)
                    && (1..=2).contains(&number.len())
                    && number.bytes().all(|b| b.is_ascii_digit())
                    // The isolated partitions have ARNs of their own that nothing here can write.
                    && !middle.iter().any(|part| part.starts_with("iso"))
            }
            _ => false,
        };
        if legal {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::new("Region", text, "a Region of aws, aws-cn or aws-us-gov, as eu-west-1"))
        }
    }
}

/// A partition: a world of AWS accounts that shares nothing with the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Partition {
    /// The commercial Regions.
    #[serde(rename = "aws")]
    Commercial,
    /// Beijing and Ningxia.
    #[serde(rename = "aws-cn")]
    China,
    /// The `GovCloud` Regions of the United States.
    #[serde(rename = "aws-us-gov")]
    GovCloud,
}

impl Partition {
    /// The name as ARNs spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commercial => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Partition {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        [Self::Commercial, Self::China, Self::GovCloud]
            .into_iter()
            .find(|partition| partition.as_str() == text)
            .ok_or_else(|| InvalidValue::new("partition", text, "aws, aws-cn or aws-us-gov"))
    }
}
