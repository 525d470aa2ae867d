//! States of every shipped plan at telling moments, stored by this version, are understood by every later one: they load, say the same
//! next thing to do, and hold facts that the steps can still read.
//!
//! `UPDATE_GOLDEN=1 cargo test --workspace --all-features --test stored_plans` writes the states that are missing. One that is there is
//! never written anew: somewhere a run is stored like that.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod shipped;
mod stories;

use std::fs;
use std::path::{Path, PathBuf};

use rds_refresh_core::{Applied, Command, Event, EventKind, Machine, State, StoredState, Verdict};
use rds_refresh_testkit::Stage;
use serde_json::{Value, json};
use shipped::Shipped;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/plans")
}

/// The command without the facts, which are in the state beside it.
fn command(machine: &Machine, state: &State) -> Value {
    match machine.command(state) {
        Command::Run(call) => json!({ "run": {
            "seq": call.seq,
            "step": call.step,
            "action": call.action,
            "attempt": call.attempt,
            "not_after": call.not_after,
            "elapsed_ms": u64::try_from(call.elapsed.as_millis()).unwrap(),
        } }),
        Command::Sleep(sleep) => json!({ "sleep": sleep }),
        Command::Finish(outcome) => json!({ "finish": outcome }),
    }
}

#[tokio::test]
async fn what_was_stored_is_taken_up_for_ever() {
    let mut taken = 0;
    for plan in Shipped::all() {
        for entry in fs::read_dir(folder().join(plan.to_string())).unwrap() {
            let path = entry.unwrap().path();
            let kept: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            take_up(plan, &kept).await.unwrap_or_else(|why| panic!("{}: {why}", path.display()));
            taken += 1;
        }
    }
    assert!(taken > 50, "only {taken}");
}

async fn take_up(plan: Shipped, kept: &Value) -> Result<(), String> {
    let (machine, worker) = plan.build(&Stage::two_accounts(1));
    let stored: StoredState = serde_json::from_value(kept["state"].clone()).map_err(|error| error.to_string())?;
    let mut state = machine.load(stored).map_err(|error| error.to_string())?;
    let (command, again) = (command(&machine, &state), serde_json::to_value(&state).unwrap());
    if command != kept["command"] {
        return Err(format!("it says {command:#} and said {:#}", kept["command"]));
    }
    if again != kept["state"] {
        return Err(format!("it is stored as {again:#}"));
    }
    match machine.command(&state) {
        Command::Run(_) => {}
        Command::Sleep(sleep) => {
            let woke = Event { now: sleep.until, kind: EventKind::Woke { seq: sleep.seq } };
            assert_eq!(machine.apply(&mut state, woke), Applied::Advanced);
        }
        Command::Finish(outcome) if outcome.verdict == Verdict::Succeeded => return Ok(()),
        Command::Finish(_) => {
            let now = state.now();
            assert_eq!(machine.resume(&mut state, now), Applied::Advanced);
        }
    }
    // Nothing of the run is in this world: what counts is that the step comes as far as to look.
    let Command::Run(call) = machine.command(&state) else { return Err("it makes no call".into()) };
    match worker.run(&call, state.now()).await {
        Ok(EventKind::Failed { error, .. }) if error.message().contains("cannot be read") => Err(error.to_string()),
        Ok(_) => Ok(()),
        Err(unknown) => Err(unknown.to_string()),
    }
}

#[tokio::test]
async fn every_telling_moment_is_kept() {
    for checked in [false, true] {
        for moment in stories::told(checked).await {
            let path = folder().join(moment.plan.to_string()).join(format!("{}.json", moment.name.replace(' ', "-")));
            if path.exists() {
                continue;
            }
            assert!(std::env::var_os("UPDATE_GOLDEN").is_some(), "{} is missing: UPDATE_GOLDEN=1 writes it", path.display());
            let (machine, _) = moment.plan.build(&Stage::two_accounts(1));
            let state = machine.load(serde_json::from_value(moment.state.clone()).unwrap()).unwrap();
            let kept = json!({ "command": command(&machine, &state), "state": moment.state });
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("{kept:#}\n")).unwrap();
        }
    }
}
