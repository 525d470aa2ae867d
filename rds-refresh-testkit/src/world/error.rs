//! What AWS answers when it refuses.

use std::fmt;

use super::Service;

/// An error as RDS or KMS sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The code on the wire, which is not always the name of the modelled shape: `DBSnapshotNotFound` is the code of
    /// `DBSnapshotNotFoundFault` (RDS API reference, service model).
    pub code: &'static str,
    /// The HTTP status: 400, 401, 403, 404, 429 or 5xx; 0 for [no answer](Self::silence).
    pub status: u16,
    /// The message, for a person.
    pub message: String,
}

impl ApiError {
    /// Any error.
    #[must_use]
    pub fn new(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Self { code, status, message: message.into() }
    }

    /// A request that the service refuses: 400.
    #[must_use]
    pub fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, 400, message)
    }

    /// Something that the request names does not exist: 404.
    #[must_use]
    pub fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, 404, message)
    }

    /// `InvalidParameterValue`: a value that breaks the rule of its parameter.
    #[must_use]
    pub fn invalid_value(message: impl Into<String>) -> Self {
        Self::refused("InvalidParameterValue", message)
    }

    /// `InvalidParameterCombination`: parameters that exclude or require each other.
    #[must_use]
    pub fn invalid_combination(message: impl Into<String>) -> Self {
        Self::refused("InvalidParameterCombination", message)
    }

    /// `MissingParameter`: a required parameter was not sent.
    #[must_use]
    pub fn missing(parameter: &str) -> Self {
        Self::refused("MissingParameter", format!("The request must contain the parameter {parameter}"))
    }

    /// `Throttling`: nothing was executed.
    #[must_use]
    pub fn throttling() -> Self {
        Self::refused("Throttling", "Rate exceeded")
    }

    /// What the policies of the caller do not allow, as each service says it.
    pub(crate) fn denied(service: Service, message: impl Into<String>) -> Self {
        match service {
            Service::Rds | Service::Sts => Self::new("AccessDenied", 403, message),
            Service::Kms => Self::refused("AccessDeniedException", message),
            Service::Ec2 => Self::new("UnauthorizedOperation", 403, message),
        }
    }

    /// `AuthFailure`, 401: what EC2 says of credentials and signatures that are not good (EC2 API reference, error codes).
    pub(crate) fn auth_failure() -> Self {
        Self::new("AuthFailure", 401, "AWS was not able to validate the provided access credentials")
    }

    /// `InternalFailure`, 500: whether the request took effect is not known to the caller.
    #[must_use]
    pub fn internal_failure() -> Self {
        Self::new("InternalFailure", 500, "The request processing has failed because of an unknown error, exception or failure.")
    }

    /// `ServiceUnavailable`, 503: whether the request took effect is not known to the caller.
    #[must_use]
    pub fn service_unavailable() -> Self {
        Self::new("ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server.")
    }

    /// No answer at all: the caller's time-out ends the call, or the connection is closed. Its status is 0, and its code the one that
    /// callers who know no silence understand, `RequestTimeout`.
    #[must_use]
    pub fn silence() -> Self {
        Self::new("RequestTimeout", 0, "No answer came in time.")
    }

    /// Whether this is no answer at all. What carries answers must then send none.
    #[must_use]
    pub fn is_silence(&self) -> bool {
        self.status == 0
    }

    /// `KMSKeyNotAccessibleFault`, with the wording that RDS uses: `which` is `source snapshot KMS`, `target KMS` or `specified KMS`.
    #[must_use]
    pub fn key_not_accessible(which: &str, key: &str) -> Self {
        Self::refused(
            "KMSKeyNotAccessibleFault",
            format!("The {which} key [{key}] does not exist, is not enabled or you do not have permissions to access it."),
        )
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ApiError {}
