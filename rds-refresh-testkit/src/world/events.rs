//! What RDS tells about what happened: its events, with their messages.

use std::collections::BTreeMap;
use std::time::Duration;

use rds_refresh_core::Timestamp;
use serde::Serialize;

use super::World;
use super::agenda::{Kind, Target};
use super::place::Place;

/// How long RDS keeps events (RDS API reference, `DescribeEvents`).
pub(crate) const KEPT: Duration = Duration::from_hours(14 * 24);

/// An event, as `DescribeEvents` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// `SourceIdentifier`: the resource that it happened to.
    pub source: String,
    /// `SourceType`, as `db-instance`.
    pub source_type: &'static str,
    /// `Message`.
    pub message: String,
    /// `EventCategories`: one.
    pub categories: Vec<&'static str>,
    /// `Date`.
    pub date: Timestamp,
    /// `SourceArn`.
    pub arn: String,
    /// Tells events of the same moment apart: a later one has a higher number. Not on the wire.
    #[serde(skip)]
    pub serial: u64,
}

/// What RDS has an event for, on the resource that a [`Target`] names.
///
/// The numbers, categories and messages of [`told`](Self::told) are those of the RDS user guide, "Amazon RDS event categories and
/// event messages". Only notifications show the numbers; `DescribeEvents` has no member for them. The guide ends messages with a full
/// stop, RDS does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Occurrence {
    /// A cluster or an instance is up for the first time.
    Created,
    /// It is gone.
    Deleted,
    /// A backup of an instance begins, whoever asked for it.
    BackupBegins,
    /// It is complete.
    BackupEnds,
    /// A snapshot was asked for while another one is being made.
    BackupUnderWay,
    /// A new master password is in force.
    PasswordReset,
    /// A snapshot begins.
    SnapshotBegins { automated: bool },
    /// It is complete.
    SnapshotEnds { automated: bool },
    /// An instance is being restored from a DB snapshot.
    Restored,
    /// A copy of the snapshot `of` leaves the queue. `from` is its Region, if that is another one.
    CopyBegins { of: String, from: Option<String> },
    /// All data of the copy is there.
    CopyEnds { of: String, from: Option<String>, lasting: Duration },
    /// The copy is given up, by whoever deletes it or because what it reads is gone.
    CopyCanceled { of: String, from: Option<String> },
    /// A change begins to be applied.
    Modifying(Change),
    /// It is in force.
    Modified(Change),
    /// A cluster has its new name.
    Renamed { from: String },
    /// An instance or a cluster ended in a status that it does not leave by itself.
    Failed { status: String },
}

/// What is changed by a modification, as far as RDS has events for it. It has none for an instance that is renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// The class.
    Class,
    /// Size, type, IOPS or throughput of the storage.
    Storage,
    /// A standby comes, or goes.
    MultiAz(bool),
    /// Automated backups are turned on, or off.
    Backups { enabled: bool },
    /// The version.
    Engine { major: bool },
}

impl Occurrence {
    /// The category and the message; `None` where RDS says nothing.
    fn told(&self, kind: Kind, place: &Place, id: &str) -> Option<(&'static str, String)> {
        let region = &place.region;
        let (category, message) = match (self, kind) {
            // RDS-EVENT-0170, 0005
            (Self::Created, Kind::Cluster) => ("creation", "DB cluster created".to_owned()),
            (Self::Created, Kind::Instance) => ("creation", "DB instance created".to_owned()),
            // RDS-EVENT-0171, 0003, 0041. The deletion of a cluster snapshot is in no table, but RDS tells it.
            (Self::Deleted, Kind::Cluster) => ("deletion", "DB cluster deleted".to_owned()),
            (Self::Deleted, Kind::Instance) => ("deletion", "DB instance deleted".to_owned()),
            (Self::Deleted, Kind::Snapshot) => ("deletion", "Deleted user snapshot".to_owned()),
            (Self::Deleted, Kind::ClusterSnapshot) => ("deletion", "Deleted manual snapshot".to_owned()),
            // RDS-EVENT-0001, 0002
            (Self::BackupBegins, Kind::Instance) => ("backup", "Backing up DB instance".to_owned()),
            (Self::BackupEnds, Kind::Instance) => ("backup", "Finished DB Instance backup".to_owned()),
            // RDS-EVENT-0023
            (Self::BackupUnderWay, Kind::Instance) => (
                "recovery",
                "Emergent Snapshot Request: A manual backup has been requested but Amazon RDS is currently in the process of \
                 creating a DB snapshot. Submit the request again after Amazon RDS has completed the DB snapshot."
                    .to_owned(),
            ),
            // RDS-EVENT-0016
            (Self::PasswordReset, Kind::Cluster | Kind::Instance) => {
                ("configuration change", "Reset master credentials".to_owned())
            }
            // RDS-EVENT-0040, 0042, 0090, 0091
            (Self::SnapshotBegins { automated: false }, Kind::Snapshot) => ("creation", "Creating manual snapshot".to_owned()),
            (Self::SnapshotEnds { automated: false }, Kind::Snapshot) => ("creation", "Manual snapshot created".to_owned()),
            (Self::SnapshotBegins { automated: true }, Kind::Snapshot) => ("creation", "Creating automated snapshot".to_owned()),
            (Self::SnapshotEnds { automated: true }, Kind::Snapshot) => ("creation", "Automated snapshot created".to_owned()),
            // RDS-EVENT-0074, 0075, 0168, 0169
            (Self::SnapshotBegins { automated: false }, Kind::ClusterSnapshot) => {
                ("backup", "Creating manual cluster snapshot".to_owned())
            }
            (Self::SnapshotEnds { automated: false }, Kind::ClusterSnapshot) => {
                ("backup", "Manual cluster snapshot created".to_owned())
            }
            (Self::SnapshotBegins { automated: true }, Kind::ClusterSnapshot) => {
                ("backup", "Creating automated cluster snapshot".to_owned())
            }
            (Self::SnapshotEnds { automated: true }, Kind::ClusterSnapshot) => {
                ("backup", "Automated cluster snapshot created".to_owned())
            }
            // RDS-EVENT-0043
            (Self::Restored, Kind::Snapshot) => ("restoration", format!("Restored from snapshot {id}")),
            // RDS-EVENT-0196, 0197 and 0190 within a Region; 0059, 0060 and 0061 from another one
            (Self::CopyBegins { of, from: None }, _) => {
                ("notification", format!("Started copy of snapshot {of} in region {region}"))
            }
            (Self::CopyBegins { of, from: Some(from) }, _) => {
                ("notification", format!("Started copy of snapshot {of} from region {from}"))
            }
            (Self::CopyEnds { of, from: None, .. }, _) => {
                ("notification", format!("Finished copy of snapshot {of} in region {region}"))
            }
            (Self::CopyEnds { of, from: Some(from), lasting }, _) => {
                let minutes = lasting.as_secs().div_ceil(60);
                ("notification", format!("Finished copy of snapshot {of} from region {from} in {minutes} minutes"))
            }
            (Self::CopyCanceled { of, from: None }, _) => {
                ("notification", format!("Canceled snapshot copy request of {of} in region {region}"))
            }
            (Self::CopyCanceled { of, from: Some(from) }, _) => {
                ("notification", format!("Canceled snapshot copy request of {of} from region {from}"))
            }
            // RDS-EVENT-0172
            (Self::Renamed { from }, Kind::Cluster) => ("notification", format!("Renamed cluster from {from} to {id}")),
            (Self::Modifying(change), kind) => return change.begins(kind),
            (Self::Modified(change), kind) => return change.ends(kind),
            (Self::Failed { status }, Kind::Instance) => return instance_failure(status, id),
            (Self::Failed { status }, Kind::Cluster) => return cluster_failure(status, id),
            _ => return None,
        };
        Some((category, message))
    }
}

const CONFIGURATION: &str = "configuration change";
const MAINTENANCE: &str = "maintenance";

impl Change {
    /// RDS-EVENT-0012, 0018, 0024, 0030 and 0267 of an instance, 0177 of a cluster.
    fn begins(self, kind: Kind) -> Option<(&'static str, String)> {
        let (category, message) = match (self, kind) {
            (Self::Class, Kind::Instance) => (CONFIGURATION, "Applying modification to database instance class"),
            (Self::Storage, Kind::Instance) => (CONFIGURATION, "Applying modification to allocated storage"),
            (Self::MultiAz(true), Kind::Instance) => {
                (CONFIGURATION, "Applying modification to convert to a Multi-AZ DB instance")
            }
            (Self::MultiAz(false), Kind::Instance) => {
                (CONFIGURATION, "Applying modification to convert to a standard (Single-AZ) DB instance")
            }
            (Self::Engine { .. }, Kind::Instance) => (MAINTENANCE, "The engine version upgrade started"),
            (Self::Engine { .. }, Kind::Cluster) => (MAINTENANCE, "Database cluster upgrade is in progress"),
            _ => return None,
        };
        Some((category, message.to_owned()))
    }

    /// RDS-EVENT-0014, 0017, 0025, 0028, 0029, 0032 and 0268 of an instance, 0173 and 0176 of a cluster.
    fn ends(self, kind: Kind) -> Option<(&'static str, String)> {
        let (category, message) = match (self, kind) {
            (Self::Class, Kind::Instance) => (CONFIGURATION, "Finished applying modification to DB instance class"),
            (Self::Storage, Kind::Instance) => (CONFIGURATION, "Finished applying modification to allocated storage"),
            (Self::MultiAz(true), Kind::Instance) => {
                (CONFIGURATION, "Finished applying modification to convert to a Multi-AZ DB instance")
            }
            (Self::MultiAz(false), Kind::Instance) => {
                (CONFIGURATION, "Finished applying modification to convert to a standard (Single-AZ) DB instance")
            }
            (Self::Backups { enabled: true }, Kind::Instance) => (CONFIGURATION, "Enabled automated backups"),
            (Self::Backups { enabled: false }, Kind::Instance) => (CONFIGURATION, "Disabled automated backups"),
            (Self::Engine { .. }, Kind::Instance) => (MAINTENANCE, "The engine version upgrade finished"),
            (Self::Engine { major: false }, Kind::Cluster) => (MAINTENANCE, "Database cluster engine version has been upgraded"),
            (Self::Engine { major: true }, Kind::Cluster) => {
                (MAINTENANCE, "Database cluster engine major version has been upgraded")
            }
            _ => return None,
        };
        Some((category, message.to_owned()))
    }
}

/// RDS-EVENT-0031, 0035, 0036, 0221 and 0419.
fn instance_failure(status: &str, id: &str) -> Option<(&'static str, String)> {
    Some(match status {
        "failed" | "incompatible-restore" | "restore-error" => {
            let message =
                format!("DB instance put into {status} state. RDS recommends that you initiate a point-in-time-restore.");
            ("failure", message)
        }
        "incompatible-parameters" => ("failure", format!("Database instance put into {status}.")),
        "incompatible-network" => ("failure", format!("Database instance in {status}.")),
        "storage-full" => (
            "availability",
            "DB instance has reached the storage-full threshold, and the database has been shut down. You can increase the \
             allocated storage to address this issue."
                .to_owned(),
        ),
        "inaccessible-encryption-credentials" | "inaccessible-encryption-credentials-recoverable" => {
            ("availability", key_lost("database instance", id))
        }
        _ => return None,
    })
}

/// RDS-EVENT-0354 and 0355. The wording of 0419 is documented for instances; what handles clusters looks for the same beginning.
fn cluster_failure(status: &str, id: &str) -> Option<(&'static str, String)> {
    Some(match status {
        "incompatible-restore" | "incompatible-network" | "incompatible-parameters" | "restore-failed" => {
            ("failure", format!("You can't create the DB cluster because of incompatible resources. It is in {status}."))
        }
        "insufficient-capacity" => {
            ("failure", format!("The DB cluster can't be created because of insufficient resource limits. It is in {status}."))
        }
        "inaccessible-encryption-credentials" | "inaccessible-encryption-credentials-recoverable" => {
            ("availability", key_lost("database cluster", id))
        }
        _ => return None,
    })
}

fn key_lost(what: &str, id: &str) -> String {
    format!(
        "Amazon RDS has been unable to access the KMS encryption key for {what} {id}. This database will be placed into an \
         inaccessible state. Please refer to the troubleshooting section in the Amazon RDS documentation for further details."
    )
}

/// The events of all places, the oldest first. They outlive what they are about.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventLog {
    places: BTreeMap<Place, Vec<Event>>,
    /// How many there ever were.
    told: u64,
}

impl World {
    /// The events of a place, the oldest first, as of the last call or [`settle`](Self::settle). None is older than fourteen days.
    #[must_use]
    pub fn events(&self, place: &Place) -> &[Event] {
        let events = self.events.places.get(place).map_or(&[][..], Vec::as_slice);
        let oldest = self.now().before(KEPT);
        &events[events.partition_point(|event| event.date < oldest)..]
    }

    /// Writes an event, if RDS has one for this.
    pub(crate) fn tell(&mut self, when: Timestamp, target: &Target, occurrence: &Occurrence) {
        let Target { place, kind, id } = target;
        let Some((category, message)) = occurrence.told(*kind, place, id) else { return };
        let Some((source_type, in_arns)) = kind.in_events() else { return };
        let oldest = self.now().before(KEPT);
        self.events.told += 1;
        let events = self.events.places.entry(place.clone()).or_default();
        let outlived = events.partition_point(|event| event.date < oldest);
        events.drain(..outlived);
        let event = Event {
            source: id.clone(),
            source_type,
            message,
            categories: vec![category],
            date: when,
            arn: place.arn(in_arns, id),
            serial: self.events.told,
        };
        // A stage plays the past of one cluster after that of another.
        let after = events.partition_point(|event| event.date <= when);
        events.insert(after, event);
    }
}

impl Kind {
    /// `SourceType` of its events, and what ARNs call it. Keys have no events in RDS.
    fn in_events(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Cluster => Some(("db-cluster", "cluster")),
            Self::ClusterSnapshot => Some(("db-cluster-snapshot", "cluster-snapshot")),
            Self::Instance => Some(("db-instance", "db")),
            Self::Snapshot => Some(("db-snapshot", "snapshot")),
            Self::Key => None,
        }
    }
}
