//! What accounts hold. Fields carry the names that RDS and KMS show them under; `serde` writes them into the world's JSON.

mod cluster;
mod cluster_snapshot;
mod data;
mod instance;
mod key;
mod monitoring;
mod network;
mod parameter_group;
mod pending;
mod secret;
mod snapshot;

use std::collections::BTreeMap;

pub use cluster::{ClusterMember, DbCluster};
pub use cluster_snapshot::DbClusterSnapshot;
pub use data::{Data, Work};
pub use instance::DbInstance;
pub use key::{Grant, Key, KeyManager};
pub use monitoring::Monitoring;
pub use network::{OrderableOption, Subnet, SubnetGroup};
pub use parameter_group::ParameterGroup;
pub use pending::{PendingModifiedValues, Storage};
pub use secret::MasterUserSecret;
pub use snapshot::DbSnapshot;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;
