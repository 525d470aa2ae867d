use async_trait::async_trait;
use rds_refresh_core::StepError;
use rds_refresh_core::ids::KeyArn;
use rds_refresh_core::key_policy::KeyPolicies;
use rds_refresh_core::ports::SourceKeys;

use super::FakeSource;
use crate::world::ops;

#[async_trait]
impl KeyPolicies for FakeSource {
    async fn get_key_policy(&self, key: &KeyArn) -> Result<String, StepError> {
        self.key_policy(key).await
    }

    async fn put_key_policy(&self, key: &KeyArn, policy: &str) -> Result<(), StepError> {
        let call = ops::PutKeyPolicy {
            key: key.to_string(),
            policy_name: Some("default".to_owned()),
            policy: policy.to_owned(),
            bypass_lockout_safety_check: None,
        };
        self.0.call(&call, key).await
    }
}
