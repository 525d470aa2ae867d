//! A process is killed at each point where it touches the world or the store; another one resumes. Nothing is lost or done twice.

use rds_refresh_core::driver::{DriveError, Signal};
use rds_refresh_core::machine::Cause;
use rds_refresh_core::{OnFailure, Outcome, Store, Verdict};

use crate::deadly::Kill;
use crate::support::{Setting, alive, facts, mortal, run};

/// Starts the run in a process that is killed at the `nth` point; `None` if it was killed.
fn start(setting: &Setting, nth: u32) -> Option<Outcome> {
    let driver = setting.mortal_driver(&Kill::at(nth));
    mortal(driver.start(run(), facts(5), OnFailure::RemoveAll)).map(Result::unwrap)
}

/// Goes on as a person would: resumes what is stored, starts what is not.
fn go_on(setting: &Setting, kill: &Kill) -> Option<Outcome> {
    let driver = setting.mortal_driver(kill);
    let outcome = mortal(async {
        match driver.resume(&run()).await {
            Err(DriveError::NotFound(_)) => driver.start(run(), facts(5), OnFailure::RemoveAll).await,
            resumed => resumed,
        }
    });
    outcome.map(Result::unwrap)
}

#[test]
fn a_run_that_is_killed_anywhere_ends_as_if_it_had_not_been() {
    let calm = Setting::default();
    calm.start().unwrap();
    let mut kills = 0;
    for nth in 0.. {
        let setting = Setting::default();
        if start(&setting, nth).is_some() {
            break;
        }
        kills += 1;
        let outcome = go_on(&setting, &Kill::never()).unwrap();
        assert_eq!(outcome.verdict, Verdict::Succeeded, "killed at {nth}");
        assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"], "killed at {nth}");
        assert_eq!(setting.state().facts(), calm.state().facts(), "killed at {nth}");
    }
    assert!(kills > 50, "only {kills} points");
}

#[test]
fn a_run_that_is_killed_twice_ends_as_if_it_had_not_been() {
    for first in (0..).step_by(3) {
        if start(&Setting::default(), first).is_some() {
            break;
        }
        for second in (0..).step_by(2) {
            let setting = Setting::default();
            start(&setting, first);
            if go_on(&setting, &Kill::at(second)).is_some() {
                break;
            }
            let outcome = go_on(&setting, &Kill::never()).unwrap();
            assert_eq!(outcome.verdict, Verdict::Succeeded, "killed at {first} and {second}");
            assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"], "killed at {first} and {second}");
        }
    }
}

/// A cancel comes while the cluster is being made; wherever the process is killed, the run is undone and the cancel used up.
#[test]
fn no_cancel_is_lost_wherever_the_process_is_killed() {
    let cancelled = || {
        let setting = Setting::default();
        setting.clock.after(4, {
            let store = setting.store.clone();
            move || alive(store.signal(&run(), Signal::Cancel)).unwrap()
        });
        setting
    };
    for nth in 0.. {
        let setting = cancelled();
        let ended = start(&setting, nth);
        let was_killed = ended.is_none();
        // A resume of a run that has failed would begin it again: drive it, as after a reboot.
        let outcome = ended.unwrap_or_else(|| match alive(setting.driver().drive(&run())) {
            Err(DriveError::NotFound(_)) => setting.start().unwrap(),
            driven => driven.unwrap(),
        });
        assert!(matches!(outcome.verdict, Verdict::Failed { cause: Cause::Cancelled, .. }), "killed at {nth}: {outcome:?}");
        assert!(setting.world.names().is_empty(), "killed at {nth}: {:?}", setting.world.names());
        if !was_killed {
            break;
        }
    }
}
