//! What looks like the run's and is not: it is neither adopted nor deleted, and the outcome names it.

use std::time::Duration;

use rds_refresh_core::machine::Cause;
use rds_refresh_core::resource::{OWNER_TAG, Role, owner_tag};
use rds_refresh_core::{ErrorKind, OnFailure, Timestamp, Verdict};
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Incident, Strike};
use rds_refresh_testkit::world::{Holdings, Operation, ops};

use crate::fixture::Run;

const STRANGER: &str = "orders-production-nightly-c1";

/// Somebody's snapshot under the name that the run derives, with an owner tag or without one.
fn squat(run: &Run, tag: Option<String>) {
    let create = ops::CreateDbClusterSnapshot {
        identifier: STRANGER.into(),
        cluster: run.stage.cluster.clone(),
        tags: tag.into_iter().map(|value| (OWNER_TAG.to_owned(), value)).collect(),
    };
    run.stage.fake.call(&run.stage.source, &create).unwrap();
    // Longer than clocks may differ: with whatever tag, it was made before the run began.
    run.stage.fake.clock().advance(Duration::from_hours(1));
    run.stage.fake.world().settle();
}

#[tokio::test]
async fn a_stranger_under_our_name_is_named_and_left_alone() {
    let tag = |run: &str, role, resource| Some(owner_tag(&run.parse().unwrap(), role, resource));
    let rows = [
        ("without a tag", None),
        ("with an inherited tag", tag("nightly", Role::Result, "orders-production")),
        ("with that of another of our resources", tag("nightly", Role::Handover, "orders-production-nightly-s1")),
        ("of another run", tag("weekly", Role::Scratch, STRANGER)),
        ("in another role", tag("nightly", Role::Handover, STRANGER)),
        ("with our tag, and made before the run", tag("nightly", Role::Scratch, STRANGER)),
        ("with a text that only looks like it", Some("nightly/scratch/".into())),
    ];
    for on_failure in [OnFailure::RemoveCostly, OnFailure::RemoveAll] {
        for (what, tag) in rows.clone() {
            let run = Run::seeded(1);
            squat(&run, tag);
            let (before, calls) = (run.resources(), run.mutations().len());
            let outcome = run.start_with(on_failure).await;
            let Verdict::Failed { step, cause: Cause::Error { error } } = &outcome.verdict else {
                panic!("{what}: {:?}", outcome.verdict)
            };
            assert_eq!((step.as_str(), error.kind()), ("snapshot-cluster", ErrorKind::Conflict), "{what}: {error}");
            assert_eq!(error.resource(), Some(STRANGER), "{what}");
            assert_eq!(run.resources(), before, "{what}");
            assert_eq!(run.mutations().len(), calls, "{what}");
            assert!(outcome.removed.is_empty(), "{what}: {:?}", outcome.removed);
        }
    }
}

/// Each name that a run derives or is given is taken by a stranger, just before the run would take it.
#[tokio::test]
async fn a_stranger_may_come_first_at_any_step() {
    let rows = [
        (Operation::CreateDbClusterSnapshot, "orders-production-nightly-c1"),
        (Operation::RestoreDbInstanceFromDbSnapshot, "orders-production-nightly-t1"),
        (Operation::CreateDbSnapshot, "orders-production-nightly-s1"),
        (Operation::CopyDbSnapshot, "orders-staging-nightly-d1"),
        (Operation::RestoreDbClusterFromSnapshot, "orders-staging"),
    ];
    for (operation, stranger) in rows {
        let run = Run::seeded(1);
        run.stage.fake.world().arm(FaultScript::new().with(Fault::new(Calls::of(operation), Strike::Squatted)));
        let outcome = run.start_with(OnFailure::RemoveAll).await;
        let Verdict::Failed { cause: Cause::Error { error }, .. } = &outcome.verdict else { panic!("{:?}", outcome.verdict) };
        assert_eq!((error.kind(), error.resource()), (ErrorKind::Conflict, Some(stranger)), "{error}");
        assert!(run.resources().iter().any(|it| it.contains(&format!(" {stranger} in "))), "{stranger} is gone");
        assert!(!outcome.removed.iter().any(|it| it.id == stranger), "{:?}", outcome.removed);
        assert!(!run.mutations().iter().any(|it| it.starts_with("Delete") && it.ends_with(&format!(" {stranger}"))));
    }
}

const INSTANCE: &str = "orders-production-nightly-t1";

/// A resource under the name that the run derives, with the right tag and made after the run began, which is wrong in one thing alone.
#[tokio::test]
async fn one_wrong_mark_makes_a_stranger() {
    type Forge = fn(&mut Holdings, Timestamp);
    fn instance(at: &mut Holdings, now: Timestamp, is_member: bool, tag_of: &str) {
        let mut forged = at.instances.values().find(|it| it.cluster.is_some()).unwrap().clone();
        (forged.identifier, forged.created_at) = (INSTANCE.into(), Some(now));
        forged.cluster = forged.cluster.filter(|_| is_member);
        forged.tags.insert(OWNER_TAG.into(), owner_tag(&"nightly".parse().unwrap(), Role::Scratch, tag_of));
        at.instances.insert(INSTANCE.into(), forged);
    }
    let rows: [(&str, &str, Forge); 6] = [
        ("another source", STRANGER, |at, _| at.cluster_snapshots.get_mut(STRANGER).unwrap().cluster = "invoices".into()),
        ("another key", STRANGER, |at, _| {
            let key = "arn:aws:kms:eu-west-1:111111111111:key/other";
            at.cluster_snapshots.get_mut(STRANGER).unwrap().kms_key = Some(key.into());
        }),
        ("no key", STRANGER, |at, _| at.cluster_snapshots.get_mut(STRANGER).unwrap().kms_key = None),
        ("too old", STRANGER, |at, now| {
            let old = now.before(Duration::from_mins(16));
            at.cluster_snapshots.get_mut(STRANGER).unwrap().created_at = Some(old);
        }),
        ("a member of a cluster", INSTANCE, |at, now| instance(at, now, true, INSTANCE)),
        ("an inherited tag", INSTANCE, |at, now| instance(at, now, false, STRANGER)),
    ];
    for (what, name, forge) in rows {
        let run = Run::seeded(1);
        if name == STRANGER {
            squat(&run, Some(owner_tag(&run.id, Role::Scratch, STRANGER)));
        }
        {
            let (mut world, now) = (run.stage.fake.world(), run.stage.fake.clock().now());
            let at = world.at_mut(&run.stage.source.place());
            at.cluster_snapshots.values_mut().filter(|it| it.identifier == STRANGER).for_each(|it| it.created_at = Some(now));
            forge(at, now);
        }
        let calls = run.mutations().len();
        let outcome = run.start_with(OnFailure::RemoveAll).await;
        let Verdict::Failed { cause: Cause::Error { error }, .. } = &outcome.verdict else {
            panic!("{what}: {:?}", outcome.verdict)
        };
        assert_eq!((error.kind(), error.resource()), (ErrorKind::Conflict, Some(name)), "{what}: {error}");
        {
            // An inventory does not list the members of clusters.
            let world = run.stage.fake.world();
            let at = world.at(&run.stage.source.place());
            assert!(at.cluster_snapshots.contains_key(name) || at.instances.contains_key(name), "{what}: {name} is gone");
        }
        assert!(!outcome.removed.iter().any(|it| it.id == name), "{what}: {:?}", outcome.removed);
        assert!(!run.mutations()[calls..].iter().any(|it| it.ends_with(&format!(" {name}"))), "{what}: {:?}", run.mutations());
    }
}

/// Production with the run's own tags forged on it stays as it is, whatever becomes of the run.
#[tokio::test]
async fn a_forged_tag_on_production_changes_nothing() {
    for on_failure in [OnFailure::RemoveCostly, OnFailure::RemoveAll] {
        let run = Run::seeded(1);
        let place = run.stage.source.place();
        {
            let mut world = run.stage.fake.world();
            let holdings = world.at_mut(&place);
            for cluster in holdings.clusters.values_mut() {
                cluster.tags.insert(OWNER_TAG.into(), owner_tag(&run.id, Role::Result, &cluster.identifier));
            }
            for member in holdings.instances.values_mut() {
                member.tags.insert(OWNER_TAG.into(), owner_tag(&run.id, Role::Scratch, &member.identifier));
            }
            world.arm(
                FaultScript::new().with(Fault::new(
                    Calls::of(Operation::RestoreDbClusterFromSnapshot),
                    Strike::Ends { status: "failed".into() },
                )),
            );
        }
        let members = |run: &Run| run.stage.fake.world().at(&place).instances.values().filter(|it| it.cluster.is_some()).count();
        let before = members(&run);
        let outcome = run.start_with(on_failure).await;
        assert!(matches!(outcome.verdict, Verdict::Failed { .. }), "{:?}", outcome.verdict);
        assert_eq!(members(&run), before);
        assert!(run.resources().contains(&"DB cluster orders-production in 111111111111/eu-west-1".to_owned()));
        let touched = |it: &String| it.ends_with(" orders-production") || it.contains(" orders-production-instance-");
        assert!(!run.mutations().iter().any(touched), "{:?}", run.mutations());
    }
}

/// What lost its tag cannot be proved any more: it is left over, and not deleted.
#[tokio::test]
async fn a_tag_that_vanished_makes_a_leftover() {
    let run = Run::seeded(1);
    let untag = Incident::Untag { resource: "*-c1".into(), tag: OWNER_TAG.into() };
    let script = FaultScript::new()
        .with(Fault::new(Calls::of(Operation::CreateDbSnapshot), Strike::Somebody { does: untag, after: Duration::ZERO }))
        .with(Fault::new(Calls::of(Operation::CopyDbSnapshot), Strike::Ends { status: "failed".into() }));
    run.stage.fake.world().arm(script);
    let outcome = run.start_with(OnFailure::RemoveAll).await;
    assert!(matches!(outcome.verdict, Verdict::Failed { .. }), "{:?}", outcome.verdict);
    let left: Vec<&str> = outcome.leftovers.iter().filter_map(|it| Some(it.resource.as_ref()?.id.as_str())).collect();
    assert_eq!(left, [STRANGER], "{:?}", outcome.leftovers);
    assert!(run.resources().iter().any(|it| it.contains(STRANGER)));
    // Its name is said once, and how the tag is put back.
    assert_eq!(
        outcome.leftovers[0].to_string(),
        "DB cluster snapshot orders-production-nightly-c1 in 111111111111/eu-west-1: the DB cluster snapshot exists and is not \
         this run's: its tag rds-refresh:owner is missing. It is left alone; if the run made it, put its tag back: \
         aws --region eu-west-1 rds add-tags-to-resource \
         --resource-name arn:aws:rds:eu-west-1:111111111111:cluster-snapshot:orders-production-nightly-c1 \
         --tags Key=rds-refresh:owner,Value=nightly/scratch/orders-production-nightly-c1 — look whose it is before you remove it"
    );
}
