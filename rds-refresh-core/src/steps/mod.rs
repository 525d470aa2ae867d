//! The steps of a refresh, one file each: a pure `decide` that says what an observation asks for, and a thin step round it.
//!
//! | # | account | step | fact it gives |
//! |---|---|---|---|
//! | 1 | source | [`SnapshotCluster`] | [`ClusterSnapshot`] |
//! | 2 | source | [`RestoreTemporaryInstance`] | [`TemporaryInstance`] |
//! | 3 | source | [`SnapshotInstance`], then [`EncryptSnapshot`] | [`TakenSnapshot`], [`InstanceSnapshot`] |
//! | 4 | source | [`ShareSnapshot`], then [`HandOver`] | [`Shared`], [`Handover`] |
//! | 5 | source | [`ReleaseTemporaryInstance`] | [`Released`] |
//! | 6 | destination | [`CopySnapshot`], then [`Acknowledge`] | [`SnapshotCopy`], [`Acknowledgement`] |
//! | 7 | destination | [`RestoreCluster`] | [`RestoredCluster`] |
//! | – | source | [`AwaitTemporaryInstanceGone`], [`Settle`] | [`TemporaryInstanceGone`], [`Settled`] |
//!
//! [`refresh`] is the plan of all of them in one process; [`source`], [`destination`] and [`settlement`] are the parts that two accounts
//! run by themselves. `refresh_after` and its like put the same steps behind those of a plan that has begun, as with a
//! [preflight](crate::preflight::checked_refresh). A plan is a value: write your own with [`Plan`](crate::Plan) to put steps between.

/// Steps hold ports, which have nothing to show.
macro_rules! debug_by_name {
    ($step:ty) => {
        impl std::fmt::Debug for $step {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(<Self as $crate::Step>::NAME)
            }
        }
    };
}

mod acknowledge;
mod copy_snapshot;
mod decision;
mod encrypt_snapshot;
mod gone;
mod hand_over;
mod plans;
mod release;
mod restore_cluster;
mod restore_instance;
mod settle;
mod share_snapshot;
mod snapshot_cluster;
mod snapshot_instance;
pub mod status;
mod tags;
mod undo;

pub use acknowledge::{Acknowledge, Acknowledgement, Acknowledgements, AwaitAcknowledgement};
pub use copy_snapshot::{CopySnapshot, SnapshotCopy};
pub use decision::Decision;
pub use encrypt_snapshot::EncryptSnapshot;
pub use gone::{AwaitTemporaryInstanceGone, TemporaryInstanceGone};
pub(crate) use hand_over::is_listed;
pub use hand_over::{HandOver, HandOverMasked, Handover, RefusedHandover};
pub use plans::{
    DestinationAfter, DestinationFacts, RefreshAfter, RefreshFacts, SettlementAfter, SettlementFacts, SourceAfter, SourceFacts,
    destination, destination_after, refresh, refresh_after, settlement, settlement_after, source, source_after,
};
pub use release::{ReleaseTemporaryInstance, Released};
pub use restore_cluster::{RestoreCluster, RestoredCluster, Restorer};
pub use restore_instance::{RestoreTemporaryInstance, TemporaryInstance};
pub use settle::{Settle, Settled};
pub use share_snapshot::{KeyGrant, ShareSnapshot, Shared, Sharer, Sharing};
pub(crate) use snapshot_cluster::NEEDED_FOR;
pub use snapshot_cluster::{ClusterSnapshot, SnapshotCluster};
pub use snapshot_instance::{InstanceSnapshot, SnapshotInstance, TakenSnapshot};
