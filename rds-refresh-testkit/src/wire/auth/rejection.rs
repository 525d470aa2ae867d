use rds_refresh_core::Timestamp;

use crate::world::ApiError;

/// Why a request is not let in.
#[derive(Debug)]
pub(crate) enum Rejection {
    /// There is no signature.
    Missing,
    /// The signature lacks something or is not in the form of Signature Version 4.
    Incomplete(String),
    /// Nobody has this access key id, or not with this session token.
    UnknownKey,
    /// The session that the request was made in is over.
    ExpiredToken,
    /// The signature is not that of this request and this access key.
    Signature(String),
    /// The signature is for another service, Region or day.
    Scope(String),
    /// The signature is too old.
    Expired {
        /// When it was made.
        signed: Timestamp,
        /// What the service's clock says.
        now: Timestamp,
    },
    /// The signature is from the future.
    NotYetCurrent {
        /// When it was made, as it says.
        signed: Timestamp,
        /// What the service's clock says.
        now: Timestamp,
    },
}

impl Rejection {
    /// The error as services of the Query protocol give it.
    pub(crate) fn in_query(self) -> ApiError {
        let (code, status) = match self {
            Self::Missing => ("MissingAuthenticationToken", 403),
            Self::Incomplete(_) => ("IncompleteSignature", 400),
            Self::UnknownKey => ("InvalidClientTokenId", 403),
            Self::ExpiredToken => ("ExpiredToken", 403),
            Self::Scope(_) | Self::Signature(_) | Self::NotYetCurrent { .. } => ("SignatureDoesNotMatch", 403),
            Self::Expired { .. } => ("RequestExpired", 400),
        };
        ApiError::new(code, status, self.message())
    }

    /// The error as EC2 gives it (EC2 API reference, error codes).
    pub(crate) fn in_ec2(self) -> ApiError {
        match self {
            Self::ExpiredToken | Self::Expired { .. } => ApiError::refused("RequestExpired", "Request has expired."),
            Self::UnknownKey | Self::Scope(_) | Self::Signature(_) | Self::NotYetCurrent { .. } => ApiError::auth_failure(),
            Self::Missing | Self::Incomplete(_) => self.in_query(),
        }
    }

    /// The error as services of the JSON protocol give it.
    pub(crate) fn in_json(self) -> ApiError {
        let code = match self {
            Self::Missing => "MissingAuthenticationTokenException",
            Self::Incomplete(_) => "IncompleteSignatureException",
            Self::UnknownKey => "UnrecognizedClientException",
            Self::ExpiredToken => "ExpiredTokenException",
            Self::Scope(_) | Self::Signature(_) | Self::NotYetCurrent { .. } | Self::Expired { .. } => {
                "InvalidSignatureException"
            }
        };
        ApiError::new(code, 400, self.message())
    }

    fn message(self) -> String {
        match self {
            Self::Missing => "Request is missing Authentication Token".to_owned(),
            Self::Incomplete(message) | Self::Scope(message) | Self::Signature(message) => message,
            Self::ExpiredToken => "The security token included in the request is expired.".to_owned(),
            Self::UnknownKey => "The security token included in the request is invalid.".to_owned(),
            Self::Expired { signed, now } => format!("Signature expired: {signed} is now earlier than {now}"),
            Self::NotYetCurrent { signed, now } => format!("Signature not yet current: {signed} is still later than {now}"),
        }
    }
}
