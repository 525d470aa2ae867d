//! The same over the wire: the SDK's clients, each with the credentials of its own principal.

use std::sync::Arc;

use rds_refresh_core::aws::{AwsDestination, AwsSource};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{OnFailure, steps};
use rds_refresh_testkit::wire::WireService;
use rds_refresh_testkit::world::Identity;

use crate::modes::{Denied, Play, denied, succeeds};
use crate::policies::{Policies, enforce};
use crate::settings::World;

/// A whole refresh by a user of the source account and by a session of a role in the destination account.
async fn refreshed(change: impl FnOnce(&mut Policies)) -> (bool, Denied) {
    let stage = World::Private.stage();
    let request = stage.request("orders-staging").build().unwrap();
    let mut policies = Policies::of(&request, &stage, None, &[]);
    change(&mut policies);
    let session = Identity::Session { role: "teams/data/refresh".into(), name: "nightly".into() };
    let receiver = stage.destination.acting_as(session);
    enforce(&stage, &stage.source, &policies.source);
    enforce(&stage, &receiver, &policies.destination);

    let play = Play::new(stage, request);
    let service = WireService::new(play.stage.fake.clone());
    let source: Arc<dyn Source> = Arc::new(AwsSource::new(&service.sdk_config(&play.stage.source)));
    let destination: Arc<dyn Destination> = Arc::new(AwsDestination::new(&service.sdk_config(&receiver)));
    let driver = play.driver(steps::refresh(&source, &destination).build().unwrap());
    let ended = driver.start(play.id.clone(), play.facts(), OnFailure::default()).await;
    (succeeds(&ended), denied(&play.stage, 0))
}

#[tokio::test]
async fn a_refresh_with_the_credentials_of_two_principals() {
    assert_eq!(refreshed(|_| {}).await, (true, Vec::new()));
}

#[tokio::test]
async fn the_right_of_one_principal_is_not_that_of_the_other() {
    let (succeeded, denied) = refreshed(|policies| {
        policies.destination.statement.retain(|statement| statement.sid != "MakeSnapshotCopies");
    })
    .await;
    assert_eq!((succeeded, denied), (false, vec!["CopyDBSnapshot orders-staging-nightly-d1: AccessDenied".to_owned()]));
}
