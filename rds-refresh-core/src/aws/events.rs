use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_rds::Client;
use aws_sdk_rds::config::Config;
use aws_sdk_rds::types::{Event, SourceType};

use super::call::Call;
use super::{AwsDestination, AwsSource, convert, timeouts};
use crate::ports::{Events, event_minutes};
use crate::{RdsEvent, Resource, StepError};

/// How long the events may take to come. A failure waits for them.
pub const EVENTS_TIMEOUT: Duration = Duration::from_secs(5);

#[async_trait]
impl Events for AwsSource {
    async fn recent_events(&self, resource: &Resource, within: Duration) -> Result<Vec<RdsEvent>, StepError> {
        recent_events(&self.rds, resource, within).await
    }
}

#[async_trait]
impl Events for AwsDestination {
    async fn recent_events(&self, resource: &Resource, within: Duration) -> Result<Vec<RdsEvent>, StepError> {
        recent_events(&self.rds, resource, within).await
    }
}

/// One page: what a run makes has far fewer events than the hundred of it.
async fn recent_events(rds: &Client, resource: &Resource, within: Duration) -> Result<Vec<RdsEvent>, StepError> {
    let Some(kind) = resource.kind.event_source() else { return Ok(Vec::new()) };
    let soon = timeouts().to_builder().operation_timeout(EVENTS_TIMEOUT).build();
    let asked = rds
        .describe_events()
        .source_type(SourceType::from(kind))
        .source_identifier(&resource.id)
        .duration(event_minutes(within))
        .customize()
        .config_override(Config::builder().timeout_config(soon));
    let answer = Call::read("DescribeEvents", &resource.id).send(asked.send()).await?;
    Ok(answer.events.into_iter().flatten().filter_map(event).collect())
}

/// `None` if it has no date, and so no place among the others.
fn event(event: Event) -> Option<RdsEvent> {
    let at = convert::timestamp(event.date)?;
    Some(RdsEvent::new(at, event.source_identifier.unwrap_or_default(), event.message.unwrap_or_default()))
}
