use std::time::Duration;

use async_trait::async_trait;

use crate::{RdsEvent, Resource, ResourceKind, StepError};

/// Reads what RDS noted about a resource: evidence for a person when a step fails. No step decides by it.
#[async_trait]
pub trait Events: Send + Sync {
    /// `DescribeEvents` for one resource, present or gone: what happened within this time before now, in any order. Nothing for a
    /// [kind](ResourceKind::event_source) that has no events.
    ///
    /// A failure waits for the answer, so the call must be given up within seconds.
    async fn recent_events(&self, resource: &Resource, within: Duration) -> Result<Vec<RdsEvent>, StepError>;
}

impl ResourceKind {
    /// `SourceType`: what `DescribeEvents` calls it; `None` if RDS has no events of it.
    #[must_use]
    pub fn event_source(self) -> Option<&'static str> {
        match self {
            Self::DbClusterSnapshot => Some("db-cluster-snapshot"),
            Self::DbInstance => Some("db-instance"),
            Self::DbSnapshot => Some("db-snapshot"),
            Self::DbCluster => Some("db-cluster"),
            Self::SnapshotShare | Self::KmsGrant | Self::Other => None,
        }
    }
}

/// `Duration` of `DescribeEvents`, in minutes: RDS keeps events for 14 days (RDS API reference).
#[must_use]
pub fn event_minutes(within: Duration) -> i32 {
    const KEPT: u64 = 14 * 24 * 60;
    i32::try_from(within.as_secs().div_ceil(60).clamp(1, KEPT)).unwrap_or(i32::MAX)
}
