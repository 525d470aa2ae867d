//! KMS: from JSON to a request of the model, and from its answer to JSON.

mod alias;
mod create_grant;
mod create_key;
mod describe_key;
mod fields;
mod generate_data_key;
mod key_deletion;
mod key_metadata;
mod key_policy;
mod key_rotation;
mod key_state;
mod key_tags;
mod list_grants;
mod lists;
mod retire_grant;
mod revoke_grant;
mod update_key_description;

use rds_refresh_core::Timestamp;
use serde_json::{Value, json};

use crate::world::{ApiError, Caller, Operation, Page, Request, World, ops};

pub(super) use fields::Fields;

/// How KMS calls itself in the header `X-Amz-Target`.
pub(super) const TARGET_PREFIX: &str = "TrentService.";

/// How a request of the model is read from a JSON object and its answer written as one.
trait Json: Request + Sized {
    /// Takes from `fields` all that the model honours for this operation.
    fn read(fields: &mut Fields) -> Result<Self, ApiError>;

    /// The answer's body; `Null` for an empty one.
    fn write(&self, answer: &Self::Answer) -> Value;
}

type Handler = fn(&[u8], &mut World, &Caller) -> Result<Value, ApiError>;

const OPERATIONS: &[(Operation, Handler)] = &[
    entry::<ops::CancelKeyDeletion>(),
    entry::<ops::CreateAlias>(),
    entry::<ops::CreateGrant>(),
    entry::<ops::CreateKey>(),
    entry::<ops::DeleteAlias>(),
    entry::<ops::DescribeKey>(),
    entry::<ops::DisableKey>(),
    entry::<ops::EnableKey>(),
    entry::<ops::GenerateDataKey>(),
    entry::<ops::GenerateDataKeyWithoutPlaintext>(),
    entry::<ops::GetKeyPolicy>(),
    entry::<ops::GetKeyRotationStatus>(),
    entry::<ops::ListAliases>(),
    entry::<ops::ListGrants>(),
    entry::<ops::ListKeyPolicies>(),
    entry::<ops::ListKeys>(),
    entry::<ops::ListResourceTags>(),
    entry::<ops::ListRetirableGrants>(),
    entry::<ops::PutKeyPolicy>(),
    entry::<ops::RetireGrant>(),
    entry::<ops::RevokeGrant>(),
    entry::<ops::ScheduleKeyDeletion>(),
    entry::<ops::TagResource>(),
    entry::<ops::UntagResource>(),
    entry::<ops::UpdateAlias>(),
    entry::<ops::UpdateKeyDescription>(),
];

/// Carries out the request that `target` and `body` hold and answers the body of its success.
pub(super) fn answer(target: &str, body: &[u8], world: &mut World, caller: &Caller) -> Result<String, ApiError> {
    let action = target.strip_prefix(TARGET_PREFIX);
    let handler = OPERATIONS.iter().find(|(operation, _)| Some(operation.name()) == action);
    let Some((_, handler)) = handler else {
        let unknown = ApiError::refused("UnknownOperationException", format!("There is no operation {target}"));
        return Err(world.refuse(caller, action.unwrap_or(target), unknown));
    };
    Ok(match handler(body, world, caller)? {
        Value::Null => String::new(),
        body => body.to_string(),
    })
}

/// The body that tells of an error. What any service may answer, KMS spells its own way (KMS API reference, common errors).
pub(super) fn error(error: &ApiError) -> String {
    let code = match error.code {
        "Throttling" => "ThrottlingException",
        "InternalFailure" => "KMSInternalException",
        code => code,
    };
    json!({ "__type": code, "message": error.message }).to_string()
}

const fn entry<R: Json>() -> (Operation, Handler) {
    (R::OPERATION, handle::<R>)
}

fn handle<R: Json>(body: &[u8], world: &mut World, caller: &Caller) -> Result<Value, ApiError> {
    let request = read::<R>(body).map_err(|error| world.refuse(caller, R::OPERATION.name(), error))?;
    world.call(caller, &request).map(|answer| request.write(&answer))
}

fn read<R: Json>(body: &[u8]) -> Result<R, ApiError> {
    let mut fields = Fields::decode(body)?;
    let request = R::read(&mut fields)?;
    fields.finish()?;
    Ok(request)
}

/// One page of a listing: `Truncated` says whether there is another.
fn page<T>(name: &str, page: &Page<T>, item: impl Fn(&T) -> Value) -> Value {
    let items: Vec<Value> = page.items.iter().map(item).collect();
    without_nulls(json!({ name: items, "NextMarker": page.marker, "Truncated": page.marker.is_some() }))
}

/// A time as the JSON protocol writes it: a number of seconds since 1970, with a fraction.
fn epoch_seconds(time: Timestamp) -> Value {
    let millis = time.as_millis();
    // Exact for a few hundred thousand years: the milliseconds fit into the 53 bits of the mantissa.
    #[expect(clippy::cast_precision_loss)]
    let seconds = millis as f64 / 1000.0;
    seconds.into()
}

/// The object without the fields that are null: to an AWS client, absent means null.
fn without_nulls(mut object: Value) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.retain(|_, value| !value.is_null());
    }
    object
}
