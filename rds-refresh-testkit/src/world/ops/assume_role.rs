use std::time::Duration;

use rds_refresh_core::ids::AccountId;
use rds_refresh_core::{Secret, Timestamp};

use crate::world::iam::Asks;
use crate::world::naming::letters;
use crate::world::{ApiError, Caller, Identity, Operation, Request, Session, World};

/// The parameters of `AssumeRole`.
///
/// Roles and their trust are not modelled: every role of an account of the world can be assumed, by every user and every session of
/// the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssumeRole {
    /// `RoleArn`.
    pub role_arn: String,
    /// `RoleSessionName`.
    pub session_name: String,
    /// `DurationSeconds`: 900–43 200, by default 3600; at most 3600 if a session asks.
    pub duration_seconds: Option<i64>,
    /// `Policy`: refused even if it is well formed, as the policies of sessions are not evaluated.
    pub policy: Option<String>,
    /// `ExternalId`: without effect, because no role's trust asks for one.
    pub external_id: Option<String>,
    /// What the clock says that signatures are checked by. The session expires by it. By default the world's own.
    pub now: Option<Timestamp>,
}

/// What `AssumeRole` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssumedRole {
    /// `Credentials`, and the ARN in `AssumedRoleUser`.
    pub session: Session,
    /// `AssumedRoleUser.Arn`.
    pub arn: String,
    /// `AssumedRoleUser.AssumedRoleId`.
    pub id: String,
}

impl Request for AssumeRole {
    const OPERATION: Operation = Operation::AssumeRole;
    type Answer = AssumedRole;

    fn resource(&self) -> &str {
        &self.role_arn
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on_arn(&self.role_arn)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<AssumedRole, ApiError> {
        self.check()?;
        let lasting = self.duration(caller)?;
        let (account, role) = self.role(caller)?;
        if caller.identity == Identity::Root {
            return Err(ApiError::new("AccessDenied", 403, "Roles may not be assumed by root accounts."));
        }
        if !world.places().any(|(place, _)| place.account == account) {
            let message =
                format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {}", caller.arn(), self.role_arn);
            return Err(ApiError::new("AccessDenied", 403, message));
        }
        let assumed = Caller {
            account: account.clone(),
            region: caller.region.clone(),
            identity: Identity::Session { role, name: self.session_name.clone() },
        };
        let draw = world.draw_next(&assumed.place(), "session");
        let session = Session {
            access_key_id: format!("ASIA{}", letters(draw, 16).to_ascii_uppercase()),
            secret: Secret::new(letters(draw.next(), 40)),
            token: Secret::new(letters(draw.next().next(), 256)),
            expires_at: self.now.unwrap_or_else(|| world.now()) + lasting,
            account,
            identity: assumed.identity.clone(),
        };
        world.serial += 1;
        world.sessions.insert(session.access_key_id.clone(), session.clone());
        Ok(AssumedRole { session, arn: assumed.arn(), id: world.user_id(&assumed) })
    }
}

impl AssumeRole {
    /// The grammar of the texts (STS API reference, constraints of the parameters).
    fn check(&self) -> Result<(), ApiError> {
        text("roleArn", &self.role_arn, 20, 2048, |_| true)?;
        text("roleSessionName", &self.session_name, 2, 64, |c| "+=,.@-".contains(c))?;
        if let Some(external_id) = &self.external_id {
            text("externalId", external_id, 2, 1224, |c| "+=,.@:/-".contains(c))?;
        }
        match &self.policy {
            None => Ok(()),
            Some(policy) if serde_json::from_str::<serde_json::Value>(policy).is_err() => {
                Err(ApiError::refused("MalformedPolicyDocument", "Syntax errors in policy."))
            }
            Some(policy) if policy.chars().count() > 2048 => {
                Err(ApiError::refused("PackedPolicyTooLarge", "Packed policy consumes more than 100% of allotted space."))
            }
            Some(_) => Err(ApiError::refused("ValidationError", "This model does not evaluate the policy of a session.")),
        }
    }

    fn duration(&self, caller: &Caller) -> Result<Duration, ApiError> {
        let asked = self.duration_seconds.unwrap_or(3600);
        let seconds = u64::try_from(asked).ok().filter(|seconds| (900..=43_200).contains(seconds));
        let seconds =
            seconds.ok_or_else(|| invalid("durationSeconds", &asked.to_string(), "have value between 900 and 43200"))?;
        if seconds > 3600 && matches!(caller.identity, Identity::Session { .. }) {
            let message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
            return Err(ApiError::refused("ValidationError", message));
        }
        Ok(Duration::from_secs(seconds))
    }

    /// The account of the role, and its path and name.
    fn role(&self, caller: &Caller) -> Result<(AccountId, String), ApiError> {
        let malformed = || ApiError::refused("ValidationError", format!("{} is invalid", self.role_arn));
        let partition = caller.region.partition().to_string();
        match self.role_arn.splitn(6, ':').collect::<Vec<_>>()[..] {
            ["arn", of, "iam", "", account, resource] if of == partition => {
                let role = resource.strip_prefix("role/").filter(|role| !role.is_empty() && !role.ends_with('/'));
                Ok((account.parse().map_err(|_| malformed())?, role.ok_or_else(malformed)?.to_owned()))
            }
            _ => Err(malformed()),
        }
    }
}

/// A text of word characters and others that are `legal`.
fn text(parameter: &str, value: &str, shortest: usize, longest: usize, legal: fn(char) -> bool) -> Result<(), ApiError> {
    if value.is_empty() {
        let message = format!(
            "1 validation error detected: Value null at '{parameter}' failed to satisfy constraint: Member must not be null"
        );
        return Err(ApiError::refused("ValidationError", message));
    }
    if !(shortest..=longest).contains(&value.chars().count()) {
        return Err(invalid(parameter, value, &format!("have length between {shortest} and {longest}")));
    }
    if !value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || legal(c)) {
        return Err(invalid(parameter, value, "satisfy the regular expression pattern of the parameter"));
    }
    Ok(())
}

fn invalid(parameter: &str, value: &str, rule: &str) -> ApiError {
    let message =
        format!("1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy constraint: Member must {rule}");
    ApiError::refused("ValidationError", message)
}
