//! The ports of the model and those of the AWS adapter keep the promises of ports, and the suite catches ports that do not.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::aws::{AwsDestination, AwsSource};
use rds_refresh_core::ids::{AccountId, DbIdentifier, DbSnapshotIdentifier, KeyArn};
use rds_refresh_core::ports::{
    CopyDbSnapshot, CreateDbClusterSnapshot, CreateDbSnapshot, CreateGrant, DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot,
    Events, Grant, Key, ModifyDbInstance, Owned, RestoreTemporaryInstance, SourceClusters, SourceKeys, SourceSnapshots,
    TemporaryInstances,
};
use rds_refresh_core::{ErrorKind, RdsEvent, Resource, StepError};
use rds_refresh_testkit::suite::port::{PROMISES, Ports, check};
use rds_refresh_testkit::{FakeSource, TwoAccounts};

#[tokio::test]
async fn the_ports_of_the_model() {
    let ports = |stage: &TwoAccounts| {
        let source = stage.fake.source(stage.source.clone());
        Ports::new(Arc::new(source), Arc::new(stage.fake.destination(stage.destination.clone())))
    };
    check(&ports).await.unwrap();
}

#[tokio::test]
async fn the_aws_adapter_over_the_wire_of_the_model() {
    let ports = |stage: &TwoAccounts| {
        let source = stage.fake.sdk_config(&stage.source.account, &stage.source.region);
        let destination = stage.fake.sdk_config(&stage.destination.account, &stage.destination.region);
        Ports::new(Arc::new(AwsSource::new(&source)), Arc::new(AwsDestination::new(&destination)))
    };
    check(&ports).await.unwrap();
}

/// What ports may do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    AbsenceIsAnError,
    AnyErrorIsAbsence,
    SilenceIsTransient,
    TriesAgain,
    GrantsTwice,
    RevokesOnce,
    ReadsOnePage,
    LosesTags,
    LosesTheAge,
    LeavesTheSnapshot,
    ForgetsEvents,
}

#[derive(Clone)]
struct Faulty {
    source: FakeSource,
    fault: Fault,
    revoked: Arc<AtomicU64>,
}

impl Faulty {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }
}

type Answer<T> = Result<T, StepError>;

#[async_trait]
impl SourceClusters for Faulty {
    async fn describe_db_cluster(&self, cluster: &DbIdentifier) -> Answer<Option<DbCluster>> {
        self.source.describe_db_cluster(cluster).await
    }

    async fn describe_db_cluster_snapshot(&self, snapshot: &DbIdentifier) -> Answer<Option<DbClusterSnapshot>> {
        match self.source.describe_db_cluster_snapshot(snapshot).await {
            Err(_) if self.is(Fault::AnyErrorIsAbsence) => Ok(None),
            Ok(None) if self.is(Fault::AbsenceIsAnError) => Err(StepError::not_found("nothing")),
            Ok(Some(found)) if self.is(Fault::LosesTheAge) => Ok(Some(DbClusterSnapshot { created_at: None, ..found })),
            answer => answer,
        }
    }

    async fn automated_db_cluster_snapshots(&self, cluster: &DbIdentifier) -> Answer<Vec<DbClusterSnapshot>> {
        let mut all = self.source.automated_db_cluster_snapshots(cluster).await?;
        if self.is(Fault::ReadsOnePage) {
            all.truncate(100);
        }
        Ok(all)
    }

    async fn create_db_cluster_snapshot(&self, request: &CreateDbClusterSnapshot) -> Answer<DbClusterSnapshot> {
        match self.source.create_db_cluster_snapshot(request).await {
            Err(error) if self.is(Fault::SilenceIsTransient) && error.kind() == ErrorKind::UnknownOutcome => {
                Err(error.into_kind(ErrorKind::Transient))
            }
            Err(_) if self.is(Fault::TriesAgain) => self.source.create_db_cluster_snapshot(request).await,
            answer => answer,
        }
    }

    async fn delete_db_cluster_snapshot(&self, snapshot: &Owned<DbClusterSnapshot>) -> Answer<()> {
        // It says that it did.
        if self.is(Fault::LeavesTheSnapshot) { Ok(()) } else { self.source.delete_db_cluster_snapshot(snapshot).await }
    }
}

#[async_trait]
impl TemporaryInstances for Faulty {
    async fn describe_db_instance(&self, instance: &DbIdentifier) -> Answer<Option<DbInstance>> {
        let found = self.source.describe_db_instance(instance).await?;
        Ok(found.map(|mut found| {
            if self.is(Fault::LosesTags) {
                found.tags.clear();
            }
            found
        }))
    }

    async fn restore_temporary_instance(&self, request: &RestoreTemporaryInstance) -> Answer<DbInstance> {
        self.source.restore_temporary_instance(request).await
    }

    async fn modify_db_instance(&self, instance: &Owned<DbInstance>, change: &ModifyDbInstance) -> Answer<()> {
        self.source.modify_db_instance(instance, change).await
    }

    async fn delete_db_instance(&self, instance: &Owned<DbInstance>) -> Answer<()> {
        self.source.delete_db_instance(instance).await
    }
}

#[async_trait]
impl SourceSnapshots for Faulty {
    async fn describe_db_snapshot(&self, snapshot: &DbSnapshotIdentifier) -> Answer<Option<DbSnapshot>> {
        SourceSnapshots::describe_db_snapshot(&self.source, snapshot).await
    }

    async fn create_db_snapshot(&self, request: &CreateDbSnapshot) -> Answer<DbSnapshot> {
        self.source.create_db_snapshot(request).await
    }

    async fn copy_db_snapshot(&self, request: &CopyDbSnapshot) -> Answer<DbSnapshot> {
        SourceSnapshots::copy_db_snapshot(&self.source, request).await
    }

    async fn restore_attribute(&self, snapshot: &DbSnapshotIdentifier) -> Answer<Option<Vec<String>>> {
        self.source.restore_attribute(snapshot).await
    }

    async fn share_db_snapshot(&self, snapshot: &Owned<DbSnapshot>, account: &AccountId) -> Answer<()> {
        self.source.share_db_snapshot(snapshot, account).await
    }

    async fn unshare_db_snapshot(&self, snapshot: &Owned<DbSnapshot>, account: &AccountId) -> Answer<()> {
        self.source.unshare_db_snapshot(snapshot, account).await
    }

    async fn delete_db_snapshot(&self, snapshot: &Owned<DbSnapshot>) -> Answer<()> {
        SourceSnapshots::delete_db_snapshot(&self.source, snapshot).await
    }
}

#[async_trait]
impl Events for Faulty {
    async fn recent_events(&self, resource: &Resource, within: Duration) -> Answer<Vec<RdsEvent>> {
        let within = if self.is(Fault::ForgetsEvents) { Duration::ZERO } else { within };
        self.source.recent_events(resource, within).await
    }
}

#[async_trait]
impl SourceKeys for Faulty {
    async fn describe_key(&self, key: &KeyArn) -> Answer<Option<Key>> {
        self.source.describe_key(key).await
    }

    async fn key_policy(&self, key: &KeyArn) -> Answer<String> {
        self.source.key_policy(key).await
    }

    async fn grants_named(&self, key: &KeyArn, name: &str) -> Answer<Vec<Grant>> {
        self.source.grants_named(key, name).await
    }

    async fn create_grant(&self, request: &CreateGrant) -> Answer<Grant> {
        let grant = self.source.create_grant(request).await?;
        let number = self.revoked.fetch_add(1, Ordering::Relaxed);
        Ok(if self.is(Fault::GrantsTwice) { Grant { id: format!("{}-{number}", grant.id), ..grant } } else { grant })
    }

    async fn revoke_grant(&self, key: &KeyArn, grant_id: &str) -> Answer<()> {
        if self.is(Fault::RevokesOnce) && self.source.grants_named(key, "run-1").await?.is_empty() {
            return Err(StepError::not_found("no such grant"));
        }
        self.source.revoke_grant(key, grant_id).await
    }
}

async fn verdict(fault: Fault) -> Option<&'static str> {
    let ports = |stage: &TwoAccounts| {
        let source = Faulty { source: stage.fake.source(stage.source.clone()), fault, revoked: Arc::default() };
        Ports::new(Arc::new(source), Arc::new(stage.fake.destination(stage.destination.clone())))
    };
    check(&ports).await.err().map(|broken| {
        println!("{fault:?}: {broken}");
        broken.promise.name
    })
}

#[tokio::test]
async fn every_broken_port_is_caught_by_the_promise_that_it_breaks() {
    let cases = [
        (Fault::AbsenceIsAnError, "absence"),
        (Fault::AnyErrorIsAbsence, "errors"),
        (Fault::SilenceIsTransient, "unknown-outcome"),
        (Fault::TriesAgain, "one-request"),
        (Fault::GrantsTwice, "repeated"),
        (Fault::RevokesOnce, "repeated"),
        (Fault::ReadsOnePage, "pages"),
        (Fault::LosesTags, "same-answers"),
        (Fault::LosesTheAge, "same-answers"),
        (Fault::ForgetsEvents, "same-answers"),
        (Fault::LeavesTheSnapshot, "same-world"),
    ];
    assert_eq!(verdict(Fault::None).await, None);
    for (fault, promise) in cases {
        assert_eq!(verdict(fault).await, Some(promise), "{fault:?}");
    }
    let caught: BTreeSet<&str> = cases.iter().map(|(_, promise)| *promise).collect();
    assert_eq!(caught, PROMISES.iter().map(|promise| promise.name).collect(), "a promise that no broken port tries");
}
