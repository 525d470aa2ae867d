//! Why a step could not go on, as plain data that travels in states.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a call of a step did not succeed.
///
/// The [kind](StepError::kind) says what to do next; code and message are what AWS said. An error is stored in states and shown to
/// people, so a step must never put a secret into one. Messages are cut at 500 characters to keep states small.
///
/// ```
/// use rds_refresh_core::{ErrorKind, StepError};
///
/// let error = StepError::throttled("Rate exceeded").with_code("Throttling").during("DescribeDBInstances");
/// assert_eq!(error.kind(), ErrorKind::Throttled);
/// assert_eq!(error.to_string(), "DescribeDBInstances: Rate exceeded (Throttling)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StepError {
    kind: ErrorKind,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    advice: Option<Box<str>>,
}

/// What an error asks for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// Too many calls; nothing was executed. Retried, outside the attempt budget, within the deadline.
    Throttled,
    /// A fault of the service or the network, on a call that changes nothing. Retried within the attempt budget.
    Transient,
    /// A mutation whose answer was lost: it may have taken effect. Looked at again before anything else.
    UnknownOutcome,
    /// The resource is in a state in which the call is not legal now. Looked at again, until the deadline.
    Busy,
    /// Something that is not this run's stands in the way. Ends the run; the message names the stranger.
    Conflict,
    /// Something that the step needs does not exist. Ends the run.
    NotFound,
    /// A quota of the account is used up. Ends the run.
    Quota,
    /// AWS has no capacity for the request at present. Retried slowly, until the deadline.
    Capacity,
    /// The caller's credentials are expired or invalid. Parks the run.
    Credentials,
    /// IAM, an organisation policy or a key refuses the call. Ends a run that has achieved nothing yet, parks any other.
    Denied,
    /// The request is wrong, here or at AWS. Ends the run.
    Invalid,
    /// The resource reached a status from which it does not recover. Ends the run.
    TerminalStatus,
}

impl ErrorKind {
    /// Every kind, in the order in which they are declared.
    pub const ALL: &[Self] = &[
        Self::Throttled,
        Self::Transient,
        Self::UnknownOutcome,
        Self::Busy,
        Self::Conflict,
        Self::NotFound,
        Self::Quota,
        Self::Capacity,
        Self::Credentials,
        Self::Denied,
        Self::Invalid,
        Self::TerminalStatus,
    ];

    /// The name as it is stored and logged.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Transient => "transient",
            Self::UnknownOutcome => "unknown-outcome",
            Self::Busy => "busy",
            Self::Conflict => "conflict",
            Self::NotFound => "not-found",
            Self::Quota => "quota",
            Self::Capacity => "capacity",
            Self::Credentials => "credentials",
            Self::Denied => "denied",
            Self::Invalid => "invalid",
            Self::TerminalStatus => "terminal-status",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! constructors {
    ($($name:ident => $kind:ident),* $(,)?) => {
        $(
            #[doc = concat!("An error of the kind [`ErrorKind::", stringify!($kind), "`].")]
            #[must_use]
            pub fn $name(message: impl Into<String>) -> Self {
                Self::new(ErrorKind::$kind, message)
            }
        )*
    };
}

impl StepError {
    constructors! {
        throttled => Throttled,
        transient => Transient,
        unknown_outcome => UnknownOutcome,
        busy => Busy,
        conflict => Conflict,
        not_found => NotFound,
        quota => Quota,
        capacity => Capacity,
        credentials => Credentials,
        denied => Denied,
        invalid => Invalid,
        terminal_status => TerminalStatus,
    }

    /// An error of the given kind.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let mut message: String = message.into();
        if let Some((cut, _)) = message.char_indices().nth(500) {
            message.truncate(cut);
            message.push('…');
        }
        Self { kind, message, code: None, operation: None, resource: None, advice: None }
    }

    /// The code that AWS gave, as it was on the wire.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The API operation that failed, as `CopyDBSnapshot`.
    #[must_use]
    pub fn during(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// The resource that the call was about: an identifier or an ARN.
    #[must_use]
    pub fn on(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// What a person should try first, where the step knows more than the [kind](ErrorKind::advice) does: a sentence without capital
    /// and full stop.
    #[must_use]
    pub fn with_advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into().into_boxed_str());
        self
    }

    /// The same error with another kind, for a caller that knows more than the adapter.
    #[must_use]
    pub fn into_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// What the error asks for next.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What happened, for a person.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The code that AWS gave, if AWS answered.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The API operation that failed, if one was called.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// What the step says that a person should try first, if it says anything.
    pub(crate) fn own_advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// The resource that the call was about, if it was about one.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.operation {
            write!(f, "{operation}")?;
            if let Some(resource) = &self.resource {
                write!(f, " on {resource}")?;
            }
            f.write_str(": ")?;
        } else if let Some(resource) = &self.resource {
            write!(f, "{resource}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.code {
            Some(code) => write!(f, " ({code})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for StepError {}
