//! Step 1: a snapshot of the source cluster.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::decision::{Decision, look_again};
use super::status::{self, Class};
use super::tags::tags;
use super::undo::{remove, stranger};
use crate::fact::Fact;
use crate::ids::DbIdentifier;
use crate::machine::Seen;
use crate::permission::{Condition, Permission, Target};
use crate::ports::{Claim, CreateDbClusterSnapshot, DbCluster, DbClusterSnapshot, SourceClusters};
use crate::request::{SnapshotChoice, SourceRequest};
use crate::step::{Context, Progress, Side, Step, Undo};
use crate::{Facts, Forecast, Resource, ResourceKind, Role, StepError};

/// The cluster snapshot that the refresh starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterSnapshot {
    /// Its identifier. An automated one begins with `rds:`.
    pub identifier: String,
    /// The cluster it is of.
    pub cluster: DbIdentifier,
    /// Whether the run made it. One that the request names is referenced, and never deleted.
    pub owned: bool,
    /// Its engine: `mysql` or `postgres`.
    pub engine: String,
    /// Its engine version.
    pub engine_version: String,
    /// The ARN of the key it is encrypted with; `None` if it is not, as of a source that the request allows to be unencrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// Its allocated storage, in GiB.
    pub allocated_storage: Option<u32>,
}

impl Fact for ClusterSnapshot {
    const NAME: &'static str = "cluster-snapshot";
}

/// Makes a snapshot of the source cluster, or finds the one to refer to.
#[derive(Clone)]
pub struct SnapshotCluster {
    clusters: Arc<dyn SourceClusters>,
}

/// Snapshots of clusters are incremental to the automated ones: what was rewritten since counts, not the size.
const USUAL: Duration = Duration::from_mins(8);

/// How long an automated snapshot must still be retained: as long as the restore from it may take.
pub(crate) const NEEDED_FOR: Duration = super::restore_instance::DEADLINE;

impl SnapshotCluster {
    /// The step, by this port.
    #[must_use]
    pub fn new(clusters: Arc<dyn SourceClusters>) -> Self {
        Self { clusters }
    }

    /// The snapshot that the first attempt makes; `None` if the request names one that exists.
    pub(super) fn planned(request: &SourceRequest, cx: &Context) -> Option<Resource> {
        (request.snapshot == SnapshotChoice::Create).then(|| Self::resource(request, &Self::identifier(request, cx)))
    }

    fn identifier(needs: &SourceRequest, cx: &Context) -> DbIdentifier {
        DbIdentifier::derived(&needs.cluster, &cx.run, 'c', cx.attempt)
    }

    async fn find(&self, fact: &ClusterSnapshot) -> Result<Option<DbClusterSnapshot>, StepError> {
        let Ok(identifier) = fact.identifier.parse() else {
            // The name of an automated snapshot is no legal identifier: it is looked for among the cluster's.
            let all = self.clusters.automated_db_cluster_snapshots(&fact.cluster).await?;
            return Ok(all.into_iter().find(|snapshot| snapshot.identifier == fact.identifier));
        };
        self.clusters.describe_db_cluster_snapshot(&identifier).await
    }

    fn claim<'a>(needs: &'a SourceRequest, cx: &'a Context, identifier: &'a DbIdentifier) -> Claim<'a> {
        Claim {
            run: &cx.run,
            role: Role::Scratch,
            identifier: identifier.as_str(),
            began: cx.began,
            source: Some(needs.cluster.as_str()),
            kms_key: None,
        }
    }

    fn resource(needs: &SourceRequest, identifier: &DbIdentifier) -> Resource {
        Resource {
            kind: ResourceKind::DbClusterSnapshot,
            account: needs.account.clone(),
            region: needs.region.clone(),
            id: identifier.to_string(),
        }
    }

    /// What the look at our own snapshot, and at the cluster where there is none yet, asks for.
    #[must_use]
    pub fn decide(
        needs: &SourceRequest,
        cx: &Context,
        snapshot: Option<&DbClusterSnapshot>,
        cluster: Option<&DbCluster>,
    ) -> Decision<ClusterSnapshot, CreateDbClusterSnapshot> {
        let identifier = Self::identifier(needs, cx);
        if let Some(snapshot) = snapshot {
            // RDS encrypts a snapshot with its cluster's key. A copy under another key is somebody's, whatever its tags.
            let kms_key = cluster.and_then(|cluster| cluster.kms_key.as_deref());
            let claim = Claim { kms_key, ..Self::claim(needs, cx, &identifier) };
            return match claim.prove(snapshot.clone()) {
                Ok(_) => Self::usable(needs, snapshot, true),
                Err(why) => Decision::Fail(stranger(&Self::resource(needs, &identifier), &why)),
            };
        }
        let Some(cluster) = cluster else { return Decision::Fail(no_cluster(needs)) };
        if let Err(error) = check_cluster(needs, cluster) {
            return Decision::Fail(error.on(needs.cluster.as_str()));
        }
        match status::of_cluster(&cluster.status) {
            Class::Ready => Decision::Do(CreateDbClusterSnapshot {
                tags: tags(&needs.tags, cx, Role::Scratch, identifier.as_str(), needs.expires_after),
                identifier,
                cluster: needs.cluster.clone(),
            }),
            Class::Busy => Decision::Wait(Seen::status(&cluster.status).percent(cluster.percent).of(&cluster.identifier)),
            Class::Deleting | Class::Failed => Decision::Fail(
                StepError::terminal_status(format!("the source cluster is {}", cluster.status)).on(needs.cluster.as_str()),
            ),
        }
    }

    /// What the look at a snapshot that the request names asks for.
    #[must_use]
    pub fn decide_named(
        needs: &SourceRequest,
        name: &DbIdentifier,
        snapshot: Option<&DbClusterSnapshot>,
    ) -> Decision<ClusterSnapshot, CreateDbClusterSnapshot> {
        match snapshot {
            None => Decision::Fail(
                StepError::not_found(format!("the cluster snapshot does not exist in {}/{}", needs.account, needs.region))
                    .on(name.as_str()),
            ),
            Some(found) if found.cluster != needs.cluster.as_str() => Decision::Fail(
                StepError::invalid(format!("the cluster snapshot is of {}, not of {}", found.cluster, needs.cluster))
                    .on(name.as_str()),
            ),
            Some(found) => Self::usable(needs, found, false),
        }
    }

    /// Which of the automated snapshots will do: the newest, if it is young enough and stays long enough.
    #[must_use]
    pub fn decide_automated(
        needs: &SourceRequest,
        cx: &Context,
        within: Duration,
        cluster: Option<&DbCluster>,
        snapshots: &[DbClusterSnapshot],
    ) -> Decision<ClusterSnapshot, CreateDbClusterSnapshot> {
        // Its automated snapshots may be retained when it is deleted, but not for how long.
        let Some(cluster) = cluster else { return Decision::Fail(no_cluster(needs)) };
        let retention = Duration::from_hours(24) * cluster.backup_retention_days.unwrap_or(0);
        let newest = snapshots
            .iter()
            .filter(|snapshot| {
                status::of_snapshot(&snapshot.status) == Class::Ready && snapshot.cluster == needs.cluster.as_str()
            })
            .filter_map(|snapshot| Some((snapshot.created_at?, snapshot)))
            .max_by_key(|(made, _)| *made);
        let fail = |why: String| Decision::Fail(StepError::not_found(why).on(needs.cluster.as_str()));
        let Some((made, snapshot)) = newest else {
            return fail("there is no automated snapshot of the cluster that is available".into());
        };
        let named = &snapshot.identifier;
        if cx.now.since(made) > within {
            let limit = humantime::format_duration(within);
            return fail(format!("the newest automated snapshot, {named}, was made at {made}: more than {limit} ago"));
        }
        if made + retention < cx.now + NEEDED_FOR {
            let needed = humantime::format_duration(NEEDED_FOR);
            return fail(format!(
                "the newest automated snapshot, {named}, may be removed at {}: less than the {needed} that the restore from it may take",
                made + retention
            ));
        }
        Self::usable(needs, snapshot, false)
    }

    fn usable(
        needs: &SourceRequest,
        snapshot: &DbClusterSnapshot,
        owned: bool,
    ) -> Decision<ClusterSnapshot, CreateDbClusterSnapshot> {
        if !is_multi_az(&snapshot.engine) {
            return Decision::Fail(not_multi_az(&snapshot.engine).on(&snapshot.identifier));
        }
        match status::of_snapshot(&snapshot.status) {
            Class::Ready => match snapshot.kms_key.clone().filter(|_| snapshot.encrypted) {
                None if !needs.allow_unencrypted => Decision::Fail(unencrypted().on(&snapshot.identifier)),
                kms_key => Decision::Ready(ClusterSnapshot {
                    identifier: snapshot.identifier.clone(),
                    cluster: needs.cluster.clone(),
                    owned,
                    engine: snapshot.engine.clone(),
                    engine_version: snapshot.engine_version.clone(),
                    kms_key,
                    allocated_storage: snapshot.allocated_storage,
                }),
            },
            Class::Busy => Decision::Wait(Seen::status(&snapshot.status).percent(snapshot.percent).of(&snapshot.identifier)),
            Class::Deleting | Class::Failed => Decision::Fail(
                StepError::terminal_status(format!("the cluster snapshot is {}", snapshot.status)).on(&snapshot.identifier),
            ),
        }
    }

    async fn observe_and_decide(
        &self,
        needs: &SourceRequest,
        cx: &Context,
    ) -> Result<Decision<ClusterSnapshot, CreateDbClusterSnapshot>, StepError> {
        Ok(match &needs.snapshot {
            SnapshotChoice::Create => {
                let snapshot = self.clusters.describe_db_cluster_snapshot(&Self::identifier(needs, cx)).await?;
                // While the snapshot is being made, there is nothing to ask its cluster.
                let is_made = |snapshot: &DbClusterSnapshot| status::of_snapshot(&snapshot.status) == Class::Ready;
                let cluster = if snapshot.as_ref().is_none_or(is_made) {
                    self.clusters.describe_db_cluster(&needs.cluster).await?
                } else {
                    None
                };
                Self::decide(needs, cx, snapshot.as_ref(), cluster.as_ref())
            }
            SnapshotChoice::Named(name) => {
                Self::decide_named(needs, name, self.clusters.describe_db_cluster_snapshot(name).await?.as_ref())
            }
            SnapshotChoice::AutomatedWithin(within) => {
                let cluster = self.clusters.describe_db_cluster(&needs.cluster).await?;
                let snapshots = self.clusters.automated_db_cluster_snapshots(&needs.cluster).await?;
                Self::decide_automated(needs, cx, *within, cluster.as_ref(), &snapshots)
            }
        })
    }
}

/// Whether the cluster is one that the seven steps can refresh from.
fn check_cluster(needs: &SourceRequest, cluster: &DbCluster) -> Result<(), StepError> {
    if !is_multi_az(&cluster.engine) || cluster.class.is_none() {
        let classless = if cluster.class.is_none() { ", and it has no DB cluster instance class" } else { "" };
        return Err(not_multi_az(&format!("{}{classless}", cluster.engine)));
    }
    if cluster.encrypted || needs.allow_unencrypted { Ok(()) } else { Err(unencrypted()) }
}

/// Whether an engine is one of Multi-AZ DB clusters; Aurora's and `DocumentDB`'s are answered by the same calls.
fn is_multi_az(engine: &str) -> bool {
    ["mysql", "postgres"].contains(&engine)
}

fn not_multi_az(engine: &str) -> StepError {
    StepError::invalid(format!("the source is not a Multi-AZ DB cluster of RDS for MySQL or PostgreSQL (its engine is {engine})"))
}

fn no_cluster(needs: &SourceRequest) -> StepError {
    StepError::not_found(format!("the source cluster does not exist in {}/{}", needs.account, needs.region))
        .on(needs.cluster.as_str())
}

fn unencrypted() -> StepError {
    StepError::invalid(
        "it is not encrypted, and whoever an unencrypted snapshot is shared with can read it: encrypt the source with a customer \
         managed key, or allow it with `allow_unencrypted`",
    )
}

debug_by_name!(SnapshotCluster);

impl Step for SnapshotCluster {
    const NAME: &'static str = "snapshot-cluster";
    const VERSION: u32 = 1;
    type Needs = SourceRequest;
    type Gives = ClusterSnapshot;

    async fn reconcile(&self, needs: &SourceRequest, cx: &Context) -> Result<Progress<ClusterSnapshot>, StepError> {
        match self.observe_and_decide(needs, cx).await? {
            Decision::Ready(fact) => Ok(Progress::Ready(fact)),
            Decision::Wait(seen) => Ok(Progress::pending(seen)),
            Decision::Fail(error) => Err(error),
            Decision::Do(request) => match self.clusters.create_db_cluster_snapshot(&request).await {
                Ok(made) => Ok(Progress::pending(Seen::status(made.status).percent(made.percent).of(made.identifier))),
                Err(error) => look_again(error),
            },
        }
    }

    async fn compensate(&self, needs: &SourceRequest, cx: &Context) -> Result<Undo, StepError> {
        if needs.snapshot != SnapshotChoice::Create {
            return Ok(Undo::done());
        }
        let identifier = Self::identifier(needs, cx);
        let observed = self.clusters.describe_db_cluster_snapshot(&identifier).await?;
        let cluster = match observed {
            Some(_) => self.clusters.describe_db_cluster(&needs.cluster).await?,
            None => None,
        };
        let kms_key = cluster.as_ref().and_then(|cluster| cluster.kms_key.as_deref());
        let claim = Claim { kms_key, ..Self::claim(needs, cx, &identifier) };
        let keep = !cx.on_failure.removes(ResourceKind::DbClusterSnapshot);
        remove(observed, &claim, Self::resource(needs, &identifier), keep, async |owned| {
            self.clusters.delete_db_cluster_snapshot(&owned).await.map(|()| "deleting")
        })
        .await
    }

    async fn verify(&self, fact: &ClusterSnapshot, _: &Context) -> Result<bool, StepError> {
        let found = self.find(fact).await?;
        Ok(found.is_some_and(|snapshot| status::of_snapshot(&snapshot.status) == Class::Ready))
    }

    async fn is_gone(&self, fact: &ClusterSnapshot, _: &Context) -> Result<bool, StepError> {
        Ok(self.find(fact).await?.is_none())
    }

    fn differs(&self, before: &SourceRequest, after: &SourceRequest) -> Option<String> {
        let made_of = |request: &SourceRequest| {
            (request.account.clone(), request.region.clone(), request.cluster.clone(), request.snapshot.clone())
        };
        if before.allow_unencrypted && !after.allow_unencrypted {
            return Some("the snapshot was allowed to be unencrypted".into());
        }
        (made_of(before) != made_of(after)).then(|| "the snapshot is of another cluster, or is chosen otherwise".into())
    }

    fn footprint(&self, needs: &SourceRequest, cx: &Context) -> Vec<Resource> {
        Self::planned(needs, cx).into_iter().collect()
    }

    fn permissions(&self) -> Vec<Permission> {
        vec![
            Permission::new(Side::Source, &["rds:DescribeDBClusters"], [Target::SnapshottedCluster]),
            Permission::new(
                Side::Source,
                &["rds:DescribeDBClusterSnapshots"],
                [Target::ListedClusterSnapshots, Target::SourceCluster],
            ),
            Permission::new(
                Side::Source,
                &["rds:CreateDBClusterSnapshot"],
                [Target::MadeClusterSnapshots, Target::SourceCluster],
            )
            .when(Condition::Tags(Role::Scratch)),
            Permission::new(Side::Source, &["rds:AddTagsToResource"], [Target::MadeClusterSnapshots])
                .when(Condition::Tags(Role::Scratch)),
            Permission::new(Side::Source, &["rds:DeleteDBClusterSnapshot"], [Target::MadeClusterSnapshots])
                .when(Condition::Owned(Role::Scratch)),
        ]
    }

    fn expected(&self, _: &SourceRequest) -> Option<Duration> {
        Some(USUAL)
    }

    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        let makes: Vec<_> = given.read().ok().and_then(|request| Self::planned(&request, cx)).into_iter().collect();
        let expected = if makes.is_empty() { Duration::ZERO } else { USUAL };
        let calls: &[&str] = if makes.is_empty() { &[] } else { &["CreateDBClusterSnapshot"] };
        Forecast { side: Some(Side::Source), calls, makes, removes: Vec::new(), expected: Some(expected) }
    }
}
