//! IAM over HTTP: policies by the control API and by the stage file, users by their keys.
#![cfg(all(feature = "aws", feature = "server"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod over_http;

use over_http::{DESCRIBE, ask, control, exchange, post, server};
use rds_refresh_core::Secret;
use rds_refresh_testkit::server::{Options, Server, StageFile};
use serde_json::{Value, json};

const USER: &str = "arn:aws:iam::111111111111:user/rds-refresh";

#[tokio::test]
async fn a_policy_that_is_put_is_enforced() {
    let server = server().await;
    let describe = async || exchange(&server, &post(server.ready(), DESCRIBE, &[])).await;
    assert_eq!(ask(&server, "GET", "iam", "").await, json!({ "enforced": [], "policies": {} }));
    assert!(describe().await.status == 200);

    let policy = json!({ "Statement": [{ "Effect": "Allow", "Action": "kms:*", "Resource": "*" }] });
    let put = json!({ "principal": USER, "name": "keys", "policy": policy });
    let shown = ask(&server, "POST", "iam/policy", &put.to_string()).await;
    assert_eq!(shown, json!({ "enforced": [], "policies": { USER: { "keys": policy } } }));
    let denied = describe().await;
    assert_eq!(denied.status, 403, "{}", denied.body);
    let error = "<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::111111111111:user/rds-refresh is not \
                 authorized to perform: rds:DescribeDBClusters on resource: arn:aws:rds:eu-west-1:111111111111:cluster:* because no \
                 identity-based policy allows the rds:DescribeDBClusters action</Message></Error>";
    assert!(denied.body.contains(error), "{}", denied.body);

    ask(&server, "POST", "checkpoint", "").await;
    let taken = json!({ "principal": USER, "name": "keys", "policy": null });
    assert_eq!(ask(&server, "POST", "iam/policy", &taken.to_string()).await["policies"], json!({}));
    assert!(describe().await.status == 200);
    ask(&server, "POST", "restore", "").await;
    assert!(describe().await.status == 403);
    ask(&server, "POST", "reset", "").await;
    assert!(describe().await.status == 200);

    let enforced = ask(&server, "POST", "iam/enforcement", r#"{"account": "111111111111", "enforced": true}"#).await;
    assert_eq!(enforced["enforced"], json!(["111111111111"]));
    assert!(describe().await.status == 403);
    ask(&server, "POST", "iam/enforcement", r#"{"account": "111111111111", "enforced": false}"#).await;
    assert!(describe().await.status == 200);
}

#[tokio::test]
async fn a_user_has_a_key_of_its_own() {
    let server = server().await;
    let of = json!({ "principal": "arn:aws:iam::111111111111:user/teams/ann" }).to_string();
    let key = ask(&server, "POST", "iam/access-key", &of).await;
    assert_eq!(ask(&server, "POST", "iam/access-key", &of).await, key);
    let mut ready = server.ready().clone();
    let account = ready.accounts.get_mut("source").unwrap();
    assert_ne!(key["access_key_id"], account.access_key_id.as_str());
    account.access_key_id = key["access_key_id"].as_str().unwrap().to_owned();
    account.secret_access_key = Secret::new(key["secret_access_key"].as_str().unwrap().to_owned());
    let answer = exchange(&server, &post(&ready, DESCRIBE, &[])).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let journal = ask(&server, "GET", "journal", "").await;
    assert_eq!(journal["entries"][0]["principal"], "arn:aws:iam::111111111111:user/teams/ann");
}

#[tokio::test]
async fn what_is_wrong_is_answered_with_what_would_be_right() {
    let server = server().await;
    let cases = [
        ("iam/policy", "{}", "The body is wrong: missing field `principal`"),
        ("iam/policy", r#"{"principal": "ann", "policy": {"Statement": []}}"#, "ann is no user and no role: name one by its ARN"),
        ("iam/policy", &json!({ "principal": USER, "policy": {} }).to_string(), "the policy is malformed: it has no Statement"),
        ("iam/enforcement", r#"{"account": "1", "enforced": true}"#, "The body is wrong"),
        ("iam/enforcement", r#"{"account": "999999999999", "enforced": true}"#, "999999999999 is no account of this world"),
        (
            "iam/policy",
            r#"{"principal": "arn:aws:iam::111111111112:user/ann", "policy": {"Statement": []}}"#,
            "111111111112 is no account of this world: it has 111111111111, 222222222222",
        ),
        (
            "iam/policy",
            r#"{"principal": "arn:aws:iam::111111111112:user/ann", "policy": null}"#,
            "111111111112 is no account of this world",
        ),
        (
            "iam/access-key",
            r#"{"principal": "arn:aws:iam::111111111111:role/refresh"}"#,
            "a role is assumed, with sts assume-role",
        ),
        ("iam/access-key", r#"{"principal": "arn:aws:iam::999999999999:user/ann"}"#, "is no user of an account of this world"),
    ];
    for (path, body, expected) in cases {
        let answer = exchange(&server, &control("POST", path, body)).await;
        assert_eq!(answer.status, 400, "{path} {body}");
        assert!(answer.body.contains(expected) && answer.body.contains("Send a body as"), "{}", answer.body);
    }
    assert_eq!(ask(&server, "GET", "iam", "").await, json!({ "enforced": [], "policies": {} }));
}

const STAGE: &str = r#"
[accounts.production]
id = "111111111111"
enforce_iam = true
[accounts.production.policies."user/rds-refresh"]
reads = '''{"Statement": [{"Effect": "Allow", "Action": "rds:Describe*", "Resource": "*"}]}'''
[accounts.production.regions.eu-west-1]
"#;

#[tokio::test]
async fn a_stage_file_gives_policies() {
    let options = Options { scenery: StageFile::parse(STAGE).unwrap().into(), ..Options::default() };
    let server = Server::bind(options).await.unwrap();
    let shown: Value = ask(&server, "GET", "iam", "").await;
    assert_eq!(shown["enforced"], json!(["111111111111"]));
    assert_eq!(shown["policies"][USER]["reads"]["Statement"][0]["Action"], "rds:Describe*");

    let cases = [
        (STAGE.replace("user/rds-refresh", "group/admins"), 5, "only users and roles have policies"),
        (STAGE.replace("\"Effect\": \"Allow\", ", ""), 6, "the policy is malformed: Effect must be Allow or Deny"),
    ];
    for (stage, line, message) in cases {
        let error = StageFile::parse(&stage).unwrap_err();
        assert_eq!(error.line(), line, "{error}");
        assert!(error.message().contains(message), "{error}");
    }
}
