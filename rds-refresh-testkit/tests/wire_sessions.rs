//! STS through the SDK's own client, and what the sessions that it makes can do and for how long.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod signing;

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_kms::error::ProvideErrorMetadata;
use aws_sdk_sts::operation::assume_role::AssumeRoleOutput;
use aws_types::SdkConfig;
use rds_refresh_testkit::wire::{AccessKey, WireRequest, WireService};
use rds_refresh_testkit::world::{Caller, Identity};
use rds_refresh_testkit::{Stage, TwoAccounts};
use signing::Signer;

const ROLE: &str = "arn:aws:iam::222222222222:role/ops/refresh";
const SESSION: &str = "arn:aws:sts::222222222222:assumed-role/refresh/monday";

/// A stage and the configuration of a caller on it.
fn staged(who: impl Fn(&TwoAccounts) -> Caller) -> (TwoAccounts, SdkConfig) {
    let stage = Stage::two_accounts(1);
    let service = WireService::new(stage.fake.clone());
    let config = service.sdk_config(&who(&stage));
    (stage, config)
}

async fn assume(config: &SdkConfig) -> AssumeRoleOutput {
    let assume = aws_sdk_sts::Client::new(config).assume_role().role_arn(ROLE).role_session_name("monday");
    assume.send().await.unwrap()
}

/// The same, but with the credentials of a session, and another token if one is given.
fn within(config: &SdkConfig, assumed: &AssumeRoleOutput, token: Option<&str>) -> SdkConfig {
    let given = assumed.credentials().unwrap();
    let token = token.unwrap_or_else(|| given.session_token()).to_owned();
    let token = Some(token).filter(|token| !token.is_empty());
    let credentials = Credentials::new(given.access_key_id(), given.secret_access_key(), token, None, "test");
    config.to_builder().credentials_provider(SharedCredentialsProvider::new(credentials)).build()
}

/// The code and the status of `GetCallerIdentity`, `DescribeDBClusters` and `ListKeys`.
async fn refusals(config: &SdkConfig) -> [(String, u16); 3] {
    let sts = aws_sdk_sts::Client::new(config).get_caller_identity().send().await.unwrap_err();
    let rds = aws_sdk_rds::Client::new(config).describe_db_clusters().send().await.unwrap_err();
    let kms = aws_sdk_kms::Client::new(config).list_keys().send().await.unwrap_err();
    [
        (sts.code().unwrap().to_owned(), sts.raw_response().unwrap().status().as_u16()),
        (rds.code().unwrap().to_owned(), rds.raw_response().unwrap().status().as_u16()),
        (kms.code().unwrap().to_owned(), kms.raw_response().unwrap().status().as_u16()),
    ]
}

#[tokio::test]
async fn everybody_can_ask_who_they_are() {
    let session = Identity::Session { role: "ops/refresh".to_owned(), name: "monday".to_owned() };
    let cases = [
        (Identity::Root, "arn:aws:iam::111111111111:root", "111111111111"),
        (Identity::User("teams/ann".to_owned()), "arn:aws:iam::111111111111:user/teams/ann", "AIDA"),
        (session, "arn:aws:sts::111111111111:assumed-role/refresh/monday", "AROA"),
    ];
    for (identity, arn, user_id) in cases {
        let (_, config) = staged(|stage| stage.source.acting_as(identity.clone()));
        let found = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await.unwrap();
        assert_eq!((found.arn(), found.account()), (Some(arn), Some("111111111111")));
        assert!(found.user_id().unwrap().starts_with(user_id), "{found:?}");
    }
}

#[tokio::test]
async fn a_session_acts_in_the_account_of_its_role() {
    let (stage, config) = staged(|stage| stage.source.clone());
    let assumed = assume(&config).await;
    assert_eq!(assumed.assumed_role_user().unwrap().arn(), SESSION);
    let credentials = assumed.credentials().unwrap();
    assert!(credentials.access_key_id().starts_with("ASIA") && credentials.access_key_id().len() == 20);
    assert_eq!(credentials.expiration().secs(), 1_767_600_000 + 3600);

    let inside = within(&config, &assumed, None);
    let identity = aws_sdk_sts::Client::new(&inside).get_caller_identity().send().await.unwrap();
    assert_eq!((identity.arn(), identity.account()), (Some(SESSION), Some("222222222222")));
    assert_eq!(identity.user_id(), Some(assumed.assumed_role_user().unwrap().assumed_role_id()));
    let keys = aws_sdk_kms::Client::new(&inside).list_keys().send().await.unwrap();
    assert!(keys.keys().iter().any(|key| key.key_arn() == Some(&stage.destination_key)));
    let journal = stage.fake.world().journal().to_vec();
    let [first, .., last] = journal.as_slice() else { panic!("{journal:?}") };
    assert_eq!((first.principal.as_str(), first.resource.as_str()), ("arn:aws:iam::111111111111:user/rds-refresh", ROLE));
    assert_eq!((last.principal.as_str(), last.account.as_str()), (SESSION, "222222222222"));
}

#[tokio::test]
async fn a_session_ends_and_needs_its_token() {
    let (stage, config) = staged(|stage| stage.source.clone());
    let assumed = assume(&config).await;
    let unknown = ("InvalidClientTokenId".to_owned(), 403);
    for token in ["", "made-up"] {
        let outside = within(&config, &assumed, Some(token));
        assert_eq!(
            refusals(&outside).await,
            [unknown.clone(), unknown.clone(), ("UnrecognizedClientException".to_owned(), 400)],
            "{token}"
        );
    }
    let inside = within(&config, &assumed, None);
    stage.advance(Duration::from_secs(3599));
    aws_sdk_sts::Client::new(&inside).get_caller_identity().send().await.unwrap();
    stage.advance(Duration::from_secs(1));
    let expired = ("ExpiredToken".to_owned(), 403);
    assert_eq!(refusals(&inside).await, [expired.clone(), expired, ("ExpiredTokenException".to_owned(), 400)]);
}

#[tokio::test]
async fn roles_that_cannot_be_assumed() {
    let (_, config) = staged(|stage| stage.source.clone());
    let long = "x".repeat(65);
    let role = |name: &str| format!("arn:aws:iam::222222222222:role/{name}");
    let cases = [
        (ROLE.to_owned(), "monday", None, 200, ""),
        (ROLE.to_owned(), "a@b,c.d=e+f-g", Some(900), 200, ""),
        (ROLE.to_owned(), "monday", Some(43_200), 200, ""),
        (ROLE.to_owned(), "monday", Some(899), 400, "ValidationError"),
        (ROLE.to_owned(), "monday", Some(43_201), 400, "ValidationError"),
        (ROLE.to_owned(), "m", None, 400, "ValidationError"),
        (ROLE.to_owned(), "a b", None, 400, "ValidationError"),
        (ROLE.to_owned(), &long, None, 400, "ValidationError"),
        (role(""), "monday", None, 400, "ValidationError"),
        (role("x").replace("role/", "user/"), "monday", None, 400, "ValidationError"),
        (role("x").replace("arn:aws:", "arn:aws-cn:"), "monday", None, 400, "ValidationError"),
        (role("x").replace(":222222222222:", "::"), "monday", None, 400, "ValidationError"),
        ("x".to_owned(), "monday", None, 400, "ValidationError"),
        (role("x").replace("222222222222", "333333333333"), "monday", None, 403, "AccessDenied"),
    ];
    let sts = aws_sdk_sts::Client::new(&config);
    for (role, name, seconds, status, code) in cases {
        let answer = sts.assume_role().role_arn(&role).role_session_name(name).set_duration_seconds(seconds).send().await;
        let found = answer
            .as_ref()
            .err()
            .map_or((200, ""), |error| (error.raw_response().unwrap().status().as_u16(), error.code().unwrap_or_default()));
        assert_eq!(found, (status, code), "{role} {name} {seconds:?}: {answer:?}");
    }
    let root = staged(|stage| stage.source.acting_as(Identity::Root)).1;
    let denied = aws_sdk_sts::Client::new(&root).assume_role().role_arn(ROLE).role_session_name("monday").send().await;
    assert_eq!(denied.unwrap_err().code(), Some("AccessDenied"));
}

#[tokio::test]
async fn what_a_session_cannot_be_given_is_refused() {
    let (_, config) = staged(|stage| stage.source.clone());
    let sts = aws_sdk_sts::Client::new(&config);
    let assume = || sts.assume_role().role_arn(ROLE).role_session_name("monday");
    assert!(assume().external_id("partner:7").send().await.is_ok());
    for (request, code) in [
        (assume().external_id("7"), "ValidationError"),
        (assume().policy("{"), "MalformedPolicyDocument"),
        (assume().policy(format!("{{}}{}", " ".repeat(2048))), "PackedPolicyTooLarge"),
        (assume().policy("{}"), "ValidationError"),
        (assume().source_identity("ann"), "InvalidParameterValue"),
        (assume().serial_number("arn:aws:iam::111111111111:mfa/ann").token_code("123456"), "InvalidParameterValue"),
        (assume().transitive_tag_keys("team"), "InvalidParameterValue"),
    ] {
        let shown = format!("{request:?}");
        assert_eq!(request.send().await.unwrap_err().code(), Some(code), "{shown}");
    }
}

#[tokio::test]
async fn what_is_refused_before_it_is_understood_is_in_the_journal_too() {
    let (stage, config) = staged(|stage| stage.source.clone());
    let sts = aws_sdk_sts::Client::new(&config);
    let odd = sts.assume_role().role_arn(ROLE).role_session_name("monday").source_identity("ann");
    assert!(odd.send().await.is_err());
    assert!(sts.get_session_token().send().await.is_err());
    let world = stage.fake.world();
    let told: Vec<_> = world.journal().iter().map(|entry| (entry.action.as_str(), entry.error, entry.took_effect)).collect();
    let expected = [("AssumeRole", Some("InvalidParameterValue"), false), ("GetSessionToken", Some("InvalidAction"), false)];
    assert_eq!(told, expected);
    assert!(world.journal().iter().all(|entry| entry.principal == stage.source.arn()));
}

#[tokio::test]
async fn a_session_that_assumes_a_role_gets_an_hour_at_most() {
    let (_, config) = staged(|stage| stage.source.clone());
    let inside = within(&config, &assume(&config).await, None);
    let next = aws_sdk_sts::Client::new(&inside).assume_role().role_arn(ROLE).role_session_name("tuesday");
    assert!(next.clone().duration_seconds(3600).send().await.is_ok());
    assert_eq!(next.duration_seconds(3601).send().await.unwrap_err().code(), Some("ValidationError"));
}

#[tokio::test]
async fn a_key_policy_that_names_a_role_lets_its_sessions_in() {
    let (stage, config) = staged(|stage| stage.source.clone());
    let inside = aws_sdk_kms::Client::new(&within(&config, &assume(&config).await, None));
    let kms = aws_sdk_kms::Client::new(&config);
    let own = Stage::own_key_policy(&stage.source.place());
    for (principal, allowed) in [
        (ROLE, true),
        (SESSION, true),
        ("arn:aws:iam::222222222222:root", true),
        ("222222222222", true),
        ("arn:aws:iam::222222222222:role/refresh", false),
        ("arn:aws:sts::222222222222:assumed-role/refresh/tuesday", false),
        ("arn:aws:iam::222222222222:user/refresh", false),
        ("arn:aws:iam::111111111111:role/ops/refresh", false),
    ] {
        let statement =
            format!(r#"[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"kms:DescribeKey","Resource":"*"}},"#);
        let policy = own.replacen('[', &statement, 1);
        kms.put_key_policy().key_id(&stage.private_key).policy(policy).send().await.unwrap();
        let seen = inside.describe_key().key_id(&stage.private_key).send().await;
        assert_eq!(seen.is_ok(), allowed, "{principal}");
        if let Err(error) = seen {
            assert!(error.message().unwrap().contains(SESSION), "{error:?}");
        }
    }
}

#[test]
fn one_address_answers_for_all_services() {
    let stage = Stage::two_accounts(1);
    let service = WireService::new(stage.fake.clone());
    let key = AccessKey::of(&stage.source);
    service.add_access_key(key.clone());
    let ask = |signed_for: Option<&'static str>, host: &str, body: &str| {
        let mut request = WireRequest {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: vec![("Host".to_owned(), host.to_owned())],
            body: body.as_bytes().to_vec(),
        };
        if let Some(signed_for) = signed_for {
            Signer::new(&key, signed_for).sign(&mut request);
        }
        let response = service.answer(&request);
        (response.status, response.body)
    };
    let (identity, clusters) = ("Action=GetCallerIdentity&Version=2011-06-15", "Action=DescribeDBClusters&Version=2014-10-31");
    for (signed_for, host, body, status, contained) in [
        (Some("sts"), "127.0.0.1:1", identity, 200, "<Arn>arn:aws:iam::111111111111:user/rds-refresh</Arn>"),
        (Some("rds"), "127.0.0.1:1", clusters, 200, "<DescribeDBClustersResult>"),
        (Some("sts"), "sts.amazonaws.com", identity, 200, "https://sts.amazonaws.com/doc/2011-06-15/"),
        (Some("sts"), "127.0.0.1:1", clusters, 400, "<Code>InvalidAction</Code>"),
        (Some("rds"), "127.0.0.1:1", identity, 400, "<Code>InvalidAction</Code>"),
        (Some("sts"), "rds.eu-west-1.amazonaws.com", identity, 403, "<Code>SignatureDoesNotMatch</Code>"),
        (Some("kms"), "127.0.0.1:1", "{}", 400, "UnknownOperationException"),
        (None, "127.0.0.1:1", identity, 403, "https://sts.amazonaws.com/doc/2011-06-15/"),
        (None, "127.0.0.1:1", clusters, 403, "http://rds.amazonaws.com/doc/2014-10-31/"),
        (None, "kms.eu-west-1.amazonaws.com", "{}", 400, "MissingAuthenticationTokenException"),
        (None, "127.0.0.1:1", "\u{0}%%%", 404, "<Code>MalformedQueryString</Code>"),
    ] {
        let (found, document) = ask(signed_for, host, body);
        assert!(found == status && document.contains(contained), "{signed_for:?} {host} {body}: {found} {document}");
    }
}
