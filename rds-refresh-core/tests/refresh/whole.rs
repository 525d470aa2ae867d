//! A refresh that nothing disturbs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::aws::{AwsDestination, AwsSource};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::steps::{RestoredCluster, Settled};
use rds_refresh_core::{Driver, OnFailure, Verdict, steps};
use rds_refresh_testkit::{Caller, SourceCluster, Stage, VirtualClock};

use crate::fixture::Run;

/// What a refresh does to the world: each of the seven steps once, and the settlement.
const MUTATIONS: [&str; 9] = [
    "CreateDBClusterSnapshot orders-production-nightly-c1",
    "RestoreDBInstanceFromDBSnapshot orders-production-nightly-t1",
    "CreateDBSnapshot orders-production-nightly-s1",
    "ModifyDBSnapshotAttribute orders-production-nightly-s1",
    "DeleteDBInstance orders-production-nightly-t1",
    "CopyDBSnapshot orders-staging-nightly-d1",
    "RestoreDBClusterFromSnapshot orders-staging",
    "ModifyDBSnapshotAttribute orders-production-nightly-s1",
    "DeleteDBSnapshot orders-production-nightly-s1",
];

#[tokio::test]
async fn seven_steps_and_a_settlement_leave_the_result_and_the_copy() {
    let run = Run::seeded(1);
    let outcome = run.start().await;

    assert_eq!(outcome.verdict, Verdict::Succeeded);
    assert_eq!(run.mutations()[..9], MUTATIONS);
    assert_eq!(run.mutations()[9..], ["DeleteDBClusterSnapshot orders-production-nightly-c1"]);
    run.stage.advance(Duration::from_hours(1));
    assert_eq!(
        run.resources(),
        [
            "DB snapshot orders-staging-nightly-d1 in 222222222222/eu-west-1",
            "DB cluster orders-production in 111111111111/eu-west-1",
            "DB cluster orders-staging in 222222222222/eu-west-1",
        ]
    );
}

#[tokio::test]
async fn a_key_that_only_its_owner_may_use_is_granted_to_the_destination_and_revoked() {
    let clock = VirtualClock::starting_at(Stage::opening());
    // The stage's private key is named after the shared one is made, so it is looked up on a stage of the same seed.
    let private = Stage::two_accounts(1).private_key;
    let cluster = SourceCluster { kms_key: Some(private), ..SourceCluster::default() };
    let run = Run::on(Stage::two_accounts_with(Stage::new(1, clock), &cluster));
    let outcome = run.start().await;

    assert_eq!(outcome.verdict, Verdict::Succeeded);
    let mutations = run.mutations();
    let grants: Vec<&str> = mutations.iter().filter(|it| it.contains("Grant")).map(|it| it.split(' ').next().unwrap()).collect();
    assert_eq!(grants, ["CreateGrant", "RevokeGrant"]);
    assert!(!run.resources().iter().any(|resource| resource.starts_with("KMS grant")));
}

#[tokio::test]
async fn mysql_goes_the_same_way() {
    let clock = VirtualClock::starting_at(Stage::opening());
    let cluster = SourceCluster { engine: "mysql".into(), engine_version: "8.0.39".into(), ..SourceCluster::default() };
    let run = Run::on(Stage::two_accounts_with(Stage::new(1, clock), &cluster));

    assert_eq!(run.start().await.verdict, Verdict::Succeeded);
    let (cluster, _) = restored(&run).await;
    // The Region's default is a newer one.
    assert_eq!(cluster.engine_version, "8.0.39");
}

#[tokio::test]
async fn through_the_sdk_clients_it_is_the_same_refresh() {
    let by_ports = Run::seeded(3);
    by_ports.start().await;

    let by_sdk = Run::seeded(3);
    sdk_driver(&by_sdk).start(by_sdk.id.clone(), by_sdk.facts(), OnFailure::default()).await.unwrap();

    assert_eq!(by_sdk.stored().await, by_ports.stored().await);
    assert_eq!(by_sdk.stage.fake.world().to_json(), by_ports.stage.fake.world().to_json());
}

#[tokio::test]
async fn another_region_is_reached_in_a_single_copy() {
    let mut stage = Stage::new(1, VirtualClock::starting_at(Stage::opening()));
    let far = stage.place("222222222222".parse().unwrap(), "eu-central-1".parse().unwrap());
    let key = stage.customer_key(&far, "alias/staging", &Stage::own_key_policy(&far));
    stage.subnet_group(&far, "private", &["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
    stage.security_group(&far, "sg-0a1b2c3d4e5f60718");
    stage.offer(&far, "postgres", "16.4", "db.r6gd.large", true);
    let mut near = Stage::two_accounts_with(stage, &SourceCluster::default());
    near.destination = Caller::new(far.account, far.region);
    near.destination_key = key;

    // By the ports, and by the SDK's clients.
    for by_sdk in [false, true] {
        let run = Run::on(near.clone());
        let run = Run { id: format!("far-{by_sdk}").parse().unwrap(), ..run };
        let request = run.stage.request(&format!("orders-far-{by_sdk}")).build().unwrap();
        let driver = if by_sdk { sdk_driver(&run) } else { run.driver() };
        let outcome = driver.start(run.id.clone(), request.into_facts().unwrap(), OnFailure::default()).await.unwrap();
        assert_eq!(outcome.verdict, Verdict::Succeeded, "by_sdk: {by_sdk}");
        let made = format!("DB cluster orders-far-{by_sdk} in 222222222222/eu-central-1");
        assert!(run.resources().contains(&made), "{:?}", run.resources());
    }
}

#[tokio::test]
async fn the_state_of_a_finished_refresh_is_small() {
    let run = Run::seeded(1);
    run.start().await;
    let bytes = run.stored().await.to_string().len();
    assert!(bytes < 6 * 1024, "{bytes} bytes");
}

#[tokio::test]
async fn the_restored_cluster_is_what_was_asked_for_and_nothing_more() {
    let run = Run::seeded(5);
    run.start().await;
    let (cluster, settled) = restored(&run).await;
    assert_eq!(cluster.identifier.as_str(), "orders-staging");
    assert_eq!(cluster.engine_version, run.stage.engine_version);
    assert_eq!((settled.acknowledged, settled.kept.len()), (true, 0));

    let described = run.destination().describe_db_cluster(&cluster.identifier).await.unwrap().unwrap();
    // The tags of production were not inherited.
    let tags: BTreeMap<&str, &str> = described.tags.iter().map(|(key, value)| (&**key, &**value)).collect();
    assert_eq!(tags, BTreeMap::from([("rds-refresh:owner", "nightly/result/orders-staging")]));
    assert_eq!(described.kms_key.as_deref(), Some(&*run.stage.destination_key));
}

/// A driver of whole refreshes, by the SDK's clients.
fn sdk_driver(run: &Run) -> Driver {
    let stage = &run.stage;
    let source: Arc<dyn Source> = Arc::new(AwsSource::new(&stage.fake.sdk_config(&stage.source.account, &stage.source.region)));
    let destination: Arc<dyn Destination> =
        Arc::new(AwsDestination::new(&stage.fake.sdk_config(&stage.destination.account, &stage.destination.region)));
    let (machine, worker) = steps::refresh(&source, &destination).build().unwrap();
    Driver::new(machine, worker, run.store.clone(), Arc::new(stage.fake.clock().clone()))
        .with_signal_interval(Duration::from_hours(24))
}

async fn restored(run: &Run) -> (RestoredCluster, Settled) {
    let facts = run.stored().await["facts"].clone();
    (
        serde_json::from_value(facts["restored-cluster"].clone()).unwrap(),
        serde_json::from_value(facts["settled"].clone()).unwrap(),
    )
}
