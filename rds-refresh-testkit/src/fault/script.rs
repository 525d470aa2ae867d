use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Calls, Incident, RateLimits, Strike, named, seconds};

/// Everything that is going to go wrong.
///
/// ```
/// use rds_refresh_testkit::fault::FaultScript;
///
/// let script = FaultScript::from_json(r#"{
///     "faults": [
///         { "calls": { "operation": "reads", "times": 5 }, "strike": "throttled" },
///         { "calls": { "operation": "CopyDBSnapshot" },
///           "strike": { "somebody": { "does": { "disable-key": { "key": "alias/orders" } }, "after": 120 } } }
///     ],
///     "planned": [{ "at": 3600, "incident": { "stop-instance": { "instance": "*-t1" } } }],
///     "rate_limits": {}
/// }"#)?;
/// assert_eq!(FaultScript::from_json(&script.to_json())?, script);
///
/// let error = FaultScript::from_json(r#"{ "faults": [{ "strike": "trottled" }] }"#).unwrap_err().to_string();
/// assert!(error.contains("unknown variant `trottled`, expected one of `throttled`, `unanswered`"), "{error}");
/// # Ok::<(), rds_refresh_testkit::fault::InvalidScript>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultScript {
    /// What strikes calls. Where several match one call, the first strikes; to be struck by the others it must come again.
    pub faults: Vec<Fault>,
    /// What happens at a moment, whoever calls.
    pub planned: Vec<Planned>,
    /// How many calls are allowed. Default: any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limits: Option<RateLimits>,
}

/// A strike, and the calls that it befalls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which calls. Default: the first one.
    #[serde(default)]
    pub calls: Calls,
    /// What becomes of them.
    #[serde(deserialize_with = "named::deserialize")]
    pub strike: Strike,
}

/// Something that happens at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// When, in seconds since the script was armed.
    #[serde(with = "seconds")]
    pub at: Duration,
    /// What.
    pub incident: Incident,
}

/// A text is no fault script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a fault script: {0}")]
pub struct InvalidScript(String);

impl Fault {
    /// A fault.
    #[must_use]
    pub fn new(calls: Calls, strike: Strike) -> Self {
        Self { calls, strike }
    }
}

impl FaultScript {
    /// Nothing goes wrong.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, and this strikes as well.
    #[must_use]
    pub fn with(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The same, and this happens so long after the script is armed.
    #[must_use]
    pub fn at(mut self, at: Duration, incident: Incident) -> Self {
        self.planned.push(Planned { at, incident });
        self
    }

    /// Reads a script.
    ///
    /// # Errors
    /// [`InvalidScript`] with line and column, and what was expected there.
    pub fn from_json(text: &str) -> Result<Self, InvalidScript> {
        let script: Self = serde_json::from_str(text).map_err(|error| InvalidScript(error.to_string()))?;
        script.check()?;
        Ok(script)
    }

    /// The script as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts, numbers and lists: nothing in it can fail to serialise.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// What the types do not say.
    fn check(&self) -> Result<(), InvalidScript> {
        for (number, Fault { calls, .. }) in self.faults.iter().enumerate() {
            if calls.percent > 100 {
                return Err(InvalidScript(format!("faults[{number}].calls.percent is {}, and must be 0 to 100", calls.percent)));
            }
            if calls.until.is_some_and(|until| until <= calls.from) {
                return Err(InvalidScript(format!("faults[{number}].calls: `until` must be later than `from`")));
            }
        }
        Ok(())
    }
}
