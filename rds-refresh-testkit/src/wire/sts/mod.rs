//! STS: from parameters to a request of the model, from its answer to XML.

use rds_refresh_core::Timestamp;

use crate::wire::query::Params;
use crate::wire::xml::{Xml, document_of, error_of};
use crate::world::ops::{AssumeRole, AssumedRole, CallerIdentity, GetCallerIdentity};
use crate::world::{ApiError, Caller, Request, World};

/// The only version of the API that there is.
pub(super) const VERSION: &str = "2011-06-15";
/// The namespace of all STS documents.
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Carries out the request that `params` hold and answers the document of its success. `now` is what the clock says that signatures
/// are checked by.
pub(super) fn answer(
    mut params: Params,
    world: &mut World,
    caller: &Caller,
    now: Timestamp,
    request_id: &str,
) -> Result<String, ApiError> {
    let Some(action) = params.string("Action") else {
        return Err(world.refuse(caller, "", ApiError::refused("MissingAction", "The request must contain an action")));
    };
    let version = params.string("Version").unwrap_or_default();
    match action.as_str() {
        "GetCallerIdentity" if version == VERSION => {
            let request = params.finish().map(|()| GetCallerIdentity);
            carry_out(request, world, caller, request_id, identity)
        }
        "AssumeRole" if version == VERSION => carry_out(assume_role(params, now), world, caller, request_id, assumed_role),
        _ => {
            let unknown = ApiError::refused("InvalidAction", format!("Could not find operation {action} for version {version}"));
            Err(world.refuse(caller, &action, unknown))
        }
    }
}

/// The document that tells of an error.
pub(super) fn error(error: &ApiError, request_id: &str) -> String {
    error_of(NAMESPACE, error, request_id)
}

fn carry_out<R: Request>(
    request: Result<R, ApiError>,
    world: &mut World,
    caller: &Caller,
    request_id: &str,
    write: fn(&mut Xml, &R::Answer),
) -> Result<String, ApiError> {
    let name = R::OPERATION.name();
    let request = request.map_err(|error| world.refuse(caller, name, error))?;
    let answer = world.call(caller, &request)?;
    Ok(document_of(NAMESPACE, &format!("{name}Response"), |xml| {
        xml.element(&format!("{name}Result"), |xml| write(xml, &answer));
        xml.element("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    }))
}

fn identity(xml: &mut Xml, answer: &CallerIdentity) {
    xml.text("UserId", &answer.user_id);
    xml.text("Account", &answer.account);
    xml.text("Arn", &answer.arn);
}

fn assume_role(mut params: Params, now: Timestamp) -> Result<AssumeRole, ApiError> {
    let request = AssumeRole {
        role_arn: params.string("RoleArn").unwrap_or_default(),
        session_name: params.string("RoleSessionName").unwrap_or_default(),
        duration_seconds: params.number("DurationSeconds")?,
        policy: params.string("Policy"),
        external_id: params.string("ExternalId"),
        now: Some(now),
    };
    params.finish()?;
    Ok(request)
}

fn assumed_role(xml: &mut Xml, answer: &AssumedRole) {
    xml.element("AssumedRoleUser", |xml| {
        xml.text("AssumedRoleId", &answer.id);
        xml.text("Arn", &answer.arn);
    });
    xml.element("Credentials", |xml| {
        xml.text("AccessKeyId", &answer.session.access_key_id);
        xml.text("SecretAccessKey", answer.session.secret.reveal());
        xml.text("SessionToken", answer.session.token.reveal());
        xml.text("Expiration", answer.session.expires_at);
    });
}
