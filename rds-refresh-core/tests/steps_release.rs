//! Step 5 and the settlement's first duty: the temporary instance goes, and is gone.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::sync::Arc;

use common::*;
use rds_refresh_core::ports::DbInstance;
use rds_refresh_core::step::Record;
use rds_refresh_core::steps::{AwaitTemporaryInstanceGone, ReleaseTemporaryInstance, Released, TemporaryInstance};
use rds_refresh_core::{Progress, Step, StepError};

/// What a look saw, how often it was answered by a change and by a deletion, and what the step said.
struct Look {
    what: &'static str,
    found: Option<DbInstance>,
    deletion: Result<(), StepError>,
    calls: (usize, usize),
    release: &'static str,
    gone: &'static str,
}

fn looks() -> Vec<Look> {
    let seen = |status: &str| DbInstance { status: status.into(), ..seen_instance() };
    let look = |what, found, calls, release, gone| Look { what, found, deletion: Ok(()), calls, release, gone };
    vec![
        look("there", Some(seen("available")), (0, 1), "ready", "deleting"),
        look("backing up", Some(seen("backing-up")), (0, 1), "ready", "deleting"),
        look("failed", Some(seen("storage-full")), (0, 1), "ready", "deleting"),
        look("being deleted", Some(seen("deleting")), (0, 0), "ready", "deleting"),
        look("gone", None, (0, 0), "ready", "ready"),
        // It bills on until it is really being deleted.
        look(
            "protected",
            Some(DbInstance { deletion_protection: true, ..seen("available") }),
            (1, 0),
            "unprotecting",
            "unprotecting",
        ),
        look("a stranger", Some(DbInstance { tags: [].into(), ..seen("available") }), (0, 0), "fail conflict", "fail conflict"),
        look(
            "a member",
            Some(DbInstance { cluster: Some("orders".into()), ..seen("available") }),
            (0, 0),
            "fail conflict",
            "fail conflict",
        ),
        Look {
            deletion: Err(StepError::busy("not now")),
            ..look("not now", Some(seen("creating")), (0, 1), "creating", "creating")
        },
        Look {
            deletion: Err(StepError::not_found("gone")),
            ..look("gone meanwhile", Some(seen("available")), (0, 1), "ready", "ready")
        },
        Look {
            deletion: Err(StepError::unknown_outcome("lost")),
            ..look("lost", Some(seen("available")), (0, 1), "fail unknown-outcome", "fail unknown-outcome")
        },
    ]
}

fn source(look: &Look) -> Arc<MockSource> {
    let (found, deletion, (changes, deletions)) = (look.found.clone(), look.deletion.clone(), look.calls);
    let mut source = MockSource::new();
    source.expect_describe_db_instance().withf(|it| it.as_str() == INSTANCE).times(1).return_once(|_| Ok(found));
    source.expect_modify_db_instance().times(changes).returning(|_, _| Ok(()));
    source.expect_delete_db_instance().times(deletions).return_once(|_| deletion);
    Arc::new(source)
}

fn told<T>(progress: &Result<Progress<T>, StepError>) -> String {
    match progress {
        Ok(Progress::Ready(_)) => "ready".into(),
        Ok(Progress::Pending(seen, _)) => seen.status.clone(),
        Err(error) => format!("fail {}", error.kind()),
    }
}

#[tokio::test]
async fn releasing_asks_for_the_deletion_and_waiting_waits_for_its_end() {
    for look in looks() {
        let release = ReleaseTemporaryInstance::new(source(&look));
        let needs = (source_request(), Record(temporary_instance()), Record(instance_snapshot()));
        assert_eq!(told(&release.reconcile(&needs, &cx()).await), look.release, "{}", look.what);

        let wait = AwaitTemporaryInstanceGone::new(source(&look));
        let needs = (source_request(), Record(temporary_instance()), Record(Released { instance: id(INSTANCE) }));
        assert_eq!(told(&wait.reconcile(&needs, &cx()).await), look.gone, "{}", look.what);
    }
}

/// A resumed run may have restored a second instance after the first was released.
#[tokio::test]
async fn the_instance_that_is_waited_for_is_the_latest() {
    let second = DbInstance {
        identifier: "orders-r1-t2".into(),
        tags: owner(rds_refresh_core::Role::Scratch, "orders-r1-t2"),
        ..seen_instance()
    };
    let mut source = MockSource::new();
    source.expect_describe_db_instance().withf(|it| it.as_str() == "orders-r1-t2").times(1).return_once(|_| Ok(Some(second)));
    source.expect_delete_db_instance().times(1).returning(|_| Ok(()));
    let latest = TemporaryInstance { identifier: id("orders-r1-t2"), ..temporary_instance() };
    let needs = (source_request(), Record(latest), Record(Released { instance: id(INSTANCE) }));
    assert_eq!(told(&AwaitTemporaryInstanceGone::new(Arc::new(source)).reconcile(&needs, &cx()).await), "deleting");
}

#[tokio::test]
async fn there_is_nothing_to_undo() {
    let needs = (source_request(), Record(temporary_instance()), Record(instance_snapshot()));
    let release = ReleaseTemporaryInstance::new(Arc::new(MockSource::new()));
    assert_eq!(undone(&release.compensate(&needs, &cx()).await), "done");
    assert!(release.footprint(&needs, &cx()).is_empty());
}
