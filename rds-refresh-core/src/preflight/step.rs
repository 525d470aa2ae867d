use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Check, Options, Reads, Report, SourceSeen, both, destination, source};
use crate::fact::Fact;
use crate::permission::{Condition, Permission, Target};
use crate::request::{DestinationRequest, SourceRequest};
use crate::step::{Context, Progress, Side, Step};
use crate::steps::Handover;
use crate::{Facts, Forecast, StepError, Timestamp};

/// What a run is about to use was looked at, and nothing of it is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// When.
    pub at: Timestamp,
}

impl Fact for Checked {
    const NAME: &'static str = "checked";
}

/// Looks at both accounts, at the head of a plan. Fails with all that is wrong; what cannot be seen is no reason to fail.
#[derive(Clone)]
pub struct CheckAccounts {
    source: Arc<dyn Reads>,
    destination: Arc<dyn Reads>,
    manner: Manner,
}

/// Looks at the source account, at the head of its half.
#[derive(Clone)]
pub struct CheckSource {
    reads: Arc<dyn Reads>,
    manner: Manner,
}

/// Looks at the destination account, at the head of its half, with what the [`Handover`] tells of the source.
#[derive(Clone)]
pub struct CheckDestination {
    reads: Arc<dyn Reads>,
    manner: Manner,
}

type Tell = Arc<dyn Fn(&Report) + Send + Sync>;

/// How the three of them look.
#[derive(Clone, Default)]
struct Manner {
    options: Options,
    tell: Option<Tell>,
}

impl CheckAccounts {
    /// The step, by the reads of either account.
    #[must_use]
    pub fn new(source: Arc<dyn Reads>, destination: Arc<dyn Reads>) -> Self {
        Self { source, destination, manner: Manner::default() }
    }
}

impl CheckSource {
    /// The step, by these reads.
    #[must_use]
    pub fn new(reads: Arc<dyn Reads>) -> Self {
        Self { reads, manner: Manner::default() }
    }
}

impl CheckDestination {
    /// The step, by these reads.
    #[must_use]
    pub fn new(reads: Arc<dyn Reads>) -> Self {
        Self { reads, manner: Manner::default() }
    }
}

macro_rules! in_their_manner {
    ($($step:ty),+) => {
        $(
            impl $step {
                /// The same, with these options. The run is the step's own.
                #[must_use]
                pub fn with_options(mut self, options: Options) -> Self {
                    self.manner.options = options;
                    self
                }

                /// The same, telling all findings, as whoever shows them wants them: the step's error is cut to what states hold.
                #[must_use]
                pub fn with_observer(mut self, tell: impl Fn(&Report) + Send + Sync + 'static) -> Self {
                    self.manner.tell = Some(Arc::new(tell));
                    self
                }
            }

            impl fmt::Debug for $step {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(Self::NAME)
                }
            }
        )+
    };
}

in_their_manner!(CheckAccounts, CheckSource, CheckDestination);

impl Manner {
    fn options(&self, cx: &Context) -> Options {
        Options { run: Some(cx.run.clone()), ..self.options.clone() }
    }

    fn decide(&self, report: &Report, cx: &Context) -> Result<Progress<Checked>, StepError> {
        if let Some(tell) = &self.tell {
            tell(report);
        }
        refuse(report).map(|()| Progress::Ready(Checked { at: cx.now }))
    }
}

fn refuse(report: &Report) -> Result<(), StepError> {
    let wrong: Vec<_> = report.wrong().collect();
    let text = match wrong.as_slice() {
        [] => return Ok(()),
        [one] => one.to_string(),
        many => {
            let said: Vec<_> = many.iter().map(|it| format!("{}: {}: {}", it.check, it.resource, it.found)).collect();
            format!("{} things are wrong: {}", many.len(), said.join(" | "))
        }
    };
    Err(if wrong.iter().any(|finding| finding.check == Check::Credentials) {
        // Other credentials may be all that is needed, and the request is none the worse for these.
        StepError::credentials(text)
    } else if wrong.iter().all(|finding| finding.check == Check::Connection) {
        // And so may time.
        StepError::transient(text)
    } else {
        StepError::invalid(text)
    })
}

impl Step for CheckAccounts {
    const NAME: &'static str = "check-accounts";
    const VERSION: u32 = 1;
    const READ_ONLY: bool = true;
    type Needs = (SourceRequest, DestinationRequest);
    type Gives = Checked;

    async fn reconcile(&self, (from, to): &Self::Needs, cx: &Context) -> Result<Progress<Checked>, StepError> {
        let report = both(&*self.source, &*self.destination, (from, to), &self.manner.options(cx), cx.now).await;
        self.manner.decide(&report, cx)
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        // What was made since needs no check any more, and a look at the rest is not what it was.
        None
    }

    fn permissions(&self) -> Vec<Permission> {
        reads_of_source().into_iter().chain(reads_of_destination()).collect()
    }

    fn forecast(&self, _: &Facts, _: &Context) -> Forecast {
        Forecast { expected: Some(Duration::ZERO), ..Forecast::default() }
    }
}

impl Step for CheckSource {
    const NAME: &'static str = "check-source";
    const VERSION: u32 = 1;
    const READ_ONLY: bool = true;
    type Needs = SourceRequest;
    type Gives = Checked;

    async fn reconcile(&self, request: &SourceRequest, cx: &Context) -> Result<Progress<Checked>, StepError> {
        let report = source(&*self.reads, request, &self.manner.options(cx), cx.now).await;
        self.manner.decide(&report, cx)
    }

    fn differs(&self, _: &SourceRequest, _: &SourceRequest) -> Option<String> {
        None
    }

    fn permissions(&self) -> Vec<Permission> {
        reads_of_source()
    }

    fn forecast(&self, _: &Facts, _: &Context) -> Forecast {
        Forecast { side: Some(Side::Source), expected: Some(Duration::ZERO), ..Forecast::default() }
    }
}

impl Step for CheckDestination {
    const NAME: &'static str = "check-destination";
    const VERSION: u32 = 1;
    const READ_ONLY: bool = true;
    type Needs = (DestinationRequest, Handover);
    type Gives = Checked;

    async fn reconcile(&self, (request, handover): &Self::Needs, cx: &Context) -> Result<Progress<Checked>, StepError> {
        let known = SourceSeen {
            engine: handover.engine.clone(),
            engine_version: handover.engine_version.clone(),
            allocated_storage: handover.allocated_storage,
            unencrypted: handover.kms_key.is_none(),
            key: handover.kms_key.clone(),
        };
        let report = destination(&*self.reads, request, Some(&known), &self.manner.options(cx), cx.now).await;
        self.manner.decide(&report, cx)
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        None
    }

    fn permissions(&self) -> Vec<Permission> {
        reads_of_destination()
    }

    fn forecast(&self, _: &Facts, _: &Context) -> Forecast {
        Forecast { side: Some(Side::Destination), expected: Some(Duration::ZERO), ..Forecast::default() }
    }
}

fn reads_of_source() -> Vec<Permission> {
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
        Permission::new(Side::Source, &["kms:CreateGrant"], [Target::SharedKey]).when(Condition::GrantToDestination),
    ]);
    all
}

fn reads_of_destination() -> Vec<Permission> {
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

/// What knows no resource-level rights. Security groups are asked for only where EC2 can be; asking for the right does no harm.
fn everywhere(side: Side) -> Vec<Permission> {
    let rds = &["rds:DescribeAccountAttributes", "rds:DescribeDBEngineVersions", "rds:DescribeOrderableDBInstanceOptions"];
    vec![Permission::new(side, rds, [Target::Any]), Permission::new(side, &["ec2:DescribeSecurityGroups"], [Target::Any])]
}
