//! A deterministic model of Amazon RDS, KMS and STS with simulated time, for testing RDS automation before it sees AWS.
//!
//! The real `aws-sdk-rds`, `aws-sdk-kms` and `aws-sdk-sts` clients talk to it, without a socket and without waiting:
//!
//! ```
//! use rds_refresh_testkit::Stage;
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two accounts with keys, networks and a production cluster, drawn from a seed.
//! let stage = Stage::two_accounts(1);
//! let rds = aws_sdk_rds::Client::new(&stage.fake.sdk_config(&stage.source.account, &stage.source.region));
//!
//! let create = rds.create_db_cluster_snapshot().db_cluster_identifier(&stage.cluster).db_cluster_snapshot_identifier("mine");
//! create.send().await?;
//! let status = || async {
//!     let described = rds.describe_db_cluster_snapshots().db_cluster_snapshot_identifier("mine").send().await?;
//!     Ok::<_, aws_sdk_rds::Error>(described.db_cluster_snapshots()[0].status().unwrap_or_default().to_owned())
//! };
//! assert_eq!(status().await?, "creating");
//! stage.advance(Duration::from_hours(1));
//! assert_eq!(status().await?, "available");
//! # Ok(())
//! # }
//! ```
//!
//! # From Python, and anything else
//!
//! The binary `fake-rds` (`cargo install rds-refresh-testkit --features server`) is the same model behind an endpoint URL, for boto3,
//! the aws CLI, Terraform and every SDK. When it is ready it prints one line of JSON that says all a client must know:
//!
//! ```python
//! import boto3, json, subprocess, urllib.request
//!
//! fake = subprocess.Popen(["fake-rds"], stdout=subprocess.PIPE, text=True)
//! ready = json.loads(fake.stdout.readline())
//! source = ready["accounts"]["source"]
//! rds = boto3.client("rds", ready["region"], endpoint_url=ready["endpoint"], aws_access_key_id=source["access_key_id"],
//!                    aws_secret_access_key=source["secret_access_key"])
//! rds.create_db_cluster_snapshot(DBClusterIdentifier=source["cluster_id"], DBClusterSnapshotIdentifier="mine")
//! urllib.request.urlopen(ready["control"] + "clock/advance", data=b'{"seconds": 3600}')
//! assert rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier="mine")["DBClusterSnapshots"][0]["Status"] == "available"
//! fake.terminate()
//! ```
//!
//! A test in Rust starts the same server in its own process: `server::Server`, with the feature `server`.
//!
//! The [guide] has the command line, the control API with examples for curl, and the stage file.
//!
//! [guide]: https://github.com/rds-refresh/rds-refresh/blob/main/docs/fake-rds.md
//!
//! # What is modelled
//! - **Time.** A [`VirtualClock`] stands still until somebody advances it. Every status lasts as long as it would on AWS, as a function of
//!   the data's size ([`Timing`]), with progress in percent. The same seed gives the same run, byte for byte.
//! - **Accounts and Regions.** What one account sees of another's snapshots, and when.
//! - **Keys.** Policies and grants are evaluated at every use; a copy fails if its key or share goes away meanwhile.
//! - **Callers.** Users, and sessions of roles that expire; key policies and grants tell them apart. Their own policies are enforced
//!   when asked for ([`world::iam`]).
//! - **Events.** What RDS tells of creations, backups, copies, modifications, failures and deletions, in its own words.
//! - **Rules.** Identifiers, the states in which a call is legal, quotas, inherited tags and the other dangerous defaults, the error codes on
//!   the wire. Where AWS's documents disagree, there is a switch ([`Switches`]).
//!
//! [`world::Operation`] lists the operations. What is not among them answers as an unknown action does, and a parameter that the model
//! does not honour is refused; the [guide] lists the few that are accepted without effect.
//!
//! # What is not
//! It is no database: nothing listens for SQL. Engines are PostgreSQL and MySQL, clusters are Multi-AZ DB clusters and not Aurora, and
//! there are no read replicas, proxies or option groups. Keys encrypt nothing: KMS manages them. Users and roles have policies
//! of their own and nothing else: no groups, boundaries or organisations, and every role of an account of the world can be assumed by
//! whoever may. Signatures are checked in full, by the clock that clients sign by.
//!
//! # The doors
//! | door | for | how |
//! |---|---|---|
//! | the model | rules of one's own | [`Fake::call`] with a request of [`world::ops`] |
//! | the ports | steps of `rds-refresh-core` | [`Fake::source`], [`Fake::destination`] |
//! | the SDK | anything that uses the AWS SDK for Rust | `Fake::sdk_config`, with the feature `aws` |
//! | a socket | every other client, and its test | `fake-rds` or `server::Server`, and their control API, with the feature `server` |
//!
//! [`World::journal`] tells what was called and what took effect, [`World::to_json`] everything that exists.
//!
//! # How long things take
//! AWS publishes no numbers. Most durations are drawn from a log-normal distribution around a median and within a range, by the seed; σ
//! is 0.35 unless it is said otherwise. A rate applies to the size of the data, used or rewritten, not allocated. Each is a field of
//! [`Timing`], and a key of the table `[timing]` in a stage file.
//!
//! | parameter | default | what it is | fits |
//! |---|---|---|---|
//! | `cluster_snapshot` | 150, 60–600 s | `CreateDBClusterSnapshot` until `available`, beside the size term | c |
//! | `snapshot` | 120, 60–300 s | `CreateDBSnapshot` until `available`, beside the size term | c |
//! | `snapshot_mib_per_second` | 100 MiB/s | snapshots and backups: all data the first time, then what was rewritten | b |
//! | `snapshot_deletion` | 10, 2–60 s | `DeleteDBSnapshot`, `DeleteDBClusterSnapshot` until the name is free | – |
//! | `share_visibility` | 5, 0–30 s | until the other account sees a share | – |
//! | `instance_restore` | 480, 300–1500 s | `RestoreDBInstanceFromDBSnapshot` until `available`; data is loaded lazily | a, d |
//! | `crash_recovery` | 30, 0–900 s (σ 1.5) | at the first start of a restored instance | – |
//! | `storage_conversion_mib_per_second` | 200 MiB/s | a restore to another storage type | – |
//! | `storage_optimization` | 14400, 0–86400 s (σ 1.0) | `storage-optimization` after the storage was changed | i |
//! | `baseline_delay` | 55, 30–90 s | from the first `available` after a restore to the baseline backup | e |
//! | `baseline_minimum` | 90 s | the least that a baseline backup takes | e |
//! | `instance_deletion` | 240, 120–900 s | `DeleteDBInstance` without a final snapshot | a |
//! | `copy_queue` | 20, 0–120 s (σ 1.0) | how long a copy within a Region is `pending` | – |
//! | `copy` | 180, 60–600 s | `CopyDBSnapshot` within a Region, beside queue and size term | c |
//! | `copy_mib_per_second` | 60 MiB/s | a copy within a Region | f |
//! | `cross_region_copy_queue` | 60, 0–1800 s (σ 1.5) | how long a copy from another Region is `pending` | g |
//! | `cross_region_copy` | 300, 60–1800 s | `CopyDBSnapshot` from another Region, beside queue and size term | g |
//! | `cross_region_copy_mib_per_second` | 40 MiB/s | a copy from another Region | g |
//! | `instance_creation` | 360, 240–900 s | `CreateDBInstance` until `available` | a |
//! | `cluster_creation` | 900, 480–2400 s | `CreateDBCluster` until `available` | h |
//! | `cluster_restore` | 1500, 900–3600 s | `RestoreDBClusterFromSnapshot` until `available` | h |
//! | `reader_seed_mib_per_second` | none (MiB/s) | readers of a restored cluster, if seeding them delays `available` | – |
//! | `reader_lag` | 45, 0–300 s | how long after its cluster a reader becomes `available` | – |
//! | `cluster_baseline` | 120, 60–600 s | the cluster's baseline backup, beside the size term | b |
//! | `cluster_deletion` | 600, 300–1800 s | `DeleteDBCluster` without a final snapshot | h |
//! | `modify_lag` | 5, 0–20 s (σ 1.0) | from a modification's answer until the status shows it | – |
//! | `password_change` | 60, 20–180 s | a new master password, after that lag | – |
//! | `security_group_change` | 30, 10–120 s | other security groups, after that lag | – |
//! | `rename` | 180, 120–400 s | another identifier, after that lag | j |
//! | `class_change` | 600, 300–1800 s | another class, after that lag | – |
//! | `storage_change` | 120, 60–600 s | other storage, after that lag and before it is optimised | – |
//! | `engine_upgrade` | 900, 400–3600 s | another engine version, after that lag | – |
//! | `modification` | 60, 20–180 s | any other change that has a status, after that lag | – |
//!
//! What they fit:
//! - a: create and destroy of a small instance takes 400–550 s ([terraform-provider-aws#9087](https://github.com/hashicorp/terraform-provider-aws/issues/9087)).
//! - b: baseline backups of 2–3 h ([terraform-provider-aws#44104](https://github.com/hashicorp/terraform-provider-aws/issues/44104)).
//! - c: create, snapshot and copy take 777–966 s ([terraform-provider-aws#9886](https://github.com/hashicorp/terraform-provider-aws/issues/9886)).
//! - d: a restore takes about ten minutes ([terraform-provider-aws#14785](https://github.com/hashicorp/terraform-provider-aws/issues/14785)).
//! - e: the first backup of a tiny instance begins after 43–84 s and takes 104–124 s ([terraform#498](https://github.com/hashicorp/terraform/issues/498)).
//! - f: a re-encrypting copy to another account needed a time-out of two hours ([code-dot-org#23040](https://github.com/code-dot-org/code-dot-org/pull/23040)).
//! - g: copies across Regions take hours (RDS user guide, copying a DB snapshot).
//! - h: create and destroy of a Multi-AZ DB cluster takes 961–2236 s ([terraform-provider-aws#31336](https://github.com/hashicorp/terraform-provider-aws/issues/31336), [#40471](https://github.com/hashicorp/terraform-provider-aws/issues/40471)).
//! - i: optimising storage takes hours, up to a day or more (RDS user guide, working with storage).
//! - j: the new name of a renamed instance resolves after about two minutes (RDS user guide, renaming a DB instance).
//! - –: no public evidence; chosen so that the whole fits.
#![forbid(unsafe_code)]

pub mod clock;
mod fake;
pub mod fault;
pub mod invariant;
mod ports;
#[cfg(feature = "server")]
pub mod server;
pub mod sim;
#[cfg(feature = "suite")]
pub mod suite;
pub mod timing;
pub mod wire;
pub mod world;

pub use clock::VirtualClock;
pub use fake::Fake;
pub use ports::{FakeDestination, FakeReads, FakeSource, Gate};
pub use timing::Timing;
pub use world::{ApiError, Caller, SourceCluster, Stage, Switches, TwoAccounts, World};

/// The examples of the README are tested as those here are.
#[cfg(all(doctest, feature = "aws"))]
#[doc = include_str!("../README.md")]
struct Readme;
