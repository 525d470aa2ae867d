//! Who may use a key: policies and grants, as a copy and as callers of KMS meet them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use rds_refresh_core::ports;
use rds_refresh_testkit::world::iam::{AccessRequest, Context, Decision, Policy};
use rds_refresh_testkit::world::ops::{
    CreateGrant, DescribeKey, DisableKey, EnableKey, GetKeyPolicy, ListGrants, PutKeyPolicy, RevokeGrant,
};
use rds_refresh_testkit::world::{Caller, Paging, Request};
use rds_refresh_testkit::{Stage, TwoAccounts};
use serde_json::{Value, json};

const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/1";
const ROOT: &str = "arn:aws:iam::222222222222:root";

/// What a policy of one statement, an `Allow` of `kms:*` to the destination but for the given changes, says to `kms:Decrypt`.
fn decide(changes: &Value) -> Decision {
    let mut statement = json!({ "Effect": "Allow", "Principal": { "AWS": ROOT }, "Action": "kms:*", "Resource": "*" });
    for (name, value) in changes.as_object().unwrap() {
        let statement = statement.as_object_mut().unwrap();
        if value.is_null() { drop(statement.remove(name)) } else { drop(statement.insert(name.clone(), value.clone())) }
    }
    let context =
        Context::default().with("kms:CallerAccount", "222222222222").with("kms:ViaService", "rds.eu-west-1.amazonaws.com");
    let request = AccessRequest {
        account: "222222222222",
        principal: "arn:aws:iam::222222222222:role/ops/rds-refresh",
        session: "arn:aws:sts::222222222222:assumed-role/rds-refresh/monday",
        action: "kms:Decrypt",
        resource: KEY,
        context: &context,
    };
    Policy::parse(&json!({ "Statement": [statement] }).to_string()).unwrap().decide(&request)
}

#[test]
fn a_statement_is_about_a_request_or_it_is_not() {
    use Decision::{Allow, Delegate, Deny, Silent};
    let cases = [
        (json!({}), Delegate),
        // Principals.
        (json!({ "Principal": "*" }), Allow),
        (json!({ "Principal": { "AWS": "*" } }), Allow),
        (json!({ "Principal": { "AWS": "222222222222" } }), Delegate),
        (json!({ "Principal": { "AWS": ["arn:aws:iam::333333333333:root", ROOT] } }), Delegate),
        (json!({ "Principal": { "AWS": "arn:aws:iam::222222222222:role/ops/rds-refresh" } }), Allow),
        (json!({ "Principal": { "AWS": "arn:aws:sts::222222222222:assumed-role/rds-refresh/monday" } }), Allow),
        (json!({ "Principal": { "AWS": "arn:aws:sts::222222222222:assumed-role/rds-refresh/tuesday" } }), Silent),
        (json!({ "Principal": { "AWS": "arn:aws:iam::222222222222:role/rds-refresh" } }), Silent),
        (json!({ "Principal": { "AWS": "arn:aws:iam::222222222222:user/rds-refresh" } }), Silent),
        (json!({ "Principal": { "AWS": "arn:aws:iam::222222222222:role/other" } }), Silent),
        (json!({ "Principal": { "AWS": "arn:aws:iam::333333333333:root" } }), Silent),
        (json!({ "Principal": { "Service": "rds.amazonaws.com" } }), Silent),
        (json!({ "Principal": null, "NotPrincipal": { "AWS": "333333333333" } }), Silent),
        (json!({ "Principal": null, "NotPrincipal": { "AWS": "333333333333" }, "Effect": "Deny" }), Deny),
        // Actions and resources.
        (json!({ "Action": ["kms:Describe*", "kms:De*"] }), Delegate),
        (json!({ "Action": "KMS:decrypt" }), Delegate),
        (json!({ "Action": "kms:Encryp?" }), Silent),
        (json!({ "Action": null, "NotAction": "kms:Decrypt" }), Silent),
        (json!({ "Action": null, "NotAction": "kms:Encrypt" }), Delegate),
        (json!({ "Resource": KEY }), Delegate),
        (json!({ "Resource": "arn:aws:kms:eu-west-1:111111111111:key/2" }), Silent),
        (json!({ "Effect": "Deny" }), Deny),
        // Conditions.
        (json!({ "Condition": { "StringEquals": { "kms:CallerAccount": ["1", "222222222222"] } } }), Delegate),
        (json!({ "Condition": { "StringEquals": { "kms:calleraccount": "222222222222" } } }), Delegate),
        (json!({ "Condition": { "StringEquals": { "kms:CallerAccount": "333333333333" } } }), Silent),
        (json!({ "Condition": { "StringNotEquals": { "kms:CallerAccount": "333333333333" } } }), Delegate),
        (json!({ "Condition": { "StringNotEquals": { "kms:GranteePrincipal": "x" } } }), Delegate),
        (json!({ "Condition": { "StringLike": { "kms:ViaService": "rds.*.amazonaws.com" } } }), Delegate),
        (json!({ "Condition": { "StringEquals": { "kms:ViaService": "rds.*.amazonaws.com" } } }), Silent),
        (json!({ "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } } }), Silent),
        (json!({ "Condition": { "BoolIfExists": { "kms:GrantIsForAWSResource": true } } }), Delegate),
        (json!({ "Condition": { "Null": { "kms:GrantIsForAWSResource": "true" } } }), Delegate),
        (json!({ "Condition": { "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } } }), Silent),
        (json!({ "Condition": { "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }, "Effect": "Deny" }), Deny),
        (json!({ "Condition": { "StringEquals": { "kms:CallerAccount": "333333333333" } }, "Effect": "Deny" }), Silent),
    ];
    for (changes, expected) in cases {
        assert_eq!(decide(&changes), expected, "{changes}");
    }
}

#[test]
fn a_text_that_is_no_policy_is_refused() {
    for text in
        ["", "{}", r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#, r#"{"Statement":{"Effect":"Maybe"}}"#]
    {
        assert!(Policy::parse(text).is_err(), "{text}");
    }
}

/// The statement that lets the destination do something, under a condition or none.
fn statement(actions: &[&str], condition: &Value) -> Value {
    json!({ "Effect": "Allow", "Principal": { "AWS": ROOT }, "Action": actions, "Resource": "*", "Condition": condition })
}

fn put_policy(stage: &TwoAccounts, statements: Vec<Value>) {
    let mut policy: Value = serde_json::from_str(&Stage::own_key_policy(&stage.source.place())).unwrap();
    policy["Statement"].as_array_mut().unwrap().extend(statements);
    let put = PutKeyPolicy { key: stage.source_key.clone(), policy: policy.to_string(), ..Default::default() };
    stage.fake.call(&stage.source, &put).unwrap();
}

#[test]
fn a_copy_needs_all_its_rights_and_the_condition_on_grants_only() {
    let for_resource = json!({ "Bool": { "kms:GrantIsForAWSResource": "true" } });
    let via = json!({ "StringEquals": { "kms:ViaService": "rds.eu-west-1.amazonaws.com" } });
    let elsewhere = json!({ "StringEquals": { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } });
    let none = json!({});
    let crypto = ["kms:Decrypt", "kms:DescribeKey", "kms:ReEncrypt*", "kms:GenerateDataKey*"];
    let all = ["kms:Decrypt", "kms:DescribeKey", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant"];
    let denied = json!({ "Effect": "Deny", "Principal": "*", "Action": "kms:CreateGrant", "Resource": "*",
        "Condition": { "StringEquals": { "kms:CallerAccount": "222222222222" } } });
    let cases: Vec<(&str, Vec<Value>, bool)> = vec![
        ("nothing", vec![], false),
        ("everything", vec![statement(&all, &none)], true),
        ("everything through RDS", vec![statement(&all, &via)], true),
        ("everything through another service", vec![statement(&all, &elsewhere)], false),
        ("no CreateGrant", vec![statement(&crypto, &none)], false),
        ("two statements, as documented", vec![statement(&crypto, &none), statement(&["kms:CreateGrant"], &for_resource)], true),
        ("one statement with the condition of grants", vec![statement(&all, &for_resource)], false),
        ("a deny beside everything", vec![statement(&all, &none), denied], false),
    ];
    let stage = common::stage();
    common::go_through(&stage, 4);
    for (number, (what, statements, allowed)) in cases.into_iter().enumerate() {
        put_policy(&stage, statements);
        let mut copy = common::copy(&stage);
        copy.target = format!("copy-{number}");
        let refused = stage.fake.call(&stage.destination, &copy).err();
        assert_eq!(refused.as_ref().map(|error| error.code), (!allowed).then_some("KMSKeyNotAccessibleFault"), "{what}");
        if let Some(error) = refused {
            let expected = format!(
                "The source snapshot KMS key [{}] does not exist, is not enabled or you do not have permissions to access it.",
                stage.source_key
            );
            assert_eq!(error.message, expected);
        }
    }
}

/// The grant that a run makes for the destination.
fn grant(stage: &TwoAccounts) -> CreateGrant {
    CreateGrant {
        key: stage.source_key.clone(),
        grantee: ROOT.to_owned(),
        operations: ports::CreateGrant::OPERATIONS.map(str::to_owned).to_vec(),
        name: Some("run-1".to_owned()),
        ..Default::default()
    }
}

#[test]
fn a_grant_is_as_good_as_a_statement_once_it_has_spread_and_until_it_is_revoked() {
    let stage = common::stage();
    stage.fake.world().switches_mut().grant_delay = Duration::from_mins(2);
    common::go_through(&stage, 4);
    put_policy(&stage, vec![]);
    let copy = |name: &str| {
        let mut copy = common::copy(&stage);
        copy.target = name.to_owned();
        stage.fake.call(&stage.destination, &copy).map(drop).map_err(|error| error.code)
    };
    let listed = || {
        let list = ListGrants { key: stage.source_key.clone(), ..Default::default() };
        stage.fake.call(&stage.source, &list).unwrap().items.len()
    };
    let made = stage.fake.call(&stage.source, &grant(&stage)).unwrap();
    assert_eq!((copy("early"), listed()), (Err("KMSKeyNotAccessibleFault"), 0));
    assert_eq!(stage.fake.call(&stage.source, &grant(&stage)), Ok(made.clone()), "the same name and parameters: the same grant");
    stage.advance(Duration::from_mins(2));
    assert_eq!((copy("later"), listed()), (Ok(()), 1));
    let revoke = RevokeGrant { key: stage.source_key.clone(), grant_id: made.id, dry_run: None };
    stage.fake.call(&stage.source, &revoke).unwrap();
    assert_eq!((copy("last"), listed()), (Err("KMSKeyNotAccessibleFault"), 0));
    assert_eq!(stage.fake.call(&stage.source, &revoke).unwrap_err().code, "NotFoundException");
}

#[test]
fn a_changed_policy_can_take_time() {
    let stage = common::stage();
    stage.fake.world().switches_mut().key_policy_delay = Duration::from_mins(5);
    common::go_through(&stage, 4);
    put_policy(&stage, vec![]);
    let copy = |target: &str| {
        let mut copy = common::copy(&stage);
        copy.target = target.to_owned();
        stage.fake.call(&stage.destination, &copy).is_ok()
    };
    assert!(copy("before"));
    stage.advance(Duration::from_mins(5));
    assert!(!copy("after"));
}

/// A call that is still to be made, and answers its error code.
type Ask = Box<dyn Fn(&TwoAccounts, &Caller) -> Option<&'static str>>;

fn ask<R: Request + 'static>(request: R) -> Ask {
    Box::new(move |stage, caller| stage.fake.call(caller, &request).err().map(|error| error.code))
}

#[test]
fn what_kms_itself_refuses() {
    let stage = common::stage();
    let (key, private) = (stage.source_key.clone(), stage.private_key.clone());
    let policy = || Stage::own_key_policy(&stage.source.place());
    let locked_out = json!({ "Statement": [statement(&["kms:*"], &json!({}))] }).to_string();
    let page = |n| ListGrants { key: key.clone(), paging: Paging { marker: None, max_records: Some(n) }, ..Default::default() };
    let cases = [
        ("own key", &stage.source, ask(DescribeKey { key: key.clone(), ..Default::default() }), None),
        ("own alias", &stage.source, ask(DescribeKey { key: "alias/orders".into(), ..Default::default() }), None),
        ("shared key, by ARN", &stage.destination, ask(DescribeKey { key: key.clone(), ..Default::default() }), None),
        (
            "private key",
            &stage.destination,
            ask(DescribeKey { key: private.clone(), ..Default::default() }),
            Some("AccessDeniedException"),
        ),
        (
            "unknown key",
            &stage.source,
            ask(DescribeKey { key: "alias/nothing".into(), ..Default::default() }),
            Some("NotFoundException"),
        ),
        (
            "another's policy",
            &stage.destination,
            ask(GetKeyPolicy { key: key.clone(), policy_name: None }),
            Some("AccessDeniedException"),
        ),
        (
            "another policy",
            &stage.source,
            ask(GetKeyPolicy { key: key.clone(), policy_name: Some("x".into()) }),
            Some("NotFoundException"),
        ),
        (
            "no policy",
            &stage.source,
            ask(PutKeyPolicy { key: key.clone(), policy: "{".into(), ..Default::default() }),
            Some("MalformedPolicyDocumentException"),
        ),
        (
            "lockout",
            &stage.source,
            ask(PutKeyPolicy { key: key.clone(), policy: locked_out, ..Default::default() }),
            Some("MalformedPolicyDocumentException"),
        ),
        ("good policy", &stage.source, ask(PutKeyPolicy { key: private.clone(), policy: policy(), ..Default::default() }), None),
        (
            "grant by alias",
            &stage.source,
            ask(CreateGrant { key: "alias/orders".into(), ..grant(&stage) }),
            Some("NotFoundException"),
        ),
        (
            "grant to nobody",
            &stage.source,
            ask(CreateGrant { grantee: "222222222222".into(), ..grant(&stage) }),
            Some("InvalidArnException"),
        ),
        (
            "grant of nothing",
            &stage.source,
            ask(CreateGrant { operations: vec![], ..grant(&stage) }),
            Some("ValidationException"),
        ),
        ("grant abroad", &stage.destination, ask(grant(&stage)), Some("AccessDeniedException")),
        ("page too long", &stage.source, ask(page(101)), Some("ValidationException")),
        ("disable", &stage.source, ask(DisableKey { key: key.clone() }), None),
        ("grant on a disabled key", &stage.source, ask(grant(&stage)), Some("DisabledException")),
        ("enable", &stage.source, ask(EnableKey { key: key.clone() }), None),
        ("grant", &stage.source, ask(grant(&stage)), None),
    ];
    for (what, caller, request, expected) in cases {
        assert_eq!(request(&stage, caller), expected, "{what}");
    }
}
