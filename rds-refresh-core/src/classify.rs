//! What an error code of RDS or KMS asks for next: one table, whatever carries the code.
//!
//! The codes are those that the service models of RDS (2014-10-31) and KMS (2014-11-01) give to the operations of the
//! [ports](crate::ports), and the common errors of their API references and EC2's, which no model lists.

use crate::ErrorKind;

/// Every known code, by what it asks for. Codes stand here without a trailing `Fault` or `Exception` (see [`classify`]).
pub const CODES: &[(ErrorKind, &[&str])] = &[
    (
        ErrorKind::Throttled,
        &[
            "BandwidthLimitExceeded",
            "PriorRequestNotComplete",
            "RequestLimitExceeded",
            "RequestThrottled",
            "SlowDown",
            "Throttled",
            "Throttling",
            "TooManyRequests",
        ],
    ),
    (
        ErrorKind::Transient,
        &[
            "DependencyTimeout",
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            "KMSInternal",
            "RequestTimeout",
            "ServiceUnavailable",
        ],
    ),
    // RDS uses one code for "not yet" and for "never", so a caller looks at the resource again before it gives up.
    (
        ErrorKind::Busy,
        &[
            "InvalidDBCapacityReservationState",
            "InvalidDBClusterEndpointState",
            "InvalidDBClusterSnapshotState",
            "InvalidDBClusterState",
            "InvalidDBInstanceState",
            "InvalidDBSecurityGroupState",
            "InvalidDBSnapshotState",
            "InvalidDBSubnetGroupState",
        ],
    ),
    (
        ErrorKind::Conflict,
        &["DBClusterAlreadyExists", "DBClusterSnapshotAlreadyExists", "DBInstanceAlreadyExists", "DBSnapshotAlreadyExists"],
    ),
    (
        ErrorKind::NotFound,
        &[
            "BackupPolicyNotFound",
            "BlueGreenDeploymentNotFound",
            "CertificateNotFound",
            "CustomAvailabilityZoneNotFound",
            "DBCapacityReservationNotFound",
            "DBClusterNotFound",
            "DBClusterParameterGroupNotFound",
            "DBClusterSnapshotNotFound",
            "DBInstanceNotFound",
            "DBParameterGroupNotFound",
            "DBProxyEndpointNotFound",
            "DBProxyNotFound",
            "DBProxyTargetGroupNotFound",
            "DBSecurityGroupNotFound",
            "DBShardGroupNotFound",
            "DBSnapshotNotFound",
            "DBSnapshotTenantDatabaseNotFound",
            "DBSubnetGroupNotFound",
            "DomainNotFound",
            "IntegrationNotFound",
            "NotFound",
            "OptionGroupNotFound",
            "TenantDatabaseNotFound",
        ],
    ),
    // `LimitExceeded` is a quota of KMS, though the SDKs take it for a throttle.
    (
        ErrorKind::Quota,
        &[
            "DBClusterAutomatedBackupQuotaExceeded",
            "DBClusterQuotaExceeded",
            "DBClusterRoleQuotaExceeded",
            "DBInstanceAutomatedBackupQuotaExceeded",
            "InstanceQuotaExceeded",
            "LimitExceeded",
            "SharedSnapshotQuotaExceeded",
            "SnapshotQuotaExceeded",
            "StorageQuotaExceeded",
            "TenantDatabaseQuotaExceeded",
        ],
    ),
    (
        ErrorKind::Capacity,
        &[
            "InsufficientDBClusterCapacity",
            "InsufficientDBInstanceCapacity",
            "InsufficientStorageClusterCapacity",
            "ProvisionedIopsNotAvailableInAZ",
        ],
    ),
    (
        ErrorKind::Credentials,
        &[
            "AuthFailure",
            "ExpiredToken",
            "IncompleteSignature",
            "InvalidClientTokenId",
            "InvalidSignature",
            "MissingAuthenticationToken",
            "RequestExpired",
            "SignatureDoesNotMatch",
            "UnrecognizedClient",
        ],
    ),
    // A disabled key, or one in a state such as `PendingDeletion`, is denied and not busy: a person changed it and only a person
    // changes it back. So a run that has got somewhere is parked for that person, instead of waiting for its deadline and then
    // undoing hours of work. The key states that pass by themselves (`Creating`, `Updating`) do not befall a key that encrypts a
    // running database.
    (
        ErrorKind::Denied,
        &[
            "AccessDenied",
            "AuthorizationNotFound",
            "Disabled",
            "KMSInvalidState",
            "KMSKeyNotAccessible",
            "NotAuthorized",
            "OptInRequired",
            "UnauthorizedOperation",
        ],
    ),
    (
        ErrorKind::Invalid,
        &[
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "DBSubnetGroupNotAllowed",
            "DBUpgradeDependencyFailure",
            "DefaultVpcDoesNotExist",
            "DryRunOperation",
            "InvalidAction",
            "InvalidArn",
            "InvalidGlobalClusterState",
            "InvalidGrantId",
            "InvalidGrantToken",
            "InvalidMarker",
            "InvalidOptionGroupState",
            "InvalidParameterCombination",
            "InvalidParameterValue",
            "InvalidQueryParameter",
            "InvalidRestore",
            "InvalidSubnet",
            "InvalidVPCNetworkState",
            "MalformedPolicyDocument",
            "MalformedQueryString",
            "MissingAction",
            "MissingParameter",
            "NetworkTypeNotSupported",
            "StorageTypeNotAvailable",
            "StorageTypeNotSupported",
            "UnsupportedOperation",
            "ValidationError",
            "VpcEncryptionControlViolation",
        ],
    ),
];

/// What the code asks for, or `None` if it is unknown: then the HTTP status must decide.
///
/// One trailing `Fault` or `Exception` makes no difference, because the codes on the wire have it or lack it without a rule
/// (`DBSnapshotNotFound`, but `DBClusterNotFoundFault`).
///
/// The message decides in one case only, where RDS has one code for two things: `SnapshotQuotaExceeded` is a hard quota of
/// snapshots, but [`Busy`](ErrorKind::Busy) when all slots for copies in progress are taken, which passes within minutes.
///
/// ```
/// use rds_refresh_core::ErrorKind;
/// use rds_refresh_core::classify::classify;
///
/// assert_eq!(classify("DBInstanceNotFound", "DBInstance x not found."), Some(ErrorKind::NotFound));
/// assert_eq!(classify("DBInstanceNotFoundFault", ""), Some(ErrorKind::NotFound));
/// assert_eq!(classify("SomethingNew", ""), None);
/// ```
#[must_use]
pub fn classify(code: &str, message: &str) -> Option<ErrorKind> {
    let code = stem(code);
    if code == "SnapshotQuotaExceeded" && message.contains("Cannot copy more than") {
        return Some(ErrorKind::Busy);
    }
    CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(kind, _)| *kind)
}

/// Whether two spellings mean the same code.
#[cfg(feature = "aws")]
pub(crate) fn same_code(one: &str, other: &str) -> bool {
    stem(one) == stem(other)
}

/// The code without one trailing `Fault` or `Exception`.
fn stem(code: &str) -> &str {
    code.strip_suffix("Fault").or_else(|| code.strip_suffix("Exception")).unwrap_or(code)
}
