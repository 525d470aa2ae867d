//! A sweep, by roles that may do nothing else.

use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::driver::Signal;
use rds_refresh_core::iam::Scope;
use rds_refresh_core::sweep::{self, Known, Sweeper};
use rds_refresh_core::{OnFailure, Store};
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Strike};
use rds_refresh_testkit::world::Operation;
use rds_refresh_testkit::world::ops::{CreateDbInstance, CreateGrant, DeleteDbInstance};

use crate::modes::{Denied, Play, at_once, denied};
use crate::policies::{Policies, one};
use crate::settings::World;

/// A world that two failed runs have left things in, all of it past its time.
async fn leftovers() -> Play {
    let stage = World::Private.stage();
    let request = stage.request("orders-staging").build().unwrap();
    let mut play = Play::new(stage, request);
    // The first is cancelled while its instance is there, and keeps everything.
    let (id, store) = (play.id.clone(), play.store.clone());
    let driver = play.driver(play.whole()).with_observer(move |report| {
        if report.steps.last().is_some_and(|step| step.step == "snapshot-instance" && step.status.is_some()) {
            at_once(store.signal(&id, Signal::Cancel)).unwrap();
        }
    });
    driver.start(play.id.clone(), play.facts(), OnFailure::KeepAll).await.unwrap();
    // The cluster of the second cannot be restored, and it keeps its snapshots.
    let fault = Fault::new(Calls::of(Operation::RestoreDbClusterFromSnapshot), Strike::Ends { status: "failed".into() });
    play.stage.fake.world().arm(FaultScript::new().with(fault));
    play.id = "later".parse().unwrap();
    play.driver(play.whole()).start(play.id.clone(), play.facts(), OnFailure::default()).await.unwrap();
    play.stage.advance(Duration::from_hours(24 * 60));
    // And somebody brings a grant back.
    let grant = CreateGrant {
        key: play.stage.source_key.clone(),
        grantee: "arn:aws:iam::222222222222:root".into(),
        operations: vec!["Decrypt".into()],
        name: Some("rds-refresh/later/1".into()),
        ..CreateGrant::default()
    };
    play.stage.fake.call(&play.stage.source, &grant).unwrap();
    play
}

fn policies(play: &Play) -> Policies {
    Policies {
        source: one(sweep::permissions(), &Scope::source(play.request.source())),
        destination: one(sweep::permissions(), &Scope::destination(play.request.destination())),
    }
}

/// Sweeps with these policies. Answers what was removed, or what was denied.
async fn swept(policies: &Policies) -> Result<Vec<String>, Denied> {
    let play = leftovers().await;
    policies.enforce(&play.stage);
    let (stage, begun) = (&play.stage, play.stage.fake.world().journal().len());
    let (from, to) = (&stage.source, &stage.destination);
    let sweeper = Sweeper::new(Arc::new(stage.fake.clock().clone()))
        .source(from.account.clone(), from.region.clone(), Arc::new(stage.fake.source(from.clone())))
        .grants_of(play.request.source())
        .destination(to.account.clone(), to.region.clone(), Arc::new(stage.fake.destination(to.clone())));
    let mut removed = Vec::new();
    for finding in &sweeper.look(&Known::new()).await.findings {
        if sweeper.remove(finding).await == Ok(true) {
            removed.push(finding.resource.id.clone());
        }
    }
    let denied = denied(stage, begun);
    if denied.is_empty() { Ok(removed) } else { Err(denied) }
}

#[tokio::test]
async fn a_sweep_needs_its_own_policies_and_nothing_else() {
    let policies = policies(&leftovers().await);
    let mut removed = swept(&policies).await.unwrap();
    removed.sort();
    let grant = removed.remove(0);
    assert!(grant.starts_with("arn:aws:kms:eu-west-1:111111111111:key/") && grant.ends_with("#rds-refresh/later/1"), "{grant}");
    assert_eq!(
        removed,
        [
            "orders-production-later-c1",
            "orders-production-later-s1",
            "orders-production-nightly-c1",
            "orders-production-nightly-s1",
            "orders-production-nightly-t1",
            "orders-staging-later-d1",
        ]
    );
    for part in policies.parts() {
        let denied = swept(&policies.without(&part)).await.expect_err(&format!("nothing needs {part}"));
        println!("{part}  ->  {}", denied[0]);
    }
}

/// Whoever may tag can forge a tag, and the policies do not believe it alone.
#[tokio::test]
async fn a_sweep_may_not_delete_what_no_run_of_the_request_names() {
    let play = leftovers().await;
    let stage = &play.stage;
    let forged = CreateDbInstance {
        identifier: "reporting-production".into(),
        engine: "postgres".into(),
        class: stage.instance_class.clone(),
        allocated_storage: Some(100),
        master_username: Some("reporting".into()),
        manage_master_user_password: Some(true),
        subnet_group: Some(stage.subnet_group.clone()),
        tags: vec![("rds-refresh:owner".into(), "x/scratch/reporting-production".into())],
        ..CreateDbInstance::default()
    };
    stage.fake.call(&stage.source, &forged).unwrap();
    stage.advance(Duration::from_hours(1));
    policies(&play).enforce(stage);
    let delete = |identifier: &str| {
        let skip_final_snapshot = Some(true);
        let call = DeleteDbInstance { identifier: identifier.into(), skip_final_snapshot, ..DeleteDbInstance::default() };
        stage.fake.call(&stage.source, &call).map(|_| ()).map_err(|error| error.code)
    };
    assert_eq!(delete("reporting-production"), Err("AccessDenied"));
    assert_eq!(delete("orders-production-nightly-t1"), Ok(()));
}
