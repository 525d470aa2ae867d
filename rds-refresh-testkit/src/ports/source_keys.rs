use async_trait::async_trait;
use rds_refresh_core::StepError;
use rds_refresh_core::ids::KeyArn;
use rds_refresh_core::ports::{CreateGrant, Grant, GrantInventory, Key, SourceKeys};

use super::{FakeSource, convert};
use crate::world::{Paging, ops};

const ABSENT: &str = "NotFoundException";

#[async_trait]
impl SourceKeys for FakeSource {
    async fn describe_key(&self, key: &KeyArn) -> Result<Option<Key>, StepError> {
        self.0
            .find(&ops::DescribeKey { key: key.to_string(), ..Default::default() }, key, ABSENT)
            .await?
            .map(convert::key)
            .transpose()
    }

    async fn key_policy(&self, key: &KeyArn) -> Result<String, StepError> {
        self.0.call(&ops::GetKeyPolicy { key: key.to_string(), policy_name: Some("default".to_owned()) }, key).await
    }

    async fn grants_named(&self, key: &KeyArn, name: &str) -> Result<Vec<Grant>, StepError> {
        let grants = self.grants(key).await?;
        Ok(grants.into_iter().filter(|grant| grant.name == name).collect())
    }

    async fn create_grant(&self, request: &CreateGrant) -> Result<Grant, StepError> {
        let grantee = request.grantee_principal();
        let call = ops::CreateGrant {
            key: request.key.to_string(),
            grantee: grantee.clone(),
            operations: CreateGrant::OPERATIONS.map(str::to_owned).to_vec(),
            name: Some(request.name.clone()),
            ..Default::default()
        };
        let created = self.0.call(&call, &format!("{}#{}", request.key, request.name)).await?;
        Ok(Grant { id: created.id, name: request.name.clone(), grantee })
    }

    async fn revoke_grant(&self, key: &KeyArn, grant_id: &str) -> Result<(), StepError> {
        let call = ops::RevokeGrant { key: key.to_string(), grant_id: grant_id.to_owned(), dry_run: None };
        self.0.find(&call, &format!("{key}#{grant_id}"), ABSENT).await.map(drop)
    }
}

#[async_trait]
impl GrantInventory for FakeSource {
    async fn grants(&self, key: &KeyArn) -> Result<Vec<Grant>, StepError> {
        let mut request = ops::ListGrants { key: key.to_string(), ..Default::default() };
        let mut found = Vec::new();
        loop {
            let page = self.0.call(&request, key).await?;
            found.extend(page.items.into_iter().map(convert::grant));
            if page.marker.is_none() {
                return Ok(found);
            }
            request.paging = Paging { marker: page.marker, max_records: None };
        }
    }
}
