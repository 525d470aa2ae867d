//! What can be ordered in a Region: engine versions, and the classes and storage types that go with them.

use serde::Serialize;

use crate::world::engine::{is_older, license_of};
use crate::world::naming::{family, major};
use crate::world::storage::{PROVISIONED_IOPS, most_iops_per_gib};

/// A row of `DescribeOrderableDBInstanceOptions`: a class that can be had for an engine version with a storage type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderableOption {
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub engine_version: String,
    /// `DBInstanceClass`.
    pub class: String,
    /// `StorageType`.
    pub storage_type: String,
    /// `AvailabilityZones`.
    pub availability_zones: Vec<String>,
    /// `SupportsClusters`: whether it can be had as a Multi-AZ DB cluster.
    pub supports_clusters: bool,
}

impl OrderableOption {
    /// What the storage type allows.
    #[must_use]
    pub fn limits(&self) -> StorageLimits {
        StorageLimits::of(&self.storage_type)
    }

    /// `LicenseModel`.
    #[must_use]
    pub fn license_model(&self) -> &'static str {
        license_of(&self.engine)
    }
}

/// What a storage type allows for MySQL and PostgreSQL (RDS user guide, Amazon RDS DB instance storage).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StorageLimits {
    /// `MinStorageSize` and `MaxStorageSize`, in GiB.
    pub size: (u32, u32),
    /// `MinIopsPerDbInstance` and `MaxIopsPerDbInstance`, if IOPS can be provisioned.
    pub iops: Option<(u32, u32)>,
    /// `MinIopsPerGib` and `MaxIopsPerGib`.
    pub iops_per_gib: Option<(f64, f64)>,
    /// `MinStorageThroughputPerDbInstance` and `MaxStorageThroughputPerDbInstance`, in MiB/s, if throughput can be provisioned.
    pub throughput: Option<(u32, u32)>,
    /// `MaxStorageThroughputPerIops`.
    pub max_throughput_per_iops: Option<f64>,
}

/// The storage types, in the order that RDS lists them; Multi-AZ DB clusters can have the ones that are marked.
pub(crate) const STORAGE_TYPES: [(&str, bool); 5] =
    [("gp2", false), ("gp3", true), ("io1", true), ("io2", true), ("standard", false)];

impl StorageLimits {
    fn of(storage_type: &str) -> Self {
        let plain = |size| Self { size, iops: None, iops_per_gib: None, throughput: None, max_throughput_per_iops: None };
        let provisioned = || Self {
            iops: Some(PROVISIONED_IOPS),
            iops_per_gib: Some((0.5, most_iops_per_gib(storage_type).into())),
            ..plain((100, 65_536))
        };
        match storage_type {
            // IOPS and throughput can be chosen from 400 GiB on.
            "gp3" => Self {
                iops: Some((12_000, 64_000)),
                iops_per_gib: Some((0.0, 500.0)),
                throughput: Some((500, 4000)),
                max_throughput_per_iops: Some(0.25),
                ..plain((20, 65_536))
            },
            "io1" | "io2" => provisioned(),
            "standard" => plain((5, 3072)),
            _ => plain((20, 65_536)),
        }
    }
}

/// A row of `DescribeDBEngineVersions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EngineVersion {
    /// `Engine`.
    pub engine: String,
    /// `EngineVersion`.
    pub version: String,
    /// `Status`: `available`, or `deprecated`, which nothing new can be made of.
    pub status: String,
}

impl EngineVersion {
    /// `DBParameterGroupFamily`.
    #[must_use]
    pub fn family(&self) -> String {
        family(&self.engine, &self.version)
    }

    /// `MajorEngineVersion`.
    #[must_use]
    pub fn major(&self) -> String {
        major(&self.engine, &self.version)
    }

    /// Whether this version comes before another one of the same engine.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        self.engine == other.engine && is_older(&self.version, &other.version)
    }
}
