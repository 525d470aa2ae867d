//! Statements put in and taken out, and all others left alone.

use rds_refresh_core::key_policy::{EditError, Edited, Policy, allow_destination, revoke_destination};
use serde_json::{Value, json};

use crate::{destination, key, own, policy};

fn allow(text: &str) -> Result<Edited, EditError> {
    allow_destination(text, &key(), &destination())
}

fn revoke(text: &str) -> Result<Edited, EditError> {
    revoke_destination(text, &key(), &destination())
}

fn statements(text: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(text).unwrap();
    document["Statement"].as_array().unwrap().clone()
}

#[test]
fn two_statements_are_added_and_shown() {
    let edited = allow(&policy(&json!([own()]))).unwrap();
    assert!(edited.changed);
    assert!(Policy::parse(&edited.policy).unwrap().lets_copy(&key(), &destination()));
    let statements = statements(&edited.policy);
    assert_eq!(statements[0], own());
    let [_, using, granting] = statements.as_slice() else { panic!("{statements:?}") };
    assert_eq!(using.get("Condition"), None);
    assert_eq!(granting["Condition"], json!({ "Bool": { "kms:GrantIsForAWSResource": "true" } }));
    let shown = edited.diff.to_string();
    assert!(shown.lines().all(|line| line.starts_with("+ ")), "{shown}");
    assert!(shown.contains("+   \"Sid\": \"RdsRefreshUseBy222222222222\""), "{shown}");
    assert!(shown.contains("kms:GrantIsForAWSResource"), "{shown}");
}

/// Every action of ours is needed: without any one of them a copy would fail.
#[test]
fn no_statement_and_no_action_of_a_copy_is_there_for_nothing() {
    let edited = allow(&policy(&json!([own()]))).unwrap();
    let document: Value = serde_json::from_str(&edited.policy).unwrap();
    for (statement, kept) in [(1, 0), (2, 2)] {
        let actions = document["Statement"][statement]["Action"].as_array().unwrap().clone();
        // Listing and revoking grants is for later, and not for the copy.
        for (index, action) in actions.iter().enumerate().take(actions.len() - kept) {
            let mut less = document.clone();
            less["Statement"][statement]["Action"].as_array_mut().unwrap().remove(index);
            let read = Policy::parse(&less.to_string()).unwrap();
            let missing: Vec<_> = read.of_copy(&key(), &destination()).filter(|(_, access)| !access.is_allowed()).collect();
            assert_eq!(missing.len(), 1, "{missing:?}");
            assert_eq!(*action, json!(format!("kms:{}", missing[0].0)));
        }
    }
}

#[test]
fn a_second_edit_changes_nothing() {
    let first = allow(&policy(&json!(own()))).unwrap();
    let second = allow(&first.policy).unwrap();
    assert_eq!((second.changed, &second.policy), (false, &first.policy));
    assert!(second.diff.is_empty() && second.diff.to_string().is_empty());
    let nothing = policy(&json!([own()]));
    assert_eq!(revoke(&nothing).unwrap().policy, nothing);
}

#[test]
fn unusual_but_legal_forms_survive() {
    let odd = json!([
        own(),
        { "Effect": "Deny", "NotPrincipal": { "AWS": ["arn:aws:iam::111111111111:root", "111111111111"] },
          "NotAction": "kms:*", "NotResource": "arn:aws:kms:*:*:key/x" },
        { "Sid": "", "Effect": "Allow", "Principal": { "Service": ["rds.amazonaws.com"], "Federated": "x" },
          "Action": ["kms:De*"], "Resource": ["*"],
          "Condition": { "StringEquals": { "aws:SourceAccount": ["111111111111"] }, "Bool": { "aws:SecureTransport": true },
                         "NumericLessThan": { "aws:MultiFactorAuthAge": 3600 } } },
        { "Sid": "Für 222222222222", "Effect": "Allow", "Principal": { "AWS": "222222222222" }, "Action": "kms:Decrypt", "Resource": "*" },
    ]);
    let before = json!({ "Id": "key-consolepolicy-3", "Version": "2008-10-17", "Statement": odd }).to_string();
    let allowed = allow(&before).unwrap();
    assert_eq!(statements(&allowed.policy)[..4], *odd.as_array().unwrap());
    assert_eq!(revoke(&allowed.policy).unwrap().policy, before);
}

#[test]
fn a_single_statement_becomes_a_list() {
    let edited = allow(&policy(&own())).unwrap();
    assert_eq!(statements(&edited.policy).len(), 3);
    assert_eq!(statements(&edited.policy)[0], own());
}

#[test]
fn what_has_drifted_is_written_anew_and_what_is_somebody_elses_is_not_touched() {
    let drifted = json!({
        "Sid": "RdsRefreshUseBy222222222222", "Effect": "Allow", "Principal": { "AWS": "222222222222" },
        "Action": "kms:Decrypt", "Resource": "*",
    });
    let edited = allow(&policy(&json!([own(), drifted]))).unwrap();
    assert_eq!((edited.diff.removed.len(), edited.diff.added.len()), (1, 2));
    assert!(edited.diff.to_string().starts_with("- {"));
    assert!(Policy::parse(&edited.policy).unwrap().lets_copy(&key(), &destination()));

    for change in [
        |it: &mut Value| it["Principal"] = json!({ "AWS": ["222222222222", "333333333333"] }),
        |it: &mut Value| it["Principal"] = json!("*"),
        |it: &mut Value| it["Effect"] = json!("Deny"),
    ] {
        let mut changed = drifted.clone();
        change(&mut changed);
        let text = policy(&json!([own(), changed]));
        let refused = Err(EditError::Foreign("RdsRefreshUseBy222222222222".into()));
        assert_eq!((allow(&text), revoke(&text)), (refused.clone(), refused), "{text}");
    }
    // Another account's statements are another account's.
    let other = allow_destination(&policy(&json!([own()])), &key(), &"333333333333".parse().unwrap()).unwrap();
    let both = allow(&other.policy).unwrap();
    assert_eq!(statements(&both.policy).len(), 5);
    assert_eq!(statements(&revoke(&both.policy).unwrap().policy), statements(&other.policy));
}

#[test]
fn nobody_is_locked_out() {
    let admin = json!({
        "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111111111111:role/admin" }, "Action": "kms:*", "Resource": "*",
    });
    assert!(allow(&policy(&json!([admin]))).unwrap().changed);
    let decrypt = json!({ "Effect": "Allow", "Principal": { "AWS": "111111111111" }, "Action": "kms:Decrypt", "Resource": "*" });
    let deny = json!({ "Sid": "Frozen", "Effect": "Deny", "Principal": "*", "Action": "kms:Put*", "Resource": "*" });
    for (statements, expected) in
        [(json!([decrypt]), "no statement allows kms:PutKeyPolicy"), (json!([own(), deny]), "\"Frozen\" denies it")]
    {
        match allow(&policy(&statements)) {
            Err(EditError::LockOut { account, why }) => {
                assert_eq!(account.as_str(), "111111111111");
                assert!(why.contains(expected), "{why}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_cannot_be_edited_is_refused() {
    assert!(matches!(allow("not JSON"), Err(EditError::Malformed(_))));
    assert!(matches!(revoke("{}"), Err(EditError::Malformed(_))));
    let own_account = allow_destination(&policy(&json!([own()])), &key(), key().account());
    assert_eq!(own_account, Err(EditError::OwnAccount("111111111111".parse().unwrap())));
    let long = json!([own(), {
        "Effect": "Allow", "Principal": { "AWS": "111111111111" }, "Resource": "*", "Action": vec!["kms:Decrypt"; 3000],
    }]);
    assert!(matches!(allow(&policy(&long)), Err(EditError::TooLong(size)) if size > 32_768));
}

#[test]
fn the_principal_is_of_the_keys_partition() {
    let key = "arn:aws-cn:kms:cn-north-1:111111111111:key/1".parse().unwrap();
    let edited = allow_destination(&policy(&json!([own()])), &key, &destination()).unwrap();
    assert!(edited.policy.contains("arn:aws-cn:iam::222222222222:root"));
    assert!(Policy::parse(&edited.policy).unwrap().lets_copy(&key, &destination()));
}
