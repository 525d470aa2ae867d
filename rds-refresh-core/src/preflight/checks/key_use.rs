//! Who may do with a key what RDS does with it.

use super::{About, Check, Finding, Observed};
use crate::ids::{AccountId, KeyArn};
use crate::key_policy::{Access, KeyCall, Policy};
use crate::ports::CreateGrant;
use crate::step::Side;

/// What was read of the source's key: its policy, and whether KMS would let the caller grant its use.
#[derive(Clone, Debug)]
pub struct SourceKeyUse {
    /// The policy's text.
    pub policy: Observed<String>,
    /// The answer to a dry run of the grant that a run makes.
    pub may_grant: Observed<bool>,
}

/// Whether the destination may use the source's key, or can be given a grant. A policy that denies is in the way of both.
#[must_use]
pub fn decide_source(key: &KeyArn, destination: &AccountId, seen: &SourceKeyUse) -> Finding {
    let about = About {
        check: Check::SourceKeyUse,
        side: Side::Source,
        resource: key.to_string(),
        needed: format!("a key policy that lets account {destination} copy, or lets the run grant it"),
        document: "RDS user guide, sharing an encrypted snapshot; KMS developer guide, allowing users in other accounts",
    };
    let allow = || format!("rds-refresh kms allow-destination --key {key} --account {destination} --apply");
    let show = || format!("aws kms get-key-policy --key-id {key} --policy-name default --output text");
    let policy = match about.read(&seen.policy, show) {
        Ok(text) => match Policy::parse(&text) {
            Ok(policy) => policy,
            Err(malformed) => return about.cannot_see(malformed.to_string(), show()),
        },
        // Only a grant can help then; but a policy that denies could still be in its way.
        Err(unread) => return *unread,
    };
    let accesses: Vec<(&str, Access)> = policy.of_copy(key, destination).collect();
    if let Some((operation, Access::Denied { by })) = accesses.iter().find(|(_, access)| matches!(access, Access::Denied { .. }))
    {
        let except = format!("{}  # then except account {destination} in that statement", show());
        return about.wrong(format!("statement {by} denies kms:{operation}, which no grant overrules"), except);
    }
    let denies_in_doubt = accesses.iter().find_map(|(operation, access)| match access {
        Access::Unsure { by, why } => Some(format!("kms:{operation}: statement {by}: {why}")),
        _ => None,
    });
    let missing: Vec<String> =
        accesses.iter().filter(|(_, access)| !access.is_allowed()).map(|(operation, _)| format!("kms:{operation}")).collect();
    if missing.is_empty() {
        return about.ok("the key policy allows it");
    }
    match (&seen.may_grant, denies_in_doubt) {
        (Ok(true), None) => about.ok("a run may grant it"),
        (Ok(true), Some(doubt)) => about.cannot_see(format!("a run may grant it, but {doubt}"), show()),
        (Ok(false), _) => {
            let near: Vec<&String> = accesses
                .iter()
                .flat_map(|(_, access)| match access {
                    Access::Silent { near } => near.as_slice(),
                    _ => &[],
                })
                .collect();
            let because = near.first().map(|why| format!(" ({why})")).unwrap_or_default();
            about.wrong(
                format!("the key policy does not allow {}{because}, and the run may not grant it", missing.join(", ")),
                allow(),
            )
        }
        (Err(error), _) => about.cannot_see(
            format!(
                "the key policy does not allow {}, and whether the run may grant it could not be asked: {error}",
                missing.join(", ")
            ),
            format!(
                "aws kms create-grant --dry-run --key-id {key} --grantee-principal {destination} --operations {}",
                CreateGrant::OPERATIONS.join(" ")
            ),
        ),
    }
}

/// What was read of the destination's key.
#[derive(Clone, Debug)]
pub struct DestinationKeyUse {
    /// The policy's text.
    pub policy: Observed<String>,
    /// The answer to a dry run of encrypting with it. A no may be RDS's yes.
    pub may_encrypt: Observed<bool>,
}

/// What RDS does with the key of a copy, in the name of whoever copies.
const OPERATIONS: [&str; 6] =
    ["DescribeKey", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptTo", "CreateGrant"];

/// Whether the destination's account may use its own key through RDS.
#[must_use]
pub fn decide_destination(key: &KeyArn, account: &AccountId, seen: &DestinationKeyUse) -> Finding {
    let about = About {
        check: Check::DestinationKeyUse,
        side: Side::Destination,
        resource: key.to_string(),
        needed: format!("a key policy that lets account {account} use the key through RDS"),
        document: "KMS developer guide, how Amazon RDS uses AWS KMS",
    };
    let show = || format!("aws kms get-key-policy --key-id {key} --policy-name default --output text");
    let policy = match (&seen.policy, &seen.may_encrypt) {
        (Ok(text), _) => match Policy::parse(text) {
            Ok(policy) => policy,
            Err(malformed) => return about.cannot_see(malformed.to_string(), show()),
        },
        (Err(error), asked) => return about.cannot_see(format!("{error}{}", dry_run(asked)), show()),
    };
    let mut doubt = None;
    for operation in OPERATIONS {
        match policy.decide(&KeyCall::by_rds(operation, key, account)) {
            Access::Allowed { .. } => {}
            Access::Denied { by } => return about.wrong(format!("statement {by} denies kms:{operation}"), show()),
            Access::Silent { near } => {
                let because = near.first().map(|why| format!(" ({why})")).unwrap_or_default();
                return about.wrong(format!("no statement allows kms:{operation}{because}"), show());
            }
            Access::Unsure { by, why } => doubt = doubt.or_else(|| Some(format!("kms:{operation}: statement {by}: {why}"))),
        }
    }
    match (doubt, &seen.may_encrypt) {
        (None, _) => about.ok("the key policy allows it"),
        (Some(doubt), asked) => about.cannot_see(format!("{doubt}{}", dry_run(asked)), show()),
    }
}

/// What asking KMS itself adds where the policy leaves a doubt: one operation of several, and not through RDS.
fn dry_run(may_encrypt: &Observed<bool>) -> String {
    const ASKED: &str = "GenerateDataKeyWithoutPlaintext";
    let others: Vec<String> = OPERATIONS.iter().filter(|it| **it != ASKED).map(|it| format!("kms:{it}")).collect();
    match may_encrypt {
        Ok(true) => {
            format!("; KMS would let the caller kms:{ASKED}; not asked: {}, and any of it through RDS", others.join(", "))
        }
        // A condition on RDS would refuse the caller by itself.
        Ok(false) | Err(_) => String::new(),
    }
}
