use crate::world::resource::Key;
use crate::world::{ApiError, Operation};

/// Whether an operation is legal for a key in its present state (KMS developer guide, *Key states of AWS KMS keys*). Operations that
/// the table does not name are legal in every state.
pub(super) fn check(key: &Key, operation: Operation) -> Result<(), ApiError> {
    use Operation::{
        CancelKeyDeletion, CreateAlias, CreateGrant, DisableKey, EnableKey, GenerateDataKey, GenerateDataKeyWithoutPlaintext,
        ScheduleKeyDeletion, TagResource, UntagResource, UpdateAlias, UpdateKeyDescription,
    };
    let arn = &key.arn;
    let invalid = |why: &str| Err(ApiError::refused("KMSInvalidStateException", format!("{arn} {why}.")));
    match (operation, key.state.as_str()) {
        (CancelKeyDeletion, "PendingDeletion" | "PendingReplicaDeletion") => Ok(()),
        (CancelKeyDeletion, _) => invalid("is not pending deletion"),
        (CreateGrant | GenerateDataKey | GenerateDataKeyWithoutPlaintext, "Disabled") => {
            Err(ApiError::refused("DisabledException", format!("{arn} is disabled.")))
        }
        (
            CreateGrant
            | CreateAlias
            | EnableKey
            | DisableKey
            | GenerateDataKey
            | GenerateDataKeyWithoutPlaintext
            | ScheduleKeyDeletion
            | TagResource
            | UntagResource
            | UpdateAlias
            | UpdateKeyDescription,
            "PendingDeletion" | "PendingReplicaDeletion",
        ) => invalid("is pending deletion"),
        (CreateGrant | EnableKey | DisableKey | GenerateDataKey | GenerateDataKeyWithoutPlaintext, "PendingImport") => {
            invalid("is pending import")
        }
        (CreateGrant | GenerateDataKey | GenerateDataKeyWithoutPlaintext, "Unavailable") => invalid("is unavailable"),
        (
            CreateGrant
            | CreateAlias
            | EnableKey
            | DisableKey
            | GenerateDataKey
            | GenerateDataKeyWithoutPlaintext
            | ScheduleKeyDeletion,
            "Creating" | "Updating",
        ) => invalid("is being created or updated"),
        _ => Ok(()),
    }
}
