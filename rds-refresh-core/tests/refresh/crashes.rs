//! The process dies, at every point at which it can, and another one goes on.

use std::sync::Arc;

use rds_refresh_core::driver::DriveError;
use rds_refresh_core::{OnFailure, Store, Verdict};

use crate::fixture::{DeadlyStore, Death, Run};

/// Dies at the given point and is resumed. `None` if the run ended before.
async fn die_and_resume(death: Death) -> Option<Run> {
    let run = Run::seeded(1);
    let mortal = run.driver_on(Arc::new(DeadlyStore::new(run.store.clone(), death)));
    match mortal.start(run.id.clone(), run.facts(), OnFailure::default()).await {
        Ok(_) => return None,
        Err(DriveError::Store(_)) => {}
        Err(error) => panic!("{death:?}: {error}"),
    }
    drop(mortal);
    // Who dies before the first save has done nothing.
    let outcome = match run.store.load(&run.id).await.unwrap() {
        None => run.start().await,
        Some(_) => run.driver().resume(&run.id).await.unwrap(),
    };
    assert_eq!(outcome.verdict, Verdict::Succeeded, "{death:?}");
    Some(run)
}

async fn dies_everywhere(death: impl Fn(usize) -> Death) {
    let undisturbed = Run::seeded(1);
    undisturbed.start().await;
    let mut points = 0;
    while let Some(run) = die_and_resume(death(points + 1)).await {
        points += 1;
        let death = death(points);
        assert_eq!(run.resources(), undisturbed.resources(), "{death:?}");
        // The same mutations: none is missing, none took effect twice.
        assert_eq!(run.mutations(), undisturbed.mutations(), "{death:?}");
    }
    assert!(points > 50, "only {points} points");
}

#[tokio::test]
async fn after_each_effect_before_it_is_saved() {
    dies_everywhere(Death::BeforeSave).await;
}

#[tokio::test]
async fn after_each_save_before_the_next_call() {
    dies_everywhere(Death::AfterSave).await;
}

#[tokio::test]
async fn again_and_again() {
    let undisturbed = Run::seeded(1);
    undisturbed.start().await;
    let run = Run::seeded(1);
    let mut first = true;
    let outcome = loop {
        // Each process lives long enough to lose the call of the one before, look again, and write one answer down.
        let mortal = run.driver_on(Arc::new(DeadlyStore::new(run.store.clone(), Death::BeforeSave(4))));
        let lived = if first {
            mortal.start(run.id.clone(), run.facts(), OnFailure::default()).await
        } else {
            mortal.resume(&run.id).await
        };
        first = false;
        if let Ok(outcome) = lived {
            break outcome;
        }
    };
    assert_eq!(outcome.verdict, Verdict::Succeeded);
    assert_eq!(run.mutations(), undisturbed.mutations());
}
