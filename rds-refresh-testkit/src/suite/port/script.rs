//! Calls of the ports, by name, and their answers as text.

use std::fmt::Debug;
use std::time::Duration;

use rds_refresh_core::StepError;
use rds_refresh_core::ids::{DbIdentifier, DbSnapshotIdentifier, KeyArn, SnapshotArn};
use rds_refresh_core::ports::{CreateDbClusterSnapshot, Tags};
use rds_refresh_core::resource::{OWNER_TAG, owner_tag};
use rds_refresh_core::{Resource, ResourceKind, Role, RunId};

use super::Ports;
use crate::{Caller, TwoAccounts};

#[expect(clippy::expect_used, reason = "the names are those of this suite, and legal")]
pub(super) fn id(text: &str) -> DbIdentifier {
    text.parse().expect("a legal name")
}

#[expect(clippy::expect_used, reason = "the name is legal")]
pub(super) fn run() -> RunId {
    "run-1".parse().expect("a legal name")
}

#[expect(clippy::expect_used, reason = "the stage's own key")]
pub(super) fn key(stage: &TwoAccounts) -> KeyArn {
    stage.source_key.parse().expect("an ARN")
}

pub(super) fn tags(role: Role, identifier: &str) -> Tags {
    Tags::from([(OWNER_TAG.to_owned(), owner_tag(&run(), role, identifier))])
}

/// For events.
pub(super) const DAY: Duration = Duration::from_hours(24);

/// An instance of this account.
pub(super) fn db_instance(of: &Caller, identifier: &str) -> Resource {
    let Caller { account, region, .. } = of.clone();
    Resource { kind: ResourceKind::DbInstance, account, region, id: identifier.to_owned() }
}

/// What a call was answered: how much of it there was, or the error.
pub(super) struct Told {
    pub(super) call: &'static str,
    /// `None` for nothing.
    pub(super) answer: Result<Option<String>, StepError>,
}

impl Told {
    pub(super) fn one<T: Debug>(call: &'static str, answer: Result<Option<T>, StepError>) -> Self {
        Self { call, answer: answer.map(|found| found.map(|it| format!("{it:?}"))) }
    }

    pub(super) fn many<T: Debug>(call: &'static str, answer: Result<Vec<T>, StepError>) -> Self {
        Self::one(call, answer.map(|all| if all.is_empty() { None } else { Some(all) }))
    }

    pub(super) fn done<T: Debug>(call: &'static str, answer: Result<T, StepError>) -> Self {
        Self::one(call, answer.map(Some))
    }
}

/// How many calls [`look`] knows.
pub(super) const LOOKS: usize = 13;

/// The n-th call that looks for something, of which only the key exists.
pub(super) async fn look(stage: &TwoAccounts, ports: &Ports, number: usize) -> Told {
    let Ports { source, destination } = ports;
    let nothing = id("nothing");
    let snapshot: DbSnapshotIdentifier = nothing.clone().into();
    let shared = SnapshotArn::new(&stage.source.region, &stage.source.account, snapshot.clone());
    match number {
        0 => Told::one("SourceClusters::describe_db_cluster", source.describe_db_cluster(&nothing).await),
        1 => Told::one("describe_db_cluster_snapshot", source.describe_db_cluster_snapshot(&nothing).await),
        2 => Told::one("describe_db_instance", source.describe_db_instance(&nothing).await),
        3 => Told::one("SourceSnapshots::describe_db_snapshot", source.describe_db_snapshot(&snapshot).await),
        4 => Told::one("restore_attribute", source.restore_attribute(&snapshot).await),
        5 => Told::many("grants_named", source.grants_named(&key(stage), "nothing").await),
        6 => Told::one("describe_shared_db_snapshot", destination.describe_shared_db_snapshot(&shared).await),
        7 => Told::one("DestinationSnapshots::describe_db_snapshot", destination.describe_db_snapshot(&snapshot).await),
        8 => Told::one("DestinationClusters::describe_db_cluster", destination.describe_db_cluster(&nothing).await),
        9 => Told::many("describe_members", destination.describe_members(&nothing).await),
        10 => Told::many("automated_db_cluster_snapshots", source.automated_db_cluster_snapshots(&nothing).await),
        11 => Told::many("recent_events of the source", source.recent_events(&db_instance(&stage.source, "nothing"), DAY).await),
        _ => {
            let nothing = db_instance(&stage.destination, "nothing");
            Told::many("recent_events of the destination", destination.recent_events(&nothing, DAY).await)
        }
    }
}

/// A call that changes something.
pub(super) async fn make(stage: &TwoAccounts, ports: &Ports) -> Told {
    let (identifier, cluster) = (id("cs"), id(&stage.cluster));
    let request = CreateDbClusterSnapshot { identifier, cluster, tags: tags(Role::Scratch, "cs") };
    Told::done("create_db_cluster_snapshot", ports.source.create_db_cluster_snapshot(&request).await)
}
