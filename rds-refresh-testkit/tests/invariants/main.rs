//! Each invariant catches steps and stores that break it: they run through the simulation like any others.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod broken;
mod records;

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rds_refresh_core::request::SnapshotChoice;
use rds_refresh_core::resource::OWNER_TAG;
use rds_refresh_core::steps::RestoredCluster;
use rds_refresh_core::{Context, MemoryStore, OnFailure, StepError, Store};
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Strike};
use rds_refresh_testkit::invariant;
use rds_refresh_testkit::sim::{Record, Simulation, Site};
use rds_refresh_testkit::world::{Operation, Request, ops, resource};

use broken::{Broken, BrokenStore};

const CLUSTER: &str = "orders-production";
const SNAPSHOT: &str = "orders-production-nightly-s1";

/// A simulation in which nothing but one part is broken, and which the usual parts bring to a good end.
fn usual(wanted: impl Fn(&Record) -> bool) -> Simulation {
    let quiet = |seed| Simulation::drawn(seed).with_faults(FaultScript::new()).without_crashes();
    let found = (0..1000).map(quiet).find(|simulation| {
        let record = simulation.run();
        let source = record.runs[0].request.source();
        source.snapshot == SnapshotChoice::Create && !source.keep_snapshots && wanted(&record)
    });
    let found = found.expect("none of a thousand seeds is of this kind");
    assert_eq!(invariant::check(&found.run_twice()), []);
    found
}

#[track_caller]
fn catches(what: &str, invariant: &str, record: &Record) {
    let found = invariant::check(record);
    let caught = found.iter().find(|violation| violation.invariant == invariant);
    let caught = caught.unwrap_or_else(|| panic!("{what}: {invariant} holds; {found:?}; {:?}", record.runs[0].outcome));
    let shown = caught.to_string();
    assert!(shown.contains(&format!("--bin sim -- --seed {}", record.seed)), "{shown}");
}

fn with(simulation: &Simulation, broken: Broken) -> Simulation {
    simulation.clone().with_parts(Arc::new(broken))
}

/// A call of the source account.
fn call<R: Request>(site: &Site, request: &R) -> Result<String, StepError> {
    site.stage.fake.call(&site.stage.source, request).map_err(|error| StepError::invalid(error.message))?;
    Ok(String::new())
}

#[test]
fn steps_that_touch_the_source() {
    let rows: [(&str, broken::Act); 5] = [
        ("grants a third account the key", |site, _| {
            let grant = ops::CreateGrant {
                key: site.stage.source_key.clone(),
                grantee: "arn:aws:iam::333333333333:root".into(),
                operations: vec!["Decrypt".into()],
                name: Some("rds-refresh/nightly/9".into()),
                ..Default::default()
            };
            call(site, &grant)
        }),
        ("modifies the cluster", |site, _| {
            call(
                site,
                &ops::ModifyDbCluster { identifier: CLUSTER.into(), deletion_protection: Some(true), ..Default::default() },
            )
        }),
        ("deletes the cluster", |site, _| {
            let place = site.stage.source.place();
            site.stage.fake.world().at_mut(&place).clusters.get_mut(CLUSTER).unwrap().deletion_protection = false;
            call(
                site,
                &ops::DeleteDbCluster { identifier: CLUSTER.into(), skip_final_snapshot: Some(true), ..Default::default() },
            )
        }),
        ("writes the key's policy", |site, _| {
            let policy = rds_refresh_testkit::Stage::own_key_policy(&site.stage.source.place());
            call(site, &ops::PutKeyPolicy { key: site.stage.source_key.clone(), policy, ..Default::default() })
        }),
        ("shares with a third account", |site, _| {
            let (identifier, attribute, add) = (SNAPSHOT.into(), "restore".into(), vec!["333333333333".into()]);
            call(site, &ops::ModifyDbSnapshotAttribute { identifier, attribute, add, remove: Vec::new() })
        }),
    ];
    let usual = usual(|_| true);
    for (what, act) in rows {
        catches(what, "source-untouched", &with(&usual, Broken::Step(act)).run());
    }
}

#[test]
fn steps_that_leave_something_behind() {
    let rows: [(&str, broken::Act); 3] = [
        ("a cluster snapshot", |site, cx| snapshot_cluster(site, cx, "orders-production-nightly-c9".into())),
        ("what is named after nothing", |site, cx| snapshot_cluster(site, cx, "before-the-release".into())),
        ("an instance", |site, _| {
            let (identifier, snapshot) = ("orders-production-nightly-t9".into(), Some(SNAPSHOT.into()));
            let (subnet_group, class) = (Some("private".into()), Some("db.r6g.large".into()));
            call(site, &ops::RestoreDbInstanceFromDbSnapshot { identifier, snapshot, subnet_group, class, ..Default::default() })
        }),
    ];
    let quiet = usual(|_| true);
    for (what, act) in rows {
        catches(what, "nothing-unexplained", &with(&quiet, Broken::Step(act)).run());
    }
    // A failure that has the copy undone, by a step that forgets to.
    let failing = usual(|record| record.runs[0].request.on_failure() == OnFailure::RemoveAll && !taken_up(record));
    let ends = Fault::new(Calls::of(Operation::RestoreDbClusterFromSnapshot), Strike::Ends { status: "failed".into() });
    let failing = failing.with_faults(FaultScript::new().with(ends));
    assert_eq!(invariant::check(&failing.run()), []);
    catches("a copy", "nothing-unexplained", &with(&failing, Broken::Careless).run());
}

/// Whether a run of this seed that fails is taken up again, and may end well then.
fn taken_up(record: &Record) -> bool {
    let ends = Fault::new(Calls::of(Operation::CopyDbSnapshot), Strike::Ends { status: "failed".into() });
    Simulation::drawn(record.seed).with_faults(FaultScript::new().with(ends)).run().runs[0].taken_up
}

fn snapshot_cluster(site: &Site, _: &Context, identifier: String) -> Result<String, StepError> {
    call(site, &ops::CreateDbClusterSnapshot { identifier, cluster: CLUSTER.into(), ..Default::default() })
}

#[test]
fn steps_that_take_what_is_not_theirs() {
    let rows: [(&str, broken::Act); 2] = [
        ("deletes what was there before", |site, _| {
            quarterly(site);
            call(site, &ops::DeleteDbClusterSnapshot { identifier: "quarterly".into() })
        }),
        ("modifies what was there before", |site, _| {
            let place = site.stage.source.place();
            {
                let mut world = site.stage.fake.world();
                let member = world.at(&place).instances.values().next().unwrap().clone();
                let theirs = resource::DbInstance { identifier: "reporting".into(), cluster: None, ..member };
                world.at_mut(&place).instances.insert("reporting".into(), theirs);
            }
            let change =
                ops::ModifyDbInstance { identifier: "reporting".into(), deletion_protection: Some(true), ..Default::default() };
            call(site, &change)
        }),
    ];
    let usual = usual(|_| true);
    for (what, act) in rows {
        catches(what, "only-its-own", &with(&usual, Broken::Step(act)).run());
    }
    let adopts = |site: &Site| -> Result<RestoredCluster, StepError> {
        let (from, to) = (site.stage.source.place(), site.stage.destination.place());
        let mut world = site.stage.fake.world();
        let production = world.at(&from).clusters[CLUSTER].clone();
        let theirs = resource::DbCluster { identifier: "orders-staging".into(), ..production };
        let restored = serde_json::json!({
            "identifier": theirs.identifier, "arn": theirs.arn, "resource_id": "cluster-X", "endpoint": null,
            "reader_endpoint": null, "port": 5432, "engine_version": theirs.engine_version,
        });
        world.at_mut(&to).clusters.insert(theirs.identifier.clone(), theirs);
        Ok(serde_json::from_value(restored).unwrap())
    };
    catches("adopts a cluster", "only-its-own", &with(&usual, Broken::Restoring(adopts)).run());
}

/// Somebody's manual snapshot of long ago.
fn quarterly(site: &Site) {
    let place = site.stage.source.place();
    let mut world = site.stage.fake.world();
    let mut snapshot = world.at(&place).cluster_snapshots.values().next().unwrap().clone();
    (snapshot.identifier, snapshot.snapshot_type, snapshot.status) = ("quarterly".into(), "manual".into(), "available".into());
    snapshot.tags.remove(OWNER_TAG);
    world.at_mut(&place).cluster_snapshots.insert("quarterly".into(), snapshot);
}

#[test]
fn steps_and_stores_that_a_crash_confuses() {
    let by_time: broken::Act = |site, cx| {
        let name = format!("orders-production-nightly-c{}", cx.now.as_millis());
        snapshot_cluster(site, cx, name)
    };
    let by_memory: broken::Act = |site, cx| snapshot_cluster(site, cx, "orders-production-nightly-c9".into());
    let rows = [
        ("names by the time", Broken::Step(by_time)),
        ("remembers in the process", Broken::Looking(by_memory)),
        ("stores in the process", Broken::Store(|_| Arc::new(MemoryStore::new()) as Arc<dyn Store>)),
    ];
    let usual = usual(|_| true);
    for (what, broken) in rows {
        // A crash hurts where it comes between an effect and its memory.
        let simulation = with(&usual, broken);
        let hurt = (0..simulation.points()).step_by(2).map(|point| simulation.clone().dying_at(point).run());
        let mut hurt = hurt.filter(|record| {
            assert!(record.calm.is_some());
            invariant::check(record).iter().any(|violation| violation.invariant == "crash-changes-nothing")
        });
        catches(what, "crash-changes-nothing", &hurt.next().unwrap_or_else(|| panic!("{what}: no crash hurts")));
    }
}

#[test]
fn steps_that_cut_a_copy_off_from_its_source() {
    let rows: [(&str, broken::Act); 3] = [
        ("deletes the source", |site, _| {
            let _ = call(site, &ops::DeleteDbSnapshot { identifier: SNAPSHOT.into() });
            Ok(String::new())
        }),
        ("unshares the source", |site, _| {
            let (identifier, attribute) = (SNAPSHOT.into(), "restore".into());
            let remove = vec![site.stage.destination.account.to_string()];
            call(site, &ops::ModifyDbSnapshotAttribute { identifier, attribute, add: Vec::new(), remove })
        }),
        ("revokes the grant", |site, _| {
            let key = site.stage.source_key.clone();
            let listed = ops::ListGrants { key: key.clone(), ..Default::default() };
            let grants = site.stage.fake.call(&site.stage.source, &listed).map_err(|error| StepError::invalid(error.message))?;
            for grant in
                grants.items.into_iter().filter(|grant| grant.name.as_deref().is_some_and(|it| it.starts_with("rds-refresh/")))
            {
                call(site, &ops::RevokeGrant { key: key.clone(), grant_id: grant.id, dry_run: None })?;
            }
            Ok(String::new())
        }),
    ];
    let usual = usual(|record| record.journal().iter().any(|entry| entry.action == "CreateGrant" && entry.took_effect));
    for (what, act) in rows {
        catches(what, "source-outlives-copy", &with(&usual, Broken::Copying(act)).run());
    }
}

#[test]
fn steps_that_tell_a_secret() {
    let rows: [(&str, broken::Act); 3] = [
        ("in a fact", |site, _| Ok(format!("masked with {}", site.secret))),
        ("in an error", |site, _| Err(StepError::invalid(format!("ERROR: syntax error at or near \"{}\"", site.secret)))),
        ("to RDS", |site, _| {
            let name = format!("password {}", site.secret);
            let tags = BTreeMap::from([(name, String::new())]).into_iter().collect();
            let identifier = "orders-production-nightly-c9".into();
            call(site, &ops::CreateDbClusterSnapshot { identifier, cluster: CLUSTER.into(), tags })
        }),
    ];
    let usual = usual(|_| true);
    for (what, act) in rows {
        catches(what, "secrets-stay-secret", &with(&usual, Broken::Step(act)).run());
    }
}

#[test]
fn stores_under_which_runs_do_not_end() {
    let rows: [(&str, broken::Wrap); 3] = [
        ("refuses", |store| Arc::new(BrokenStore { store, fault: broken::Fault::Refuses })),
        ("hangs", |store| Arc::new(BrokenStore { store, fault: broken::Fault::Hangs })),
        ("cannot be read", |store| Arc::new(BrokenStore { store, fault: broken::Fault::Unreadable })),
    ];
    let usual = usual(|_| true);
    for (what, store) in rows {
        catches(what, "every-run-ends", &with(&usual, Broken::Store(store)).dying_at(150).run());
    }
}

#[test]
fn steps_and_stores_that_depend_on_more_than_the_seed() {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let rows = [
        ("counts", Broken::Step(|_, _| Ok(CALLS.fetch_add(1, Ordering::Relaxed).to_string()))),
        ("hashes", Broken::Step(|_, _| Ok(RandomState::new().hash_one("the order of a map").to_string()))),
        (
            "fails every other time",
            Broken::Store(|store| {
                let fault = if CALLS.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
                    broken::Fault::Refuses
                } else {
                    broken::Fault::Unreadable
                };
                Arc::new(BrokenStore { store, fault })
            }),
        ),
    ];
    let usual = usual(|_| true);
    for (what, broken) in rows {
        catches(what, "same-seed-same-trace", &with(&usual, broken).run_twice());
    }
}
