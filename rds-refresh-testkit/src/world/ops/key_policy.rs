use crate::world::iam::{AccessRequest, Context, Decision, Policy};
use crate::world::page::{Page, Paging};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `GetKeyPolicy`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GetKeyPolicy {
    /// `KeyId`.
    pub key: String,
    /// `PolicyName`.
    pub policy_name: Option<String>,
}

impl Request for GetKeyPolicy {
    const OPERATION: Operation = Operation::GetKeyPolicy;
    type Answer = String;

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<String, ApiError> {
        check_name(self.policy_name.as_deref())?;
        world.own_key_for(caller, &self.key, Self::OPERATION).map(|key| key.policy.clone())
    }
}

/// The parameters of `PutKeyPolicy`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PutKeyPolicy {
    /// `KeyId`.
    pub key: String,
    /// `PolicyName`.
    pub policy_name: Option<String>,
    /// `Policy`.
    pub policy: String,
    /// `BypassPolicyLockoutSafetyCheck`.
    pub bypass_lockout_safety_check: Option<bool>,
}

impl Request for PutKeyPolicy {
    const OPERATION: Operation = Operation::PutKeyPolicy;
    type Answer = ();

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<(), ApiError> {
        check_name(self.policy_name.as_deref())?;
        let arn = world.own_key_for(caller, &self.key, Self::OPERATION)?.arn.clone();
        check_policy(caller, &arn, &self.policy, self.bypass_lockout_safety_check)?;
        let (now, delay) = (world.now(), world.switches.key_policy_delay);
        let key = world.key_mut(&arn).ok_or_else(ApiError::internal_failure)?;
        key.former_policy = (!delay.is_zero()).then(|| (key.policy_at(now).to_owned(), now + delay));
        key.policy.clone_from(&self.policy);
        Ok(())
    }
}

/// The parameters of `ListKeyPolicies`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListKeyPolicies {
    /// `KeyId`.
    pub key: String,
    /// `Marker` and `Limit`.
    pub paging: Paging,
}

impl Request for ListKeyPolicies {
    const OPERATION: Operation = Operation::ListKeyPolicies;
    type Answer = Page<&'static str>;

    fn resource(&self) -> &str {
        &self.key
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<&'static str>, ApiError> {
        world.own_key_for(caller, &self.key, Self::OPERATION)?;
        self.paging.kms(vec!["default"], 100, 1000, |name| (*name).to_owned())
    }
}

/// A policy for a key: it must parse, be no longer than 32 768 bytes, and leave the caller the right to change it again (KMS API
/// reference, `BypassPolicyLockoutSafetyCheck`).
pub(super) fn check_policy(caller: &Caller, key: &str, text: &str, bypass: Option<bool>) -> Result<(), ApiError> {
    if text.len() > 32_768 {
        return Err(ApiError::refused("LimitExceededException", "The policy is longer than 32768 bytes."));
    }
    let malformed = |why: String| ApiError::refused("MalformedPolicyDocumentException", why);
    let policy = Policy::parse(text).map_err(|error| malformed(error.to_string()))?;
    let context = Context::default();
    let again = AccessRequest {
        account: caller.account.as_str(),
        principal: &caller.principal(),
        session: &caller.arn(),
        action: "kms:PutKeyPolicy",
        resource: key,
        context: &context,
    };
    if bypass != Some(true) && !matches!(policy.decide(&again), Decision::Allow | Decision::Delegate) {
        return Err(malformed("The new key policy will not allow you to update the key policy in the future.".to_owned()));
    }
    Ok(())
}

/// `default` is the only name that a key policy can have.
fn check_name(name: Option<&str>) -> Result<(), ApiError> {
    match name {
        None | Some("default") => Ok(()),
        Some(odd) => Err(ApiError::refused("NotFoundException", format!("No such policy exists: {odd}"))),
    }
}
