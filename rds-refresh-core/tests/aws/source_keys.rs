use rds_refresh_core::ErrorKind;
use rds_refresh_core::ports::{Grant, GrantInventory, Key, KeyManager, SourceKeys};
use serde_json::json;

use crate::connector::{Connector, Reply};
use crate::samples::{self, KEY};

#[tokio::test]
async fn a_key_is_described_by_its_arn() {
    for (manager, expected) in [("CUSTOMER", KeyManager::Customer), ("AWS", KeyManager::Aws), ("SOMEBODY", KeyManager::Aws)] {
        let aws = Connector::answering_json(&json!({ "KeyMetadata": {
            "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "Arn": KEY, "KeyState": "PendingDeletion", "Enabled": false,
            "KeyManager": manager, "KeySpec": "SYMMETRIC_DEFAULT", "CreationDate": 1.7e9,
        }}));
        let key = aws.source().describe_key(&samples::key()).await.unwrap();

        let state = "PendingDeletion".to_owned();
        assert_eq!(key, Some(Key { arn: samples::key(), state, manager: expected, spec: "SYMMETRIC_DEFAULT".into() }));
        assert_eq!(aws.json(), ("DescribeKey".into(), json!({ "KeyId": KEY })));
        assert_eq!(aws.sent()[0].uri, "https://kms.eu-west-1.amazonaws.com/");
    }
}

#[tokio::test]
async fn only_the_default_policy_of_a_key_is_read() {
    let aws = Connector::answering_json(&json!({ "Policy": "{\"Version\":\"2012-10-17\"}", "PolicyName": "default" }));
    let policy = aws.source().key_policy(&samples::key()).await;

    assert_eq!(policy.as_deref(), Ok("{\"Version\":\"2012-10-17\"}"));
    assert_eq!(aws.json(), ("GetKeyPolicy".into(), json!({ "KeyId": KEY, "PolicyName": "default" })));
}

#[tokio::test]
async fn grants_of_a_name_are_found_on_all_pages() {
    let aws = Connector::new(|sent| {
        let grant =
            |id: &str, name: &str| json!({ "GrantId": id, "Name": name, "GranteePrincipal": "222222222222", "KeyId": KEY });
        let page = match sent.json().1["Marker"].as_str() {
            None => json!({ "Grants": [grant("1", "mine"), grant("2", "other")], "NextMarker": "more", "Truncated": true }),
            Some("more") => json!({ "Grants": [{ "GrantId": "3" }, grant("4", "mine")], "Truncated": false }),
            other => panic!("{other:?}"),
        };
        Reply::Answers(200, page.to_string())
    });
    let grants = aws.source().grants_named(&samples::key(), "mine").await.unwrap();

    let mine = |id: &str| Grant { id: id.into(), name: "mine".into(), grantee: "222222222222".into() };
    assert_eq!(grants, [mine("1"), mine("4")]);
    assert_eq!(aws.sent()[0].json(), ("ListGrants".into(), json!({ "KeyId": KEY, "Limit": 100 })));
    // A sweep sees all of them.
    let all = aws.source().grants(&samples::key()).await.unwrap();
    let ids: Vec<&str> = all.iter().map(|grant| grant.id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_grant_lets_the_account_copy_and_nothing_more() {
    let aws = Connector::answering_json(&json!({ "GrantId": "0c237476b", "GrantToken": "AQpAM2RhZTk1MGMy" }));
    let grant = aws.source().create_grant(&samples::new_grant()).await;

    let grantee = "arn:aws:iam::222222222222:root";
    assert_eq!(grant, Ok(Grant { id: "0c237476b".into(), name: "refresh-run".into(), grantee: grantee.into() }));
    let parameters = json!({
        "KeyId": KEY, "GranteePrincipal": grantee, "Name": "refresh-run", "Operations": [
            "Decrypt", "DescribeKey", "ReEncryptFrom", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant",
        ],
    });
    assert_eq!(aws.json(), ("CreateGrant".into(), parameters));
}

#[tokio::test]
async fn a_grant_is_revoked_by_its_id_and_may_be_gone_already() {
    let aws = Connector::new(|_| Reply::Answers(200, String::new()));
    aws.source().revoke_grant(&samples::key(), "0c237476b").await.unwrap();
    assert_eq!(aws.json(), ("RevokeGrant".into(), json!({ "KeyId": KEY, "GrantId": "0c237476b" })));

    let gone = Connector::refusing_json(400, "NotFoundException", "Grant 0c237476b not found");
    assert_eq!(gone.source().revoke_grant(&samples::key(), "0c237476b").await, Ok(()));
    let malformed = Connector::refusing_json(400, "InvalidGrantIdException", "no");
    let error = malformed.source().revoke_grant(&samples::key(), "0c237476b").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}
