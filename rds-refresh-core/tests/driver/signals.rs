//! Cancels, nudges and interruptions, before, in and after a call and a wait.

use std::time::Duration;

use rds_refresh_core::driver::{DriveError, Signal, Signals};
use rds_refresh_core::machine::{Cause, Doing};
use rds_refresh_core::{OnFailure, Outcome, Store, Verdict};

use crate::support::{During, MINUTE, Setting, alive, facts, run};

fn assert_cancelled(outcome: &Outcome) {
    assert!(matches!(outcome.verdict, Verdict::Failed { cause: Cause::Cancelled, .. }), "{outcome:?}");
}

fn signals(setting: &Setting) -> Signals {
    alive(setting.store.signals(&run())).unwrap()
}

#[test]
fn a_cancel_in_a_wait_is_heard_within_the_signal_interval() {
    let setting = Setting::default();
    setting.clock.after(2, {
        let setting = setting.clone();
        move || {
            alive(setting.driver().cancel(&run())).unwrap();
            setting.world.things().looks = 100;
        }
    });
    assert_cancelled(&setting.start().unwrap());
    assert_eq!(setting.world.things().looks, 100, "it looked again before it stopped");
    assert!(setting.world.names().is_empty());
    assert_eq!(signals(&setting), Signals::default());
}

#[test]
fn a_cancel_in_a_call_waits_for_the_answer_and_starts_nothing_more() {
    // The fourth finds the snapshot ready, and would lead on to the cluster.
    for look in 1..=5 {
        let setting = Setting::default();
        setting.world.during(
            look,
            During::Do(Box::new({
                let setting = setting.clone();
                move || alive(setting.driver().cancel(&run())).unwrap()
            })),
        );
        assert_cancelled(&setting.start().unwrap());
        assert_eq!(setting.world.things().looks, look);
        assert!(setting.world.names().is_empty());
        assert_eq!(signals(&setting), Signals::default());
    }
}

#[test]
fn a_nudge_has_the_run_look_at_once() {
    let slept = |nudge: bool| {
        let setting = Setting::default();
        // In the third minute of the cluster's twenty, of which it sleeps a quarter through: RDS was quicker than expected.
        setting.clock.after(10, {
            let setting = setting.clone();
            move || {
                assert!(setting.world.names().contains(&"cluster-t1".to_owned()));
                setting.world.things().there.values_mut().for_each(|ready| *ready = Duration::ZERO);
                if nudge {
                    alive(setting.driver().nudge(&run())).unwrap();
                }
            }
        });
        assert_eq!(setting.start().unwrap().verdict, Verdict::Succeeded);
        assert_eq!(signals(&setting), Signals::default());
        setting.clock.slept()
    };
    assert_eq!(slept(true), 10 * MINUTE);
    assert!(slept(false) > 11 * MINUTE);
}

#[test]
fn a_nudge_that_comes_too_soon_waits_for_the_shortest_interval() {
    let setting = Setting::default();
    setting.clock.after(1, {
        let setting = setting.clone();
        move || alive(setting.driver().nudge(&run())).unwrap()
    });
    assert_eq!(setting.start().unwrap().verdict, Verdict::Succeeded);
    assert_eq!(signals(&setting), Signals::default());
    assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"]);
}

#[test]
fn a_run_that_has_ended_takes_no_signals() {
    let setting = Setting::default();
    setting.start().unwrap();
    for error in [alive(setting.driver().cancel(&run())), alive(setting.driver().nudge(&run()))] {
        assert!(matches!(error, Err(DriveError::Ended(_))), "{error:?}");
    }
    assert_eq!(signals(&setting), Signals::default());
}

#[test]
fn a_signal_that_changes_nothing_is_used_up() {
    let setting = Setting::default();
    setting.clock.after(2, {
        let setting = setting.clone();
        move || alive(setting.store.signal(&run(), Signal::Cancel)).unwrap()
    });
    // While it is being undone.
    setting.clock.after(3, {
        let setting = setting.clone();
        move || alive(setting.store.signal(&run(), Signal::Cancel)).unwrap()
    });
    assert_cancelled(&setting.start().unwrap());
    assert_eq!(signals(&setting), Signals::default());
}

#[test]
fn an_interrupted_wait_ends_at_once_and_goes_on_later() {
    let setting = Setting::default();
    let driver = setting.driver();
    setting.clock.after(2, {
        let stop = driver.stopper();
        move || stop.stop()
    });
    let error = alive(driver.start(run(), facts(5), OnFailure::default())).unwrap_err();
    assert!(matches!(error, DriveError::Interrupted(_)), "{error}");
    assert_eq!(setting.world.names(), ["snapshot-t1"]);
    assert_eq!(alive(setting.driver().status(&run())).unwrap().doing, Doing::Refreshing);
    // Once asked, this driver drives nothing any more; the next one does.
    assert!(matches!(alive(driver.resume(&run())), Err(DriveError::Interrupted(_))));
    assert_eq!(setting.resume().unwrap().verdict, Verdict::Succeeded);
    assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"]);
}

#[test]
fn an_interrupted_call_is_answered_and_saved() {
    for look in 1..=4 {
        let setting = Setting::default();
        let driver = setting.driver();
        setting.world.during(
            look,
            During::Do(Box::new({
                let stop = driver.stopper();
                move || stop.stop()
            })),
        );
        let error = alive(driver.start(run(), facts(5), OnFailure::default())).unwrap_err();
        assert!(matches!(error, DriveError::Interrupted(_)), "{error}");
        let things = setting.world.things().looks;
        assert_eq!(things, look, "the call in flight was the last");
        let report = alive(setting.driver().status(&run())).unwrap();
        assert!(report.steps[0].status.is_some() || report.steps.len() == 2, "its answer was saved");
        assert_eq!(setting.resume().unwrap().verdict, Verdict::Succeeded);
        assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"]);
    }
}

#[test]
fn a_sleeping_driver_is_woken_by_its_stop() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Context, Poll, Wake};

    struct Woken(AtomicBool);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    // A clock on which no sleep ever ends.
    struct Stuck;
    #[async_trait::async_trait]
    impl rds_refresh_core::Clock for Stuck {
        fn now(&self) -> rds_refresh_core::Timestamp {
            crate::support::began()
        }
        async fn sleep_until(&self, _: rds_refresh_core::Timestamp) {
            std::future::pending::<()>().await;
        }
    }

    let setting = Setting::default();
    let (machine, worker) = setting.plan(&crate::deadly::Kill::never());
    let driver = rds_refresh_core::Driver::new(machine, worker, Arc::new(setting.store.clone()), Arc::new(Stuck));
    let stop = driver.stopper();
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = woken.clone().into();
    let mut driving = Box::pin(driver.start(run(), facts(5), OnFailure::default()));
    assert!(driving.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert!(!woken.0.load(Ordering::SeqCst));
    stop.stop();
    assert!(woken.0.load(Ordering::SeqCst));
    let Poll::Ready(Err(DriveError::Interrupted(_))) = driving.as_mut().poll(&mut Context::from_waker(&waker)) else {
        panic!("not interrupted")
    };
}
