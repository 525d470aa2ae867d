//! Whatever the policy, allowing and revoking leaves it as it was.

use proptest::prelude::*;
use rds_refresh_core::key_policy::{KeyCall, Policy, allow_destination, revoke_destination};
use serde_json::{Value, json};

use crate::{destination, key, own};

fn one_or_many(texts: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        proptest::sample::select(texts).prop_map(Value::from),
        proptest::collection::vec(proptest::sample::select(texts), 1..4).prop_map(Value::from),
    ]
}

fn statement() -> impl Strategy<Value = Value> {
    let principals = one_or_many(&[
        "*",
        "111111111111",
        "222222222222",
        "arn:aws:iam::333333333333:root",
        "arn:aws:iam::222222222222:role/a",
        "AIDAEXAMPLE",
    ]);
    let principal = prop_oneof![
        Just(json!("*")),
        principals.prop_map(|principals| json!({ "AWS": principals })),
        Just(json!({ "Service": "rds.amazonaws.com" })),
    ];
    let actions = one_or_many(&["kms:*", "kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:?ist*", "*"]);
    let condition = prop_oneof![
        Just(Value::Null),
        one_or_many(&["true", "false"]).prop_map(|values| json!({ "Bool": { "kms:GrantIsForAWSResource": values } })),
        one_or_many(&["rds.eu-west-1.amazonaws.com", "ec2.*"])
            .prop_map(|values| json!({ "StringLike": { "kms:ViaService": values } })),
        one_or_many(&["o-1"]).prop_map(|values| json!({ "StringNotEqualsIfExists": { "aws:PrincipalOrgID": values } })),
    ];
    (any::<[bool; 3]>(), principal, actions, condition, "[A-Za-z0-9 ]{0,8}").prop_map(
        |([allow, not_principal, not_action], principal, actions, condition, sid)| {
            let mut statement = json!({ "Effect": if allow { "Allow" } else { "Deny" }, "Resource": "*", "Sid": sid });
            statement[if not_principal { "NotPrincipal" } else { "Principal" }] = principal;
            statement[if not_action { "NotAction" } else { "Action" }] = actions;
            if !condition.is_null() {
                statement["Condition"] = condition;
            }
            statement
        },
    )
}

proptest! {
    #[test]
    fn others_statements_survive(mut statements in proptest::collection::vec(statement(), 0..5), at in any::<prop::sample::Index>()) {
        statements.insert(at.index(statements.len() + 1), own());
        let before = json!({ "Version": "2012-10-17", "Statement": statements });
        // A policy that nobody can change again is refused, and that is all that can go wrong.
        let Ok(allowed) = allow_destination(&before.to_string(), &key(), &destination()) else { return Ok(()) };
        let after: Value = serde_json::from_str(&allowed.policy).unwrap();
        prop_assert_eq!(&after["Statement"].as_array().unwrap()[..statements.len()], statements.as_slice());
        prop_assert!(!allow_destination(&allowed.policy, &key(), &destination()).unwrap().changed);
        let revoked = revoke_destination(&allowed.policy, &key(), &destination()).unwrap();
        let after: Value = serde_json::from_str(&revoked.policy).unwrap();
        prop_assert_eq!(after, before);
    }

    /// Allowing takes nothing from anybody, and denies stay denies.
    #[test]
    fn nobody_can_do_less(statements in proptest::collection::vec(statement(), 0..5), account in "[1-3]") {
        let before = json!({ "Statement": statements.into_iter().chain([own()]).collect::<Vec<_>>() }).to_string();
        let Ok(allowed) = allow_destination(&before, &key(), &destination()) else { return Ok(()) };
        let (before, after) = (Policy::parse(&before).unwrap(), Policy::parse(&allowed.policy).unwrap());
        let account = account.repeat(12).parse().unwrap();
        for operation in ["Decrypt", "CreateGrant", "PutKeyPolicy", "ScheduleKeyDeletion"] {
            let call = KeyCall::by_rds(operation, &key(), &account);
            let (was, is) = (before.decide(&call), after.decide(&call));
            prop_assert!(!was.is_allowed() || is.is_allowed(), "{was:?} {is:?}");
            prop_assert!(account == destination() || was == is, "{was:?} {is:?}");
        }
    }
}

proptest! {
    /// The text of a policy, bent: it is read or refused, and nothing that is read panics.
    #[test]
    fn no_text_is_too_odd(
        statements in proptest::collection::vec(statement(), 1..4),
        at in any::<prop::sample::Index>(),
        cut in 0..30_usize,
        put in "[\\[\\]{}\":,0-9a-z*?. -]{0,10}|\\PC{0,8}|null",
    ) {
        let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        let at = at.index(text.len());
        let (Some(before), Some(after)) = (text.get(..at), text.get((at + cut).min(text.len())..)) else { return Ok(()) };
        let bent = format!("{before}{put}{after}");
        let read = Policy::parse(&bent);
        if let Ok(policy) = &read {
            let _ = policy.decide(&KeyCall::direct("CreateGrant", &key(), &destination()));
        }
        let edited = [allow_destination(&bent, &key(), &destination()), revoke_destination(&bent, &key(), &destination())];
        for edited in edited.into_iter().flatten() {
            prop_assert!(read.is_ok() && Policy::parse(&edited.policy).is_ok());
        }
    }
}
