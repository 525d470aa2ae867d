use std::collections::BTreeSet;
use std::sync::Arc;

use super::decide::{Finding, Holdings, Known, Proof, decide};
use crate::ids::{AccountId, KeyArn, Region};
use crate::ports::{
    DestinationSnapshots, Grant, GrantInventory, Inventory, SourceClusters, SourceKeys, SourceSnapshots, TemporaryInstances,
};
use crate::request::SourceRequest;
use crate::{StepError, Timestamp};

/// What a sweep asks of the source account.
pub trait SourceSweep: Inventory + GrantInventory + TemporaryInstances + SourceSnapshots + SourceClusters + SourceKeys {}

impl<T: Inventory + GrantInventory + TemporaryInstances + SourceSnapshots + SourceClusters + SourceKeys> SourceSweep for T {}

/// What a sweep asks of the destination account.
pub trait DestinationSweep: Inventory + DestinationSnapshots {}

impl<T: Inventory + DestinationSnapshots> DestinationSweep for T {}

/// Looks through accounts, and removes what has expired.
#[derive(Default)]
pub struct Sweeper {
    accounts: Vec<Account>,
    requests: Vec<SourceRequest>,
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

    /// Looks for grants as well on the keys that this request leads to: its `share_key`, if that is an ARN, and the key that its cluster
    /// is encrypted with. KMS lists grants key by key, so those on other keys are not seen.
    #[must_use]
    pub fn grants_of(mut self, request: &SourceRequest) -> Self {
        self.requests.push(request.clone());
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
            let (account, region) = (id.clone(), region.clone());
            all.push(match side {
                Side::Source(ports) => Holdings {
                    grants: self.grants(&**ports, id, &region).await?,
                    instances: ports.db_instances().await?,
                    snapshots: ports.manual_db_snapshots().await?,
                    cluster_snapshots: ports.manual_db_cluster_snapshots().await?,
                    account,
                    region,
                },
                Side::Destination(ports) => Holdings {
                    snapshots: ports.manual_db_snapshots().await?,
                    instances: Vec::new(),
                    cluster_snapshots: Vec::new(),
                    grants: Vec::new(),
                    account,
                    region,
                },
            });
        }
        Ok(decide(&all, known, now))
    }

    async fn grants(
        &self,
        ports: &dyn SourceSweep,
        account: &AccountId,
        region: &Region,
    ) -> Result<Vec<(KeyArn, Grant)>, StepError> {
        let mut keys = BTreeSet::new();
        for request in self.requests.iter().filter(|request| request.account == *account && request.region == *region) {
            let cluster = ports.describe_db_cluster(&request.cluster).await?;
            let used = cluster.and_then(|cluster| cluster.kms_key).and_then(|key| key.parse().ok());
            let shared = request.share_key.as_ref().and_then(|key| key.as_str().parse().ok());
            keys.extend([used, shared].into_iter().flatten().filter(|key: &KeyArn| key.account() == account));
        }
        let mut found = Vec::new();
        for key in keys {
            found.extend(ports.grants(&key).await?.into_iter().map(|grant| (key.clone(), grant)));
        }
        Ok(found)
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
            (Side::Source(ports), Proof::Grant(key, id)) => ports.revoke_grant(key, id).await?,
            (Side::Destination(_), Proof::Instance(_) | Proof::ClusterSnapshot(_) | Proof::Grant(..)) => return Ok(false),
        }
        Ok(true)
    }
}
