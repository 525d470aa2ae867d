use std::fmt;

use serde::{Deserialize, Serialize};

use crate::StepError;
use crate::step::Side;

/// What one check found about one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// The account that the resource is in.
    pub side: Side,
    /// How it is.
    pub level: Level,
    /// What was looked at: a name, an ARN or a quota.
    pub resource: String,
    /// What was found, or why nothing could be.
    pub found: String,
    /// What a refresh needs.
    pub needed: String,
    /// The command that mends it, or with which it can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// The document that says so.
    pub document: String,
}

/// How something is. The worst comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// It was looked at, and it is as it must be.
    Ok,
    /// It could not be looked at from here.
    CannotSee,
    /// A run would fail.
    Wrong,
}

/// The checks, in the order in which they are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Check {
    /// The account answers. Found only where it does not.
    Connection,
    /// The credentials are those of the account and Region that the request names.
    Credentials,
    /// The clocks agree.
    ClockSkew,
    /// The source is a Multi-AZ DB cluster of a supported engine.
    SourceCluster,
    /// The source can be snapshotted now.
    SourceStatus,
    /// The source is encrypted.
    SourceEncryption,
    /// The key that the source is encrypted with can be shared.
    SourceKey,
    /// The destination may use that key, or can be given a grant.
    SourceKeyUse,
    /// The snapshot that the request starts from.
    StartingSnapshot,
    /// The engine version is still offered.
    EngineVersion,
    /// The DB subnet group covers enough Availability Zones.
    SubnetGroup,
    /// The security groups exist, in the subnet group's VPC.
    SecurityGroups,
    /// The parameter group is for the engine version.
    ParameterGroup,
    /// The class can be ordered.
    InstanceClass,
    /// Storage type, size and IOPS go together.
    Storage,
    /// The quota leaves room for what a run makes.
    Quota,
    /// A snapshot can be shared with no more accounts than AWS allows.
    SnapshotSharing,
    /// The destination's key can encrypt the copy.
    DestinationKey,
    /// The destination's account may use its key through RDS.
    DestinationKeyUse,
    /// The new cluster's name is free.
    Identifier,
    /// The names of the new cluster's members are free.
    MemberIdentifiers,
    /// The log types can be exported.
    LogExports,
    /// The tags that an organisation demands are given.
    DemandedTags,
    /// Organisation policies, which show in a denial only.
    OrganisationPolicies,
    /// The other account, where only one was looked at.
    OtherSide,
}

impl Check {
    /// The name as reports write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Credentials => "credentials",
            Self::ClockSkew => "clock-skew",
            Self::SourceCluster => "source-cluster",
            Self::SourceStatus => "source-status",
            Self::SourceEncryption => "source-encryption",
            Self::SourceKey => "source-key",
            Self::SourceKeyUse => "source-key-use",
            Self::StartingSnapshot => "starting-snapshot",
            Self::EngineVersion => "engine-version",
            Self::SubnetGroup => "subnet-group",
            Self::SecurityGroups => "security-groups",
            Self::ParameterGroup => "parameter-group",
            Self::InstanceClass => "instance-class",
            Self::Storage => "storage",
            Self::Quota => "quota",
            Self::SnapshotSharing => "snapshot-sharing",
            Self::DestinationKey => "destination-key",
            Self::DestinationKeyUse => "destination-key-use",
            Self::Identifier => "identifier",
            Self::MemberIdentifiers => "member-identifiers",
            Self::LogExports => "log-exports",
            Self::DemandedTags => "demanded-tags",
            Self::OrganisationPolicies => "organisation-policies",
            Self::OtherSide => "other-side",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}; needed: {}", self.check, self.resource, self.found, self.needed)
    }
}

/// A finding before anything is found: what a check is about.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub(super) check: Check,
    pub(super) side: Side,
    pub(super) resource: String,
    pub(super) needed: String,
    pub(super) document: &'static str,
}

impl About {
    pub(super) fn ok(self, found: impl Into<String>) -> Finding {
        self.finding(Level::Ok, found.into(), None)
    }

    pub(super) fn wrong(self, found: impl Into<String>, fix: impl Into<String>) -> Finding {
        self.finding(Level::Wrong, found.into(), Some(fix.into()))
    }

    pub(super) fn cannot_see(self, why: impl Into<String>, fix: impl Into<String>) -> Finding {
        self.finding(Level::CannotSee, why.into(), Some(fix.into()))
    }

    /// What was read, or the finding that it could not be.
    pub(super) fn read<T>(&self, observed: &Observed<T>, command: impl FnOnce() -> String) -> Result<T, Box<Finding>>
    where
        T: Clone,
    {
        observed.clone().map_err(|error| Box::new(self.clone().cannot_see(error.to_string(), command())))
    }

    fn finding(self, level: Level, found: String, fix: Option<String>) -> Finding {
        let Self { check, side, resource, needed, document } = self;
        Finding { check, side, level, resource, found, needed, fix, document: document.to_owned() }
    }
}

/// What a look shows, or why it does not.
pub(super) type Observed<T> = Result<T, StepError>;
