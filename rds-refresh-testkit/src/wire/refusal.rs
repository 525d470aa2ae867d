//! The errors of the Query protocol that are the wire's own.

use crate::world::ApiError;

/// The request is not a legal AWS Query request.
pub(crate) fn malformed(what: &str) -> ApiError {
    ApiError::not_found("MalformedQueryString", format!("Malformed request: {what}."))
}

/// A parameter's value cannot be read; `rule` is to be read after "it must be".
pub(crate) fn unreadable(name: &str, value: &str, rule: &str) -> ApiError {
    ApiError::invalid_value(format!("Invalid value {value} for {name}. It must be {rule}."))
}

/// A parameter that the model does not know. RDS may honour it; a test that depends on it must not pass by luck.
pub(crate) fn not_honoured(name: &str) -> ApiError {
    ApiError::invalid_value(format!("The parameter {name} is not one that this model honours for this operation."))
}
