use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Options, Reads, Report, SourceSeen, destination, source};
use crate::fact::Fact;
use crate::permission::{Permission, Target};
use crate::request::{DestinationRequest, SourceRequest};
use crate::step::{Context, Progress, Side, Step};
use crate::steps::Handover;
use crate::{StepError, Timestamp};

/// The source account was looked at, and nothing there is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceChecked {
    /// When.
    pub at: Timestamp,
    /// What the destination's checks must know.
    pub source: SourceSeen,
}

impl Fact for SourceChecked {
    const NAME: &'static str = "source-checked";
}

/// The destination account was looked at, and nothing there is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DestinationChecked {
    /// When.
    pub at: Timestamp,
}

impl Fact for DestinationChecked {
    const NAME: &'static str = "destination-checked";
}

/// A fact that tells what the destination's checks must know of the source.
pub trait KnowsSource: Fact {
    /// What is known.
    fn source(&self) -> SourceSeen;
}

impl KnowsSource for SourceChecked {
    fn source(&self) -> SourceSeen {
        self.source.clone()
    }
}

impl KnowsSource for Handover {
    fn source(&self) -> SourceSeen {
        SourceSeen {
            engine: self.engine.clone(),
            engine_version: self.engine_version.clone(),
            allocated_storage: self.allocated_storage,
        }
    }
}

/// Looks at the source account, at the head of a plan. Fails with all that is wrong; what cannot be seen is no reason to fail.
#[derive(Clone)]
pub struct CheckSource {
    reads: Arc<dyn Reads>,
    demanded_tags: Vec<String>,
}

impl CheckSource {
    /// The step, by these reads.
    #[must_use]
    pub fn new(reads: Arc<dyn Reads>) -> Self {
        Self { reads, demanded_tags: Vec::new() }
    }

    /// The same, with tags that an organisation demands.
    #[must_use]
    pub fn demanding_tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.demanded_tags = tags.into_iter().map(Into::into).collect();
        self
    }
}

/// Looks at the destination account, at the head of a plan or of its half: with what an earlier [`CheckSource`] or the hand-over tells of
/// the source.
pub struct CheckDestination<K = SourceChecked> {
    reads: Arc<dyn Reads>,
    demanded_tags: Vec<String>,
    known: PhantomData<fn() -> K>,
}

impl<K: KnowsSource> CheckDestination<K> {
    /// The step, by these reads.
    #[must_use]
    pub fn new(reads: Arc<dyn Reads>) -> Self {
        Self { reads, demanded_tags: Vec::new(), known: PhantomData }
    }

    /// The same, with tags that an organisation demands.
    #[must_use]
    pub fn demanding_tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.demanded_tags = tags.into_iter().map(Into::into).collect();
        self
    }
}

impl std::fmt::Debug for CheckSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(Self::NAME)
    }
}

impl<K: KnowsSource> std::fmt::Debug for CheckDestination<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(Self::NAME)
    }
}

impl Step for CheckSource {
    const NAME: &'static str = "check-source";
    const VERSION: u32 = 1;
    type Needs = SourceRequest;
    type Gives = SourceChecked;

    async fn reconcile(&self, request: &SourceRequest, cx: &Context) -> Result<Progress<SourceChecked>, StepError> {
        let report = source(&*self.reads, request, &options(cx, &self.demanded_tags), cx.now).await;
        refuse(&report)?;
        let source = report.source.ok_or_else(|| StepError::transient("the source cluster could not be read"))?;
        Ok(Progress::Ready(SourceChecked { at: cx.now, source }))
    }

    fn differs(&self, _: &SourceRequest, _: &SourceRequest) -> Option<String> {
        // What was found then says nothing of what stands now, and what was made needs no check any more.
        None
    }

    fn permissions(&self) -> Vec<Permission> {
        let mut all = everywhere(Side::Source);
        all.extend([
            Permission::new(Side::Source, &["rds:DescribeDBClusters"], [Target::SourceCluster]),
            Permission::new(
                Side::Source,
                &["rds:DescribeDBClusterSnapshots"],
                [Target::ListedClusterSnapshots, Target::SourceCluster],
            ),
            Permission::new(Side::Source, &["rds:DescribeDBSubnetGroups"], [Target::TemporarySubnetGroup]),
            Permission::new(Side::Source, &["rds:DescribeDBParameterGroups"], [Target::TemporaryParameterGroup]),
            Permission::new(Side::Source, &["kms:DescribeKey", "kms:GetKeyPolicy"], [Target::SharedKey]),
            Permission::new(Side::Source, &["kms:CreateGrant"], [Target::SharedKey])
                .when(crate::permission::Condition::GrantToDestination),
        ]);
        all
    }
}

impl<K: KnowsSource> Step for CheckDestination<K> {
    const NAME: &'static str = "check-destination";
    const VERSION: u32 = 1;
    type Needs = (DestinationRequest, K);
    type Gives = DestinationChecked;

    async fn reconcile(&self, (request, known): &Self::Needs, cx: &Context) -> Result<Progress<DestinationChecked>, StepError> {
        let options = options(cx, &self.demanded_tags);
        refuse(&destination(&*self.reads, request, Some(&known.source()), &options, cx.now).await)?;
        Ok(Progress::Ready(DestinationChecked { at: cx.now }))
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        None
    }

    fn permissions(&self) -> Vec<Permission> {
        let mut all = everywhere(Side::Destination);
        all.extend([
            Permission::new(Side::Destination, &["rds:DescribeDBClusters"], [Target::Cluster]),
            Permission::new(Side::Destination, &["rds:DescribeDBInstances"], [Target::ClusterMembers]),
            Permission::new(Side::Destination, &["rds:DescribeDBSubnetGroups"], [Target::ClusterSubnetGroup]),
            Permission::new(Side::Destination, &["rds:DescribeDBClusterParameterGroups"], [Target::ClusterParameterGroup]),
            Permission::new(Side::Destination, &["kms:DescribeKey", "kms:GetKeyPolicy"], [Target::DestinationKey]),
        ]);
        all
    }
}

/// What knows no resource-level rights. Security groups are asked for only where EC2 can be; asking for the right does no harm.
fn everywhere(side: Side) -> Vec<Permission> {
    let rds = &["rds:DescribeAccountAttributes", "rds:DescribeDBEngineVersions", "rds:DescribeOrderableDBInstanceOptions"];
    vec![Permission::new(side, rds, [Target::Any]), Permission::new(side, &["ec2:DescribeSecurityGroups"], [Target::Any])]
}

fn options(cx: &Context, demanded_tags: &[String]) -> Options {
    Options { run: Some(cx.run.clone()), demanded_tags: demanded_tags.to_vec() }
}

fn refuse(report: &Report) -> Result<(), StepError> {
    let wrong: Vec<String> = report.wrong().map(ToString::to_string).collect();
    match wrong.as_slice() {
        [] => Ok(()),
        [one] => Err(StepError::invalid(one)),
        many => Err(StepError::invalid(format!("{} things are wrong: {}", many.len(), many.join(" | ")))),
    }
}
