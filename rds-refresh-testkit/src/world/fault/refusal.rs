//! What a caller hears of a call that a strike keeps from being executed.

use rds_refresh_core::Timestamp;

use crate::fault::Strike;
use crate::world::{ApiError, Caller, Operation, Service};

/// The refusal, in the words of the service that is called. `None` if the strike is none.
pub(super) fn refusal(strike: &Strike, operation: Operation, caller: &Caller, now: Timestamp) -> Option<ApiError> {
    let service = operation.service();
    Some(match strike {
        Strike::Throttled => throttled(service),
        Strike::Expired => expired(service),
        Strike::Skewed => skewed(service, now),
        Strike::Denied => {
            let (prefix, name) = (service.prefix(), operation.name());
            let why = format!("User: {} is not authorized to perform: {prefix}:{name}", caller.principal());
            ApiError::denied(service, why)
        }
        Strike::SnapshotQuota => ApiError::refused("SnapshotQuotaExceeded", "Cannot create more than 100 manual snapshots"),
        Strike::CopyQuota => ApiError::refused("SnapshotQuotaExceeded", "Cannot copy more than 20 snapshots across regions"),
        Strike::Capacity => {
            let (code, status) = match operation {
                Operation::CreateDbCluster | Operation::RestoreDbClusterFromSnapshot => {
                    ("InsufficientDBClusterCapacityFault", 403)
                }
                _ => ("InsufficientDBInstanceCapacity", 400),
            };
            ApiError::new(code, status, "There is not enough capacity at present. Try again later.")
        }
        _ => return None,
    })
}

fn throttled(service: Service) -> ApiError {
    match service {
        Service::Rds | Service::Sts => ApiError::throttling(),
        Service::Kms => ApiError::refused("ThrottlingException", "Rate exceeded"),
        Service::Ec2 => ApiError::new("RequestLimitExceeded", 503, "Request limit exceeded."),
    }
}

fn expired(service: Service) -> ApiError {
    let why = "The security token included in the request is expired";
    match service {
        Service::Rds | Service::Sts => ApiError::new("ExpiredToken", 403, why),
        Service::Kms => ApiError::refused("ExpiredTokenException", why),
        Service::Ec2 => ApiError::refused("RequestExpired", "Request has expired."),
    }
}

fn skewed(service: Service, now: Timestamp) -> ApiError {
    let why = format!("Signature expired: it is now {now}, more than 15 min. later");
    match service {
        Service::Rds | Service::Sts => ApiError::new("SignatureDoesNotMatch", 403, why),
        Service::Kms => ApiError::refused("InvalidSignatureException", why),
        Service::Ec2 => ApiError::auth_failure(),
    }
}
