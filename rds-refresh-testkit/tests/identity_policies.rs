//! The policies of users and roles: whom they bind, how they are read, what each call asks of them, and what a refusal says.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use rds_refresh_testkit::world::iam::InvalidIdentityPolicy;
use rds_refresh_testkit::world::ops::{
    AddTagsToResource, AssumeRole, CreateAlias, CreateDbCluster, CreateDbSnapshot, CreateGrant, CreateKey, DeleteDbCluster,
    DescribeDbClusterSnapshots, DescribeDbClusters, DescribeDbEngineVersions, DescribeDbInstances, DescribeDbSnapshots,
    DescribeKey, GetCallerIdentity, ListKeys, ModifyDbCluster, PutKeyPolicy, RemoveTagsFromResource,
};
use rds_refresh_testkit::world::{Identity, Request};
use rds_refresh_testkit::{ApiError, Caller, Stage, TwoAccounts};
use serde_json::{Value, json};

fn put(stage: &TwoAccounts, caller: &Caller, name: &str, statements: &Value) {
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    stage.fake.world().put_identity_policy(&caller.principal(), name, &policy.to_string()).unwrap();
}

fn allow(actions: &Value, resources: &Value) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
}

/// The code of a refusal.
fn ask<R: Request>(stage: &TwoAccounts, caller: &Caller, request: &R) -> Option<&'static str> {
    stage.fake.call(caller, request).err().map(|error| error.code)
}

#[test]
fn nobody_is_bound_until_somebody_is() {
    let stage = common::stage();
    let (user, look) = (&stage.source, DescribeDbClusters::default());
    let session = |role: &str| user.acting_as(Identity::Session { role: role.into(), name: "monday".into() });
    let refused = || {
        let somebody = [user.clone(), session("refresh"), user.acting_as(Identity::Root), stage.destination.clone()];
        somebody.each_ref().map(|caller| ask(&stage, caller, &look).is_some())
    };
    assert_eq!(refused(), [false; 4]);

    // A policy binds whom it is given to.
    put(&stage, user, "nothing", &json!([]));
    assert_eq!(refused(), [true, false, false, false]);
    put(&stage, &session("refresh"), "reads", &json!([allow(&json!("rds:Describe*"), &json!("*"))]));
    assert_eq!(refused(), [true, false, false, false]);
    // An account that enforces IAM binds all of its users and roles.
    stage.fake.world().enforce_iam(&user.account, true);
    assert_eq!(ask(&stage, &session("other"), &look), Some("AccessDenied"));
    assert_eq!(refused(), [true, false, false, false]);
    // Who asks who he is, is told (STS API reference, GetCallerIdentity).
    assert_eq!(ask(&stage, user, &GetCallerIdentity), None);

    // Several policies count together; without any, and without enforcement, everything is allowed again.
    put(&stage, user, "reads", &json!([allow(&json!("rds:Describe*"), &json!("*"))]));
    assert_eq!(refused(), [false; 4]);
    // A deny in one of them wins against all others.
    put(&stage, user, "none", &json!([{ "Effect": "Deny", "Action": "rds:*", "Resource": "*" }]));
    assert_eq!(refused(), [true, false, false, false]);
    assert!(stage.fake.world().delete_identity_policy(&user.principal(), "none"));
    let mut world = stage.fake.world();
    assert!(
        world.delete_identity_policy(&user.principal(), "reads") && !world.delete_identity_policy(&user.principal(), "reads")
    );
    assert_eq!(world.identity_policies().map(|(_, name, _)| name.to_owned()).collect::<Vec<_>>(), ["reads", "nothing"]);
    world.delete_identity_policy(&user.principal(), "nothing");
    drop(world);
    assert_eq!(refused(), [true, false, false, false]);
    stage.fake.world().enforce_iam(&user.account, false);
    assert_eq!(refused(), [false; 4]);
}

#[test]
fn only_users_and_roles_have_policies_that_can_be_read() {
    let stage = common::stage();
    let put = |principal: &str, policy: &str| stage.fake.world().put_identity_policy(principal, "one", policy);
    let fine = json!({ "Statement": [] }).to_string();
    for principal in ["arn:aws:iam::111111111111:user/teams/ann", "arn:aws:iam::111111111111:role/refresh"] {
        assert_eq!(put(principal, &fine), Ok(()));
    }
    let session = "arn:aws:sts::111111111111:assumed-role/refresh/monday";
    for principal in
        [session, "arn:aws:iam::111111111111:root", "arn:aws:iam::1:user/a", "arn:aws:iam::111111111111:user/", "ann"]
    {
        assert!(matches!(put(principal, &fine), Err(InvalidIdentityPolicy::Principal(_))), "{principal}");
    }
    let with_principal = json!({ "Statement": { "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" } });
    for policy in ["{", "{}", &with_principal.to_string(), r#"{"Statement": {"Effect": "Allow", "Action": "*"}}"#] {
        let refused = put("arn:aws:iam::111111111111:role/refresh", policy);
        assert!(matches!(refused, Err(InvalidIdentityPolicy::Document(_))), "{policy}: {refused:?}");
    }
}

/// One statement, or several, and whether they allow to tag the source cluster, which carries `team = orders`, as `purpose = refresh`.
#[test]
fn a_policy_is_read_as_iam_reads_it() {
    let cluster = "arn:aws:rds:eu-west-1:111111111111:cluster:orders-production";
    let when = |condition: Value| json!([{ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition }]);
    let with = |deny: Value| json!([allow(&json!("*"), &json!("*")), deny]);
    let deny = |condition: Value| json!({ "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition });
    let cases = [
        (json!([]), false),
        (json!([allow(&json!("*"), &json!("*"))]), true),
        (json!([allow(&json!(["rds:Describe*", "RDS:addtags*"]), &json!(["arn:aws:rds:*:*:db:*", cluster]))]), true),
        (json!([allow(&json!("rds:AddTagsToResource"), &json!("arn:aws:rds:*:*:cluster:orders-?roduction"))]), true),
        (json!([allow(&json!("rds:AddTagsToResource"), &json!("arn:aws:rds:*:*:cluster:ORDERS-*"))]), false),
        (json!([allow(&json!("kms:*"), &json!("*"))]), false),
        (json!([{ "Effect": "Allow", "NotAction": "kms:*", "Resource": "*" }]), true),
        (json!([{ "Effect": "Allow", "NotAction": "rds:Add*", "Resource": "*" }]), false),
        (json!([{ "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:rds:*:*:db:*" }]), true),
        (json!([{ "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:rds:*:*:cluster:*" }]), false),
        // A deny wins, wherever it stands.
        (with(json!({ "Effect": "Deny", "Action": "rds:*", "Resource": cluster })), false),
        (with(json!({ "Effect": "Deny", "Action": "rds:Delete*", "Resource": cluster })), true),
        (with(json!({ "Effect": "Deny", "NotAction": "rds:*", "Resource": "*" })), true),
        // Condition keys: of the resource, of the request, of the caller.
        (when(json!({ "StringEquals": { "aws:ResourceTag/team": "orders" } })), true),
        (when(json!({ "StringEquals": { "aws:resourcetag/TEAM": "orders" } })), true),
        (when(json!({ "StringEquals": { "rds:cluster-tag/team": ["billing", "orders"] } })), true),
        (when(json!({ "StringEquals": { "rds:db-tag/team": "orders" } })), false),
        (when(json!({ "StringNotEquals": { "aws:ResourceTag/team": "orders" } })), false),
        (when(json!({ "StringLike": { "aws:RequestTag/purpose": "ref*" } })), true),
        (when(json!({ "StringEquals": { "rds:req-tag/purpose": "refresh" } })), true),
        (when(json!({ "StringEquals": { "aws:RequestTag/other": "refresh" } })), false),
        (when(json!({ "ForAllValues:StringEquals": { "aws:TagKeys": ["purpose", "team"] } })), true),
        (when(json!({ "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } })), false),
        (when(json!({ "ForAnyValue:StringLike": { "aws:TagKeys": "p*" } })), true),
        (when(json!({ "ForAnyValue:StringEquals": { "aws:TagKeys": "team" } })), false),
        (when(json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } })), true),
        (when(json!({ "StringEquals": { "aws:RequestedRegion": "us-east-1" } })), false),
        (when(json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:user/rds-*" } })), true),
        (when(json!({ "StringEquals": { "aws:username": "rds-refresh", "aws:PrincipalType": "User" } })), true),
        (
            when(json!({ "StringEquals": { "aws:PrincipalAccount": "111111111111", "aws:ResourceAccount": "111111111111" } })),
            true,
        ),
        (when(json!({ "Bool": { "aws:ViaAWSService": "false" } })), true),
        (when(json!({ "Null": { "aws:ResourceTag/team": "false", "aws:ResourceTag/other": "true" } })), true),
        (when(json!({ "StringEqualsIfExists": { "aws:ResourceTag/other": "x" } })), true),
        // What the model cannot judge opens nothing.
        (when(json!({ "StringEquals": { "aws:username": "${aws:username}" } })), false),
        (when(json!({ "DateGreaterThan": { "aws:CurrentTime": "2020-01-01T00:00:00Z" } })), false),
        (with(deny(json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }))), false),
        (with(json!({ "Effect": "Deny", "Action": "*", "Resource": "arn:aws:rds:*:*:cluster:${aws:username}" })), false),
        (with(deny(json!({ "StringEquals": { "aws:ResourceTag/team": "billing" } }))), true),
    ];
    let tag = AddTagsToResource { resource: cluster.into(), tags: vec![("purpose".into(), "refresh".into())] };
    for (statements, allowed) in cases {
        let stage = Stage::two_accounts(1);
        let mut world = stage.fake.world();
        let tags = &mut world.at_mut(&stage.source.place()).clusters.get_mut(&stage.cluster).unwrap().tags;
        tags.insert("team".into(), "orders".into());
        drop(world);
        put(&stage, &stage.source, "one", &statements);
        assert_eq!(ask(&stage, &stage.source, &tag), (!allowed).then_some("AccessDenied"), "{statements}");
    }
}

/// Makes a call when only these rights are allowed, and when one of them is not.
fn asks<R: Request>(request: &R, rights: &[(&str, &str)]) {
    let attempt = |rights: &[(&str, &str)]| {
        let stage = common::stage();
        let rights: Vec<Value> = rights.iter().map(|(action, resource)| allow(&json!(action), &json!(resource))).collect();
        put(&stage, &stage.source, "these", &rights.into());
        stage.fake.call(&stage.source, request).map(drop)
    };
    let denied = |error: &ApiError| error.code.starts_with("AccessDenied");
    let answer = attempt(rights);
    assert!(!answer.as_ref().is_err_and(denied), "{}: {answer:?}", R::OPERATION.name());
    for (index, (action, resource)) in rights.iter().enumerate() {
        let others: Vec<_> = rights.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, right)| *right).collect();
        let error = attempt(&others).unwrap_err();
        let expected = format!(
            "User: arn:aws:iam::111111111111:user/rds-refresh is not authorized to perform: {action} on resource: {resource} because \
             no identity-based policy allows the {action} action"
        );
        assert!(denied(&error), "{}: {error:?}", R::OPERATION.name());
        assert_eq!(error.message, expected);
    }
}

#[test]
fn every_call_asks_for_all_that_it_touches() {
    let stage = common::stage();
    let rds = |resource: &str| format!("arn:aws:rds:eu-west-1:111111111111:{resource}");
    let tags = || vec![("a".to_owned(), "b".to_owned())];
    asks(&DescribeDbEngineVersions::default(), &[("rds:DescribeDBEngineVersions", "*")]);
    asks(&DescribeDbClusters::default(), &[("rds:DescribeDBClusters", &rds("cluster:*"))]);
    asks(&DescribeDbInstances::default(), &[("rds:DescribeDBInstances", &rds("db:*"))]);
    let by_name = DescribeDbSnapshots { identifier: Some("Mine".into()), ..Default::default() };
    asks(&by_name, &[("rds:DescribeDBSnapshots", &rds("snapshot:mine"))]);
    let abroad = "arn:aws:rds:eu-west-1:222222222222:snapshot:theirs";
    let by_arn = DescribeDbSnapshots { identifier: Some(abroad.into()), ..Default::default() };
    asks(&by_arn, &[("rds:DescribeDBSnapshots", abroad)]);
    let of_cluster = DescribeDbClusterSnapshots { cluster: Some("orders-production".into()), ..Default::default() };
    let action = "rds:DescribeDBClusterSnapshots";
    asks(&of_cluster, &[(action, &rds("cluster-snapshot:*")), (action, &rds("cluster:orders-production"))]);

    let create = CreateDbSnapshot { identifier: "mine".into(), instance: "db".into(), tags: tags() };
    let action = "rds:CreateDBSnapshot";
    let tag = "rds:AddTagsToResource";
    asks(&create, &[(action, &rds("snapshot:mine")), (action, &rds("db:db")), (tag, &rds("snapshot:mine"))]);
    let untagged = CreateDbSnapshot { tags: Vec::new(), ..create };
    asks(&untagged, &[(action, &rds("snapshot:mine")), (action, &rds("db:db"))]);
    let untag = RemoveTagsFromResource { resource: rds("db:db"), keys: vec!["a".into()] };
    asks(&untag, &[("rds:RemoveTagsFromResource", &rds("db:db"))]);

    let restore = common::restore_instance(&stage);
    let action = "rds:RestoreDBInstanceFromDBSnapshot";
    let instance = rds(&format!("db:{}", common::INSTANCE));
    asks(
        &restore,
        &[
            (action, &instance),
            (action, &rds(&format!("cluster-snapshot:{}", common::CLUSTER_SNAPSHOT))),
            (action, &rds("subgrp:private")),
            (tag, &instance),
        ],
    );
    let copy = common::copy(&stage);
    let action = "rds:CopyDBSnapshot";
    let target = rds(&format!("snapshot:{}", common::COPY));
    let mut rights = vec![(action, target.as_str()), (action, copy.source.as_str())];
    if !copy.tags.is_empty() {
        rights.push((tag, &target));
    }
    asks(&copy, &rights);

    let create = CreateDbCluster {
        identifier: "new".into(),
        engine: "postgres".into(),
        engine_version: Some("16.4".into()),
        monitoring_role_arn: Some("arn:aws:iam::111111111111:role/monitoring".into()),
        ..Default::default()
    };
    let action = "rds:CreateDBCluster";
    asks(
        &create,
        &[
            (action, &rds("cluster:new")),
            (action, &rds("subgrp:default")),
            (action, &rds("cluster-pg:default.postgres16")),
            (action, &rds("og:default:postgres-16")),
            ("iam:PassRole", "arn:aws:iam::111111111111:role/monitoring"),
            ("rds:CreateDBInstance", &rds("db:new-instance-1")),
            ("rds:CreateDBInstance", &rds("db:new-instance-2")),
            ("rds:CreateDBInstance", &rds("db:new-instance-3")),
        ],
    );
    let rename = ModifyDbCluster {
        identifier: "orders-production".into(),
        new_identifier: Some("orders".into()),
        parameter_group: Some("tuned".into()),
        ..Default::default()
    };
    let action = "rds:ModifyDBCluster";
    asks(
        &rename,
        &[(action, &rds("cluster:orders-production")), (action, &rds("cluster:orders")), (action, &rds("cluster-pg:tuned"))],
    );
    let delete =
        DeleteDbCluster { identifier: "orders-production".into(), final_snapshot: Some("last".into()), ..Default::default() };
    asks(
        &delete,
        &[
            ("rds:DeleteDBCluster", &rds("cluster:orders-production")),
            ("rds:DeleteDBInstance", &rds("db:orders-production-instance-1")),
            ("rds:DeleteDBInstance", &rds("db:orders-production-instance-2")),
            ("rds:DeleteDBInstance", &rds("db:orders-production-instance-3")),
            ("rds:CreateDBClusterSnapshot", &rds("cluster-snapshot:last")),
            ("rds:CreateDBClusterSnapshot", &rds("cluster:orders-production")),
        ],
    );
    let role = "arn:aws:iam::222222222222:role/refresh";
    let assume = AssumeRole { role_arn: role.into(), session_name: "monday".into(), ..Default::default() };
    asks(&assume, &[("sts:AssumeRole", role)]);
    asks(&ListKeys::default(), &[("kms:ListKeys", "*")]);
    asks(&CreateKey::default(), &[("kms:CreateKey", "*")]);
    let alias = CreateAlias { name: "alias/new".into(), key: stage.source_key.clone() };
    let alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/new";
    let key = common::stage().source_key;
    asks(&alias, &[("kms:CreateAlias", alias_arn), ("kms:CreateAlias", &key)]);
}

#[test]
fn a_refusal_says_why() {
    let stage = common::stage();
    let role = stage.source.acting_as(Identity::Session { role: "ops/refresh".into(), name: "monday".into() });
    let deny = json!({ "Effect": "Deny", "Action": ["rds:*", "kms:ListKeys"], "Resource": "*" });
    put(&stage, &role, "one", &json!([deny, allow(&json!("kms:DescribeKey"), &json!("*"))]));
    let user = "User: arn:aws:sts::111111111111:assumed-role/refresh/monday is not authorized to perform:";
    let denied = stage.fake.call(&role, &DescribeDbClusters::default()).unwrap_err();
    let why = "rds:DescribeDBClusters on resource: arn:aws:rds:eu-west-1:111111111111:cluster:* with an explicit deny in an \
               identity-based policy";
    assert_eq!(denied, ApiError::new("AccessDenied", 403, format!("{user} {why}")));
    let denied = stage.fake.call(&role, &ListKeys::default()).unwrap_err();
    let why = "kms:ListKeys on resource: * with an explicit deny in an identity-based policy";
    assert_eq!(denied, ApiError::new("AccessDeniedException", 400, format!("{user} {why}")));

    // The key of another account: its policy is silent, then denies.
    let key = &stage.private_key;
    let abroad = |caller: &Caller| stage.fake.call(caller, &DescribeKey { key: key.clone(), ..Default::default() }).unwrap_err();
    let user = "User: arn:aws:iam::222222222222:user/rds-refresh is not authorized to perform: kms:DescribeKey on resource:";
    let silent = format!("{user} {key} because no resource-based policy allows the kms:DescribeKey action");
    assert_eq!(abroad(&stage.destination), ApiError::new("AccessDeniedException", 400, silent));
    let mut policy: Value = serde_json::from_str(&Stage::own_key_policy(&stage.source.place())).unwrap();
    let deny = json!({ "Effect": "Deny", "Principal": { "AWS": "222222222222" }, "Action": "kms:*", "Resource": "*" });
    policy["Statement"].as_array_mut().unwrap().push(deny);
    let change = PutKeyPolicy { key: key.clone(), policy: policy.to_string(), ..Default::default() };
    stage.fake.call(&stage.source, &change).unwrap();
    let denies = format!("{user} {key} with an explicit deny in a resource-based policy");
    assert_eq!(abroad(&stage.destination), ApiError::new("AccessDeniedException", 400, denies));

    let journal = stage.fake.world().journal().to_vec();
    let codes: Vec<_> = journal.iter().filter(|entry| entry.action.starts_with("Describe")).map(|entry| entry.error).collect();
    assert_eq!(codes, [Some("AccessDenied"), Some("AccessDeniedException"), Some("AccessDeniedException")]);
}

/// Who the key's policy names, to whom there is a grant, what the caller's policy says; and who of both accounts may then.
type Case<'a> = (&'a [&'a str], &'a [&'a str], Option<&'a str>, [bool; 2]);

/// A key's policy, a grant, and the caller's own policies: which of them together allow to look at the key.
#[test]
fn keys_ask_their_own_policy_and_the_callers() {
    let (own, other) = ("arn:aws:iam::111111111111:user/rds-refresh", "arn:aws:iam::222222222222:user/rds-refresh");
    let (own_root, other_root) = ("arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root");
    let cases: [Case<'_>; 12] = [
        (&[own_root], &[], None, [false, false]),
        (&[own_root], &[], Some("Allow"), [true, false]),
        (&[own_root], &[], Some("Deny"), [false, false]),
        (&[own_root, other_root], &[], Some("Allow"), [true, true]),
        (&[own_root, other_root], &[], None, [false, false]),
        // Whom the key's own account names itself needs nothing else.
        (&[own, other], &[], None, [true, false]),
        (&[own, other], &[], Some("Allow"), [true, true]),
        (&[own, other], &[], Some("Deny"), [false, false]),
        (&["*"], &[], None, [true, false]),
        (&[], &[own, other], None, [true, false]),
        (&[], &[own_root, other_root], None, [false, false]),
        (&[], &[own_root, other_root], Some("Allow"), [true, true]),
    ];
    for (named, granted, effect, expected) in cases {
        let stage = common::stage();
        let key = &stage.source_key;
        for grantee in granted {
            let (grantee, operations) = ((*grantee).to_owned(), vec!["DescribeKey".to_owned()]);
            stage.fake.call(&stage.source, &CreateGrant { key: key.clone(), grantee, operations, ..Default::default() }).unwrap();
        }
        let policy = json!({ "Statement": {
            "Effect": "Allow", "Principal": { "AWS": named }, "Action": "kms:*", "Resource": "*",
        } });
        let change = PutKeyPolicy {
            key: key.clone(),
            policy: policy.to_string(),
            bypass_lockout_safety_check: Some(true),
            ..Default::default()
        };
        stage.fake.call(&stage.source, &change).unwrap();
        let found = [&stage.source, &stage.destination].map(|caller| {
            let says = effect.map(|effect| json!({ "Effect": effect, "Action": "kms:DescribeKey", "Resource": key }));
            put(&stage, caller, "one", &says.into_iter().collect());
            ask(&stage, caller, &DescribeKey { key: key.clone(), ..Default::default() }).is_none()
        });
        assert_eq!(found, expected, "{named:?} {granted:?} {effect:?}");
    }
}

#[test]
fn conditions_on_keys_and_grants() {
    let stage = common::stage();
    let (key, root) = (&stage.source_key, "arn:aws:iam::222222222222:root");
    let grant = |operations: &[&str]| CreateGrant {
        key: key.clone(),
        grantee: root.into(),
        operations: operations.iter().map(|operation| (*operation).to_owned()).collect(),
        ..Default::default()
    };
    let cases = [
        (json!({ "StringEquals": { "kms:GranteePrincipal": root } }), true),
        (json!({ "StringEquals": { "kms:GranteePrincipal": "arn:aws:iam::333333333333:root" } }), false),
        (json!({ "ForAllValues:StringEquals": { "kms:GrantOperations": ["Decrypt", "DescribeKey", "Encrypt"] } }), true),
        (json!({ "ForAllValues:StringEquals": { "kms:GrantOperations": ["Decrypt"] } }), false),
        (json!({ "Bool": { "kms:GrantIsForAWSResource": "false" } }), true),
        (json!({ "Bool": { "kms:GrantIsForAWSResource": "true" } }), false),
        (json!({ "StringEquals": { "kms:CallerAccount": "111111111111" } }), true),
        (json!({ "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/orders" } }), true),
        (json!({ "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/other" } }), false),
        (json!({ "StringEquals": { "kms:ViaService": "rds.eu-west-1.amazonaws.com" } }), false),
        (json!({ "Null": { "kms:ViaService": "true", "kms:RetiringPrincipal": "true" } }), true),
    ];
    for (condition, allowed) in cases {
        let statement = json!([{ "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": key, "Condition": condition }]);
        put(&stage, &stage.source, "one", &statement);
        let refused = ask(&stage, &stage.source, &grant(&["Decrypt", "DescribeKey"]));
        assert_eq!(refused, (!allowed).then_some("AccessDeniedException"), "{condition}");
    }
}
