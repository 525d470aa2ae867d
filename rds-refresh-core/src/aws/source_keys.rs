use async_trait::async_trait;
use aws_sdk_kms::types::GrantOperation;

use super::call::Call;
use super::{AwsSource, convert};
use crate::StepError;
use crate::ids::KeyArn;
use crate::ports::{CreateGrant, Grant, GrantInventory, Key, SourceKeys};

/// The most grants that `ListGrants` puts on a page.
const GRANTS_PER_PAGE: i32 = 100;

#[async_trait]
impl SourceKeys for AwsSource {
    async fn describe_key(&self, key: &KeyArn) -> Result<Option<Key>, StepError> {
        let call = Call::read("DescribeKey", key);
        let request = self.kms.describe_key().key_id(key.to_string());
        match call.find("NotFound", request.send()).await? {
            Some(answer) => call.part(answer.key_metadata.and_then(convert::key), "KeyMetadata with the ARN of a key").map(Some),
            None => Ok(None),
        }
    }

    async fn key_policy(&self, key: &KeyArn) -> Result<String, StepError> {
        let call = Call::read("GetKeyPolicy", key);
        let request = self.kms.get_key_policy().key_id(key.to_string()).policy_name("default");
        let answer = call.send(request.send()).await?;
        call.part(answer.policy, "Policy")
    }

    async fn grants_named(&self, key: &KeyArn, name: &str) -> Result<Vec<Grant>, StepError> {
        let grants = self.grants(key).await?;
        Ok(grants.into_iter().filter(|grant| grant.name == name).collect())
    }

    async fn create_grant(&self, request: &CreateGrant) -> Result<Grant, StepError> {
        let CreateGrant { key, grantee: _, name } = request;
        let grantee = request.grantee_principal();
        let call = Call::mutation("CreateGrant", format_args!("{key}#{name}"));
        let request = self
            .kms
            .create_grant()
            .key_id(key.to_string())
            .grantee_principal(&grantee)
            .name(name)
            .set_operations(Some(CreateGrant::OPERATIONS.map(GrantOperation::from).to_vec()));
        let answer = call.send(request.send()).await?;
        let id = call.part(answer.grant_id, "GrantId")?;
        Ok(Grant { id, name: name.clone(), grantee })
    }

    async fn revoke_grant(&self, key: &KeyArn, grant_id: &str) -> Result<(), StepError> {
        let call = Call::mutation("RevokeGrant", format_args!("{key}#{grant_id}"));
        let request = self.kms.revoke_grant().key_id(key.to_string()).grant_id(grant_id);
        // Not found is as good as revoked, and what a repeated call answers.
        call.find("NotFound", request.send()).await?;
        Ok(())
    }
}

#[async_trait]
impl GrantInventory for AwsSource {
    async fn grants(&self, key: &KeyArn) -> Result<Vec<Grant>, StepError> {
        let call = Call::read("ListGrants", key);
        let pages = self.kms.list_grants().key_id(key.to_string()).limit(GRANTS_PER_PAGE).into_paginator().items().send();
        let grants = call.send(pages.collect::<Result<Vec<_>, _>>()).await?;
        Ok(grants.into_iter().map(convert::grant).collect())
    }
}
