use std::time::Duration;

use rds_refresh_core::Timestamp;

use crate::world::check::number;
use crate::world::events::{Event, KEPT};
use crate::world::page::{Filter, Page, Paging, filtered};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeEvents`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeEvents {
    /// `SourceIdentifier`.
    pub source: Option<String>,
    /// `SourceType`.
    pub source_type: Option<String>,
    /// `StartTime`.
    pub start: Option<Timestamp>,
    /// `EndTime`.
    pub end: Option<Timestamp>,
    /// `Duration`, in minutes.
    pub minutes: Option<i64>,
    /// `EventCategories`: any of them matches.
    pub categories: Vec<String>,
    /// `Filters`. RDS supports none.
    pub filters: Vec<Filter>,
    /// `Marker` and `MaxRecords`.
    pub paging: Paging,
}

/// What can have events (RDS API reference, `SourceType`).
const SOURCE_TYPES: [&str; 11] = [
    "blue-green-deployment",
    "custom-engine-version",
    "db-cluster",
    "db-cluster-snapshot",
    "db-instance",
    "db-parameter-group",
    "db-proxy",
    "db-security-group",
    "db-shard-group",
    "db-snapshot",
    "zero-etl",
];

impl Request for DescribeEvents {
    const OPERATION: Operation = Operation::DescribeEvents;
    type Answer = Page<Event>;

    fn resource(&self) -> &str {
        self.source.as_deref().unwrap_or("*")
    }

    /// The events of the interval, the oldest first. What is gone still has its events.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<Event>, ApiError> {
        self.check_source()?;
        let (from, to) = self.interval(world.now())?;
        let matches = |event: &Event| {
            (from..=to).contains(&event.date)
                && self.source_type.as_deref().is_none_or(|wanted| wanted == event.source_type)
                && self.source.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(&event.source))
                && (self.categories.is_empty()
                    || event.categories.iter().any(|it| self.categories.iter().any(|wanted| wanted == it)))
        };
        let found = world.events(&caller.place()).iter().filter(|event| matches(event)).cloned().collect();
        self.paging.rds(filtered(found, &self.filters, |_, _| Vec::new(), &[])?, |it| format!("{} {:016}", it.date, it.serial))
    }
}

impl DescribeEvents {
    fn check_source(&self) -> Result<(), ApiError> {
        match &self.source_type {
            None if self.source.is_some() => {
                Err(ApiError::invalid_combination("SourceType must be specified when SourceIdentifier is specified."))
            }
            Some(odd) if !SOURCE_TYPES.contains(&odd.as_str()) => {
                Err(ApiError::invalid_value(format!("Invalid source type: {odd}")))
            }
            _ => Ok(()),
        }
    }

    /// The past hour unless the request says otherwise; fourteen days are all that there is (RDS API reference). A duration and an
    /// interval would contradict each other.
    fn interval(&self, now: Timestamp) -> Result<(Timestamp, Timestamp), ApiError> {
        let minutes = number("Duration", self.minutes, 1, 14 * 24 * 60)?;
        if minutes.is_some() && (self.start.is_some() || self.end.is_some()) {
            return Err(ApiError::invalid_combination("Duration cannot be specified with StartTime or EndTime."));
        }
        let lasting = Duration::from_mins(minutes.unwrap_or(60).into());
        let to = self.end.unwrap_or(now);
        let from = self.start.unwrap_or_else(|| to.before(lasting));
        if from > to {
            return Err(ApiError::invalid_value("The start time must be earlier than the end time."));
        }
        Ok((from.max(now.before(KEPT)), to))
    }
}
