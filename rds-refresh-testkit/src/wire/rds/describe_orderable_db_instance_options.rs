use crate::wire::query::Params;
use crate::wire::xml::Xml;
use crate::world::ops::DescribeOrderableDbInstanceOptions;
use crate::world::resource::OrderableOption;
use crate::world::{ApiError, Page};

use super::{Query, render};

impl Query for DescribeOrderableDbInstanceOptions {
    fn read(params: &mut Params) -> Result<Self, ApiError> {
        Ok(Self {
            engine: params.required("Engine")?,
            engine_version: params.string("EngineVersion"),
            class: params.string("DBInstanceClass"),
            license_model: params.string("LicenseModel"),
            availability_zone_group: params.string("AvailabilityZoneGroup"),
            vpc: params.flag("Vpc")?,
            filters: params.filters()?,
            paging: params.paging()?,
        })
    }

    fn write(xml: &mut Xml, answer: &Page<OrderableOption>) {
        render::page(xml, "OrderableDBInstanceOptions", "OrderableDBInstanceOption", answer, option);
    }
}

fn option(xml: &mut Xml, row: &OrderableOption) {
    let limits = row.limits();
    xml.text("Engine", &row.engine);
    xml.text("EngineVersion", &row.engine_version);
    xml.text("DBInstanceClass", &row.class);
    xml.text("LicenseModel", row.license_model());
    xml.list("AvailabilityZones", "AvailabilityZone", &row.availability_zones, |xml, zone| xml.text("Name", zone));
    xml.text("MultiAZCapable", true);
    xml.text("ReadReplicaCapable", true);
    xml.text("Vpc", true);
    xml.text("SupportsStorageEncryption", true);
    xml.text("StorageType", &row.storage_type);
    xml.text("SupportsIops", limits.iops.is_some());
    xml.text("SupportsStorageThroughput", limits.throughput.is_some());
    xml.text("SupportsEnhancedMonitoring", true);
    xml.text("SupportsIAMDatabaseAuthentication", true);
    xml.text("SupportsPerformanceInsights", true);
    range(xml, ["MinStorageSize", "MaxStorageSize"], Some(limits.size));
    range(xml, ["MinIopsPerDbInstance", "MaxIopsPerDbInstance"], limits.iops);
    range(xml, ["MinIopsPerGib", "MaxIopsPerGib"], limits.iops_per_gib);
    range(xml, ["MinStorageThroughputPerDbInstance", "MaxStorageThroughputPerDbInstance"], limits.throughput);
    xml.maybe("MaxStorageThroughputPerIops", limits.max_throughput_per_iops);
    xml.text("OutpostCapable", false);
    xml.text("SupportsGlobalDatabases", false);
    xml.texts("SupportedNetworkTypes", "member", ["IPV4"]);
    xml.text("SupportsClusters", row.supports_clusters);
}

fn range(xml: &mut Xml, [least, most]: [&str; 2], range: Option<(impl std::fmt::Display, impl std::fmt::Display)>) {
    if let Some((from, to)) = range {
        xml.text(least, from);
        xml.text(most, to);
    }
}
