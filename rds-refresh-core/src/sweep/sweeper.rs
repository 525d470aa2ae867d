use std::sync::Arc;

use super::decide::{Finding, Holdings, Known, Proof, decide};
use crate::ids::{AccountId, Region};
use crate::ports::{DestinationSnapshots, Inventory, SourceClusters, SourceSnapshots, TemporaryInstances};
use crate::{StepError, Timestamp};

/// What a sweep asks of the source account.
pub trait SourceSweep: Inventory + TemporaryInstances + SourceSnapshots + SourceClusters {}

impl<T: Inventory + TemporaryInstances + SourceSnapshots + SourceClusters> SourceSweep for T {}

/// What a sweep asks of the destination account.
pub trait DestinationSweep: Inventory + DestinationSnapshots {}

impl<T: Inventory + DestinationSnapshots> DestinationSweep for T {}

/// Looks through accounts, and removes what has expired.
#[derive(Default)]
pub struct Sweeper {
    accounts: Vec<Account>,
}

struct Account {
    id: AccountId,
    region: Region,
    side: Side,
}

enum Side {
    Source(Arc<dyn SourceSweep>),
    Destination(Arc<dyn DestinationSweep>),
}

impl std::fmt::Debug for Sweeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.accounts.iter().map(|account| (&account.id, &account.region))).finish()
    }
}

impl Sweeper {
    /// Looks nowhere.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks through a source account as well.
    #[must_use]
    pub fn source(mut self, id: AccountId, region: Region, ports: Arc<dyn SourceSweep>) -> Self {
        self.add(id, region, Side::Source(ports));
        self
    }

    /// Looks through a destination account as well: for snapshots, since a refresh leaves nothing else there but its result.
    #[must_use]
    pub fn destination(mut self, id: AccountId, region: Region, ports: Arc<dyn DestinationSweep>) -> Self {
        self.add(id, region, Side::Destination(ports));
        self
    }

    /// One account in one Region is looked through once, whatever it is to whom.
    fn add(&mut self, id: AccountId, region: Region, side: Side) {
        if !self.accounts.iter().any(|account| account.id == id && account.region == region) {
            self.accounts.push(Account { id, region, side });
        }
    }

    /// What runs left, and what becomes of it. Nothing is changed.
    pub async fn look(&self, known: &Known, now: Timestamp) -> Result<Vec<Finding>, StepError> {
        let mut all = Vec::new();
        for Account { id, region, side } in &self.accounts {
            let (instances, snapshots, cluster_snapshots) = match side {
                Side::Source(ports) => {
                    (ports.db_instances().await?, ports.manual_db_snapshots().await?, ports.manual_db_cluster_snapshots().await?)
                }
                Side::Destination(ports) => (Vec::new(), ports.manual_db_snapshots().await?, Vec::new()),
            };
            all.push(Holdings { account: id.clone(), region: region.clone(), instances, snapshots, cluster_snapshots });
        }
        Ok(decide(&all, known, now))
    }

    /// Removes something that has expired; answers whether it was that. RDS takes its time to delete, and that is not waited for.
    pub async fn remove(&self, finding: &Finding) -> Result<bool, StepError> {
        let at = |account: &&Account| account.id == finding.resource.account && account.region == finding.resource.region;
        let Some(account) = self.accounts.iter().find(at).filter(|_| finding.is_expired()) else { return Ok(false) };
        match (&account.side, &finding.proof) {
            (Side::Source(ports), Proof::Instance(instance)) => ports.delete_db_instance(instance).await?,
            (Side::Source(ports), Proof::Snapshot(snapshot)) => ports.delete_db_snapshot(snapshot).await?,
            (Side::Source(ports), Proof::ClusterSnapshot(snapshot)) => ports.delete_db_cluster_snapshot(snapshot).await?,
            (Side::Destination(ports), Proof::Snapshot(snapshot)) => ports.delete_db_snapshot(snapshot).await?,
            (Side::Destination(_), Proof::Instance(_) | Proof::ClusterSnapshot(_)) => return Ok(false),
        }
        Ok(true)
    }
}
