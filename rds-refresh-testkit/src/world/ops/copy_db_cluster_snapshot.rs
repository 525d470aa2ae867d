use super::TagList;
use crate::world::check::{SHORT, new_identifier, required};
use crate::world::iam::Asks;
use crate::world::resource::DbClusterSnapshot;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CopyDBClusterSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyDbClusterSnapshot {
    /// `SourceDBClusterSnapshotIdentifier`.
    pub source: String,
    /// `TargetDBClusterSnapshotIdentifier`.
    pub target: String,
    /// `KmsKeyId`.
    pub kms_key: Option<String>,
    /// `CopyTags`.
    pub copy_tags: Option<bool>,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CopyDbClusterSnapshot {
    const OPERATION: Operation = Operation::CopyDbClusterSnapshot;
    type Answer = DbClusterSnapshot;

    fn resource(&self) -> &str {
        &self.source
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).making("cluster-snapshot", &self.target, &self.tags);
        asks.on("cluster-snapshot", &self.source)
    }

    /// Snapshots of a Multi-AZ DB cluster cannot be copied (RDS user guide, limitations of Multi-AZ DB clusters), and the model
    /// knows no others.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbClusterSnapshot, ApiError> {
        new_identifier("TargetDBClusterSnapshotIdentifier", &self.target, SHORT)?;
        let source = required("SourceDBClusterSnapshotIdentifier", &self.source)?;
        world.readable_cluster_snapshot(caller, source)?;
        Err(ApiError::refused("InvalidDBClusterSnapshotStateFault", "Copying a Multi-AZ DB cluster snapshot isn't supported."))
    }
}
