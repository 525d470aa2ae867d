//! The life of keys, aliases and grants through the SDK's own client.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod wire_fixture;

use std::time::Duration;

use aws_sdk_kms::Client;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::types::{
    DataKeySpec, GrantConstraints, GrantOperation, KeySpec, KeyState, KeyUsageType, MultiRegionKeyType, Tag,
};
use rds_refresh_testkit::world::{Caller, Identity};

use wire_fixture::Refresh;

const ROOT: &str = "arn:aws:iam::222222222222:root";
const DAY: Duration = Duration::from_hours(24);

/// The code and the HTTP status of a refusal.
fn refusal<T: std::fmt::Debug, E: ProvideErrorMetadata + std::error::Error + 'static>(
    answer: Result<T, SdkError<E>>,
) -> (String, u16) {
    let error = answer.unwrap_err();
    (error.code().unwrap_or_default().to_owned(), error.raw_response().unwrap().status().as_u16())
}

fn client(refresh: &Refresh, caller: &Caller) -> Client {
    let service = rds_refresh_testkit::wire::WireService::new(refresh.fake.clone());
    Client::new(&service.sdk_config(caller))
}

async fn state(kms: &Client, key: &str) -> Result<KeyState, String> {
    match kms.describe_key().key_id(key).send().await {
        Ok(found) => Ok(found.key_metadata.unwrap().key_state.unwrap()),
        Err(error) => Err(error.code().unwrap().to_owned()),
    }
}

#[tokio::test]
async fn a_new_key_has_the_default_policy_and_what_was_asked_for() {
    let refresh = Refresh::new();
    let kms = &refresh.source_kms;
    let tag = Tag::builder().tag_key("team").tag_value("data").build().unwrap();
    let made = kms.create_key().description("for orders").tags(tag.clone()).multi_region(true).send().await.unwrap();
    let made = made.key_metadata.unwrap();
    assert!(made.key_id().starts_with("mrk-") && made.enabled());
    assert_eq!((made.description(), made.key_state()), (Some("for orders"), Some(&KeyState::Enabled)));
    let regions = made.multi_region_configuration().unwrap();
    assert_eq!(regions.multi_region_key_type(), Some(&MultiRegionKeyType::Primary));
    assert_eq!(regions.primary_key().unwrap().arn(), made.arn());

    let policy = kms.get_key_policy().key_id(made.key_id()).send().await.unwrap().policy.unwrap();
    assert!(policy.contains("arn:aws:iam::111111111111:root"));
    assert_eq!(kms.list_key_policies().key_id(made.key_id()).send().await.unwrap().policy_names(), ["default"]);
    assert_eq!(kms.list_resource_tags().key_id(made.key_id()).send().await.unwrap().tags(), [tag]);

    let second = kms.create_key().send().await.unwrap().key_metadata.unwrap();
    assert_ne!(second.key_id(), made.key_id());
    let pages = kms.list_keys().limit(2).into_paginator().items().send();
    let listed: Vec<_> = pages.try_collect().await.unwrap().into_iter().filter_map(|key| key.key_arn).collect();
    assert_eq!(listed.len(), 5);
    assert!(listed.contains(&refresh.source_key) && listed.iter().any(|arn| Some(arn.as_str()) == second.arn()));

    let rsa = kms.create_key().key_spec(KeySpec::Rsa2048).key_usage(KeyUsageType::SignVerify).send().await.unwrap();
    let rsa = rsa.key_metadata.unwrap();
    assert!(rsa.encryption_algorithms().is_empty() && !rsa.signing_algorithms().is_empty());
}

#[tokio::test]
async fn keys_that_cannot_be_made() {
    let refresh = Refresh::new();
    let kms = &refresh.source_kms;
    let new = || kms.create_key();
    let tag = |key: &str| Tag::builder().tag_key(key).tag_value("").build().unwrap();
    let nobody = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*"}]}"#;
    let cases = [
        (new().policy("{"), "MalformedPolicyDocumentException"),
        (new().policy(nobody), "MalformedPolicyDocumentException"),
        (new().policy(format!("{nobody}{}", " ".repeat(32_768))), "LimitExceededException"),
        (new().description("x".repeat(8193)), "ValidationException"),
        (new().key_spec(KeySpec::Rsa2048), "ValidationException"),
        (new().key_usage(KeyUsageType::SignVerify), "ValidationException"),
        (new().key_spec(KeySpec::Hmac256).key_usage(KeyUsageType::GenerateVerifyMac), "UnsupportedOperationException"),
        (new().origin("EXTERNAL".into()), "UnsupportedOperationException"),
        (new().custom_key_store_id("cks-1"), "ValidationException"),
        (new().tags(tag("a")).tags(tag("a")), "TagException"),
        (new().tags(tag("aws:a")), "TagException"),
        (new().tags(tag("")), "ValidationException"),
    ];
    for (request, code) in cases {
        let shown = format!("{request:?}");
        assert_eq!(refusal(request.send().await), (code.to_owned(), 400), "{shown}");
    }
    let made = new().policy(nobody).bypass_policy_lockout_safety_check(true).send().await.unwrap().key_metadata.unwrap();
    assert_eq!(state(kms, made.key_id()).await, Err("AccessDeniedException".to_owned()));
}

#[tokio::test]
async fn a_key_is_deleted_when_its_window_is_over_unless_it_is_saved() {
    let refresh = Refresh::new();
    let (kms, key) = (&refresh.source_kms, refresh.private_key.as_str());
    let schedule = || kms.schedule_key_deletion().key_id(key);
    for days in [0, 6, 31] {
        assert_eq!(refusal(schedule().pending_window_in_days(days).send().await).0, "ValidationException", "{days}");
    }
    let scheduled = schedule().send().await.unwrap();
    assert_eq!((scheduled.key_id(), scheduled.pending_window_in_days()), (Some(key), Some(30)));
    assert_eq!((scheduled.key_state(), state(kms, key).await), (Some(&KeyState::PendingDeletion), Ok(KeyState::PendingDeletion)));

    // Key states: what is legal for a key that waits for its deletion.
    let invalid = ("KMSInvalidStateException".to_owned(), 400);
    let grant = kms.create_grant().key_id(key).grantee_principal(ROOT).operations(GrantOperation::Decrypt);
    assert_eq!(refusal(grant.send().await), invalid);
    assert_eq!(refusal(schedule().send().await), invalid);
    assert_eq!(refusal(kms.enable_key().key_id(key).send().await), invalid);
    assert_eq!(refusal(kms.disable_key().key_id(key).send().await), invalid);
    assert_eq!(refusal(kms.create_alias().alias_name("alias/new").target_key_id(key).send().await), invalid);
    assert!(kms.list_grants().key_id(key).send().await.is_ok());

    let cancelled = kms.cancel_key_deletion().key_id(key).send().await.unwrap();
    assert_eq!((cancelled.key_id(), state(kms, key).await), (Some(key), Ok(KeyState::Disabled)));
    assert_eq!(refusal(kms.cancel_key_deletion().key_id(key).send().await), invalid);
    refresh.advance(31 * DAY);
    assert_eq!(state(kms, key).await, Ok(KeyState::Disabled));

    schedule().pending_window_in_days(7).send().await.unwrap();
    refresh.advance(Duration::from_secs(7 * 24 * 3600 - 1));
    assert_eq!(state(kms, key).await, Ok(KeyState::PendingDeletion));
    refresh.advance(Duration::from_secs(1));
    assert_eq!(state(kms, key).await, Err("NotFoundException".to_owned()));
    assert_eq!(state(kms, "alias/private").await, Err("NotFoundException".to_owned()));
}

#[tokio::test]
async fn aliases_name_one_key_each() {
    let refresh = Refresh::new();
    let (kms, key) = (&refresh.source_kms, refresh.source_key.as_str());
    let create = |name: &str, key: &str| kms.create_alias().alias_name(name).target_key_id(key).send();
    create("alias/team/data", key).await.unwrap();
    assert_eq!(state(kms, "alias/team/data").await, Ok(KeyState::Enabled));
    for (name, key, code) in [
        ("alias/orders", key, "AlreadyExistsException"),
        ("orders", key, "ValidationException"),
        ("alias/", key, "ValidationException"),
        ("alias/a b", key, "ValidationException"),
        ("alias/aws/mine", key, "InvalidAliasNameException"),
        ("alias/b", "alias/orders", "ValidationException"),
        ("alias/b", "no-such-key", "NotFoundException"),
        ("alias/b", &refresh.managed_key, "AccessDeniedException"),
    ] {
        assert_eq!(refusal(create(name, key).await).0, code, "{name} of {key}");
    }
    let names = |aliases: &[aws_sdk_kms::types::AliasListEntry]| -> Vec<String> {
        aliases.iter().filter_map(|alias| alias.alias_name.clone()).collect()
    };
    let all = kms.list_aliases().into_paginator().page_size(2).items().send().try_collect().await.unwrap();
    assert_eq!(names(&all), ["alias/aws/rds", "alias/orders", "alias/private", "alias/team/data"]);
    let of_key = kms.list_aliases().key_id(key).send().await.unwrap();
    assert_eq!(names(of_key.aliases()), ["alias/orders", "alias/team/data"]);
    let first = &of_key.aliases()[0];
    assert_eq!(first.alias_arn(), Some("arn:aws:kms:eu-west-1:111111111111:alias/orders"));
    assert!(key.ends_with(first.target_key_id().unwrap()) && first.creation_date().is_some());
    kms.delete_alias().alias_name("alias/team/data").send().await.unwrap();
    let again = kms.delete_alias().alias_name("alias/team/data").send().await;
    assert_eq!(refusal(again).0, "NotFoundException");
}

#[tokio::test]
async fn an_alias_can_name_another_key_of_its_kind() {
    let refresh = Refresh::new();
    let (kms, private) = (&refresh.source_kms, refresh.private_key.as_str());
    let update = |name: &str, key: &str| kms.update_alias().alias_name(name).target_key_id(key).send();
    refresh.advance(DAY);
    update("alias/orders", private).await.unwrap();
    let named = kms.describe_key().key_id("alias/orders").send().await.unwrap().key_metadata.unwrap();
    assert_eq!(named.arn(), Some(private));
    let aliases = kms.list_aliases().key_id(private).send().await.unwrap();
    let alias = aliases.aliases().iter().find(|alias| alias.alias_name() == Some("alias/orders")).unwrap();
    assert!(alias.last_updated_date() > alias.creation_date());

    let rsa = kms.create_key().key_spec(KeySpec::Rsa2048).key_usage(KeyUsageType::EncryptDecrypt).send().await.unwrap();
    let rsa = rsa.key_metadata.unwrap().key_id;
    for (name, key, code) in [
        ("alias/none", private, "NotFoundException"),
        ("alias/orders", "no-such-key", "NotFoundException"),
        ("alias/orders", "alias/private", "ValidationException"),
        ("alias/orders", &rsa, "ValidationException"),
        ("alias/orders", &refresh.managed_key, "AccessDeniedException"),
    ] {
        assert_eq!(refusal(update(name, key).await).0, code, "{name} to {key}");
    }
    // A key that goes away lets its aliases go, and takes none.
    kms.schedule_key_deletion().key_id(private).send().await.unwrap();
    update("alias/orders", &refresh.source_key).await.unwrap();
    assert_eq!(refusal(update("alias/orders", private).await).0, "KMSInvalidStateException");
}

#[tokio::test]
async fn a_key_changes_its_tags_and_its_description() {
    let refresh = Refresh::new();
    let (kms, key) = (&refresh.source_kms, refresh.source_key.as_str());
    let tag = |key: &str, value: &str| Tag::builder().tag_key(key).tag_value(value).build().unwrap();
    let tagged = async || kms.list_resource_tags().key_id(key).send().await.unwrap().tags.unwrap_or_default();
    let set = |tags: Vec<Tag>| kms.tag_resource().key_id(key).set_tags(Some(tags)).send();
    set(vec![tag("team", "data"), tag("stage", "test")]).await.unwrap();
    set(vec![tag("stage", "production")]).await.unwrap();
    assert_eq!(tagged().await, [tag("stage", "production"), tag("team", "data")]);
    kms.untag_resource().key_id(key).tag_keys("team").tag_keys("none").send().await.unwrap();
    assert_eq!(tagged().await, [tag("stage", "production")]);
    let many = (0..50).map(|number| tag(&format!("t{number}"), "")).collect();
    for wrong in [vec![tag("aws:mine", "")], vec![tag("a", ""), tag("a", "b")], many] {
        assert_eq!(refusal(set(wrong).await), ("TagException".to_owned(), 400));
    }
    assert_eq!(refusal(kms.untag_resource().key_id(key).tag_keys("aws:x").send().await).0, "TagException");
    let none = kms.untag_resource().key_id(key).send().await;
    assert_eq!(refusal(none).0, "ValidationException");

    let describe = |text: &str| kms.update_key_description().key_id(key).description(text).send();
    describe("of orders").await.unwrap();
    let metadata = kms.describe_key().key_id(key).send().await.unwrap().key_metadata.unwrap();
    assert_eq!(metadata.description(), Some("of orders"));
    assert_eq!(refusal(describe(&"x".repeat(8193)).await).0, "ValidationException");

    kms.schedule_key_deletion().key_id(key).send().await.unwrap();
    assert_eq!(refusal(describe("").await).0, "KMSInvalidStateException");
    assert_eq!(refusal(set(vec![tag("a", "b")]).await).0, "KMSInvalidStateException");
}

#[tokio::test]
async fn aws_rotates_the_keys_that_it_manages() {
    let refresh = Refresh::new();
    let kms = &refresh.source_kms;
    let status = |key: &str| kms.get_key_rotation_status().key_id(key).send();
    let managed = status(&refresh.managed_key).await.unwrap();
    assert_eq!((managed.key_rotation_enabled(), managed.rotation_period_in_days()), (true, Some(365)));
    let next = *managed.next_rotation_date().unwrap();
    refresh.advance(365 * DAY);
    let later = *status(&refresh.managed_key).await.unwrap().next_rotation_date().unwrap();
    assert_eq!(later.secs() - next.secs(), 365 * 24 * 3600);
    let own = status(&refresh.source_key).await.unwrap();
    assert_eq!((own.key_rotation_enabled(), own.rotation_period_in_days()), (false, None));
    let rsa = kms.create_key().key_spec(KeySpec::Rsa2048).key_usage(KeyUsageType::SignVerify).send().await.unwrap();
    assert_eq!(refusal(status(rsa.key_metadata.unwrap().key_id()).await).0, "UnsupportedOperationException");
}

#[tokio::test]
async fn whoever_may_retire_grants_can_list_them_in_all_accounts() {
    let refresh = Refresh::new();
    let retirer = "arn:aws:iam::222222222222:role/retirer";
    let destination = client(&refresh, &refresh.destination);
    let create = |kms: &Client, key: &str| {
        kms.create_grant().key_id(key).grantee_principal(ROOT).operations(GrantOperation::Decrypt).retiring_principal(retirer)
    };
    create(&refresh.source_kms, &refresh.source_key).send().await.unwrap();
    create(&destination, &refresh.destination_key).send().await.unwrap();
    let list = |kms: &Client, of: &str| kms.list_retirable_grants().retiring_principal(of).send();
    let listed = list(&destination, retirer).await.unwrap();
    let keys: Vec<_> = listed.grants().iter().filter_map(|grant| grant.key_id()).collect();
    assert_eq!(keys, [refresh.source_key.as_str(), refresh.destination_key.as_str()]);
    assert!(list(&destination, ROOT).await.unwrap().grants().is_empty());
    assert_eq!(refusal(list(&refresh.source_kms, retirer).await).0, "AccessDeniedException");
    assert_eq!(refusal(list(&destination, "retirer").await).0, "InvalidArnException");
}

#[tokio::test]
async fn a_grant_is_retired_by_those_whom_it_names() {
    let refresh = Refresh::new();
    let (kms, key) = (&refresh.source_kms, refresh.source_key.as_str());
    let role = "arn:aws:iam::222222222222:role/retirer";
    let session = |role: &str| Identity::Session { role: role.to_owned(), name: "now".to_owned() };
    let retirer = client(&refresh, &refresh.destination.acting_as(session("retirer")));
    let other = client(&refresh, &refresh.destination.acting_as(session("other")));
    let create = || kms.create_grant().key_id(key).grantee_principal(ROOT).operations(GrantOperation::Decrypt);

    // By the retiring principal, by token.
    let grant = create().retiring_principal(role).send().await.unwrap();
    let token = grant.grant_token.unwrap();
    assert_eq!(refusal(other.retire_grant().grant_token(&token).send().await), ("AccessDeniedException".to_owned(), 400));
    retirer.retire_grant().grant_token(&token).send().await.unwrap();
    assert_eq!(refusal(retirer.retire_grant().grant_token(&token).send().await).0, "InvalidGrantTokenException");

    // By a grantee whom it allows to, by key and id; by the account that made it.
    for (operation, by, allowed) in [
        (GrantOperation::RetireGrant, &other, true),
        (GrantOperation::DescribeKey, &other, false),
        (GrantOperation::DescribeKey, kms, true),
    ] {
        let id = create().operations(operation.clone()).send().await.unwrap().grant_id.unwrap();
        let retired = by.retire_grant().key_id(key).grant_id(&id).send().await;
        assert_eq!(retired.is_ok(), allowed, "{operation:?}: {retired:?}");
    }
    let half = kms.retire_grant().key_id(key).send().await;
    assert_eq!(refusal(half).0, "ValidationException");
    let unknown = kms.retire_grant().key_id(key).grant_id("0".repeat(64)).send().await;
    assert_eq!(refusal(unknown).0, "NotFoundException");
    let odd = kms.retire_grant().key_id(key).grant_id("mine").send().await;
    assert_eq!(refusal(odd).0, "InvalidGrantIdException");
}

#[tokio::test]
async fn a_dry_run_says_what_would_have_happened_and_changes_nothing() {
    let refresh = Refresh::new();
    let (kms, key) = (&refresh.source_kms, refresh.source_key.as_str());
    let dry = ("DryRunOperationException".to_owned(), 412);
    let create = || kms.create_grant().key_id(key).grantee_principal(ROOT).operations(GrantOperation::Decrypt);
    let count = async || kms.list_grants().key_id(key).send().await.unwrap().grants().len();
    assert_eq!(refusal(create().dry_run(true).send().await), dry);
    assert_eq!(refusal(create().dry_run(true).grantee_principal("nobody").send().await).0, "InvalidArnException");
    assert_eq!(count().await, 0);
    let id = create().dry_run(false).send().await.unwrap().grant_id.unwrap();
    assert_eq!(refusal(kms.revoke_grant().key_id(key).grant_id(&id).dry_run(true).send().await), dry);
    assert_eq!(refusal(kms.retire_grant().key_id(key).grant_id(&id).dry_run(true).send().await), dry);
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn a_dry_run_says_whether_a_caller_may_encrypt() {
    let refresh = Refresh::new();
    let (kms, key) = (&refresh.source_kms, refresh.source_key.as_str());
    let dry = ("DryRunOperationException".to_owned(), 412);
    let generate = || kms.generate_data_key_without_plaintext().key_spec(DataKeySpec::Aes256).dry_run(true);
    assert_eq!(refusal(generate().key_id(key).send().await), dry);
    assert_eq!(refusal(generate().key_id("alias/orders").send().await), dry);
    assert_eq!(refusal(kms.generate_data_key().key_id(key).number_of_bytes(64).dry_run(true).send().await), dry);
    for (odd, code) in [
        (generate().key_id(key).number_of_bytes(64), "ValidationException"),
        (kms.generate_data_key_without_plaintext().key_id(key).dry_run(true), "ValidationException"),
        (kms.generate_data_key_without_plaintext().key_id(key).dry_run(true).number_of_bytes(1025), "ValidationException"),
        // Nothing is encrypted here, and nothing is said to be.
        (generate().key_id(key).dry_run(false), "ValidationException"),
        (generate().key_id("alias/none"), "NotFoundException"),
    ] {
        assert_eq!(refusal(odd.send().await).0, code);
    }
    // Another account's: by its policy, or not at all.
    let foreign = client(&refresh, &refresh.destination);
    let theirs = |key: &str| foreign.generate_data_key().key_id(key).key_spec(DataKeySpec::Aes128).dry_run(true).send();
    assert_eq!(refusal(theirs(key).await), dry);
    assert_eq!(refusal(theirs(&refresh.private_key).await).0, "AccessDeniedException");
    kms.disable_key().key_id(key).send().await.unwrap();
    assert_eq!(refusal(generate().key_id(key).send().await).0, "DisabledException");
}

#[tokio::test]
async fn a_grant_shows_its_keys_arn_and_its_constraints() {
    let refresh = Refresh::new();
    let (kms, key) = (&refresh.source_kms, refresh.private_key.as_str());
    let id = key.rsplit('/').next().unwrap();
    let constraints = GrantConstraints::builder().encryption_context_subset("table", "orders").build();
    let create = kms.create_grant().key_id(id).grantee_principal(ROOT).constraints(constraints.clone());
    let create = create.operations(GrantOperation::DescribeKey).operations(GrantOperation::Decrypt).name("constrained");
    create.send().await.unwrap();
    let listed = kms.list_grants().key_id(id).send().await.unwrap();
    assert_eq!((listed.grants()[0].key_id(), listed.grants()[0].constraints()), (Some(key), Some(&constraints)));
    // What is no cryptographic operation is not constrained.
    assert_eq!(state(&client(&refresh, &refresh.destination), key).await, Ok(KeyState::Enabled));
}

#[tokio::test]
async fn a_grant_token_counts_before_the_grant_has_spread() {
    let refresh = Refresh::new();
    refresh.fake.world().switches_mut().grant_delay = Duration::from_mins(5);
    let (key, kms) = (refresh.private_key.as_str(), client(&refresh, &refresh.destination));
    let create = refresh.source_kms.create_grant().key_id(key).grantee_principal(ROOT).operations(GrantOperation::DescribeKey);
    let token = create.send().await.unwrap().grant_token.unwrap();
    assert_eq!(state(&kms, key).await, Err("AccessDeniedException".to_owned()));
    assert!(kms.describe_key().key_id(key).grant_tokens(&token).send().await.is_ok());
    assert_eq!(refusal(kms.describe_key().key_id(key).grant_tokens("made-up").send().await).0, "InvalidGrantTokenException");
    refresh.advance(Duration::from_mins(5));
    assert_eq!(state(&kms, key).await, Ok(KeyState::Enabled));
}

#[tokio::test]
async fn keys_are_named_in_ways_that_the_operation_takes() {
    let refresh = Refresh::new();
    let kms = &refresh.source_kms;
    for (name, code) in [
        ("arn:aws:kms:eu-west-1:111111111111:alias/none", "NotFoundException"),
        ("arn:aws:kms:eu-west-2:111111111111:key/x", "NotFoundException"),
        ("arn:aws:rds:eu-west-1:111111111111:db:x", "InvalidArnException"),
        ("arn:aws", "InvalidArnException"),
        (&"x".repeat(2049), "ValidationException"),
    ] {
        assert_eq!(refusal(kms.describe_key().key_id(name).send().await).0, code, "{name}");
    }
    let by_alias = kms.get_key_policy().key_id("alias/orders").send().await;
    assert_eq!(refusal(by_alias).0, "NotFoundException");
    let long = kms.list_resource_tags().key_id(&refresh.source_key).limit(51).send().await;
    assert_eq!(refusal(long).0, "ValidationException");
}
