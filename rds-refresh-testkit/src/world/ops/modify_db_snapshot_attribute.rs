use rds_refresh_core::ids::AccountId;

use super::SnapshotAttributes;
use crate::world::check::required;
use crate::world::iam::Asks;
use crate::world::resource::KeyManager;
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `ModifyDBSnapshotAttribute`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDbSnapshotAttribute {
    /// `DBSnapshotIdentifier`.
    pub identifier: String,
    /// `AttributeName`.
    pub attribute: String,
    /// `ValuesToAdd`.
    pub add: Vec<String>,
    /// `ValuesToRemove`.
    pub remove: Vec<String>,
}

impl Request for ModifyDbSnapshotAttribute {
    const OPERATION: Operation = Operation::ModifyDbSnapshotAttribute;
    type Answer = SnapshotAttributes;

    fn resource(&self) -> &str {
        &self.identifier
    }

    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        Asks::of(caller, Self::OPERATION).on("snapshot", &self.identifier)
    }

    /// Only an available manual snapshot is shared; an encrypted one never with everybody, and not at all if an AWS managed key
    /// encrypts it (RDS user guide, sharing a DB snapshot).
    fn apply(&self, world: &mut World, caller: &Caller) -> Result<SnapshotAttributes, ApiError> {
        check_values(&self.attribute, &self.add, &self.remove)?;
        let snapshot = world.own_snapshot(caller, required("DBSnapshotIdentifier", &self.identifier)?)?;
        let id = snapshot.identifier.clone();
        let refused = |why: &str| Err(ApiError::refused("InvalidDBSnapshotState", why));
        if snapshot.snapshot_type != "manual" {
            return refused("Only a manual snapshot can be shared.");
        }
        if snapshot.status != "available" {
            return refused("The snapshot is not in the available state.");
        }
        if let Some(key) = &snapshot.kms_key {
            if self.add.iter().any(|value| value == "all") {
                return Err(ApiError::invalid_combination("An encrypted snapshot cannot be made public."));
            }
            let managed = world.find_key(caller, key).is_some_and(|key| key.manager == KeyManager::Aws);
            if managed && !self.add.is_empty() && !world.switches.managed_key_sharing {
                return refused("A snapshot that is encrypted with the default AWS KMS key cannot be shared.");
            }
        }
        let now = world.now();
        let since: Vec<_> = self
            .add
            .iter()
            .map(|account| {
                now + world.timing.share_visibility.sample(world.draw(&caller.place(), &id, &format!("share {account}")))
            })
            .collect();
        let holdings = world.at_mut(&caller.place());
        let quota = holdings.quotas.shared_accounts;
        let Some(snapshot) = holdings.snapshots.get_mut(&id) else { return Err(ApiError::internal_failure()) };
        let mut restore = snapshot.restore.clone();
        for (account, since) in self.add.iter().zip(since) {
            // Adding an account a second time changes nothing.
            restore.entry(account.clone()).or_insert(since);
        }
        restore.retain(|account, _| !self.remove.contains(account));
        if restore.len() > quota {
            return Err(ApiError::refused(
                "SharedSnapshotQuotaExceeded",
                format!("Cannot share with more than {quota} accounts."),
            ));
        }
        snapshot.restore = restore;
        Ok(SnapshotAttributes { identifier: id, restore: snapshot.restore.keys().cloned().collect() })
    }
}

/// `restore` is the only attribute; its values are account ids or `all`, and none both comes and goes (RDS API reference).
pub(super) fn check_values(attribute: &str, add: &[String], remove: &[String]) -> Result<(), ApiError> {
    if attribute != "restore" {
        return Err(ApiError::invalid_value(format!("Invalid snapshot attribute: {attribute}")));
    }
    if let Some(odd) = add.iter().chain(remove).find(|value| *value != "all" && value.parse::<AccountId>().is_err()) {
        return Err(ApiError::invalid_value(format!("Invalid account id: {odd}")));
    }
    if let Some(both) = add.iter().find(|value| remove.contains(value)) {
        return Err(ApiError::invalid_combination(format!("The value {both} cannot be both added and removed.")));
    }
    Ok(())
}
