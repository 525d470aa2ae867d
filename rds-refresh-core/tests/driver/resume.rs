//! Taking up what is parked or has failed.

use std::time::Duration;

use rds_refresh_core::driver::{DriveError, Signal, Signals};
use rds_refresh_core::machine::Cause;
use rds_refresh_core::{AmendError, Outcome, StepError, Store, Verdict};

use crate::support::{During, Setting, alive, facts, run};

/// A run in which the first call about `name` fails with `error`.
fn failing(name: &'static str, error: StepError) -> (Setting, Outcome) {
    let setting = Setting::default();
    setting.world.refuse(name, error);
    let outcome = setting.start().unwrap();
    (setting, outcome)
}

fn parked() -> Setting {
    let (setting, outcome) = failing("cluster-t1", StepError::credentials("The security token is expired"));
    assert!(matches!(outcome.verdict, Verdict::Parked { .. }), "{outcome:?}");
    setting
}

fn failed() -> Setting {
    let (setting, outcome) = failing("cluster-t1", StepError::invalid("no such class"));
    assert!(matches!(outcome.verdict, Verdict::Failed { .. }), "{outcome:?}");
    setting
}

fn is_cancelled(outcome: &Outcome) -> bool {
    matches!(outcome.verdict, Verdict::Failed { cause: Cause::Cancelled, .. })
}

#[test]
fn a_parked_run_is_left_by_drive_and_taken_up_by_resume() {
    let setting = parked();
    let before = setting.stored();
    assert!(matches!(setting.drive().unwrap().verdict, Verdict::Parked { .. }));
    assert_eq!(setting.stored(), before);
    assert_eq!(setting.resume().unwrap().verdict, Verdict::Succeeded);
    assert_eq!(setting.world.things().made, ["snapshot-t1", "cluster-t1"]);
}

#[test]
fn a_parked_run_that_is_cancelled_is_undone_by_whoever_comes_next() {
    for next in [Setting::drive, Setting::resume] {
        let setting = parked();
        let looks = setting.world.things().looks;
        alive(setting.driver().cancel(&run())).unwrap();
        let outcome = next(&setting).unwrap();
        assert!(is_cancelled(&outcome), "{outcome:?}");
        assert_eq!(setting.world.things().looks, looks, "nothing was gone on with");
        assert!(setting.world.names().is_empty());
        assert_eq!(alive(setting.store.signals(&run())).unwrap(), Signals::default());
    }
}

#[test]
fn a_nudge_does_not_move_a_parked_run() {
    let setting = parked();
    alive(setting.driver().nudge(&run())).unwrap();
    assert!(matches!(setting.drive().unwrap().verdict, Verdict::Parked { .. }));
    assert_eq!(alive(setting.store.signals(&run())).unwrap(), Signals::default());
}

#[test]
fn past_its_limit_a_parked_run_is_undone_by_drive_and_taken_up_by_resume() {
    for (resumed, next) in [(false, Setting::drive as fn(&Setting) -> _), (true, Setting::resume)] {
        let setting = parked();
        setting.clock.set(4 * 24 * 60);
        let outcome = next(&setting).unwrap();
        let is_undone = matches!(outcome.verdict, Verdict::Failed { cause: Cause::ParkLimit { .. }, .. });
        assert_eq!((is_undone, outcome.verdict == Verdict::Succeeded), (!resumed, resumed), "{outcome:?}");
    }
}

#[test]
fn a_failed_run_is_taken_up_under_a_new_attempt() {
    let setting = failed();
    let before = setting.stored();
    assert!(matches!(setting.drive().unwrap().verdict, Verdict::Failed { .. }));
    assert_eq!(setting.stored(), before);
    assert_eq!(setting.resume().unwrap().verdict, Verdict::Succeeded);
    assert_eq!(setting.world.names(), ["cluster-t2", "snapshot-t2"], "RemoveAll had removed the snapshot");
}

#[test]
fn a_resume_forgets_the_cancel_of_a_failed_run() {
    let setting = failed();
    // Sent in the moment in which the run failed.
    alive(setting.store.signal(&run(), Signal::Cancel)).unwrap();
    assert_eq!(setting.resume().unwrap().verdict, Verdict::Succeeded);
    assert_eq!(alive(setting.store.signals(&run())).unwrap(), Signals::default());
}

#[test]
fn a_resumed_run_can_be_cancelled_again() {
    let setting = failed();
    setting.clock.after(1, {
        let setting = setting.clone();
        move || alive(setting.driver().cancel(&run())).unwrap()
    });
    let outcome = setting.resume().unwrap();
    assert!(is_cancelled(&outcome), "{outcome:?}");
}

#[test]
fn a_run_that_succeeded_is_not_begun_again() {
    let setting = Setting::default();
    setting.start().unwrap();
    let before = setting.stored();
    assert_eq!(setting.resume().unwrap().verdict, Verdict::Succeeded);
    assert_eq!(setting.stored(), before);
}

#[test]
fn a_request_is_amended_while_the_run_is_stopped() {
    let size = |setting: &Setting| setting.state().facts().get("request").unwrap()["size"].as_u64();

    let setting = failed();
    let error = alive(setting.driver().amend(&run(), &facts(9))).unwrap_err();
    assert!(matches!(&error, DriveError::Amend(AmendError::Touches(_))), "{error}");
    assert_eq!(size(&setting), Some(5));

    let (setting, _) = failing("snapshot-t1", StepError::invalid("no such cluster"));
    alive(setting.driver().amend(&run(), &facts(9))).unwrap();
    assert_eq!(size(&setting), Some(9));
    assert_eq!(setting.resume().unwrap().verdict, Verdict::Succeeded);

    let error = alive(setting.driver().amend(&run(), &facts(9))).unwrap_err();
    assert!(matches!(error, DriveError::Amend(AmendError::Succeeded)), "{error}");
}

#[test]
fn a_call_of_a_killed_driver_is_waited_for_only_once() {
    use crate::deadly::Kill;
    use crate::support::mortal;
    use rds_refresh_core::machine::GRACE;

    for (passed, waits) in
        [(0, Duration::from_mins(1) + GRACE), (1, GRACE), (2, Duration::ZERO), (-60, Duration::from_mins(1) + GRACE)]
    {
        let setting = Setting::default();
        // After the lease, the load and the save, each of which has two points, and before the call.
        let kill = Kill::at(5);
        assert!(mortal(setting.mortal_driver(&kill).start(run(), facts(5), rds_refresh_core::OnFailure::default())).is_none());
        setting.clock.set(passed);
        let looked = std::sync::Arc::new(std::sync::Mutex::new(None));
        setting.world.during(
            1,
            During::Do(Box::new({
                let (clock, looked) = (setting.clock.clone(), looked.clone());
                move || *looked.lock().unwrap() = Some(clock.slept())
            })),
        );
        assert_eq!(setting.resume().unwrap().verdict, Verdict::Succeeded);
        let slept = looked.lock().unwrap().unwrap();
        // And the pause of a retry, about a second.
        let most = waits + Duration::from_secs(2);
        assert!((waits..=most).contains(&slept), "{passed} min later: {slept:?}");
    }
}
