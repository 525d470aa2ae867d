//! A run from its beginning to its end, and the calls that do not answer.

use std::sync::{Arc, Mutex};

use rds_refresh_core::driver::DriveError;
use rds_refresh_core::machine::{Cause, Doing, GRACE, LoadError, StartError};
use rds_refresh_core::{Driver, Facts, OnFailure, StepError, Store, Verdict};

use crate::support::{During, MINUTE, Setting, alive, facts, run};

#[test]
fn a_run_is_driven_to_its_end() {
    let setting = Setting::default();
    let outcome = setting.start().unwrap();
    assert_eq!(outcome.verdict, Verdict::Succeeded);
    assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"]);
    assert_eq!(setting.state().facts().names().collect::<Vec<_>>(), ["cluster", "request", "snapshot"]);
    assert_eq!(outcome.elapsed, setting.clock.slept());
    let report = alive(setting.driver().status(&run())).unwrap();
    assert_eq!(report.doing, Doing::Succeeded);
}

#[test]
fn a_failing_run_is_undone() {
    let setting = Setting::default();
    setting.world.refuse("cluster-t1", StepError::invalid("no such subnet group"));
    let outcome = setting.start().unwrap();
    assert!(matches!(outcome.verdict, Verdict::Failed { cause: Cause::Error { .. }, .. }), "{outcome:?}");
    assert!(setting.world.names().is_empty());
}

#[test]
fn the_observer_sees_every_save() {
    let setting = Setting::default();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let driver = setting.driver().with_observer({
        let seen = seen.clone();
        move |report| seen.lock().unwrap().push((report.doing, report.steps.len()))
    });
    alive(driver.start(run(), facts(1), OnFailure::default())).unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(u64::try_from(seen.len()).unwrap(), setting.stored().unwrap().version);
    assert_eq!((seen[0], seen[seen.len() - 1]), ((Doing::Refreshing, 1), (Doing::Succeeded, 2)));
}

#[test]
fn a_run_is_started_once() {
    let setting = Setting::default();
    setting.start().unwrap();
    let before = setting.stored();
    let cases =
        [(facts(5), OnFailure::RemoveAll, true), (facts(6), OnFailure::RemoveAll, false), (facts(5), OnFailure::KeepAll, false)];
    for (facts, on_failure, same) in cases {
        let error = alive(setting.driver().start(run(), facts, on_failure)).unwrap_err();
        assert!(matches!(error, DriveError::Exists { identical, .. } if identical == same), "{error}");
        assert_eq!(error.to_string().contains("resume it"), same, "{error}");
    }
    let other = setting.driver_of(setting.other_plan());
    let error = alive(other.start(run(), facts(5), OnFailure::RemoveAll)).unwrap_err();
    assert!(matches!(error, DriveError::Exists { identical: false, .. }), "{error}");
    assert_eq!(setting.stored(), before);
}

#[test]
fn a_run_that_cannot_begin_leaves_nothing() {
    let setting = Setting::default();
    let error = alive(setting.driver().start(run(), Facts::new(), OnFailure::default())).unwrap_err();
    assert!(matches!(error, DriveError::Start(StartError::Missing(_))), "{error}");
    assert_eq!(setting.stored(), None);
}

#[test]
fn a_run_that_is_not_stored_cannot_be_gone_on_with() {
    let driver = Setting::default().driver();
    let errors = [
        alive(driver.resume(&run())).unwrap_err(),
        alive(driver.drive(&run())).unwrap_err(),
        alive(driver.status(&run())).unwrap_err(),
        alive(driver.cancel(&run())).unwrap_err(),
        alive(driver.nudge(&run())).unwrap_err(),
        alive(driver.amend(&run(), &facts(1))).unwrap_err(),
    ];
    assert!(errors.iter().all(|error| matches!(error, DriveError::NotFound(_))), "{errors:?}");
}

#[test]
fn a_second_driver_is_refused() {
    let setting = Setting::default();
    let refused = Arc::new(Mutex::new(Vec::new()));
    setting.clock.after(2, {
        let (setting, refused) = (setting.clone(), refused.clone());
        move || {
            refused.lock().unwrap().push(setting.resume());
            refused.lock().unwrap().push(setting.start());
            // To look needs no lease.
            assert_eq!(alive(setting.driver().status(&run())).unwrap().doing, Doing::Refreshing);
        }
    });
    setting.start().unwrap();
    let refused = refused.lock().unwrap();
    assert_eq!(refused.len(), 2);
    for refusal in &*refused {
        assert!(refusal.as_ref().is_err_and(|error| error.to_string().contains("is being driven by")), "{refusal:?}");
    }
    assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"]);
}

#[test]
fn a_driver_that_is_overtaken_stops() {
    let setting = Setting::default();
    setting.clock.after(2, {
        let setting = setting.clone();
        // Somebody who ignores the lease.
        move || {
            let stored = setting.stored().unwrap();
            alive(setting.store.save(&setting.state(), Some(stored.version))).unwrap();
        }
    });
    let error = setting.start().unwrap_err();
    assert!(error.to_string().contains("somebody else has changed it"), "{error}");
    assert_eq!(setting.resume().unwrap().verdict, Verdict::Succeeded);
    assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"]);
}

#[test]
fn a_call_that_hangs_is_given_up_and_looked_at_again() {
    for has_effect in [false, true] {
        let setting = Setting::default();
        setting.clock.enforce_deadlines();
        setting.world.during(1, During::Hang(has_effect));
        let second_look = Arc::new(Mutex::new(None));
        setting.world.during(
            2,
            During::Do(Box::new({
                let (clock, second_look) = (setting.clock.clone(), second_look.clone());
                move || *second_look.lock().unwrap() = Some(clock.slept())
            })),
        );
        assert_eq!(setting.start().unwrap().verdict, Verdict::Succeeded);
        assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"]);
        // The call's minute, and the grace.
        assert!(second_look.lock().unwrap().unwrap() >= MINUTE + GRACE);
    }
}

#[test]
fn a_call_whose_time_is_over_before_it_begins_is_not_begun() {
    let setting = Setting::default();
    let clock = setting.clock.clone();
    let looks = Arc::new(Mutex::new(None));
    // The computer sleeps in the first save.
    let driver = setting.driver().with_observer({
        let (looks, world) = (looks.clone(), setting.world.clone());
        move |report| {
            let mut looks = looks.lock().unwrap();
            match *looks {
                None => {
                    clock.set(5);
                    *looks = Some(0);
                }
                Some(0) if report.steps[0].error.is_some() => *looks = Some(world.things().looks + 1),
                Some(_) => {}
            }
        }
    });
    assert_eq!(alive(driver.start(run(), facts(5), OnFailure::default())).unwrap().verdict, Verdict::Succeeded);
    assert_eq!(*looks.lock().unwrap(), Some(1), "no look before the loss was saved");
}

#[test]
fn an_unknown_step_stops_the_driver_and_nothing_else() {
    let setting = Setting::default();
    let (machine, _) = setting.plan(&crate::deadly::Kill::never());
    let (_, worker) = setting.other_plan();
    let error = alive(setting.driver_of((machine, worker)).start(run(), facts(5), OnFailure::default())).unwrap_err();
    assert!(matches!(&error, DriveError::UnknownStep(step) if step.0 == "restore-cluster"), "{error}");
    assert_eq!(setting.world.things().made, ["snapshot-t1"]);
    assert_eq!(setting.resume().unwrap().verdict, Verdict::Succeeded);
    assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"]);
}

#[test]
fn a_changed_plan_is_refused() {
    let setting = Setting::default();
    setting.start().unwrap();
    let before = setting.stored();
    let error = alive(setting.driver_of(setting.other_plan()).resume(&run())).unwrap_err();
    assert!(matches!(&error, DriveError::Load { source: LoadError::PlanChanged { position: 2, .. }, .. }), "{error}");
    assert_eq!(setting.stored(), before);
    // Its report needs no plan.
    assert!(alive(setting.driver_of(setting.other_plan()).status(&run())).is_ok());
}

#[test]
fn a_clock_that_is_set_back_lengthens_no_wait() {
    let undisturbed = Setting::default();
    undisturbed.start().unwrap();
    for sleep in 1..8 {
        let setting = Setting::default();
        setting.clock.after(sleep, {
            let clock = setting.clock.clone();
            move || clock.set(-24 * 60)
        });
        assert_eq!(setting.start().unwrap().verdict, Verdict::Succeeded);
        let slept = setting.clock.slept();
        let longest = undisturbed.clock.slept() + 15 * MINUTE;
        assert!(slept <= longest, "set back in sleep {sleep}: {slept:?}");
    }
}

#[test]
fn a_clock_that_is_set_back_between_two_drivers_lengthens_no_wait() {
    let setting = Setting::default();
    let interrupt = |sleep: u32| {
        let driver = setting.driver();
        let stop = driver.stopper();
        setting.clock.after(sleep, move || stop.stop());
        driver
    };
    // In the first wait, which is of two minutes.
    alive(interrupt(1).start(run(), facts(5), OnFailure::default())).unwrap_err();
    assert_eq!(setting.world.things().looks, 1);
    setting.clock.set(-60);
    alive(interrupt(3).resume(&run())).unwrap_err();
    assert_eq!(setting.world.things().looks, 2);
}

#[test]
fn a_driver_can_be_shared_and_spawned() {
    fn sent<T: Send + 'static>(_: T) {}
    fn shared<T: Send + Sync>(_: &T) {}
    let setting = Setting::default();
    let driver = Arc::new(setting.driver());
    shared::<Driver>(&driver);
    sent(async move { driver.resume(&run()).await });
}
