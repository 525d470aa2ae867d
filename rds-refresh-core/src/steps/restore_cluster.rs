//! Step 7: the Multi-AZ DB cluster, restored from the copy.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::SnapshotCopy;
use super::decision::{Decision, look_again};
use super::status::{self, Class};
use super::tags::tags;
use super::undo::{remove, stranger};
use crate::fact::Fact;
use crate::ids::DbIdentifier;
use crate::machine::Seen;
use crate::permission::{Condition, Permission, Target};
use crate::ports::{self, Claim, DbCluster, DbInstance, DestinationClusters, ModifyDbCluster, Owned};
use crate::request::{DestinationRequest, StorageType};
use crate::step::{Context, Progress, Side, Step, Undo};
use crate::{Facts, Forecast, OnFailure, Resource, ResourceKind, Role, StepError, WaitPolicy};

/// The refreshed cluster, ready to be used. It has production's users and passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoredCluster {
    /// Its identifier.
    pub identifier: DbIdentifier,
    /// Its ARN.
    pub arn: String,
    /// Its `DbClusterResourceId`, which survives a rename.
    pub resource_id: String,
    /// The writer's host name.
    pub endpoint: Option<String>,
    /// The readers' host name.
    pub reader_endpoint: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// Its engine version.
    pub engine_version: String,
}

impl Fact for RestoredCluster {
    const NAME: &'static str = "restored-cluster";
}

/// Restores the cluster, and waits until it and its three members are ready.
#[derive(Clone)]
pub struct RestoreCluster {
    clusters: Arc<dyn DestinationClusters>,
}

/// The mutating calls of this step.
#[derive(Clone, Debug, PartialEq)]
pub enum Restorer {
    /// `RestoreDBClusterFromSnapshot`.
    Restore(Box<ports::RestoreDbCluster>),
    /// `ModifyDBCluster`, which switches deletion protection on.
    Protect(Box<Owned<DbCluster>>),
}

impl RestoreCluster {
    /// The step, by this port.
    #[must_use]
    pub fn new(clusters: Arc<dyn DestinationClusters>) -> Self {
        Self { clusters }
    }

    fn claim<'a>(request: &'a DestinationRequest, copy: &'a SnapshotCopy, cx: &'a Context) -> Claim<'a> {
        let identifier = request.cluster.identifier.as_str();
        Claim { run: &cx.run, role: Role::Result, identifier, began: cx.began, source: None, kms_key: Some(&copy.kms_key) }
    }

    fn resource(request: &DestinationRequest) -> Resource {
        Resource {
            kind: ResourceKind::DbCluster,
            account: request.account.clone(),
            region: request.region.clone(),
            id: request.cluster.identifier.to_string(),
        }
    }

    /// What the look at the cluster and its members asks for.
    #[must_use]
    pub fn decide(
        request: &DestinationRequest,
        copy: &SnapshotCopy,
        cx: &Context,
        cluster: Option<&DbCluster>,
        members: &[DbInstance],
    ) -> Decision<RestoredCluster, Restorer> {
        let Some(cluster) = cluster else {
            return match check_storage(request, copy) {
                Ok(()) => Decision::Do(Restorer::Restore(Box::new(restore(request, copy, cx)))),
                Err(error) => Decision::Fail(error.on(request.cluster.identifier.as_str())),
            };
        };
        // One that is being deleted, ours or not, still holds the name.
        if status::of_cluster(&cluster.status) == Class::Deleting {
            return Decision::Wait(Seen::status(&cluster.status).of(&cluster.identifier));
        }
        let owned = match Self::claim(request, copy, cx).prove(cluster.clone()) {
            Ok(owned) => owned,
            Err(why) => return Decision::Fail(stranger(&Self::resource(request), &why)),
        };
        let failed = |what: &str, status: &str| {
            Decision::Fail(StepError::terminal_status(format!("{what} is {status}")).on(&cluster.identifier))
        };
        if status::of_cluster(&cluster.status) == Class::Failed {
            return failed("the restored cluster", &cluster.status);
        }
        if let Some(member) = members.iter().find(|member| status::of_instance(&member.status) == Class::Failed) {
            return failed(&format!("the member {}", member.identifier), &member.status);
        }
        if let Some(seen) = unready(cluster, members) {
            return Decision::Wait(seen);
        }
        if request.cluster.deletion_protection && !cluster.deletion_protection {
            return Decision::Do(Restorer::Protect(Box::new(owned)));
        }
        Decision::Ready(RestoredCluster {
            identifier: request.cluster.identifier.clone(),
            arn: cluster.arn.clone(),
            resource_id: cluster.resource_id.clone(),
            endpoint: cluster.endpoint.clone(),
            reader_endpoint: cluster.reader_endpoint.clone(),
            port: cluster.port,
            engine_version: cluster.engine_version.clone(),
        })
    }
}

/// What is not ready yet: the cluster, pending changes, or a member. The members lag the cluster by up to half an hour.
fn unready(cluster: &DbCluster, members: &[DbInstance]) -> Option<Seen> {
    let seen = |status: String| Some(Seen::status(status).percent(cluster.percent).of(&cluster.identifier));
    if cluster.status != "available" {
        return seen(cluster.status.clone());
    }
    if cluster.has_pending_changes {
        return seen("available, with pending changes".into());
    }
    let ready = members.iter().filter(|member| member.status == "available").count();
    if cluster.members.len() != 3 || members.len() != 3 || ready != 3 {
        return seen(format!("available, with {} of 3 members", ready.min(cluster.members.len())));
    }
    match cluster.members.iter().filter(|member| member.is_writer).count() {
        1 => None,
        writers => seen(format!("available, with {writers} writers")),
    }
}

/// The rules on storage that need the snapshot's size.
fn check_storage(request: &DestinationRequest, copy: &SnapshotCopy) -> Result<(), StepError> {
    /// From this size on gp3 volumes are striped, and take IOPS (RDS user guide, "General Purpose SSD storage").
    const STRIPED_FROM_GIB: u32 = 400;
    match (request.cluster.storage_type, request.cluster.iops, copy.allocated_storage) {
        (StorageType::Gp3, Some(iops), Some(size)) if size < STRIPED_FROM_GIB => Err(StepError::invalid(format!(
            "`destination.cluster.iops` is {iops}, and gp3 takes IOPS from {STRIPED_FROM_GIB} GiB on: the snapshot has {size} GiB. \
             Leave it out, or use io1 or io2"
        ))),
        _ => Ok(()),
    }
}

fn restore(request: &DestinationRequest, copy: &SnapshotCopy, cx: &Context) -> ports::RestoreDbCluster {
    let identifier = request.cluster.identifier.as_str();
    ports::RestoreDbCluster {
        snapshot: copy.arn.clone(),
        engine: copy.engine.clone(),
        engine_version: copy.engine_version.clone(),
        cluster: request.cluster.clone(),
        tags: tags(&request.tags, cx, Role::Result, identifier, request.expires_after),
    }
}

debug_by_name!(RestoreCluster);

impl Step for RestoreCluster {
    const NAME: &'static str = "restore-cluster";
    const VERSION: u32 = 1;
    type Needs = (DestinationRequest, SnapshotCopy);
    type Gives = RestoredCluster;

    async fn reconcile(&self, (request, copy): &Self::Needs, cx: &Context) -> Result<Progress<RestoredCluster>, StepError> {
        let identifier = &request.cluster.identifier;
        let cluster = self.clusters.describe_db_cluster(identifier).await?;
        let members = match &cluster {
            Some(cluster) if status::of_cluster(&cluster.status) == Class::Ready => {
                self.clusters.describe_members(identifier).await?
            }
            _ => Vec::new(),
        };
        match Self::decide(request, copy, cx, cluster.as_ref(), &members) {
            Decision::Ready(fact) => Ok(Progress::Ready(fact)),
            Decision::Wait(seen) => Ok(Progress::pending(seen)),
            Decision::Fail(error) => Err(error),
            Decision::Do(Restorer::Restore(restore)) => match self.clusters.restore_db_cluster_from_snapshot(&restore).await {
                Ok(made) => Ok(Progress::pending(Seen::status(made.status).percent(made.percent).of(made.identifier))),
                Err(error) => look_again(error),
            },
            Decision::Do(Restorer::Protect(owned)) => {
                let change = ModifyDbCluster { deletion_protection: Some(true) };
                match self.clusters.modify_db_cluster(&owned, &change).await {
                    // RDS documents it as immediate; the look decides.
                    Ok(()) => Ok(Progress::Pending(Seen::status("protecting").of(identifier.as_str()), Some(SOON))),
                    Err(error) => look_again(error),
                }
            }
        }
    }

    async fn compensate(&self, (request, copy): &Self::Needs, cx: &Context) -> Result<Undo, StepError> {
        let observed = self.clusters.describe_db_cluster(&request.cluster.identifier).await?;
        let is_protected = observed.as_ref().is_some_and(|cluster| cluster.deletion_protection);
        let keep = match cx.on_failure {
            OnFailure::KeepAll => true,
            OnFailure::RemoveAll => false,
            // One that has been available may be in use already, even if it has failed since.
            OnFailure::RemoveCostly => cx.done || observed.as_ref().is_some_and(|cluster| has_been_available(&cluster.status)),
        };
        remove(observed, &Self::claim(request, copy, cx), Self::resource(request), keep, async |owned| {
            if is_protected {
                let change = ModifyDbCluster { deletion_protection: Some(false) };
                self.clusters.modify_db_cluster(&owned, &change).await.map(|()| "unprotecting")
            } else {
                self.clusters.delete_db_cluster(&owned).await.map(|()| "deleting")
            }
        })
        .await
    }

    async fn verify(&self, fact: &RestoredCluster, _: &Context) -> Result<bool, StepError> {
        let found = self.clusters.describe_db_cluster(&fact.identifier).await?;
        Ok(found.is_some_and(|found| {
            found.resource_id == fact.resource_id && !matches!(status::of_cluster(&found.status), Class::Deleting | Class::Failed)
        }))
    }

    fn differs(&self, (before, _): &Self::Needs, (after, _): &Self::Needs) -> Option<String> {
        (before.cluster != after.cluster || before.tags != after.tags).then(|| "the cluster is another".into())
    }

    fn footprint(&self, (request, _): &Self::Needs, _: &Context) -> Vec<Resource> {
        vec![Self::resource(request)]
    }

    fn permissions(&self) -> Vec<Permission> {
        let restored = [
            Target::Cluster,
            Target::SnapshotCopies,
            Target::ClusterSubnetGroup,
            Target::ClusterParameterGroup,
            Target::DefaultOptionGroups,
        ];
        vec![
            // Members are listed by their cluster, which IAM takes for a look at all instances.
            Permission::new(Side::Destination, &["rds:DescribeDBInstances"], [Target::AnyInstance]),
            Permission::new(Side::Destination, &["rds:DescribeDBClusters"], [Target::Cluster]),
            Permission::new(Side::Destination, &["rds:RestoreDBClusterFromSnapshot"], restored)
                .when(Condition::Tags(Role::Result)),
            Permission::new(Side::Destination, &["rds:AddTagsToResource"], [Target::Cluster]).when(Condition::Tags(Role::Result)),
            Permission::new(Side::Destination, &["rds:DeleteDBCluster", "rds:ModifyDBCluster"], [Target::Cluster])
                .when(Condition::Owned(Role::Result)),
            // RDS makes and removes the members in the name of whoever restores or deletes the cluster (service authorization
            // reference, dependent actions).
            Permission::new(Side::Destination, &["rds:CreateDBInstance", "rds:DeleteDBInstance"], [Target::ClusterMembers]),
            // RDS uses the key in the name of whoever restores (KMS developer guide, how RDS uses KMS).
            Permission::new(Side::Destination, &["kms:DescribeKey"], [Target::DestinationKey]).when(Condition::ThroughRds),
            Permission::new(Side::Destination, &["kms:CreateGrant"], [Target::DestinationKey])
                .when(Condition::ThroughRds)
                .when(Condition::GrantForAws),
            Permission::new(Side::Destination, &["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], [Target::InsightsKey])
                .when(Condition::ThroughRds),
            Permission::new(Side::Destination, &["kms:CreateGrant"], [Target::InsightsKey])
                .when(Condition::ThroughRds)
                .when(Condition::GrantForAws),
            Permission::new(Side::Destination, &["iam:PassRole"], [Target::MonitoringRole])
                .when(Condition::PassedTo("monitoring.rds.amazonaws.com")),
        ]
    }

    fn expected(&self, _: &Self::Needs) -> Option<Duration> {
        Some(Duration::from_mins(20))
    }

    fn wait_policy(&self) -> WaitPolicy {
        // RDS backs the new cluster up before it stays available: a full backup, as long as a snapshot of a new volume.
        WaitPolicy { deadline: Duration::from_hours(24), ..WaitPolicy::default() }
    }

    fn forecast(&self, given: &Facts, _: &Context) -> Forecast {
        let request = given.read::<DestinationRequest>().ok();
        Forecast {
            side: Some(Side::Destination),
            calls: &["RestoreDBClusterFromSnapshot"],
            makes: request.map(|request| Self::resource(&request)).into_iter().collect(),
            removes: Vec::new(),
            expected: Some(Duration::from_mins(20)),
        }
    }
}

/// Whether the cluster may have been in use: everything but being made and having failed.
fn has_been_available(status: &str) -> bool {
    status != "creating" && status::of_cluster(status) != Class::Failed
}

/// Deletion protection takes effect within seconds.
const SOON: Duration = Duration::from_secs(15);
