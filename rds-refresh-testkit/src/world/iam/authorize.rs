use rds_refresh_core::ids::Arn;

use super::asks::Ask;
use super::context::Context;
use super::policy::{AccessRequest, Decision};
use crate::world::place::Place;
use crate::world::{ApiError, Caller, Identity, Request, World};

/// Why something is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum Why {
    /// A policy of the caller denies it.
    IdentityDenies,
    /// No policy of the caller allows it.
    IdentityIsSilent,
    /// The key's policy denies it.
    ResourceDenies,
    /// Neither the key's policy nor a grant allows it.
    ResourceIsSilent,
}

impl Why {
    /// The message of the refusal (IAM user guide, troubleshooting access denied error messages).
    pub(in crate::world) fn message(self, caller: &Caller, action: &str, resource: &str) -> String {
        let because = match self {
            Self::IdentityDenies => "with an explicit deny in an identity-based policy".to_owned(),
            Self::IdentityIsSilent => format!("because no identity-based policy allows the {action} action"),
            Self::ResourceDenies => "with an explicit deny in a resource-based policy".to_owned(),
            Self::ResourceIsSilent => format!("because no resource-based policy allows the {action} action"),
        };
        format!("User: {} is not authorized to perform: {action} on resource: {resource} {because}", caller.arn())
    }
}

impl World {
    /// Whether the caller's policies allow all that a call asks for. Where a key is used, its policy and grants are asked as well, when
    /// the key is found.
    pub(in crate::world) fn authorize<R: Request>(&self, caller: &Caller, request: &R) -> Result<(), ApiError> {
        if self.policies_of(caller).is_none() {
            return Ok(());
        }
        let (common, asked) = request.asks(self, caller).into_parts();
        for Ask { action, resources, context } in &asked {
            for resource in resources {
                let mut all = common.clone();
                all.extend(context.clone());
                all.extend(self.context_of(caller, resource));
                let why = match self.identity_says(caller, action, resource, &all) {
                    Decision::Allow | Decision::Delegate => continue,
                    Decision::Deny => Why::IdentityDenies,
                    Decision::Silent => Why::IdentityIsSilent,
                };
                return Err(ApiError::denied(R::OPERATION.service(), why.message(caller, action, resource)));
            }
        }
        Ok(())
    }

    /// What the policies of a caller say, all of them together.
    pub(in crate::world) fn identity_says(&self, caller: &Caller, action: &str, resource: &str, context: &Context) -> Decision {
        let Some(policies) = self.policies_of(caller) else { return Decision::Allow };
        let (principal, session) = (caller.principal(), caller.arn());
        let (account, principal, session) = (caller.account.as_str(), principal.as_str(), session.as_str());
        let request = AccessRequest { account, principal, session, action, resource, context };
        let mut said = Decision::Silent;
        for policy in policies {
            match policy.decide(&request) {
                Decision::Deny => return Decision::Deny,
                Decision::Silent => {}
                allowed => said = allowed,
            }
        }
        said
    }

    /// The condition keys that are in the context of every call: of the caller, and of the resource. Tags are those of the caller's own
    /// account: what another one shares shows none.
    pub(in crate::world) fn context_of(&self, caller: &Caller, resource: &str) -> Context {
        let mut context = Context::default()
            .with("aws:PrincipalAccount", caller.account.as_str())
            .with("aws:PrincipalArn", caller.principal())
            .with("aws:RequestedRegion", caller.region.as_str())
            .with("aws:ViaAWSService", "false");
        match &caller.identity {
            Identity::Root => context.set("aws:PrincipalType", ["Account"]),
            Identity::User(name) => {
                context.set("aws:PrincipalType", ["User"]);
                context.set("aws:username", [name.rsplit('/').next().unwrap_or(name)]);
            }
            Identity::Session { .. } => context.set("aws:PrincipalType", ["AssumedRole"]),
        }
        let Ok(arn) = resource.parse::<Arn>() else { return context };
        context.set("aws:ResourceAccount", [arn.account.as_str()]);
        if arn.account != caller.account {
            return context;
        }
        for (key, value) in self.tags_at(&Place::of(&arn), &arn.resource).into_iter().flatten() {
            context.set(&format!("aws:ResourceTag/{key}"), [value.as_str()]);
            if let Some((kind, _)) = arn.resource.split_once(':') {
                context.set(&format!("rds:{kind}-tag/{key}"), [value.as_str()]);
            }
        }
        context
    }
}
