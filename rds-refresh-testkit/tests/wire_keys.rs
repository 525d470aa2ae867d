//! KMS through the SDK's own client. What can be listed and what a key tells of itself.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod wire_fixture;

use aws_sdk_kms::error::ProvideErrorMetadata;
use aws_sdk_kms::operation::list_grants::ListGrantsOutput;
use aws_sdk_kms::primitives::DateTime;
use aws_sdk_kms::types::{GrantOperation, KeyManagerType, KeySpec, KeyState, KeyUsageType};

use wire_fixture::Refresh;

const GRANTEE: &str = "arn:aws:iam::222222222222:root";

#[tokio::test]
async fn the_life_of_a_key() {
    let refresh = Refresh::new();
    let (kms, key) = (&refresh.source_kms, refresh.source_key.as_str());

    let found = kms.describe_key().key_id(key).send().await.unwrap().key_metadata.unwrap();
    assert_eq!((found.arn(), found.aws_account_id()), (Some(key), Some("111111111111")));
    assert!(key.ends_with(found.key_id()) && found.enabled());
    assert_eq!((found.key_state(), found.key_manager()), (Some(&KeyState::Enabled), Some(&KeyManagerType::Customer)));
    assert_eq!((found.key_spec(), found.key_usage()), (Some(&KeySpec::SymmetricDefault), Some(&KeyUsageType::EncryptDecrypt)));
    // 2025-12-06, 08:00 UTC: the stage's keys were made a month before it opens.
    assert_eq!(found.creation_date().map(DateTime::secs), Some(1_765_008_000));

    let policy = kms.get_key_policy().key_id(key).send().await.unwrap();
    assert_eq!(policy.policy_name(), Some("default"));
    let policy = policy.policy.unwrap();
    kms.put_key_policy().key_id(key).policy_name("default").policy(&policy).send().await.unwrap();

    let create = kms.create_grant().key_id(key).grantee_principal(GRANTEE).name("r1");
    let grant = create.operations(GrantOperation::Decrypt).operations(GrantOperation::CreateGrant).send().await.unwrap();
    assert!(grant.grant_token().is_some());
    let [listed] = kms.list_grants().key_id(key).send().await.unwrap().grants.unwrap().try_into().unwrap();
    assert_eq!((listed.grant_id(), listed.name()), (grant.grant_id(), Some("r1")));
    assert_eq!((listed.key_id(), listed.grantee_principal()), (Some(key), Some(GRANTEE)));
    assert_eq!(listed.operations(), [GrantOperation::Decrypt, GrantOperation::CreateGrant]);
    kms.revoke_grant().key_id(key).grant_id(listed.grant_id().unwrap()).send().await.unwrap();
    let left = kms.list_grants().key_id(key).send().await.unwrap();
    assert!(left.grants().is_empty() && !left.truncated());

    kms.disable_key().key_id(key).send().await.unwrap();
    let found = kms.describe_key().key_id(key).send().await.unwrap().key_metadata.unwrap();
    assert_eq!((found.enabled(), found.key_state()), (false, Some(&KeyState::Disabled)));
    kms.enable_key().key_id(key).send().await.unwrap();
}

#[tokio::test]
async fn grants_come_in_pages() {
    let refresh = Refresh::new();
    let (kms, key) = (&refresh.source_kms, refresh.source_key.as_str());
    for i in 0..5 {
        let create = kms.create_grant().key_id(key).grantee_principal(GRANTEE).name(format!("r{i}"));
        create.operations(GrantOperation::Decrypt).send().await.unwrap();
    }
    let pages = kms.list_grants().key_id(key).limit(2).into_paginator().send().try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.grants().len()).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(pages.iter().map(ListGrantsOutput::truncated).collect::<Vec<_>>(), [true, true, false]);
}

#[tokio::test]
async fn errors_are_the_sdks_variants() {
    let refresh = Refresh::new();
    let error = refresh.source_kms.describe_key().key_id("alias/none").send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 400);
    let error = error.into_service_error();
    assert!(error.is_not_found_exception(), "{error:?}");
    assert!(error.message().is_some());

    let error = refresh.source_kms.list_grants().key_id(&refresh.source_key).marker("made-up").send().await.unwrap_err();
    assert!(error.into_service_error().is_invalid_marker_exception());

    let policy = refresh.source_kms.put_key_policy().key_id(&refresh.source_key).policy("{").send().await.unwrap_err();
    assert!(policy.into_service_error().is_malformed_policy_document_exception());

    let error =
        refresh.source_kms.list_key_rotations().key_id(&refresh.source_key).send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("UnknownOperationException"));
}
