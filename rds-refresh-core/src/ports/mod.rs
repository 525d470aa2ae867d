//! What steps ask of RDS and KMS: small traits, split by account and right.
//!
//! Steps see these and never an SDK. A describe answers `None` only when the service's own code says that the thing does not exist;
//! every other failure is an error. No port can delete or change a source cluster, because none has such a method, and whatever
//! deletes takes an [`Owned`] resource, which only an observation that shows all marks of ownership produces.
//!
//! | port | account | rights |
//! |---|---|---|
//! | [`SourceClusters`] | source | read the cluster; make, read and delete DB cluster snapshots |
//! | [`TemporaryInstances`] | source | restore, read, modify and delete the temporary instance |
//! | [`SourceSnapshots`] | source | make, read, copy, share and delete DB snapshots |
//! | [`SourceKeys`] | source | read a key; make, read and revoke grants |
//! | [`DestinationSnapshots`] | destination | read and copy a shared DB snapshot; delete the copy |
//! | [`DestinationClusters`] | destination | restore, read, modify and delete the new cluster |
//! | [`Events`] | either | read what RDS noted about a resource, when a step fails |
//! | [`Inventory`] | either | list instances and manual snapshots, for a sweep |

mod clusters;
mod events;
mod instances;
mod inventory;
mod keys;
mod observed;
mod owned;
mod snapshots;

pub use clusters::{CreateDbClusterSnapshot, DestinationClusters, ModifyDbCluster, RestoreDbCluster, SourceClusters};
pub use events::{Events, event_minutes};
pub use instances::{ModifyDbInstance, RestoreTemporaryInstance, TemporaryInstances};
pub use inventory::{GrantInventory, Inventory};
pub use keys::{CreateGrant, Grant, Key, KeyManager, SourceKeys};
pub use observed::{ClusterMember, DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, Tags};
pub use owned::{CLOCK_SKEW, Claim, NotOwned, Ownable, Owned};
pub use snapshots::{CopyDbSnapshot, CreateDbSnapshot, DestinationSnapshots, SourceSnapshots};

/// All that a refresh does in the source account.
pub trait Source: SourceClusters + TemporaryInstances + SourceSnapshots + SourceKeys + Events {}

impl<T: SourceClusters + TemporaryInstances + SourceSnapshots + SourceKeys + Events> Source for T {}

/// All that a refresh does in the destination account.
pub trait Destination: DestinationSnapshots + DestinationClusters + Events {}

impl<T: DestinationSnapshots + DestinationClusters + Events> Destination for T {}
