//! What a refresh is asked to do: parsed once, right ever after.
//!
//! [`SourceRequest`] and [`DestinationRequest`] are the two halves, each a [`Fact`](crate::Fact) that a plan is given. One account's
//! settings come from that account only: the destination never takes a setting from a hand-over. [`Request`] is both in one document,
//! for one process that has credentials of both accounts.
//!
//! A request comes from a document (anything that serde reads into JSON's values: JSON, TOML, YAML) or from a
//! [builder](Request::builder), under the same rules. Every wrong field is found at once: see [`InvalidRequest`]. A value that exists
//! has passed all that can be known without a look at AWS. A request holds no secret, and needs none.
//!
//! ```
//! use rds_refresh_core::request::{Request, SnapshotChoice};
//!
//! let request: Request = toml::from_str(
//!     r#"
//!     on_failure = "remove-costly"
//!     expires_after = "14d"
//!
//!     [tags]
//!     cost-centre = "1234"
//!
//!     [source]
//!     account = "111111111111"
//!     region = "eu-west-1"
//!     cluster = "orders-production"
//!     snapshot = { automated_within = "6h" }
//!     ack_deadline = "48h"
//!
//!     [source.temporary]
//!     subnet_group = "private"
//!     security_groups = ["sg-0123456789abcdef0"]
//!     class = "db.r6g.large"
//!
//!     [destination]
//!     account = "222222222222"
//!     region = "eu-west-1"
//!     kms_key = "alias/rds"
//!
//!     [destination.cluster]
//!     identifier = "orders-staging"
//!     class = "db.r6gd.large"
//!     subnet_group = "private"
//!     security_groups = ["sg-0fedcba9876543210"]
//!     "#,
//! )?;
//! let (source, destination) = request.into_halves();
//! assert_eq!(source.share_with, destination.account);
//! assert_eq!(destination.tags["cost-centre"], "1234");
//! # Ok::<(), toml::de::Error>(())
//! ```
//!
//! The structured problems, for a program: `Request::try_from(toml::from_str::<serde_json::Value>(text)?)`.
//!
//! # Fields
//!
//! Durations are texts with units (`36h`, `14d`, `1h 30m`). Fields without a default are required.
//!
//! | field | meaning, limits | default |
//! |---|---|---|
//! | `on_failure` | `remove-costly`, `remove-all`, `keep-all`: see [`OnFailure`](crate::OnFailure) | `remove-costly` |
//! | `expires_after` | how long snapshots may outlive the run, 3 to 366 days | `14d` |
//! | `tags` | at most 40; keys 1–128, values 0–256 letters, digits, spaces, `_.:/=+-@`; not `aws:…`, `rds:…`, `rds-refresh:…` | none |
//! | **`source`** `.account` | 12 digits, in quotes | |
//! | `.region` | in the partition of the destination's; in China and `GovCloud` the same | |
//! | `.cluster` | a DB cluster identifier, 1–63 characters | |
//! | `.snapshot` | `"create"`, `{ named = "…" }`, `{ automated_within = "6h" }` (1 minute to 35 days) | `"create"` |
//! | `.allow_unencrypted` | whether the source may be unencrypted | `false` |
//! | `.share_key` | key id, key ARN, `alias/…` or alias ARN of the source's account and Region: needed where AWS manages the source's key | none |
//! | `.keep_snapshots` | whether snapshots stay until they expire | `false` |
//! | `.ack_deadline` | the wait for the destination's acknowledgement, 1 hour to 14 days, and no longer than `expires_after` | `48h` |
//! | **`source.temporary`** `.subnet_group` | a DB subnet group, 1–255 characters, not `default` | |
//! | `.security_groups` | one or more, `sg-…` | |
//! | `.class` | `db.family.size` | |
//! | `.parameter_group` | 1–255 characters | RDS's |
//! | `.ca` | a certificate authority of RDS | RDS's |
//! | **`destination`** `.account` | 12 digits, in quotes, not the source's | |
//! | `.region` | as above | |
//! | `.kms_key` | key id, key ARN, `alias/…` or alias ARN, in the destination's Region | |
//! | `.source_keys` | key ARNs of the source account in its Region: what is encrypted with another is refused | any of them |
//! | `.allow_unencrypted_source` | whether a handed-over snapshot may be unencrypted | `false` |
//! | `.max_handover_age` | 1 hour to 30 days | `7d` |
//! | **`destination.cluster`** `.identifier` | 1–52 characters, so that its members' names have 63 | |
//! | `.class`, `.subnet_group`, `.security_groups`, `.parameter_group` | as above; the subnet group must cover three Availability Zones | |
//! | `.storage_type` | `gp3`, `io1`, `io2` | `gp3` |
//! | `.iops` | `io1`, `io2`: required, 1000–256000; `gp3`: from 400 GiB on, 12000–64000 | RDS's |
//! | `.port` | 1150–65535 | the engine's |
//! | `.backup_retention_days` | 1–35 | the snapshot's |
//! | `.backup_window` | UTC, `hh:mm-hh:mm`, at least 30 minutes | RDS's |
//! | `.log_exports` | `audit`, `error`, `general`, `iam-db-auth-error`, `instance`, `postgresql`, `slowquery`, `upgrade` | none |
//! | `.extended_support` | `false` opts out of paid extended support | RDS's |
//! | `.copy_tags_to_snapshot` | | `false` |
//! | `.deletion_protection` | | `false` |
//! | `.monitoring.interval_seconds` | 1, 5, 10, 15, 30, 60 | off |
//! | `.monitoring.role_arn` | an IAM role of the destination's account; required with the interval | |
//! | `.performance_insights.kms_key` | as `kms_key`; an empty table switches Performance Insights on | RDS's |
//! | `.performance_insights.retention_days` | 7, a multiple of 31 up to 713, or 731 | RDS's |
//!
//! A half that stands alone is the table of that half, with `expires_after` and `tags` in it, and with what a joint request derives:
//! `share_with` (the destination's account) in the source's, `source_account` and `source_region` in the destination's. That is also
//! how states store it: without what is at its default, so a default never changes.
//!
//! Limits are those of the RDS API reference and user guide where AWS has one. The limits of durations are ours: they catch a unit
//! that was mistaken for another.

mod builder;
mod cluster;
mod destination;
mod fields;
mod joint;
mod place;
mod problem;
mod rules;
mod shared;
mod source;

pub use builder::{
    ClusterRequestBuilder, DestinationRequestBuilder, RequestBuilder, SourceRequestBuilder, TemporaryRequestBuilder,
};
pub use cluster::{ClusterRequest, EnhancedMonitoring, PerformanceInsights, StorageType};
pub use destination::DestinationRequest;
pub use joint::Request;
pub use problem::{FieldProblem, InvalidRequest, ProblemKind};
pub(crate) use shared::MOST_EXPIRES_AFTER;
pub use source::{SnapshotChoice, SourceRequest, TemporaryRequest};
