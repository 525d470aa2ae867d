//! One call, one policy, one answer.

use rds_refresh_core::key_policy::{Access, KeyCall, Policy};
use serde_json::{Value, json};

use crate::{destination, key, own, policy};

fn crypto(change: impl FnOnce(&mut Value)) -> Value {
    let mut statement = json!({
        "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::222222222222:root" },
        "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:ReEncrypt*", "kms:GenerateDataKey*"], "Resource": "*",
    });
    change(&mut statement);
    statement
}

fn with(name: &str, value: Value) -> Value {
    crypto(|statement| statement[name] = value)
}

fn conditional(condition: Value) -> Value {
    with("Condition", condition)
}

/// What the policy says to RDS decrypting in the name of somebody of the destination's account.
fn decrypt(statements: &[Value]) -> Access {
    let call = KeyCall::by_rds("Decrypt", &key(), &destination());
    Policy::parse(&policy(&json!(statements))).unwrap().decide(&call)
}

#[test]
fn forms_that_allow() {
    let rows = [
        crypto(|_| {}),
        with("Principal", json!("*")),
        with("Principal", json!({ "AWS": "*" })),
        with("Principal", json!({ "AWS": ["333333333333", "222222222222"], "Service": "rds.amazonaws.com" })),
        with("Action", json!("kms:*")),
        with("Action", json!("KMS:DECR*")),
        with("Action", json!("kms:?ecrypt")),
        with("Action", json!("*")),
        with("Resource", json!(key().to_string())),
        with("Resource", json!(["arn:aws:kms:*:111111111111:key/*"])),
        conditional(json!({ "StringEquals": { "kms:ViaService": "rds.eu-west-1.amazonaws.com" } })),
        conditional(json!({ "StringLike": { "KMS:viaservice": ["ec2.*", "rds.*.amazonaws.com"] } })),
        conditional(json!({ "StringEquals": { "kms:CallerAccount": ["222222222222"] } })),
        conditional(json!({ "StringNotEquals": { "aws:PrincipalAccount": "333333333333" } })),
        conditional(json!({ "Bool": { "aws:ViaAWSService": true } })),
        conditional(json!({ "BoolIfExists": { "kms:GrantIsForAWSResource": "true" } })),
        conditional(json!({ "Null": { "kms:GrantIsForAWSResource": "true" } })),
        conditional(json!({ "ForAllValues:StringEquals": { "kms:GrantOperations": "Decrypt" } })),
    ];
    for statement in rows {
        assert!(decrypt(&[own(), statement.clone()]).is_allowed(), "{statement}");
    }
}

#[test]
fn forms_that_leave_a_doubt() {
    let rows = [
        (with("Principal", json!({ "AWS": "arn:aws:iam::222222222222:role/refresh" })), "role/refresh"),
        (with("Principal", json!({ "AWS": "arn:aws:sts::222222222222:assumed-role/refresh/me" })), "assumed-role"),
        (conditional(json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1234" } })), "aws:PrincipalOrgID"),
        (conditional(json!({ "StringEquals": { "kms:EncryptionContext:aws:rds:db-id": "db-1" } })), "EncryptionContext"),
        (conditional(json!({ "StringEquals": { "kms:CallerAccount": "${aws:PrincipalAccount}" } })), "policy variable"),
        (conditional(json!({ "NumericLessThan": { "kms:CallerAccount": 3 } })), "NumericLessThan"),
        (conditional(json!({ "StringLike": { "aws:PrincipalArn": "*:role/refresh" } })), "aws:PrincipalArn"),
    ];
    for (statement, about) in rows {
        match decrypt(&[own(), statement.clone()]) {
            Access::Unsure { by, why } => {
                assert_eq!(by, "number 2");
                assert!(why.contains(about), "{why}");
            }
            other => panic!("{statement}: {other:?}"),
        }
    }
    // A doubt about a deny is a doubt about everything, a doubt about an allow only if nothing else allows.
    let mut deny = conditional(json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-1234" } }));
    deny["Effect"] = json!("Deny");
    assert!(matches!(decrypt(&[crypto(|_| {}), deny]), Access::Unsure { .. }));
    assert!(decrypt(&[conditional(json!({ "StringEquals": { "aws:PrincipalOrgID": "o" } })), crypto(|_| {})]).is_allowed());
}

#[test]
fn a_key_of_several_values_needs_a_set_operator() {
    let call = KeyCall::by_rds("CreateGrant", &key(), &destination()).with("kms:GrantOperations", ["Decrypt", "DescribeKey"]);
    let rows = [
        ("ForAllValues:StringEquals", json!(["Decrypt", "DescribeKey", "CreateGrant"]), Some(true)),
        ("ForAllValues:StringEquals", json!("Decrypt"), Some(false)),
        ("ForAnyValue:StringEquals", json!("Decrypt"), Some(true)),
        ("ForAnyValue:StringNotEquals", json!("Decrypt"), Some(true)),
        ("ForAllValues:StringNotEquals", json!("Decrypt"), Some(false)),
        ("StringEquals", json!("Decrypt"), None),
        ("StringNotEquals", json!("Decrypt"), None),
        ("ForSomeValues:StringEquals", json!("Decrypt"), None),
    ];
    for (operator, wanted, expected) in rows {
        let statement = crypto(|statement| {
            statement["Action"] = json!("kms:CreateGrant");
            statement["Condition"] = json!({ operator: { "kms:GrantOperations": wanted } });
        });
        let access = Policy::parse(&policy(&json!([own(), statement]))).unwrap().decide(&call);
        let decided = (!matches!(access, Access::Unsure { .. })).then(|| access.is_allowed());
        assert_eq!(decided, expected, "{statement}: {access:?}");
    }
}

#[test]
fn forms_that_do_not_allow_and_why() {
    let rows: [(Value, Option<&str>); 10] = [
        (own(), None),
        (with("Principal", json!({ "AWS": "333333333333" })), None),
        (with("Principal", json!({ "Service": "rds.amazonaws.com" })), None),
        (with("Action", json!("kms:Encrypt")), None),
        (with("Resource", json!("arn:aws:kms:eu-west-1:111111111111:key/other")), None),
        // The classic: the condition belongs to grants.
        (
            conditional(json!({ "Bool": { "kms:GrantIsForAWSResource": "true" } })),
            Some("kms:GrantIsForAWSResource, which is never in the context of kms:Decrypt"),
        ),
        (
            conditional(json!({ "StringEquals": { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } })),
            Some("it is rds.eu-west-1.amazonaws.com"),
        ),
        (conditional(json!({ "StringEquals": { "kms:CallerAccount": "333333333333" } })), Some("it is 222222222222")),
        (conditional(json!({ "ForAnyValue:StringEquals": { "kms:GrantOperations": "Decrypt" } })), Some("never in the context")),
        (conditional(json!({ "Null": { "kms:GrantIsForAWSResource": false } })), Some("never in the context")),
    ];
    for (statement, expected) in rows {
        match (decrypt(std::slice::from_ref(&statement)), expected) {
            (Access::Silent { near }, None) => assert_eq!(near, Vec::<String>::new(), "{statement}"),
            (Access::Silent { near }, Some(why)) => assert!(near.len() == 1 && near[0].contains(why), "{near:?}"),
            (other, _) => panic!("{statement}: {other:?}"),
        }
    }
}

#[test]
fn denies_win() {
    let deny = |change: fn(&mut Value)| {
        let mut statement = json!({ "Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*" });
        change(&mut statement);
        statement
    };
    let all = crypto(|statement| statement["Action"] = json!("kms:*"));
    let denied = Access::Denied { by: "\"No\"".into() };
    assert_eq!(decrypt(&[all.clone(), deny(|_| {})]), denied);
    assert_eq!(decrypt(&[deny(|_| {}), all.clone()]), denied);
    let others = deny(|it| it["Condition"] = json!({ "StringNotEquals": { "kms:CallerAccount": ["111111111111"] } }));
    assert_eq!(decrypt(&[all.clone(), others]), denied);
    let harmless = deny(|it| it["Condition"] = json!({ "StringNotEquals": { "kms:CallerAccount": ["222222222222"] } }));
    assert!(decrypt(&[all.clone(), harmless]).is_allowed());
    let not_action = deny(|it| {
        it.as_object_mut().unwrap().remove("Action");
        it["NotAction"] = json!(["kms:Describe*"]);
    });
    assert_eq!(decrypt(&[all.clone(), not_action]), denied);
    let not_principal = |principals: Value| json!({ "Sid": "No", "Effect": "Deny", "NotPrincipal": { "AWS": principals }, "Action": "kms:*", "Resource": "*" });
    assert_eq!(decrypt(&[all.clone(), not_principal(json!("111111111111"))]), denied);
    // An exception for the account may not be one for its roles.
    assert!(matches!(decrypt(&[all.clone(), not_principal(json!("222222222222"))]), Access::Unsure { .. }));
    let role = "arn:aws:iam::222222222222:role/refresh";
    let read = Policy::parse(&policy(&json!([all, not_principal(json!(["222222222222", role]))]))).unwrap();
    assert!(read.decide(&KeyCall::by_rds("Decrypt", &key(), &destination()).by(role)).is_allowed());
}

#[test]
fn a_copy_needs_every_operation() {
    let grants = json!({
        "Effect": "Allow", "Principal": { "AWS": ["222222222222"] }, "Action": "kms:CreateGrant", "Resource": "*",
        "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } },
    });
    let combined = conditional(json!({ "Bool": { "kms:GrantIsForAWSResource": "true" } }));
    let rows = [
        (json!([crypto(|_| {}), grants]), vec![]),
        (json!(with("Action", json!("kms:*"))), vec![]),
        (json!([crypto(|_| {})]), vec!["CreateGrant"]),
        (json!([grants]), vec!["Decrypt", "DescribeKey", "ReEncryptFrom", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"]),
        (
            json!([combined, grants, with("Action", json!(["kms:D*", "kms:ReEncrypt*"]))]),
            vec!["GenerateDataKey", "GenerateDataKeyWithoutPlaintext"],
        ),
    ];
    for (statements, missing) in rows {
        let read = Policy::parse(&policy(&statements)).unwrap();
        let denied: Vec<_> =
            read.of_copy(&key(), &destination()).filter(|(_, access)| !access.is_allowed()).map(|(it, _)| it).collect();
        assert_eq!(denied, missing, "{statements}");
        assert_eq!(read.lets_copy(&key(), &destination()), missing.is_empty());
        assert!(!read.lets_copy(&key(), &"333333333333".parse().unwrap()));
    }
}

#[test]
fn what_is_no_policy_says_so() {
    let rows = [
        "",
        "[]",
        "{}",
        r#"{"Statement":"x"}"#,
        r#"{"Statement":[{"Effect":"Maybe","Principal":"*","Action":"*","Resource":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Principal":"me","Action":"*","Resource":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Resource":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":[{}],"Resource":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":[]}]}"#,
    ];
    for text in rows {
        assert!(Policy::parse(text).is_err(), "{text}");
    }
}
