use async_trait::async_trait;
use aws_sdk_kms::types::{DataKeySpec, GrantOperation};

use super::call::Call;
use super::convert;
use super::reads::AwsReads;
use crate::classify::same_code;
use crate::ids::{KeyArn, KeyRef};
use crate::ports::{CreateGrant, Key};
use crate::preflight::KeyReads;
use crate::{ErrorKind, StepError};

#[async_trait]
impl KeyReads for AwsReads {
    async fn describe_key(&self, key: &KeyRef) -> Result<Option<Key>, StepError> {
        let call = Call::read("DescribeKey", key);
        match call.find("NotFound", self.kms.describe_key().key_id(key.as_str()).send()).await? {
            Some(answer) => call.part(answer.key_metadata.and_then(convert::key), "KeyMetadata with the ARN of a key").map(Some),
            None => Ok(None),
        }
    }

    async fn key_policy(&self, key: &KeyArn) -> Result<String, StepError> {
        let call = Call::read("GetKeyPolicy", key);
        let answer = call.send(self.kms.get_key_policy().key_id(key.to_string()).policy_name("default").send()).await?;
        call.part(answer.policy, "Policy")
    }

    async fn may_create_grant(&self, grant: &CreateGrant) -> Result<bool, StepError> {
        let CreateGrant { key, grantee: _, name } = grant;
        let request = self
            .kms
            .create_grant()
            .key_id(key.to_string())
            .grantee_principal(grant.grantee_principal())
            .name(name)
            .set_operations(Some(CreateGrant::OPERATIONS.map(GrantOperation::from).to_vec()))
            .dry_run(true);
        verdict(Call::read("CreateGrant", key).send(request.send()).await)
    }

    async fn may_generate_data_key(&self, key: &KeyArn) -> Result<bool, StepError> {
        let request =
            self.kms.generate_data_key_without_plaintext().key_id(key.to_string()).key_spec(DataKeySpec::Aes256).dry_run(true);
        verdict(Call::read("GenerateDataKeyWithoutPlaintext", key).send(request.send()).await)
    }
}

/// A dry run always ends with an error: one says that the call would have succeeded (KMS API reference, `DryRunOperationException`).
fn verdict<T>(answer: Result<T, StepError>) -> Result<bool, StepError> {
    match answer {
        Ok(_) => Ok(true),
        Err(error) if error.code().is_some_and(|code| same_code(code, "DryRunOperation")) => Ok(true),
        Err(error) if error.kind() == ErrorKind::Denied => Ok(false),
        Err(error) => Err(error),
    }
}
