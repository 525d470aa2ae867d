use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvalidValue, checked_string};
use crate::Timestamp;

/// The name of one refresh, unique for its accounts: 1–24 lower-case letters, digits and single hyphens.
///
/// Everything that a run makes carries it, in its name and its tag, so two runs never share one. It must fit, with a part of the
/// source's name and an attempt, into the 63 characters of a DB identifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

checked_string!(RunId);

impl RunId {
    /// A name from the time and four bytes of the caller's randomness, as `20261123-081500-7f3a9c2e`.
    ///
    /// ```
    /// use rds_refresh_core::{RunId, Timestamp};
    /// let now: Timestamp = "2026-11-23T08:15:00Z".parse()?;
    /// assert_eq!(RunId::at(now, 0x7f3a_9c2e).as_str(), "20261123-081500-7f3a9c2e");
    /// # Ok::<(), rds_refresh_core::ids::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn at(now: Timestamp, entropy: u32) -> Self {
        let digits: String = now.to_string().chars().filter(char::is_ascii_digit).take(14).collect();
        let (date, time) = digits.split_at(8);
        Self(format!("{date}-{time}-{entropy:08x}"))
    }

    /// When a run of this name began, if [`at`](Self::at) gave it.
    pub(crate) fn named_at(&self) -> Option<Timestamp> {
        let (time, entropy) = self.0.rsplit_once('-')?;
        let part = |range| time.get(range);
        let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
        let (hour, minute, second) = (part(9..11)?, part(11..13)?, part(13..15)?);
        let time = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()?;
        let entropy = u32::from_str_radix(entropy, 16).ok()?;
        (Self::at(time, entropy) == *self).then_some(time)
    }

    /// A number that is the same for the same run everywhere: where jitter comes from.
    #[must_use]
    pub fn seed(&self) -> u64 {
        // FNV-1a: short, stable over releases, and nothing here needs more.
        self.0.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}

impl FromStr for RunId {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        const RULE: &str = "1 to 24 lower-case letters, digits and hyphens, without two hyphens in a row or one at either end";
        let legal = (1..=24).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.contains("--")
            && !text.starts_with('-')
            && !text.ends_with('-');
        if legal { Ok(Self(text.to_owned())) } else { Err(InvalidValue::new("run id", text, RULE)) }
    }
}
