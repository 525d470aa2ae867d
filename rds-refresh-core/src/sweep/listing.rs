use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::account::{Account, Side, SourceSweep};
use super::decide::Holdings;
use super::retrying::Retrying;
use crate::ids::{AccountId, KeyArn, Region};
use crate::ports::Grant;
use crate::request::SourceRequest;
use crate::{ResourceKind, StepError};

/// Things of one kind that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Unseen {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
    /// What there may be.
    pub kind: ResourceKind,
    /// Why nobody knows.
    pub error: StepError,
}

impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, region, kind, error } = self;
        write!(f, "{kind}s in {account}/{region} could not be looked at: {error}")
    }
}

/// An account that is being listed.
pub(super) struct Listing<'a> {
    account: &'a Account,
    retrying: Retrying<'a>,
    unseen: Vec<Unseen>,
}

impl<'a> Listing<'a> {
    pub(super) fn new(account: &'a Account, retrying: Retrying<'a>) -> Self {
        Self { account, retrying, unseen: Vec::new() }
    }

    /// What the account holds, as far as it can be seen, and what cannot.
    pub(super) async fn list(mut self, requests: &[SourceRequest]) -> (Holdings, Vec<Unseen>) {
        let Account { id, region, side } = self.account;
        let mut holdings = Holdings {
            account: id.clone(),
            region: region.clone(),
            instances: Vec::new(),
            snapshots: Vec::new(),
            cluster_snapshots: Vec::new(),
            grants: Vec::new(),
            unseen: BTreeSet::new(),
        };
        match side {
            Side::Source(ports) => {
                let of_account = |request: &&SourceRequest| request.account == *id && request.region == *region;
                holdings.grants = self.grants(&**ports, requests.iter().filter(of_account)).await;
                holdings.instances = self.ask(ResourceKind::DbInstance, || ports.db_instances()).await;
                holdings.snapshots = self.ask(ResourceKind::DbSnapshot, || ports.manual_db_snapshots()).await;
                holdings.cluster_snapshots =
                    self.ask(ResourceKind::DbClusterSnapshot, || ports.manual_db_cluster_snapshots()).await;
            }
            Side::Destination(ports) => {
                holdings.snapshots = self.ask(ResourceKind::DbSnapshot, || ports.manual_db_snapshots()).await;
            }
        }
        holdings.unseen = self.unseen.iter().map(|unseen| unseen.kind).collect();
        (holdings, self.unseen)
    }

    async fn grants(&mut self, ports: &dyn SourceSweep, requests: impl Iterator<Item = &SourceRequest>) -> Vec<(KeyArn, Grant)> {
        let mut keys = BTreeSet::new();
        for request in requests {
            let cluster = self.ask(ResourceKind::KmsGrant, || ports.describe_db_cluster(&request.cluster)).await;
            let used = cluster.and_then(|cluster| cluster.kms_key).and_then(|key| key.parse().ok());
            let shared = request.share_key.as_ref().and_then(|key| key.as_str().parse().ok());
            keys.extend([used, shared].into_iter().flatten().filter(|key: &KeyArn| *key.account() == self.account.id));
        }
        let mut found = Vec::new();
        for key in keys {
            let grants = self.ask(ResourceKind::KmsGrant, || ports.grants(&key)).await;
            found.extend(grants.into_iter().map(|grant| (key.clone(), grant)));
        }
        found
    }

    /// The answer; nothing if there is none, which is noted.
    async fn ask<T: Default, F>(&mut self, kind: ResourceKind, call: impl Fn() -> F) -> T
    where
        F: Future<Output = Result<T, StepError>>,
    {
        match self.retrying.call(call).await {
            Ok(answer) => answer,
            Err(error) => {
                let Account { id, region, .. } = self.account;
                self.unseen.push(Unseen { account: id.clone(), region: region.clone(), kind, error });
                T::default()
            }
        }
    }
}
