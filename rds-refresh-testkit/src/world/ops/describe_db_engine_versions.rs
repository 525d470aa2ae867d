use crate::world::page::{Filter, Page, Paging, filtered};
use crate::world::resource::EngineVersion;
use crate::world::{ApiError, Caller, Holdings, Operation, Request, World};

/// The parameters of `DescribeDBEngineVersions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDbEngineVersions {
    /// `Engine`.
    pub engine: Option<String>,
    /// `EngineVersion`: a version, or a major one, which stands for all of its versions.
    pub engine_version: Option<String>,
    /// `DBParameterGroupFamily`.
    pub family: Option<String>,
    /// `DefaultOnly`.
    pub default_only: Option<bool>,
    /// `IncludeAll`: also deprecated versions.
    pub include_all: Option<bool>,
    /// `Filters`.
    pub filters: Vec<Filter>,
    /// `Marker` and `MaxRecords`.
    pub paging: Paging,
}

/// An engine version and what it can be upgraded to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedEngineVersion {
    /// The version.
    pub version: EngineVersion,
    /// `ValidUpgradeTarget`: the available versions that come later. RDS leaves some out.
    pub upgrade_targets: Vec<EngineVersion>,
}

impl Request for DescribeDbEngineVersions {
    const OPERATION: Operation = Operation::DescribeDbEngineVersions;
    type Answer = Page<DescribedEngineVersion>;

    fn resource(&self) -> &str {
        self.engine.as_deref().unwrap_or("*")
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<DescribedEngineVersion>, ApiError> {
        let holdings = world.at(&caller.place());
        // A filter for a status finds what is not available without `IncludeAll`, or it could find nothing.
        let all = self.include_all == Some(true) || self.filters.iter().any(|filter| filter.name == "status");
        let found = holdings.engine_versions.iter().filter(|it| (all || it.status == "available") && self.wants(holdings, it));
        let value = |it: &EngineVersion, name: &str| match name {
            "db-parameter-group-family" => vec![it.family()],
            "engine" => vec![it.engine.clone()],
            "engine-version" => vec![it.version.clone()],
            "status" => vec![it.status.clone()],
            _ => vec!["provisioned".to_owned()],
        };
        let known = ["db-parameter-group-family", "engine", "engine-mode", "engine-version", "status"];
        let found = filtered(found.cloned().collect(), &self.filters, value, &known)?;
        let described = |version: EngineVersion| {
            let later = holdings.engine_versions.iter().filter(|it| it.status == "available" && version.is_before(it));
            DescribedEngineVersion { upgrade_targets: later.cloned().collect(), version }
        };
        self.paging.rds_table(100, found.into_iter().map(described).collect())
    }
}

impl DescribeDbEngineVersions {
    fn wants(&self, holdings: &Holdings, it: &EngineVersion) -> bool {
        self.engine.as_ref().is_none_or(|engine| *engine == it.engine)
            && self.engine_version.as_ref().is_none_or(|version| *version == it.version || *version == it.major())
            && self.family.as_ref().is_none_or(|family| *family == it.family())
            && (self.default_only != Some(true) || self.is_default(holdings, it))
    }

    /// The default of the engine; of a major version, if the request names one (RDS API reference, `DefaultOnly`): then it is the
    /// latest.
    fn is_default(&self, holdings: &Holdings, it: &EngineVersion) -> bool {
        if self.engine_version.as_deref() == Some(it.major().as_str()) {
            let same = holdings.engine_versions.iter().filter(|other| other.status == "available" && other.major() == it.major());
            return !same.into_iter().any(|other| it.is_before(other));
        }
        holdings.default_versions.get(&it.engine) == Some(&it.version)
    }
}
