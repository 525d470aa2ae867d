use crate::world::check::required;
use crate::world::page::{Filter, Page, Paging, filtered};
use crate::world::resource::OrderableOption;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `DescribeOrderableDBInstanceOptions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeOrderableDbInstanceOptions {
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: Option<String>,
    /// `DBInstanceClass`.
    pub class: Option<String>,
    /// `LicenseModel`.
    pub license_model: Option<String>,
    /// `AvailabilityZoneGroup`: a group of Local Zones, of which the model has none.
    pub availability_zone_group: Option<String>,
    /// `Vpc`. All that the model offers is in VPCs.
    pub vpc: Option<bool>,
    /// `Filters`. RDS supports none.
    pub filters: Vec<Filter>,
    /// `Marker` and `MaxRecords`: 20–1000.
    pub paging: Paging,
}

/// The engines of RDS (RDS API reference, `Engine`). The model offers versions of two of them.
const ENGINES: [&str; 19] = [
    "aurora-mysql",
    "aurora-postgresql",
    "custom-oracle-ee",
    "custom-oracle-ee-cdb",
    "custom-oracle-se2",
    "custom-oracle-se2-cdb",
    "db2-ae",
    "db2-se",
    "mariadb",
    "mysql",
    "oracle-ee",
    "oracle-ee-cdb",
    "oracle-se2",
    "oracle-se2-cdb",
    "postgres",
    "sqlserver-ee",
    "sqlserver-ex",
    "sqlserver-se",
    "sqlserver-web",
];

impl Request for DescribeOrderableDbInstanceOptions {
    const OPERATION: Operation = Operation::DescribeOrderableDbInstanceOptions;
    type Answer = Page<OrderableOption>;

    fn resource(&self) -> &str {
        &self.engine
    }

    /// One row for each storage type, as RDS answers.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Page<OrderableOption>, ApiError> {
        let engine = required("Engine", &self.engine)?;
        if !ENGINES.contains(&engine) {
            return Err(ApiError::invalid_value(format!("Invalid DB engine: {engine}")));
        }
        let wanted = |wanted: &Option<String>, has: &str| wanted.as_deref().is_none_or(|wanted| wanted == has);
        let matches = |row: &&OrderableOption| {
            row.engine == engine
                && wanted(&self.engine_version, &row.engine_version)
                && wanted(&self.class, &row.class)
                && wanted(&self.license_model, row.license_model())
                && self.availability_zone_group.is_none()
                && self.vpc != Some(false)
        };
        let found = world.at(&caller.place()).orderable.iter().filter(matches).cloned().collect();
        self.paging.rds_table(1000, filtered(found, &self.filters, |_, _| Vec::new(), &[])?)
    }
}
