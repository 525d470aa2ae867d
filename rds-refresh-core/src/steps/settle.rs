//! The settlement's second duty: nothing stays shared, and nothing stays without a reason.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::share_snapshot::{grant_lag, unshare};
use super::snapshot_instance::resource_of;
use super::undo::remove;
use super::{
    Acknowledgement, ClusterSnapshot, EncryptSnapshot, InstanceSnapshot, ShareSnapshot, Shared, SnapshotCluster,
    SnapshotInstance, TakenSnapshot,
};
use crate::fact::Fact;
use crate::ids::DbIdentifier;
use crate::machine::Seen;
use crate::permission::{Condition, Permission, Target};
use crate::ports::{Claim, Source};
use crate::request::SourceRequest;
use crate::step::{Context, Progress, Record, Side, Step, Undo};
use crate::{Facts, Forecast, Resource, ResourceKind, Role, StepError};

/// The source account is settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// What is kept in the source account until it expires.
    pub kept: Vec<Resource>,
    /// Whether the destination acknowledged its copy. If it did not, the instance snapshot is kept for it.
    pub acknowledged: bool,
}

impl Fact for Settled {
    const NAME: &'static str = "settled";
}

/// Unshares the snapshot, revokes the grant, and removes the run's own snapshots unless they are to be kept.
///
/// Deleting a snapshot while it is copied kills the copy, so without an acknowledgement the instance snapshot stays until it expires.
#[derive(Clone)]
pub struct Settle {
    source: Arc<dyn Source>,
}

impl Settle {
    /// The step, by this port.
    #[must_use]
    pub fn new(source: Arc<dyn Source>) -> Self {
        Self { source }
    }

    async fn remove_cluster_snapshot(
        &self,
        request: &SourceRequest,
        snapshot: &ClusterSnapshot,
        cx: &Context,
    ) -> Result<Undo, StepError> {
        let identifier: DbIdentifier = match (snapshot.owned, snapshot.identifier.parse()) {
            (true, Ok(identifier)) => identifier,
            // Referenced: never owned, never deleted.
            _ => return Ok(Undo::done()),
        };
        let claim = Claim {
            run: &cx.run,
            role: Role::Scratch,
            identifier: identifier.as_str(),
            began: cx.began,
            source: Some(request.cluster.as_str()),
            kms_key: Some(&snapshot.kms_key),
        };
        let resource = Resource {
            kind: ResourceKind::DbClusterSnapshot,
            account: request.account.clone(),
            region: request.region.clone(),
            id: identifier.to_string(),
        };
        let observed = self.source.describe_db_cluster_snapshot(&identifier).await?;
        remove(observed, &claim, resource, request.keep_snapshots, async |owned| {
            self.source.delete_db_cluster_snapshot(&owned).await.map(|()| "deleting")
        })
        .await
    }

    async fn remove_instance_snapshot(&self, snapshot: &InstanceSnapshot, keep: bool, cx: &Context) -> Result<Undo, StepError> {
        let observed = self.source.describe_db_snapshot(snapshot.arn.identifier()).await?;
        remove(observed, &snapshot.claim(&cx.run, cx.began), snapshot.resource(), keep, async |owned| {
            self.source.delete_db_snapshot(&owned).await.map(|()| "deleting")
        })
        .await
    }
}

debug_by_name!(Settle);

impl Step for Settle {
    const NAME: &'static str = "settle";
    const VERSION: u32 = 2;
    type Needs = (
        SourceRequest,
        Record<ClusterSnapshot>,
        Record<TakenSnapshot>,
        Record<InstanceSnapshot>,
        Record<Shared>,
        Record<Acknowledgement>,
    );
    type Gives = Settled;

    async fn reconcile(
        &self,
        (
            request,
            Record(cluster_snapshot),
            Record(TakenSnapshot(taken)),
            Record(instance_snapshot),
            Record(shared),
            Record(acknowledgement),
        ): &Self::Needs,
        cx: &Context,
    ) -> Result<Progress<Settled>, StepError> {
        let acknowledged = acknowledgement.is_for(request, &cx.run);
        let grant = shared.grant.as_ref();
        let lag = grant.map(|grant| grant_lag(cx.now.since(grant.made_at))).unwrap_or_default();
        let unshared = unshare(&*self.source, &*self.source, instance_snapshot, &shared.with, grant, lag, cx).await?;
        if let Undo::Pending { seen, .. } = unshared {
            return Ok(Progress::pending(seen));
        }
        let keep = request.keep_snapshots || !acknowledged;
        let instance = self.remove_instance_snapshot(instance_snapshot, keep, cx).await?;
        let Undo::Done { mut kept } = instance else { return Ok(Progress::pending(seen_of(instance))) };
        // What was copied under another key was never shared, and nobody copies it any more.
        if taken.arn != instance_snapshot.arn {
            let original = self.remove_instance_snapshot(taken, request.keep_snapshots, cx).await?;
            let Undo::Done { kept: more } = original else { return Ok(Progress::pending(seen_of(original))) };
            kept.extend(more);
        }
        let cluster = self.remove_cluster_snapshot(request, cluster_snapshot, cx).await?;
        let Undo::Done { kept: more } = cluster else { return Ok(Progress::pending(seen_of(cluster))) };
        kept.extend(more);
        Ok(Progress::Ready(Settled { kept, acknowledged }))
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        None
    }

    fn keeps(&self, settled: &Settled) -> Vec<Resource> {
        settled.kept.clone()
    }

    fn permissions(&self) -> Vec<Permission> {
        vec![
            Permission::new(
                Side::Source,
                &["rds:DescribeDBSnapshots", "rds:DescribeDBSnapshotAttributes"],
                [Target::SharableSnapshots],
            ),
            Permission::new(
                Side::Source,
                &["rds:DeleteDBSnapshot", "rds:ModifyDBSnapshotAttribute"],
                [Target::SharableSnapshots],
            )
            .when(Condition::Owned(Role::Handover)),
            Permission::new(Side::Source, &["rds:DescribeDBClusterSnapshots"], [Target::MadeClusterSnapshots]),
            Permission::new(Side::Source, &["rds:DeleteDBClusterSnapshot"], [Target::MadeClusterSnapshots])
                .when(Condition::Owned(Role::Scratch)),
            Permission::new(Side::Source, &["kms:ListGrants"], [Target::SharedKey]),
            Permission::new(Side::Source, &["kms:RevokeGrant"], [Target::SharedKey]),
        ]
    }

    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        let request = given.read::<SourceRequest>().ok();
        Forecast {
            side: Some(Side::Source),
            calls: &["ModifyDBSnapshotAttribute", "RevokeGrant", "DeleteDBSnapshot", "DeleteDBClusterSnapshot"],
            makes: Vec::new(),
            removes: request.map(|request| planned(&request, cx)).unwrap_or_default(),
            expected: Some(Duration::from_secs(30)),
        }
    }
}

/// What the settlement of this request removes, if the destination acknowledges its copy.
fn planned(request: &SourceRequest, cx: &Context) -> Vec<Resource> {
    let mut removes = vec![ShareSnapshot::planned_share(request, cx)];
    if !request.keep_snapshots {
        removes.push(resource_of(&SnapshotInstance::target(request, cx)));
        removes.extend(request.share_key.iter().map(|_| EncryptSnapshot::shared(request, cx)));
        removes.extend(SnapshotCluster::planned(request, cx));
    }
    removes
}

fn seen_of(undo: Undo) -> Seen {
    match undo {
        Undo::Pending { seen, .. } => seen,
        Undo::Done { .. } => Seen::default(),
    }
}
