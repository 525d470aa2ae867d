//! Real states, as a run of one waiting step leaves them.

use std::time::Duration;

use rds_refresh_core::{
    Command, Context, Event, EventKind, Fact, Facts, Machine, OnFailure, Plan, Progress, RunId, Seen, State, Step, StepError,
    Timestamp,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Asked(String);

impl Fact for Asked {
    const NAME: &'static str = "asked";
}

#[derive(Serialize, Deserialize)]
struct Done;

impl Fact for Done {
    const NAME: &'static str = "done";
}

struct Wait;

impl Step for Wait {
    const NAME: &'static str = "wait";
    const VERSION: u32 = 1;
    type Needs = Asked;
    type Gives = Done;

    async fn reconcile(&self, _: &Asked, _: &Context) -> Result<Progress<Done>, StepError> {
        Ok(Progress::Ready(Done))
    }
}

#[expect(clippy::expect_used, reason = "the names are those of this suite, and legal")]
pub(super) fn run(name: &str) -> RunId {
    name.parse().expect("a legal name")
}

#[expect(clippy::expect_used, reason = "a plan of one step has no duplicate")]
pub(super) fn machine() -> Machine {
    Plan::new().given::<Asked>().then(Wait).build().expect("a plan of one step").0
}

/// The first `count` states of a run of this name that goes on for ever: calls, waits, errors, and text that needs escaping. For tests of a
/// store that go further than the suite.
#[expect(clippy::expect_used, reason = "the facts are those that the machine is given, and texts serialise")]
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "see the reasons of what it expects")]
pub fn states(name: &str, count: usize) -> Vec<State> {
    let mut facts = Facts::new();
    facts.insert(&Asked("a \"quoted\"\nline — with ünïcode".to_owned())).expect("a text");
    let mut now = Timestamp::from_millis(1_795_420_800_000);
    let machine = machine();
    let mut state = machine.start(run(name), facts, OnFailure::default(), now).expect("all facts");
    let mut states = vec![state.clone()];
    while states.len() < count {
        now = now + Duration::from_mins(1);
        let kind = match machine.command(&state) {
            Command::Run(call) if call.seq % 3 == 0 => EventKind::Failed {
                seq: call.seq,
                error: StepError::throttled("Rate exceeded"),
                at_stake: Vec::new(),
                events: Vec::new(),
            },
            Command::Run(call) => EventKind::Pending {
                seq: call.seq,
                seen: Seen::status("creating").percent(Some(12)).of("a-t1"),
                look_in: None,
                expected: Some(Duration::from_mins(8)),
                removing: Vec::new(),
                at_stake: Vec::new(),
                events: Vec::new(),
            },
            Command::Sleep(sleep) => EventKind::Woke { seq: sleep.seq },
            Command::Finish(_) => return states,
        };
        let _ = machine.apply(&mut state, Event { now, kind });
        states.push(state.clone());
    }
    states
}
