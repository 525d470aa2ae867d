use rds_refresh_core::ErrorKind;
use rds_refresh_core::key_policy::KeyPolicies;
use serde_json::json;

use crate::connector::Connector;
use crate::samples::{self, KEY};

#[tokio::test]
async fn a_policy_is_written_with_the_check_against_a_lock_out() {
    let aws = Connector::answering_json(&json!({}));
    aws.source().put_key_policy(&samples::key(), "{}").await.unwrap();
    // KMS checks unless it is told not to.
    assert_eq!(aws.json(), ("PutKeyPolicy".into(), json!({ "KeyId": KEY, "PolicyName": "default", "Policy": "{}" })));
}

#[tokio::test]
async fn a_policy_is_read_by_its_only_name() {
    let aws = Connector::answering_json(&json!({ "Policy": "{}" }));
    assert_eq!(aws.source().get_key_policy(&samples::key()).await.as_deref(), Ok("{}"));
    assert_eq!(aws.json(), ("GetKeyPolicy".into(), json!({ "KeyId": KEY, "PolicyName": "default" })));
    let empty = Connector::answering_json(&json!({}));
    assert_eq!(empty.source().get_key_policy(&samples::key()).await.unwrap_err().kind(), ErrorKind::Transient);
}
