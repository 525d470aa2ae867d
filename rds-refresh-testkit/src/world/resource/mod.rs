//! What accounts hold. Fields carry the names that RDS and KMS show them under; `serde` writes them into the world's JSON.

mod cluster;
mod cluster_snapshot;
mod data;
mod instance;
mod key;
mod network;
mod parameter_group;
mod snapshot;

use std::collections::BTreeMap;

pub use cluster::{ClusterMember, DbCluster, Monitoring};
pub use cluster_snapshot::DbClusterSnapshot;
pub use data::{Data, Work};
pub use instance::DbInstance;
pub use key::{Grant, Key, KeyManager};
pub use network::{OrderableOption, Subnet, SubnetGroup};
pub use parameter_group::ParameterGroup;
pub use snapshot::DbSnapshot;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;
