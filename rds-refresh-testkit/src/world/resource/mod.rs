//! What accounts hold. Fields carry the names that RDS and KMS show them under; `serde` writes them into the world's JSON.

mod cluster;
mod cluster_snapshot;
mod data;
mod instance;
mod key;
mod monitoring;
mod network;
mod offer;
mod parameter_group;
mod pending;
mod secret;
mod snapshot;

use std::collections::BTreeMap;

pub use cluster::{ClusterMember, DbCluster};
pub use cluster_snapshot::DbClusterSnapshot;
pub use data::{Data, Work};
pub use instance::DbInstance;
pub use key::{Alias, Grant, GrantConstraints, Key, KeyManager};
pub use monitoring::Monitoring;
pub use network::{Subnet, SubnetGroup};
pub(crate) use offer::STORAGE_TYPES;
pub use offer::{EngineVersion, OrderableOption, StorageLimits};
pub use parameter_group::ParameterGroup;
pub use pending::{PendingModifiedValues, Storage};
pub use secret::MasterUserSecret;
pub use snapshot::DbSnapshot;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// The certificate authorities of every Region; the first is the default (RDS user guide, certificate authorities).
pub(crate) const AUTHORITIES: [&str; 3] = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"];
