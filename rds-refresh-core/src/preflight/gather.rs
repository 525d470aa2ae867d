//! What both halves look at alike.

use super::checks::{clock, connection, credentials, organisation, quota, security_groups, subnet_group, tags};
use super::finding::{About, Check, Finding, Level, Observed};
use super::observed::{OrderableOption, SubnetGroup};
use super::ports::Reads;
use super::{Options, SourceSeen};
use crate::ids::{AccountId, Region};
use crate::ports::Tags;
use crate::step::Side;
use crate::{StepError, Timestamp};

/// One account in one Region, and the findings there so far.
pub(super) struct Half<'a> {
    pub(super) reads: &'a dyn Reads,
    pub(super) side: Side,
    pub(super) account: &'a AccountId,
    pub(super) region: &'a Region,
    pub(super) findings: Vec<Finding>,
    /// The ARNs of what the account described as its own.
    arns: Vec<String>,
    /// Something was answered.
    is_reached: bool,
    errors: Vec<StepError>,
}

impl<'a> Half<'a> {
    pub(super) fn new(reads: &'a dyn Reads, side: Side, account: &'a AccountId, region: &'a Region) -> Self {
        Self { reads, side, account, region, findings: Vec::new(), arns: Vec::new(), is_reached: false, errors: Vec::new() }
    }

    /// Remembers what an answer tells of the credentials.
    pub(super) fn note<T>(&mut self, observed: &Observed<Option<T>>, arn: impl Fn(&T) -> &str) {
        match observed {
            Ok(found) => {
                self.is_reached = true;
                self.arns.extend(found.iter().map(|found| arn(found).to_owned()));
            }
            Err(error) => self.errors.push(error.clone()),
        }
    }

    /// Looks at a DB subnet group and the security groups that go with it.
    pub(super) async fn network(&mut self, name: &str, zones: usize, wanted: &[String]) -> Option<SubnetGroup> {
        let group = self.reads.db_subnet_group(name).await;
        self.note(&group, |group| &group.arn);
        self.findings.push(subnet_group::decide(self.side, name, zones, &group));
        let group = group.ok().flatten();
        let found = match self.reads.security_groups() {
            Some(reads) => Some(reads.security_groups(wanted).await),
            None => None,
        };
        let vpc = group.as_ref().map(|group| group.vpc.as_str());
        self.findings.push(security_groups::decide(self.side, self.region, wanted, found.as_ref(), vpc));
        group
    }

    pub(super) async fn orderable(&self, source: &SourceSeen, class: &str) -> Observed<Vec<OrderableOption>> {
        self.reads.orderable_options(&source.engine, &source.engine_version, class).await
    }

    pub(super) async fn quotas(&mut self, needed: &[quota::Needed]) {
        let quotas = self.reads.account_quotas().await;
        self.is_reached |= quotas.is_ok();
        self.errors.extend(quotas.as_ref().err().cloned());
        self.findings.extend(quota::decide(self.side, self.region, needed, &quotas));
    }

    /// A check that depends on the source's engine version, where that is not known.
    pub(super) fn needs_source(&mut self, check: Check, resource: &str) {
        let about = About {
            check,
            side: self.side,
            resource: resource.to_owned(),
            needed: "the engine version of the source".into(),
            document: "RDS API reference, RestoreDBClusterFromSnapshot: the snapshot decides engine and version",
        };
        self.findings.push(about.cannot_see("the source's engine version is not known", "rds-refresh doctor --side source"));
    }

    /// What can be said at the end only, and what can never be seen.
    pub(super) async fn finish(mut self, given: &Tags, options: &Options, now: Timestamp) -> Vec<Finding> {
        let place = (self.account, self.region);
        let arns = self.arns.iter().map(String::as_str);
        let credentials = credentials::decide(self.side, place, arns, &self.errors);
        let connection = connection::decide(self.side, place, &self.errors).filter(|_| !self.is_reached);
        if credentials.level == Level::Wrong || connection.is_some() {
            // Not this account was looked at, so what was not found there is not missing.
            self.findings.retain(|finding| matches!(finding.check, Check::OtherSide | Check::SnapshotSharing));
        }
        self.findings.push(credentials);
        self.findings.extend(connection);
        if !options.simulated_time {
            self.findings.push(clock::decide(self.side, now, &self.reads.service_time().await));
        }
        self.findings.extend(tags::decide(self.side, &options.demanded_tags, given));
        self.findings.push(organisation::decide(self.side, self.account));
        for finding in &mut self.findings {
            finding.fix = finding.fix.take().map(|fix| in_region(fix, self.region));
        }
        self.findings
    }
}

/// A command looks where the finding is, whatever Region is the default of whoever pastes it. Organisations have none.
fn in_region(command: String, region: &Region) -> String {
    if command.contains("--region") {
        return command;
    }
    ["rds", "kms", "sts", "ec2", "resourcegroupstaggingapi"].into_iter().fold(command, |command, service| {
        command.replace(&format!("aws {service} "), &format!("aws --region {region} {service} "))
    })
}
