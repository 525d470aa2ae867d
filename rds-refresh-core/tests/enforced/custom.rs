//! A step of one's own, which declares what it needs.

use rds_refresh_core::permission::{Permission, Target};
use rds_refresh_core::request::SourceRequest;
use rds_refresh_core::step::Side;
use rds_refresh_core::steps::{
    EncryptSnapshot, HandOver, ReleaseTemporaryInstance, RestoreTemporaryInstance, ShareSnapshot, SnapshotCluster,
    SnapshotInstance, TemporaryInstance,
};
use rds_refresh_core::{Context, Fact, Facts, OnFailure, Plan, Progress, Step, StepError};
use rds_refresh_testkit::TwoAccounts;
use rds_refresh_testkit::world::ops::ListTagsForResource;
use serde::{Deserialize, Serialize};

use crate::modes::{Play, denied, succeeds};
use crate::policies::Policies;
use crate::settings::World;

#[derive(Serialize, Deserialize)]
struct Inspected {
    tags: usize,
}

impl Fact for Inspected {
    const NAME: &'static str = "inspected";
}

/// Looks at the tags of the temporary instance.
struct Inspect(TwoAccounts);

impl Step for Inspect {
    const NAME: &'static str = "inspect";
    const VERSION: u32 = 1;
    type Needs = TemporaryInstance;
    type Gives = Inspected;

    async fn reconcile(&self, instance: &TemporaryInstance, _: &Context) -> Result<Progress<Inspected>, StepError> {
        let Self(stage) = self;
        let resource = stage.source.place().arn("db", instance.identifier.as_str());
        let answer = stage.fake.call(&stage.source, &ListTagsForResource { resource });
        let tags = answer.map_err(|error| StepError::denied(error.message))?.len();
        Ok(Progress::Ready(Inspected { tags }))
    }

    fn permissions(&self) -> Vec<Permission> {
        vec![Permission::new(Side::Source, &["rds:ListTagsForResource"], [Target::TemporaryInstance])]
    }
}

/// Whether the source half with that step comes to its end, and what was denied.
async fn inspected(declared: bool) -> (bool, Vec<String>) {
    let stage = World::Private.stage();
    let request = stage.request("orders-staging").build().unwrap();
    let custom = if declared { Inspect(stage.clone()).permissions() } else { Vec::new() };
    Policies::of(&request, &stage, None, &custom).enforce(&stage);
    let play = Play::new(stage, request);
    let source = play.source();
    let plan = Plan::new()
        .given::<SourceRequest>()
        .then(SnapshotCluster::new(source.clone()))
        .then(RestoreTemporaryInstance::new(source.clone()))
        .then(Inspect(play.stage.clone()))
        .then(SnapshotInstance::new(source.clone(), source.clone()))
        .then(EncryptSnapshot::new(source.clone(), source.clone()))
        .then(ShareSnapshot::new(source.clone(), source.clone()))
        .then(HandOver)
        .then(ReleaseTemporaryInstance::new(source));
    let mut facts = Facts::new();
    facts.insert(play.request.source()).unwrap();
    let ended = play.driver(plan.build().unwrap()).start(play.id.clone(), facts, OnFailure::default()).await;
    (succeeds(&ended), denied(&play.stage, 0))
}

#[tokio::test]
async fn a_step_of_ones_own_is_allowed_what_it_declares() {
    assert_eq!(inspected(true).await, (true, Vec::new()));
    let instance = "arn:aws:rds:eu-west-1:111111111111:db:orders-production-nightly-t1";
    assert_eq!(inspected(false).await, (false, vec![format!("ListTagsForResource {instance}: AccessDenied")]));
}
