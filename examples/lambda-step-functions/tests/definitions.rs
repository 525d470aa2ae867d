//! The definitions of the state machines: what stands in `templates/`, and Step Functions' limits.
#![cfg(feature = "lambda")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use common::World;
use rds_refresh_core::machine::GRACE;
use rds_refresh_core::{Context, Fact, Plan, Progress, Step, StepError, WaitPolicy};
use rds_refresh_lambda::definition::SUBSTITUTIONS;
use rds_refresh_lambda::{Mode, StateMachine, limits};
use serde::{Deserialize, Serialize};
use serde_json::Value;

fn definition(mode: Mode) -> StateMachine {
    StateMachine::of(mode, World::new(1).program(mode).machine()).unwrap()
}

fn parsed(mode: Mode) -> Value {
    serde_json::from_str(&definition(mode).to_json()).unwrap()
}

/// Compares with a file that is kept; with `UPDATE_GOLDEN=1` writes it.
fn check_golden(file: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "{file} is not what is generated: UPDATE_GOLDEN=1 cargo test --workspace --all-features --test definitions"
    );
}

#[test]
fn the_templates_have_the_definitions_of_the_plans() {
    for mode in Mode::ALL {
        check_golden(&format!("templates/statemachines/{mode}.asl.json"), &definition(mode).to_json());
    }
    check_golden("templates/statemachines/acknowledgements.asl.json", &StateMachine::acknowledgements().to_json());
}

#[test]
fn the_picture_is_that_of_the_definition() {
    check_golden("../../docs/lambda-step-functions.mmd", &definition(Mode::Destination).to_mermaid());
}

#[test]
fn every_way_leads_to_a_state_and_every_state_is_reached() {
    for mode in Mode::ALL {
        let definition = parsed(mode);
        let states = definition["States"].as_object().unwrap();
        let mut reached = BTreeSet::from([definition["StartAt"].as_str().unwrap()]);
        let mut next = vec![definition["StartAt"].as_str().unwrap()];
        while let Some(name) = next.pop() {
            let state = states.get(name).unwrap_or_else(|| panic!("{mode}: no state {name:?}"));
            let rules = ["Choices", "Catch"].into_iter().filter_map(|list| state[list].as_array()).flatten();
            let ways = rules.map(|rule| &rule["Next"]).chain([&state["Next"], &state["Default"]]);
            next.extend(ways.filter_map(Value::as_str).filter(|way| reached.insert(way)));
        }
        assert_eq!(reached.len(), states.len(), "{mode}");
    }
}

#[test]
fn names_and_sizes_are_those_that_step_functions_allows() {
    for mode in Mode::ALL {
        let json = definition(mode).to_json();
        // The definition of a state machine may have 1 MB; names of states 80 characters.
        assert!(json.len() < 1_000_000);
        println!("{mode}: {} bytes, {} without white space", json.len(), parsed(mode).to_string().len());
        for name in parsed(mode)["States"].as_object().unwrap().keys() {
            assert!((1..=80).contains(&name.chars().count()), "{name}");
        }
    }
}

#[test]
fn only_the_named_addresses_are_substituted() {
    let mut used = BTreeSet::new();
    for mode in Mode::ALL {
        let json = definition(mode).to_json();
        used.extend(json.split("${").skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()));
    }
    assert_eq!(used, SUBSTITUTIONS.map(str::to_owned).into());
}

#[test]
fn what_is_inside_gives_up_before_what_is_outside() {
    assert!(limits::CALL < limits::TICK && limits::TICK < limits::FUNCTION && limits::FUNCTION < limits::TASK);
    // A tick that is lost is over when its state machine has waited, and so are the late effects of a call that it began last.
    assert!(limits::TICK >= limits::CALL + GRACE);
    for mode in Mode::ALL {
        let world = World::new(1);
        let machine = world.program(mode).machine();
        let deadlines: Duration = machine.steps().map(|step| machine.wait_policy(step).unwrap().deadline).sum();
        for step in machine.steps() {
            assert!(machine.wait_policy(step).unwrap().call_limit <= limits::CALL, "{step}");
        }
        // What is thought absent has not been made by a tick that was aborted.
        assert!(machine.limits().absence_window > limits::FUNCTION);
        let definition = parsed(mode);
        assert!(Duration::from_secs(definition["TimeoutSeconds"].as_u64().unwrap()) > 2 * deadlines);
        for (name, state) in definition["States"].as_object().unwrap() {
            if state["Resource"].as_str().is_some_and(|resource| resource.ends_with("lambda:invoke")) {
                assert_eq!(state["TimeoutSeconds"], limits::TASK.as_secs(), "{name}");
            }
        }
        assert_eq!(definition["States"]["lost"]["Seconds"], limits::TICK.as_secs());
    }
}

/// Retries are the machine's. Step Functions repeats only what has not run, or calls nothing, or says that something is lost.
#[test]
fn step_functions_repeats_no_tick_that_may_have_run() {
    const BEFORE_IT_RAN: [&str; 3] =
        ["Lambda.TooManyRequestsException", "Lambda.EC2ThrottledException", "Lambda.ENILimitReachedException"];
    for mode in Mode::ALL {
        for (name, state) in parsed(mode)["States"].as_object().unwrap() {
            if name == "begin" || name == "look after a loss" {
                continue;
            }
            for error in
                state["Retry"].as_array().into_iter().flatten().flat_map(|retry| retry["ErrorEquals"].as_array().unwrap())
            {
                assert!(BEFORE_IT_RAN.contains(&error.as_str().unwrap()), "{name} repeats {error}");
            }
        }
    }
}

#[test]
fn every_step_has_a_task_of_its_name_and_one_that_undoes_it() {
    for mode in Mode::ALL {
        let (world, definition) = (World::new(1), parsed(mode));
        for step in world.program(mode).machine().steps() {
            let types =
                ["", ": next", ": wait", ": announce"].map(|what| definition["States"][format!("{step}{what}")]["Type"].clone());
            assert_eq!(types, ["Task", "Choice", "Wait", "Task"], "{step}");
            assert_eq!(definition["States"][format!("undo {step}")]["Type"], "Task");
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Slept;

impl Fact for Slept {
    const NAME: &'static str = "slept";
}

struct Sleep;

impl Step for Sleep {
    const NAME: &'static str = "sleep";
    const VERSION: u32 = 1;
    type Needs = rds_refresh_core::request::SourceRequest;
    type Gives = Slept;

    async fn reconcile(&self, _: &Self::Needs, _: &Context) -> Result<Progress<Slept>, StepError> {
        Ok(Progress::Ready(Slept))
    }
}

#[test]
fn a_step_of_ones_own_has_its_states_and_one_that_takes_too_long_has_none() {
    let plan = || Plan::new().given::<rds_refresh_core::request::SourceRequest>().then(Sleep);
    let (machine, _) = plan().build().unwrap();
    assert!(StateMachine::of(Mode::Source, &machine).unwrap().to_json().contains("\"undo sleep\""));

    let (machine, _) = plan().wait(WaitPolicy { call_limit: Duration::from_secs(61), ..WaitPolicy::default() }).build().unwrap();
    let error = StateMachine::of(Mode::Source, &machine).unwrap_err().to_string();
    assert_eq!(
        error,
        "a call of the step \"sleep\" may take 61 s, and a tick has no time for more than 60 s: set a shorter `call_limit`"
    );
}

#[test]
fn the_picture_shows_every_state_once() {
    let definition = definition(Mode::Destination);
    let picture = definition.to_mermaid();
    let mut count = BTreeMap::new();
    for line in picture.lines().filter(|line| line.contains(": ") || line.contains("<<choice>>")) {
        *count.entry(line.trim()).or_insert(0) += 1;
    }
    assert_eq!(count.len(), parsed(Mode::Destination)["States"].as_object().unwrap().len());
    assert!(picture.contains("s1: copy-snapshot\n"), "{picture}");
}
