//! The sweep's role, in an account of the model.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![cfg(feature = "lambda")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::ports::{CreateDbClusterSnapshot, SourceClusters, Tags};
use rds_refresh_core::resource::{EXPIRES_TAG, OWNER_TAG, owner_tag};
use rds_refresh_core::sweep::Sweeper;
use rds_refresh_core::{Clock, Role, RunId};
use rds_refresh_lambda::Refusal;
use rds_refresh_lambda::sweep::{LiveRuns, Removal, Sweep, Swept};
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Strike};
use rds_refresh_testkit::world::Operation;
use rds_refresh_testkit::{Stage, TwoAccounts};

const HOUR: Duration = Duration::from_hours(1);

/// The runs that Step Functions would say are running; `None` if it cannot be asked.
struct Running(Option<&'static str>);

#[async_trait::async_trait]
impl LiveRuns for Running {
    async fn live(&self) -> Result<BTreeSet<RunId>, Refusal> {
        let run = self.0.ok_or_else(|| Refusal::Unable("no answer".into()))?;
        Ok(run.parse().into_iter().collect())
    }
}

/// An account with a snapshot of the run `nightly`, an hour past its expiry, and one of somebody else's.
async fn stage() -> TwoAccounts {
    let stage = Stage::two_accounts(1);
    let source = stage.fake.source(stage.source.clone());
    let expires = (stage.fake.clock().now() + HOUR).to_string();
    let tags: Tags = [
        (OWNER_TAG.to_owned(), owner_tag(&"nightly".parse().unwrap(), Role::Scratch, "orders-production-nightly-c1")),
        (EXPIRES_TAG.to_owned(), expires),
    ]
    .into();
    for (identifier, tags) in [("orders-production-nightly-c1", tags), ("orders-by-hand", Tags::new())] {
        let identifier = identifier.parse().unwrap();
        let cluster = stage.request("orders-staging").build().unwrap().source().cluster.clone();
        source.create_db_cluster_snapshot(&CreateDbClusterSnapshot { identifier, cluster, tags }).await.unwrap();
        stage.advance(HOUR);
    }
    stage
}

async fn sweep(stage: &TwoAccounts, running: Running, removal: Removal) -> Result<Swept, Refusal> {
    let request = stage.request("orders-staging").build().unwrap();
    let from = request.source();
    let clock: Arc<dyn Clock> = Arc::new(stage.fake.clock().clone());
    let ports = Arc::new(stage.fake.source(stage.source.clone()));
    let sweeper = Sweeper::new(clock).source(from.account.clone(), from.region.clone(), ports);
    Sweep::new(sweeper, Arc::new(running), removal).sweep().await
}

#[tokio::test]
async fn what_has_expired_is_reported_and_removed_only_if_it_is_to_be() {
    let stage = stage().await;
    let counted = |expired, removed| Swept { found: 1, expired, removed };
    assert_eq!(sweep(&stage, Running(Some("other")), Removal::DryRun).await, Ok(counted(1, 0)));
    assert_eq!(sweep(&stage, Running(Some("nightly")), Removal::Apply).await, Ok(counted(0, 0)), "its run is live");
    assert_eq!(sweep(&stage, Running(Some("other")), Removal::Apply).await, Ok(counted(1, 1)));
    stage.advance(HOUR);
    assert_eq!(sweep(&stage, Running(Some("other")), Removal::Apply).await, Ok(Swept { found: 0, expired: 0, removed: 0 }));
    let world = stage.fake.world().to_json().to_string();
    assert!(world.contains("orders-by-hand") && !world.contains("orders-production-nightly-c1\""), "{world}");
}

#[tokio::test]
async fn nothing_is_removed_if_nobody_says_which_runs_are_live() {
    let stage = stage().await;
    assert!(sweep(&stage, Running(None), Removal::Apply).await.is_err());
    assert_eq!(sweep(&stage, Running(Some("other")), Removal::DryRun).await.map(|swept| swept.expired), Ok(1));
}

#[tokio::test]
async fn what_could_not_be_looked_at_is_an_error_and_the_rest_is_removed() {
    let stage = stage().await;
    let fault = Fault::new(Calls::of(Operation::DescribeDbInstances).always(), Strike::Denied);
    stage.fake.world().arm(FaultScript::new().with(fault));
    let refusal = sweep(&stage, Running(Some("other")), Removal::Apply).await.unwrap_err().to_string();
    assert!(refusal.contains("DB instances in 111111111111/eu-west-1 could not be looked at"), "{refusal}");
    stage.fake.world().arm(FaultScript::new());
    stage.advance(HOUR);
    assert_eq!(sweep(&stage, Running(Some("other")), Removal::DryRun).await.map(|swept| swept.found), Ok(0));
}
