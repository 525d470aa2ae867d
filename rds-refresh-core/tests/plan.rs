//! Steps of one's own between the built-in ones, and plans that cannot be built.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::sync::Arc;

use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use rds_refresh_core::steps::{
    Acknowledge, AwaitTemporaryInstanceGone, CopySnapshot, EncryptSnapshot, HandOverMasked, ReleaseTemporaryInstance,
    RestoreCluster, RestoreTemporaryInstance, RestoredCluster, Settle, ShareSnapshot, SnapshotCluster, SnapshotInstance,
    TemporaryInstance,
};
use rds_refresh_core::{Context, Fact, Machine, Plan, PlanError, Progress, Step, StepError, steps};
use rds_refresh_testkit::Stage;
use serde::{Deserialize, Serialize};

macro_rules! facts {
    ($($fact:ident $name:literal)*) => {
        $(
            #[derive(Serialize, Deserialize)]
            struct $fact {}
            impl Fact for $fact {
                const NAME: &'static str = $name;
            }
        )*
    };
}

facts! { Masked "masked" MaskedCluster "masked-cluster" CutOver "cut-over" Shouted "NOT A NAME" }

/// Steps that are planned and never called.
macro_rules! steps {
    ($($step:ident $name:literal: $needs:ty => $gives:ty;)*) => {
        $(
            struct $step;
            impl Step for $step {
                const NAME: &'static str = $name;
                const VERSION: u32 = 1;
                type Needs = $needs;
                type Gives = $gives;

                async fn reconcile(&self, _: &$needs, _: &Context) -> Result<Progress<$gives>, StepError> {
                    Err(StepError::invalid("never called"))
                }
            }
        )*
    };
}

steps! {
    Mask "mask": TemporaryInstance => Masked;
    MaskCluster "mask-cluster": RestoredCluster => MaskedCluster;
    CutOverTo "cut-over": (RestoredCluster, MaskedCluster) => CutOver;
    Shout "shout": TemporaryInstance => Shouted;
}

fn ports() -> (Arc<dyn Source>, Arc<dyn Destination>) {
    let stage = Stage::two_accounts(7);
    (Arc::new(stage.fake.source(stage.source)), Arc::new(stage.fake.destination(stage.destination)))
}

fn names<L>(plan: Plan<L>) -> Vec<String> {
    let (machine, _): (Machine, _) = plan.build().unwrap();
    machine.steps().map(str::to_owned).collect()
}

const SOURCE: [&str; 7] = [
    "snapshot-cluster",
    "restore-temporary-instance",
    "snapshot-instance",
    "encrypt-snapshot",
    "share-snapshot",
    "hand-over",
    "release-temporary-instance",
];
const DESTINATION: [&str; 3] = ["copy-snapshot", "acknowledge", "restore-cluster"];
const SETTLEMENT: [&str; 2] = ["settle", "await-temporary-instance-gone"];

#[test]
fn the_built_in_plans() {
    let (source, destination) = ports();
    assert_eq!(names(steps::source(&source)), SOURCE);
    assert_eq!(names(steps::destination(&destination)), DESTINATION);
    assert_eq!(names(steps::refresh(&source, &destination)), [&SOURCE[..], &DESTINATION[..], &SETTLEMENT[..]].concat());
}

#[test]
fn masking_between_the_second_and_the_third_step() {
    let (source, destination) = ports();
    let plan = Plan::new()
        .given::<SourceRequest>()
        .given::<DestinationRequest>()
        .then(SnapshotCluster::new(source.clone()))
        .then(RestoreTemporaryInstance::new(source.clone()))
        .then(Mask)
        .then(SnapshotInstance::new(source.clone(), source.clone()))
        .then(EncryptSnapshot::new(source.clone(), source.clone()))
        .then(ShareSnapshot::new(source.clone(), source.clone()))
        .then(HandOverMasked::<Masked>::new())
        .then(ReleaseTemporaryInstance::new(source.clone()))
        .then(CopySnapshot::new(destination.clone()))
        .then(Acknowledge)
        .then(RestoreCluster::new(destination.clone()))
        .then(Settle::new(source.clone()))
        .then(AwaitTemporaryInstanceGone::new(source.clone()));
    let mut expected = [&SOURCE[..], &DESTINATION[..], &SETTLEMENT[..]].concat();
    expected.insert(2, "mask");
    assert_eq!(names(plan), expected);
}

#[test]
fn masking_after_the_seventh_which_a_cutover_demands() {
    let (source, destination) = ports();
    let plan = steps::refresh(&source, &destination).then(MaskCluster).then(CutOverTo);
    assert_eq!(names(plan).split_off(12), ["mask-cluster", "cut-over"]);
    let plan = steps::destination(&destination).then(MaskCluster).then(CutOverTo);
    assert_eq!(names(plan), [&DESTINATION[..], &["mask-cluster", "cut-over"]].concat());
}

#[test]
fn a_step_may_stand_under_another_name() {
    let (source, _) = ports();
    let plan = Plan::new()
        .given::<SourceRequest>()
        .then_as("take-a-snapshot", SnapshotCluster::new(source.clone()))
        .then(RestoreTemporaryInstance::new(source.clone()))
        .then_as("mask-eu", Mask);
    assert_eq!(names(plan), ["take-a-snapshot", "restore-temporary-instance", "mask-eu"]);
}

#[test]
fn a_name_may_stand_for_one_step_only() {
    let (_, destination) = ports();
    let plan = steps::destination(&destination).then_as("acknowledge", MaskCluster);
    let refused = plan.build().unwrap_err();
    assert_eq!(refused, PlanError::DuplicateStep("acknowledge".to_owned()));
    assert_eq!(refused.to_string(), "two steps of the plan are named \"acknowledge\": name one of them with `then_as`");
}

#[test]
fn a_fact_is_given_once() {
    let (_, destination) = ports();
    // Another name does not help: the second masking would overwrite what the first one gave.
    let twice = steps::destination(&destination).then(MaskCluster).then_as("mask-again", MaskCluster);
    let duplicate = |fact: &str| Err(PlanError::DuplicateFact(fact.to_owned()));
    assert_eq!(twice.build().map(drop), duplicate("masked-cluster"));
    let given_too = steps::destination(&destination).given::<MaskedCluster>().then(MaskCluster);
    assert_eq!(given_too.build().map(drop), duplicate("masked-cluster"));
    assert_eq!(Plan::new().given::<Masked>().given::<Masked>().build().map(drop), duplicate("masked"));
}

#[test]
fn names_are_what_states_and_orchestrators_can_carry() {
    let long = "x".repeat(64);
    for name in ["", "Mask", "mask eu", "mask_eu", "mäsk", "mask/eu", &long] {
        let refused = Plan::new().given::<TemporaryInstance>().then_as(name, Mask).build().map(drop);
        assert_eq!(refused, Err(PlanError::Name { of: "step", name: name.to_owned() }));
    }
    for name in ["m", "mask-2", &long[..63]] {
        assert_eq!(Plan::new().given::<TemporaryInstance>().then_as(name, Mask).build().map(drop), Ok(()), "{name}");
    }
    let refused = Plan::new().given::<TemporaryInstance>().then(Shout).build().map(drop);
    assert_eq!(refused, Err(PlanError::Name { of: "fact", name: "NOT A NAME".to_owned() }));
}

#[test]
fn every_step_says_what_it_must_be_allowed() {
    let (source, destination) = ports();
    let (machine, worker) = steps::refresh(&source, &destination).build().unwrap();
    let permissions: Vec<_> = worker.permissions().collect();
    assert!(permissions.iter().map(|(step, _)| *step).eq(machine.steps()));
    let silent: Vec<&str> = permissions.iter().filter(|(_, asked)| asked.is_empty()).map(|(step, _)| *step).collect();
    assert_eq!(silent, ["hand-over", "acknowledge"], "these make no call");
}
