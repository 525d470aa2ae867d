use std::time::Duration;

use rds_refresh_core::aws::EVENTS_TIMEOUT;
use rds_refresh_core::ports::Events;
use rds_refresh_core::{ErrorKind, RdsEvent, Resource, ResourceKind};

use crate::connector::{Connector, Reply, call};

const ANSWER: &str = "<Events>\
    <Event><SourceIdentifier>mine</SourceIdentifier><SourceType>db-instance</SourceType><Message>Database instance in incompatible-network.</Message>\
    <EventCategories><EventCategory>failure</EventCategory></EventCategories><Date>2026-11-23T08:01:00Z</Date></Event>\
    <Event><SourceIdentifier>mine</SourceIdentifier><Message>Without a date</Message></Event>\
    </Events>";

const DAY: Duration = Duration::from_hours(24);

fn resource(kind: ResourceKind) -> Resource {
    Resource { kind, account: "111111111111".parse().unwrap(), region: "eu-west-1".parse().unwrap(), id: "mine".into() }
}

#[tokio::test]
async fn the_events_of_one_resource_are_asked_for_by_its_kind() {
    let kinds = [
        (ResourceKind::DbInstance, "db-instance"),
        (ResourceKind::DbSnapshot, "db-snapshot"),
        (ResourceKind::DbCluster, "db-cluster"),
        (ResourceKind::DbClusterSnapshot, "db-cluster-snapshot"),
    ];
    for (kind, name) in kinds {
        let aws = Connector::answering(ANSWER);
        let events = aws.source().recent_events(&resource(kind), DAY).await.unwrap();
        let told = RdsEvent::new("2026-11-23T08:01:00Z".parse().unwrap(), "mine", "Database instance in incompatible-network.");
        assert_eq!(events, [told]);
        let parameters = [("SourceType", name), ("SourceIdentifier", "mine"), ("Duration", "1440")];
        assert_eq!(aws.form(), call("DescribeEvents", &parameters));
    }
}

#[tokio::test]
async fn what_has_no_events_is_not_asked_for() {
    for kind in [ResourceKind::SnapshotShare, ResourceKind::KmsGrant, ResourceKind::Other] {
        let aws = Connector::new(|_| panic!("asked"));
        assert_eq!(aws.destination().recent_events(&resource(kind), DAY).await, Ok(Vec::new()));
    }
}

#[tokio::test]
async fn rds_takes_whole_minutes_and_fourteen_days_at_most() {
    let asked = [(Duration::ZERO, "1"), (Duration::from_secs(61), "2"), (40 * DAY, "20160"), (Duration::MAX, "20160")];
    for (within, minutes) in asked {
        let aws = Connector::answering(ANSWER);
        aws.destination().recent_events(&resource(ResourceKind::DbCluster), within).await.unwrap();
        assert_eq!(aws.form()["Duration"], minutes);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_does_not_wait_for_them_for_long() {
    let aws = Connector::new(|_| Reply::NeverAnswers);
    let began = tokio::time::Instant::now();
    let error = aws.source().recent_events(&resource(ResourceKind::DbInstance), DAY).await.unwrap_err();
    assert_eq!((error.kind(), began.elapsed().as_secs()), (ErrorKind::Transient, EVENTS_TIMEOUT.as_secs()));
}
