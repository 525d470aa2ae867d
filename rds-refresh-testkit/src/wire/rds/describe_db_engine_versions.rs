use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::engine::log_types;
use crate::world::ops::{DescribeDbEngineVersions, DescribedEngineVersion};
use crate::world::resource::{AUTHORITIES, EngineVersion};
use crate::world::{ApiError, Page};

use super::{Query, render};

impl Query for DescribeDbEngineVersions {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        // They ask for more about engines that let one choose a character set or a time zone. PostgreSQL and MySQL do not.
        params.ignore(&["ListSupportedCharacterSets", "ListSupportedTimezones"]);
        Ok(Self {
            engine: params.string("Engine"),
            engine_version: params.string("EngineVersion"),
            family: params.string("DBParameterGroupFamily"),
            default_only: params.flag("DefaultOnly")?,
            include_all: params.flag("IncludeAll")?,
            filters: params.filters()?,
            paging: params.paging()?,
        })
    }

    fn write(xml: &mut Xml, answer: &Page<DescribedEngineVersion>) {
        render::page(xml, "DBEngineVersions", "DBEngineVersion", answer, engine_version);
    }
}

fn engine_version(xml: &mut Xml, described: &DescribedEngineVersion) {
    let version = &described.version;
    xml.text("Engine", &version.engine);
    xml.text("MajorEngineVersion", version.major());
    xml.text("EngineVersion", &version.version);
    xml.text("DBParameterGroupFamily", version.family());
    xml.text("DBEngineDescription", engine_description(&version.engine));
    xml.text("DBEngineVersionDescription", version_description(version));
    xml.list("ValidUpgradeTarget", "UpgradeTarget", &described.upgrade_targets, |xml, target| {
        xml.text("Engine", &target.engine);
        xml.text("EngineVersion", &target.version);
        xml.text("Description", version_description(target));
        xml.text("AutoUpgrade", false);
        xml.text("IsMajorVersionUpgrade", target.major() != version.major());
    });
    xml.texts("ExportableLogTypes", "member", log_types(&version.engine));
    xml.text("SupportsLogExportsToCloudwatchLogs", true);
    xml.text("SupportsReadReplica", true);
    xml.text("Status", &version.status);
    xml.text("SupportsParallelQuery", false);
    xml.text("SupportsGlobalDatabases", false);
    xml.text("SupportsBabelfish", false);
    xml.texts("SupportedCACertificateIdentifiers", "member", AUTHORITIES);
}

fn engine_description(engine: &str) -> &'static str {
    if engine == "mysql" { "MySQL Community Edition" } else { "PostgreSQL" }
}

fn version_description(version: &EngineVersion) -> String {
    format!("{} {}", if version.engine == "mysql" { "MySQL" } else { "PostgreSQL" }, version.version)
}
