use super::SnapshotAttributes;
use super::modify_db_snapshot_attribute::check_values;
use crate::world::check::required;
use crate::world::iam::Asks;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ModifyDBClusterSnapshotAttribute`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDbClusterSnapshotAttribute {
    /// `DBClusterSnapshotIdentifier`.
    pub identifier: String,
    /// `AttributeName`.
    pub attribute: String,
    /// `ValuesToAdd`.
    pub add: Vec<String>,
    /// `ValuesToRemove`.
    pub remove: Vec<String>,
}

impl Request for ModifyDbClusterSnapshotAttribute {
    const OPERATION: Operation = Operation::ModifyDbClusterSnapshotAttribute;
    type Answer = SnapshotAttributes;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("cluster-snapshot", &self.identifier)
    }

    /// Documents disagree on whether a snapshot of a Multi-AZ DB cluster can be shared: a [switch](crate::world::Switches) decides.
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<SnapshotAttributes, ApiError> {
        check_values(&self.attribute, &self.add, &self.remove)?;
        let snapshot = world.own_cluster_snapshot(caller, required("DBClusterSnapshotIdentifier", &self.identifier)?)?;
        let id = snapshot.identifier.clone();
        let refused = |why: &str| Err(ApiError::refused("InvalidDBClusterSnapshotStateFault", why));
        if !world.switches.cluster_snapshot_sharing {
            return refused("Sharing a Multi-AZ DB cluster snapshot isn't supported.");
        }
        if snapshot.snapshot_type != "manual" || snapshot.status != "available" {
            return refused("Only an available manual snapshot can be shared.");
        }
        if snapshot.kms_key.is_some() && self.add.iter().any(|value| value == "all") {
            return Err(ApiError::invalid_combination("An encrypted snapshot cannot be made public."));
        }
        let holdings = world.at_mut(&caller.place());
        let quota = holdings.quotas.shared_accounts;
        let Some(snapshot) = holdings.cluster_snapshots.get_mut(&id) else { return Err(ApiError::internal_failure()) };
        let mut restore = snapshot.restore.clone();
        restore.extend(self.add.iter().cloned());
        restore.retain(|account| !self.remove.contains(account));
        if restore.len() > quota {
            return Err(ApiError::refused(
                "SharedSnapshotQuotaExceeded",
                format!("Cannot share with more than {quota} accounts."),
            ));
        }
        snapshot.restore = restore;
        Ok(SnapshotAttributes { identifier: id, restore: snapshot.restore.iter().cloned().collect() })
    }
}
