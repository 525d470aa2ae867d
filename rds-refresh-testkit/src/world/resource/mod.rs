//! What accounts hold. Fields carry the names that RDS and KMS show them under; `serde` writes them into the world's JSON.

mod cluster;
mod cluster_snapshot;
mod data;
mod instance;
mod key;
mod network;
mod snapshot;

use std::collections::BTreeMap;

pub use cluster::{ClusterMember, DbCluster, Monitoring};
pub use cluster_snapshot::DbClusterSnapshot;
pub use data::{Data, Work};
pub use instance::DbInstance;
pub use key::{Alias, Grant, GrantConstraints, Key, KeyManager};
pub use network::{OrderableOption, Subnet, SubnetGroup};
pub use snapshot::DbSnapshot;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;
