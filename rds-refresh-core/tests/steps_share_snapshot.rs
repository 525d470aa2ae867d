//! Step 4: the snapshot is shared with one account, which is also given the key.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::*;
use rds_refresh_core::ports::{CreateGrant, DbSnapshot, Grant, Key, KeyManager};
use rds_refresh_core::steps::{Decision, InstanceSnapshot, KeyGrant, ShareSnapshot, Sharer, Sharing};
use rds_refresh_core::{OnFailure, Progress, Step, StepError};

const LAG: Duration = Duration::from_mins(5);

/// How long the call that made a grant may have taken.
const CALL: Duration = Duration::from_mins(2);
/// The statement that lets the destination do everything with the key.
const POLICY: &str =
    r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"kms:*","Resource":"*"}}"#;

fn step(source: MockSource) -> ShareSnapshot {
    let source = Arc::new(source);
    ShareSnapshot::new(source.clone(), source)
}

/// Shared with these accounts; the policy says nothing of the destination, and there is no grant.
fn sharing(accounts: &[&str]) -> Sharing {
    Sharing {
        snapshot: seen_snapshot(),
        accounts: accounts.iter().map(ToString::to_string).collect(),
        key: Some(seen_key()),
        policy_allows: false,
        grants: Vec::new(),
    }
}

fn decide(sharing: &Sharing) -> Decision<rds_refresh_core::steps::Shared, Sharer> {
    ShareSnapshot::decide(&source_request(), &instance_snapshot(), &cx(), sharing)
}

#[test]
fn first_the_share_then_the_grant() {
    assert_eq!(decide(&sharing(&[])), Decision::Do(Sharer::Share));
    let grant = CreateGrant { key: KEY.parse().unwrap(), grantee: destination(), name: GRANT.into() };
    assert_eq!(decide(&sharing(&["222222222222"])), Decision::Do(Sharer::Grant(grant)));
    match decide(&Sharing { grants: vec![seen_grant()], ..sharing(&["222222222222"]) }) {
        Decision::Ready(shared) => assert_eq!(shared.grant.unwrap().name, GRANT),
        other => panic!("{other:?}"),
    }
    // Where the policy lets the destination in, the run leaves no trace on the key.
    let allowed = Sharing { policy_allows: true, ..sharing(&["222222222222"]) };
    assert_eq!(decide(&allowed), Decision::Ready(shared(None)));
}

/// What is not encrypted has no key to look at, to grant, or to take a grant of back.
#[tokio::test]
async fn what_is_not_encrypted_is_shared_without_a_grant() {
    let plain = || DbSnapshot { encrypted: false, kms_key: None, ..seen_snapshot() };
    let accounts = |shared: bool| if shared { vec!["222222222222".to_owned()] } else { Vec::new() };
    let needs = (source_request(), InstanceSnapshot { kms_key: None, ..instance_snapshot() });
    for was_shared in [false, true] {
        let mut source = MockSource::new();
        source.expect_describe_db_snapshot().returning(move |_| Ok(Some(plain())));
        source.expect_restore_attribute().returning(move |_| Ok(Some(accounts(was_shared))));
        source.expect_share_db_snapshot().times(usize::from(!was_shared)).returning(|_, _| Ok(()));
        source.expect_unshare_db_snapshot().times(usize::from(was_shared)).returning(|_, _| Ok(()));
        let step = step(source);
        let progress = step.reconcile(&needs, &cx()).await;
        assert_eq!(progress == Ok(Progress::Ready(shared(None))), was_shared, "{progress:?}");
        step.compensate(&needs, &cx()).await.unwrap();
        assert_eq!(step.footprint(&needs, &cx()).len(), 1);
    }
}

#[test]
fn what_cannot_be_shared() {
    let with = |change: &dyn Fn(&mut Sharing)| {
        let mut sharing = sharing(&[]);
        change(&mut sharing);
        sharing
    };
    let key = |change: &dyn Fn(&mut Key)| with(&|it| change(it.key.as_mut().unwrap()));
    let rows = [
        ("with a stranger", sharing(&["333333333333"]), "fail conflict"),
        ("with a stranger as well", sharing(&["222222222222", "333333333333"]), "fail conflict"),
        ("with everybody", sharing(&["all"]), "fail conflict"),
        ("a key of AWS", key(&|it| it.manager = KeyManager::Aws), "fail invalid"),
        ("a disabled key", key(&|it| it.state = "Disabled".into()), "fail denied"),
        ("a key that goes", key(&|it| it.state = "PendingDeletion".into()), "fail denied"),
        ("an asymmetric key", key(&|it| it.spec = "RSA_2048".into()), "fail invalid"),
        ("a snapshot that goes", with(&|it| it.snapshot.status = "deleting".into()), "fail terminal-status"),
        ("a failed snapshot", with(&|it| it.snapshot.status = "failed".into()), "fail terminal-status"),
        ("a busy snapshot", with(&|it| it.snapshot.status = "a-new-status".into()), "wait a-new-status"),
    ];
    for (what, sharing, expected) in rows {
        assert_eq!(told(&decide(&sharing)), expected, "{what}");
    }
}

#[test]
fn what_is_not_ours_is_not_shared() {
    for (what, snapshot) in strangers!(seen_snapshot()) {
        assert_eq!(told(&decide(&Sharing { snapshot, ..sharing(&[]) })), "fail conflict", "{what}");
    }
}

/// A source where the snapshot is shared with these accounts, and the key has this policy and these grants.
fn source(accounts: &'static [&str], policy: Result<&'static str, StepError>, grants: Vec<Grant>) -> MockSource {
    let mut source = MockSource::new();
    source.expect_describe_db_snapshot().returning(|_| Ok(Some(seen_snapshot())));
    source.expect_restore_attribute().returning(|_| Ok(Some(accounts.iter().map(ToString::to_string).collect())));
    source.expect_describe_key().returning(|_| Ok(Some(seen_key())));
    source.expect_key_policy().returning(move |_| policy.clone().map(str::to_owned));
    source.expect_grants_named().withf(|_, name| name == GRANT).returning(move |_, _| Ok(grants.clone()));
    source
}

async fn reconcile(source: MockSource) -> Result<Progress<rds_refresh_core::steps::Shared>, StepError> {
    step(source).reconcile(&(source_request(), instance_snapshot()), &cx()).await
}

#[tokio::test]
async fn one_call_a_look() {
    let mut unshared = source(&[], Ok("{}"), Vec::new());
    unshared.expect_share_db_snapshot().withf(|_, account| *account == destination()).times(1).returning(|_, _| Ok(()));
    assert!(matches!(reconcile(unshared).await, Ok(Progress::Pending(_, Some(_)))));

    // KMS's answer counts, because it may not list the grant for minutes.
    let mut ungranted = source(&["222222222222"], Ok("{}"), Vec::new());
    ungranted.expect_create_grant().times(1).returning(|_| Ok(seen_grant()));
    let granted = rds_refresh_core::steps::KeyGrant { made_at: cx().now, ..key_grant() };
    assert_eq!(reconcile(ungranted).await, Ok(Progress::Ready(shared(Some(granted.clone())))));

    let all_there = source(&["222222222222"], Ok("{}"), vec![seen_grant()]);
    assert_eq!(reconcile(all_there).await, Ok(Progress::Ready(shared(Some(granted)))));

    let allowed = source(&["222222222222"], Ok(POLICY), Vec::new());
    assert_eq!(reconcile(allowed).await, Ok(Progress::Ready(shared(None))));

    // Somebody changed the policy after a look had made a grant, of which nobody was told.
    let needless = source(&["222222222222"], Ok(POLICY), vec![seen_grant()]);
    let later = cx_with(|cx| cx.elapsed = Duration::from_secs(1));
    let told = step(needless).reconcile(&(source_request(), instance_snapshot()), &later).await;
    assert!(matches!(told, Ok(Progress::Ready(shared)) if shared.grant.is_some()));
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_allows_nothing() {
    for unreadable in [StepError::denied("no"), StepError::not_found("no")] {
        let mut source = source(&["222222222222"], Err(unreadable), Vec::new());
        source.expect_create_grant().times(1).returning(|_| Ok(seen_grant()));
        assert!(matches!(reconcile(source).await, Ok(Progress::Ready(shared)) if shared.grant.is_some()));
    }
    let throttled = source(&["222222222222"], Err(StepError::throttled("slow")), Vec::new());
    assert_eq!(reconcile(throttled).await, Err(StepError::throttled("slow")));
}

#[tokio::test]
async fn a_mutation_that_fails() {
    mutation_failures(|error| async move {
        let mut source = source(&[], Ok("{}"), Vec::new());
        source.expect_share_db_snapshot().times(1).return_once(|_, _| Err(error));
        reconcile(source).await
    })
    .await;
    let mut source = source(&["222222222222"], Ok("{}"), Vec::new());
    source.expect_create_grant().times(1).returning(|_| Err(StepError::denied("no")));
    assert_eq!(reconcile(source).await, Err(StepError::denied("no")));
}

#[tokio::test]
async fn a_snapshot_or_key_that_is_gone() {
    let mut gone = MockSource::new();
    gone.expect_describe_db_snapshot().returning(|_| Ok(None));
    assert_eq!(reconcile(gone).await.unwrap_err().kind(), rds_refresh_core::ErrorKind::NotFound);
    let mut keyless = MockSource::new();
    keyless.expect_describe_db_snapshot().returning(|_| Ok(Some(seen_snapshot())));
    keyless.expect_restore_attribute().returning(|_| Ok(Some(Vec::new())));
    keyless.expect_describe_key().returning(|_| Ok(None));
    assert_eq!(reconcile(keyless).await.unwrap_err().kind(), rds_refresh_core::ErrorKind::NotFound);
}

#[tokio::test]
async fn undoing_takes_back_the_share_then_the_grant() {
    let strange = || Some(DbSnapshot { tags: [].into(), ..seen_snapshot() });
    let with = || Some(vec!["222222222222".to_owned()]);
    let waiting = "waiting for KMS to show its grants";
    let share = "unsharing orders-r1-s1:222222222222";
    let grant = format!("revoking the grant {KEY}#{GRANT}");
    // What, whom it is shared with, the snapshot, grants, since when, calls to unshare and to revoke, answer.
    let rows = [
        ("shared", with(), Some(seen_snapshot()), vec![seen_grant()], LAG, (1, 0), share),
        ("granted", Some(vec![]), Some(seen_snapshot()), vec![seen_grant()], LAG, (0, 1), &grant),
        ("never ran", Some(vec![]), Some(seen_snapshot()), vec![], LAG, (0, 0), "done"),
        ("a grant may still show", Some(vec![]), Some(seen_snapshot()), vec![], LAG / 2, (0, 0), waiting),
        ("snapshot gone", None, None, vec![], LAG, (0, 0), "done"),
        ("snapshot gone, grant not", None, None, vec![seen_grant()], LAG, (0, 1), &grant),
        ("another's share", Some(vec!["all".into()]), Some(seen_snapshot()), vec![], LAG, (0, 0), "done"),
        ("another's snapshot", with(), strange(), vec![], LAG, (0, 0), "fail conflict"),
    ];
    for (what, accounts, snapshot, grants, elapsed, (unshares, revokes), expected) in rows {
        let mut source = MockSource::new();
        source.expect_restore_attribute().return_once(|_| Ok(accounts));
        source.expect_describe_db_snapshot().return_once(|_| Ok(snapshot));
        source.expect_grants_named().return_once(|_, _| Ok(grants));
        source.expect_unshare_db_snapshot().withf(|_, it| *it == destination()).times(unshares).returning(|_, _| Ok(()));
        source.expect_revoke_grant().withf(|_, id| id == "g-1").times(revokes).returning(|_, _| Ok(()));
        let cx = cx_with(|cx| cx.elapsed = elapsed);
        let undo = step(source).compensate(&(source_request(), instance_snapshot()), &cx).await;
        assert_eq!(undone(&undo), expected, "{what}");
    }
}

/// What the step gave says whether there is a grant to wait for, and since when.
#[tokio::test]
async fn undoing_what_is_done_waits_for_no_grant_that_never_was() {
    let granted = |ago: Duration| shared(Some(KeyGrant { made_at: cx().now.before(ago), ..key_grant() }));
    let rows = [
        ("the policy allowed it", shared(None), OnFailure::RemoveCostly, "done"),
        ("the policy allowed it, all is kept", shared(None), OnFailure::KeepAll, "done"),
        ("granted long ago", granted(LAG + CALL), OnFailure::RemoveCostly, "done"),
        ("granted by a call that took a while", granted(LAG), OnFailure::RemoveCostly, "waiting for KMS to show its grants"),
        ("granted a minute ago", granted(LAG / 5), OnFailure::RemoveCostly, "waiting for KMS to show its grants"),
        ("granted a minute ago, all is kept", granted(LAG / 5), OnFailure::KeepAll, "waiting for KMS to show its grants"),
    ];
    for (what, gave, on_failure, expected) in rows {
        let mut source = MockSource::new();
        source.expect_restore_attribute().returning(|_| Ok(Some(vec![])));
        source.expect_grants_named().times(usize::from(gave.grant.is_some())).returning(|_, _| Ok(vec![]));
        let cx = cx_with(|cx| {
            (cx.done, cx.gave) = (true, Some(serde_json::to_value(&gave).unwrap()));
            cx.on_failure = on_failure;
        });
        let undo = step(source).compensate(&(source_request(), instance_snapshot()), &cx).await;
        assert_eq!(undone(&undo), expected, "{what}");
    }
}

#[tokio::test]
async fn a_snapshot_that_is_deleted_meanwhile_is_not_shared() {
    for (error, expected) in
        [(StepError::not_found("gone"), "unsharing orders-r1-s1:222222222222"), (StepError::denied("no"), "fail denied")]
    {
        let mut source = MockSource::new();
        source.expect_restore_attribute().returning(|_| Ok(Some(vec!["222222222222".into()])));
        source.expect_describe_db_snapshot().returning(|_| Ok(Some(seen_snapshot())));
        source.expect_unshare_db_snapshot().times(1).return_once(|_, _| Err(error));
        let undo = step(source).compensate(&(source_request(), instance_snapshot()), &cx()).await;
        assert_eq!(undone(&undo), expected);
    }
}

#[tokio::test]
async fn what_is_kept_is_said() {
    let (soon, late) = (Duration::from_secs(1), Duration::from_mins(5));
    for (accounts, grants, elapsed, expected) in [
        (vec!["222222222222"], vec![seen_grant()], soon, format!("kept orders-r1-s1:222222222222 {KEY}#{GRANT}")),
        // KMS may not list yet what was granted.
        (vec!["222222222222"], vec![], soon, "waiting for KMS to show its grants".to_owned()),
        (vec!["222222222222"], vec![], late, "kept orders-r1-s1:222222222222".to_owned()),
        (vec!["333333333333"], vec![], late, "done".to_owned()),
    ] {
        let mut source = MockSource::new();
        source.expect_restore_attribute().return_once(move |_| Ok(Some(accounts.into_iter().map(str::to_owned).collect())));
        source.expect_grants_named().return_once(|_, _| Ok(grants));
        let cx = cx_with(|cx| (cx.on_failure, cx.elapsed) = (OnFailure::KeepAll, elapsed));
        assert_eq!(undone(&step(source).compensate(&(source_request(), instance_snapshot()), &cx).await), expected);
    }
}

#[tokio::test]
async fn the_share_tells_whether_the_fact_stands() {
    // Not the grant: KMS may list one that was revoked, and not one that was made.
    for (accounts, stands) in [
        (Some(vec!["222222222222".to_owned()]), true),
        (Some(vec!["333333333333".to_owned()]), false),
        (Some(vec![]), false),
        (None, false),
    ] {
        for fact in [shared(None), shared(Some(key_grant()))] {
            let mut source = MockSource::new();
            let accounts = accounts.clone();
            source.expect_restore_attribute().withf(|it| it.as_str() == SNAPSHOT).times(1).return_once(|_| Ok(accounts));
            assert_eq!(step(source).verify(&fact, &cx()).await, Ok(stands));
        }
    }
}
