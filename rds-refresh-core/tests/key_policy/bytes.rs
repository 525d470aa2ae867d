//! What is not ours keeps its bytes: the layout, the order of names, escapes and numbers, of the statements and of the document.

use proptest::prelude::*;
use rds_refresh_core::key_policy::{Edited, allow_destination, revoke_destination};
use serde_json::{Value, json};

use crate::{destination, key, own};

fn allow(text: &str) -> Edited {
    allow_destination(text, &key(), &destination()).unwrap()
}

fn revoke(text: &str) -> Edited {
    revoke_destination(text, &key(), &destination()).unwrap()
}

/// The policy as KMS writes it for a new key.
const LAID_OUT: &str = r#"{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::111111111111:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}"#;

#[test]
fn ours_are_laid_out_like_the_others() {
    let edited = allow(LAID_OUT);
    let (kept, end) = LAID_OUT.split_at(LAID_OUT.len() - " ]\n}".len());
    let ours = edited.policy.strip_prefix(kept).unwrap().strip_suffix(end).unwrap();
    assert_eq!(
        ours,
        r#", {
    "Sid": "RdsRefreshUseBy222222222222",
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::222222222222:root"
    },
    "Action": [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom"
    ],
    "Resource": "*"
  }, {
    "Sid": "RdsRefreshGrantsBy222222222222",
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::222222222222:root"
    },
    "Action": [
      "kms:CreateGrant",
      "kms:ListGrants",
      "kms:RevokeGrant"
    ],
    "Resource": "*",
    "Condition": {
      "Bool": {
        "kms:GrantIsForAWSResource": "true"
      }
    }
  }"#
    );
    let removed = revoke(&edited.policy);
    assert_eq!(removed.policy, LAID_OUT);
    assert_eq!(removed.diff.removed, edited.diff.added, "what is taken out is shown as it was put in");
}

#[test]
fn a_policy_on_one_line_stays_on_one() {
    let before = json!({ "Statement": [own()] }).to_string();
    let edited = allow(&before);
    assert!(!edited.policy.contains('\n') && edited.policy.starts_with(before.strip_suffix("]}").unwrap()), "{}", edited.policy);
    assert!(
        edited.policy.contains(r#"},{"Sid":"RdsRefreshUseBy222222222222","Effect":"Allow","Principal""#),
        "{}",
        edited.policy
    );
    assert_eq!(revoke(&edited.policy).policy, before);
}

#[test]
fn a_single_statement_keeps_its_bytes_inside_the_list_it_gets() {
    let before = LAID_OUT.replace("[ {", "{").replace("} ]", "}");
    let edited = allow(&before);
    let (head, tail) = before.split_at(before.len() - "\n}".len());
    let (head, statement) = head.split_at(head.find("{\n    \"Sid\"").unwrap());
    assert!(edited.policy.starts_with(&format!("{head}[{statement},")) && edited.policy.ends_with(&format!("]{tail}")));
    assert_eq!(revoke(&edited.policy).policy, format!("{head}[{statement}]{tail}"));
}

#[test]
fn the_name_of_the_list_may_be_escaped_and_must_be_there_once() {
    let before = format!(r#"{{"Id":"\"Statement\":[]","St\u0061tement":[{}]}}"#, own());
    assert_eq!(revoke(&allow(&before).policy).policy, before);
    let twice = format!(r#"{{"Statement":[],"Statement":[{}]}}"#, own());
    let refused = allow_destination(&twice, &key(), &destination()).unwrap_err();
    assert!(refused.to_string().contains("more than one"), "{refused}");
}

/// A JSON text that nobody's program would write again like this.
fn odd_value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "\"[a-z \\[\\]{},:é]{0,12}\"",
        Just(r#""\u0061\/\"\\ ,{[""#.to_owned()),
        Just("123456789012345678901234567890".to_owned()),
        Just("1.000".to_owned()),
        Just("1E+2".to_owned()),
        Just("-0".to_owned()),
        Just("true".to_owned()),
    ];
    prop_oneof![
        leaf.clone(),
        (proptest::collection::vec(leaf, 0..3), blank())
            .prop_map(|(leaves, blank)| format!("[{blank}{}{blank}]", leaves.join(&format!("{blank},"))))
    ]
}

fn blank() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,4}"
}

/// A statement of somebody else, with its names in any order and a condition on something odd.
fn odd_statement() -> impl Strategy<Value = String> {
    let elements = vec![
        r#""Effect"|"Allow""#.to_owned(),
        r#""Principal"|{"Service":"x","AWS":"111111111111"}"#.to_owned(),
        r#""Action"|"kms:Decrypt""#.to_owned(),
        r#""Resource"|["*"]"#.to_owned(),
    ];
    (Just(elements).prop_shuffle(), odd_value(), blank(), blank()).prop_map(|(mut elements, odd, one, other)| {
        elements.insert(2, format!(r#""Condition"|{{"NumericLessThan":{{"z":{odd},"a":{odd}}}}}"#));
        let elements: Vec<_> = elements.iter().map(|element| element.replacen('|', &format!("{one}:{other}"), 1)).collect();
        format!("{{{one}{}{other}}}", elements.join(&format!("{other},{one}")))
    })
}

fn odd_document() -> impl Strategy<Value = (String, Vec<String>)> {
    let statements = (proptest::collection::vec(odd_statement(), 0..4), any::<prop::sample::Index>());
    (statements, blank(), blank(), odd_value(), any::<bool>()).prop_map(|((mut statements, at), one, other, odd, first)| {
        statements.insert(at.index(statements.len() + 1), own().to_string());
        let list = format!("\"Statement\"{other}:{one}[{other}{}{one}]", statements.join(&format!("{one},{other}")));
        let id = format!("\"Id\"{one}:{odd}");
        let (left, right) = if first { (&list, &id) } else { (&id, &list) };
        (format!("{one}{{{other}{left}{other},{one}{right}{other}}}{one}"), statements)
    })
}

fn is_ours(statement: &str) -> bool {
    serde_json::from_str::<Value>(statement).unwrap()["Sid"].as_str().unwrap().starts_with("RdsRefresh")
}

proptest! {
    #[test]
    fn what_is_not_ours_keeps_its_bytes((before, statements) in odd_document()) {
        let allowed = allow(&before);
        prop_assert!(allowed.diff.removed.is_empty() && allowed.diff.added.len() == 2);
        prop_assert!(allowed.diff.added.iter().all(|statement| is_ours(statement)));
        // Two texts are put in at one place, and nothing else happens.
        let added = allowed.policy.len() - before.len();
        let last = statements.last().unwrap();
        let at = before.rfind(last.as_str()).unwrap() + last.len();
        prop_assert_eq!(&allowed.policy[..at], &before[..at]);
        prop_assert_eq!(&allowed.policy[at + added..], &before[at..]);

        prop_assert_eq!(&allow(&allowed.policy).policy, &allowed.policy);
        let revoked = revoke(&allowed.policy);
        prop_assert_eq!(&revoked.policy, &before);
        prop_assert!(revoked.diff.added.is_empty() && revoked.diff.removed.iter().all(|statement| is_ours(statement)));
    }

    /// Ours may have come to stand anywhere among the others, and drifted.
    #[test]
    fn drifted_statements_go_and_take_nothing_with_them(
        mut statements in proptest::collection::vec(odd_statement(), 0..4), own_at in any::<prop::sample::Index>(),
        drifted in proptest::collection::vec((any::<prop::sample::Index>(), "RdsRefresh(UseBy|GrantsBy)222222222222"), 1..3), gap in blank(),
    ) {
        statements.insert(own_at.index(statements.len() + 1), own().to_string());
        let others = statements.clone();
        for (at, sid) in &drifted {
            let statement = format!(r#"{{"Sid":"{sid}","Effect":"Allow","Principal":{{"AWS":"222222222222"}},"Action":"kms:X","Resource":"*"}}"#);
            statements.insert(at.index(statements.len() + 1), statement);
        }
        let text = |statements: &[String]| format!("{{\"Statement\":[{}]}}", statements.join(&format!(",{gap}")));
        prop_assert_eq!(revoke(&text(&statements)).policy, text(&others));
        let allowed = allow(&text(&statements));
        prop_assert_eq!(allowed.diff.removed.len(), drifted.len());
        let kept = text(&others);
        let kept = kept.strip_suffix("]}").unwrap();
        prop_assert!(allowed.policy.starts_with(kept));
        prop_assert_eq!(revoke(&allowed.policy).policy, text(&others));
    }
}
