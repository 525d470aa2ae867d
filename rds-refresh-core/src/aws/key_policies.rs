use async_trait::async_trait;

use super::AwsSource;
use super::call::Call;
use crate::StepError;
use crate::ids::KeyArn;
use crate::key_policy::KeyPolicies;
use crate::ports::SourceKeys;

#[async_trait]
impl KeyPolicies for AwsSource {
    async fn get_key_policy(&self, key: &KeyArn) -> Result<String, StepError> {
        self.key_policy(key).await
    }

    async fn put_key_policy(&self, key: &KeyArn, policy: &str) -> Result<(), StepError> {
        let call = Call::mutation("PutKeyPolicy", key);
        let request = self.kms.put_key_policy().key_id(key.to_string()).policy_name("default").policy(policy);
        call.send(request.send()).await?;
        Ok(())
    }
}
