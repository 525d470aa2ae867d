//! How durations are written in files.

use std::fmt;
use std::time::Duration;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::Spread;

/// A [`Spread`] in full, in seconds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    #[serde(with = "seconds")]
    median: Duration,
    #[serde(with = "seconds")]
    shortest: Duration,
    #[serde(with = "seconds")]
    longest: Duration,
    #[serde(default = "usual_sigma")]
    sigma: f64,
}

/// A [`Spread`] as it may be written: a number of seconds, or a table.
pub(super) struct Written(Table);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Written;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("seconds, or { median, shortest, longest, sigma } in seconds")
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Written, E> {
                let exactly = seconds::checked(number)?;
                Ok(Written(Table { median: exactly, shortest: exactly, longest: exactly, sigma: 0.0 }))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Written, E> {
                let number = u32::try_from(number).map_err(|_| seconds::wrong(number))?;
                self.visit_f64(number.into())
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Written, E> {
                let number = u32::try_from(number).map_err(|_| seconds::wrong(number))?;
                self.visit_f64(number.into())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(map)).map(Written)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

impl TryFrom<Written> for Spread {
    type Error = &'static str;

    fn try_from(Written(table): Written) -> Result<Self, &'static str> {
        let Table { median, shortest, longest, sigma } = table;
        if shortest > median || median > longest {
            return Err("`shortest` must not be above `median`, nor `median` above `longest`");
        }
        if !(0.0..=10.0).contains(&sigma) {
            return Err("`sigma` must be from 0 to 10");
        }
        Ok(Self { median, shortest, longest, sigma })
    }
}

impl From<Spread> for Table {
    fn from(Spread { median, shortest, longest, sigma }: Spread) -> Self {
        Self { median, shortest, longest, sigma }
    }
}

fn usual_sigma() -> f64 {
    Spread::new(0, 0, 0).sigma
}

/// Durations as numbers of seconds.
pub(crate) mod seconds {
    use std::fmt::Display;
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de};

    /// A year, beyond which nothing here lasts.
    const LONGEST: f64 = 366.0 * 24.0 * 60.0 * 60.0;

    pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        if duration.subsec_nanos() == 0 {
            serializer.serialize_u64(duration.as_secs())
        } else {
            serializer.serialize_f64(duration.as_secs_f64())
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        checked(f64::deserialize(deserializer)?)
    }

    pub(in crate::timing) fn checked<E: de::Error>(number: f64) -> Result<Duration, E> {
        if (0.0..=LONGEST).contains(&number) { Ok(Duration::from_secs_f64(number)) } else { Err(wrong(number)) }
    }

    pub(in crate::timing) fn wrong<E: de::Error>(number: impl Display) -> E {
        E::custom(format!("{number} is no duration: it must be from 0 to {LONGEST} seconds"))
    }
}
