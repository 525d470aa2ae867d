//! Parameters that are not for what the model has: Multi-AZ DB clusters and instances of MySQL and PostgreSQL. RDS refuses them there,
//! and so does the model, in words that say why; the rest that it does not know it refuses as unknown.

use crate::wire::query::Params;
use crate::world::ApiError;

/// "Valid for Cluster Type: Aurora DB clusters only" (RDS API reference, `CreateDBCluster` and `ModifyDBCluster`).
const OF_AURORA: &[&str] = &[
    "AllowEngineModeChange",
    "AvailabilityZones",
    "BacktrackWindow",
    "CharacterSetName",
    "ClusterScalabilityType",
    "DBInstanceParameterGroupName",
    "Domain",
    "DomainIAMRoleName",
    "EnableGlobalWriteForwarding",
    "EnableHttpEndpoint",
    "EnableInternetAccessGateway",
    "EnableLimitlessDatabase",
    "EnableLocalWriteForwarding",
    "EnableVPCNetworking",
    "GlobalClusterIdentifier",
    "NetworkType",
    "OptionGroupName",
    "ScalingConfiguration",
    "ServerlessV2ScalingConfiguration",
    "WithExpressConfiguration",
];

/// Parameters of other engines, of RDS Custom, of Outposts and of EC2-Classic (RDS API reference, `CreateDBInstance` and
/// `ModifyDBInstance`).
const OF_OTHER_ENGINES: &[&str] = &[
    "AdditionalStorageVolumes",
    "AutomationMode",
    "CharacterSetName",
    "CustomIamInstanceProfile",
    "DBSecurityGroups",
    "DBSystemId",
    "EnableCustomerOwnedIp",
    "Engine",
    "MultiTenant",
    "NcharCharacterSetName",
    "PromotionTier",
    "ReplicaMode",
    "ResumeFullAutomationModeMinutes",
    "TdeCredentialArn",
    "TdeCredentialPassword",
    "Timezone",
];

/// Refuses what a Multi-AZ DB cluster does not have.
pub(super) fn refuse_of_aurora(params: &mut Params) -> Result<(), ApiError> {
    params.only("EngineMode", "provisioned")?;
    params.refuse(OF_AURORA, "isn't supported for Multi-AZ DB clusters.")
}

/// Refuses what an instance of MySQL or PostgreSQL does not have. `Engine` must have been read, where there is one.
pub(super) fn refuse_of_other_engines(params: &mut Params) -> Result<(), ApiError> {
    params.only("NetworkType", "IPV4")?;
    params.refuse(OF_OTHER_ENGINES, "isn't supported for DB instances of MySQL and PostgreSQL.")
}
