use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::ports::{Events, event_minutes};
use rds_refresh_core::{RdsEvent, Resource, StepError};

use super::{Door, FakeDestination, FakeSource};
use crate::world::ops;

#[async_trait]
impl Events for FakeSource {
    async fn recent_events(&self, resource: &Resource, within: Duration) -> Result<Vec<RdsEvent>, StepError> {
        self.0.recent_events(resource, within).await
    }
}

#[async_trait]
impl Events for FakeDestination {
    async fn recent_events(&self, resource: &Resource, within: Duration) -> Result<Vec<RdsEvent>, StepError> {
        self.0.recent_events(resource, within).await
    }
}

impl Door {
    async fn recent_events(&self, resource: &Resource, within: Duration) -> Result<Vec<RdsEvent>, StepError> {
        let Some(kind) = resource.kind.event_source() else { return Ok(Vec::new()) };
        let request = ops::DescribeEvents {
            source: Some(resource.id.clone()),
            source_type: Some(kind.to_owned()),
            minutes: Some(event_minutes(within).into()),
            ..Default::default()
        };
        let page = self.call(&request, &resource.id).await?;
        Ok(page.items.into_iter().map(|event| RdsEvent::new(event.date, event.source, event.message)).collect())
    }
}
