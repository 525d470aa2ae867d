//! What a refresh is asked to do: parsed once, right ever after.
//!
//! [`SourceRequest`] and [`DestinationRequest`] are the two halves, each a [`Fact`] that a plan is given. One account's settings come
//! from that account only: the destination never takes a setting from a hand-over.

mod cluster;
mod destination;
mod source;

pub use cluster::{ClusterRequest, EnhancedMonitoring, PerformanceInsights, StorageType};
pub use destination::DestinationRequest;
pub use source::{SnapshotChoice, SourceRequest, TemporaryRequest};
