//! What the worker tells a step: whether it is done and what it gave, so that its compensation knows that others may use what it made.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use rds_refresh_core::{
    Action, Applied, Command, Context, Event, EventKind, Fact, Facts, OnFailure, Plan, Progress, Step, StepError, Timestamp, Undo,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct First {}

impl Fact for First {
    const NAME: &'static str = "first";
}

#[derive(Serialize, Deserialize)]
struct Second {}

impl Fact for Second {
    const NAME: &'static str = "second";
}

struct Succeeds;

impl Step for Succeeds {
    const NAME: &'static str = "succeeds";
    const VERSION: u32 = 1;
    type Needs = Given;
    type Gives = First;

    async fn reconcile(&self, _: &Given, cx: &Context) -> Result<Progress<First>, StepError> {
        assert!(!cx.done);
        Ok(Progress::Ready(First {}))
    }

    async fn compensate(&self, _: &Given, cx: &Context) -> Result<Undo, StepError> {
        assert!(cx.done && cx.gave::<First>().is_some());
        Ok(Undo::done())
    }
}

struct Fails;

impl Step for Fails {
    const NAME: &'static str = "fails";
    const VERSION: u32 = 1;
    type Needs = First;
    type Gives = Second;

    async fn reconcile(&self, _: &First, _: &Context) -> Result<Progress<Second>, StepError> {
        Err(StepError::invalid("no"))
    }

    async fn compensate(&self, _: &First, cx: &Context) -> Result<Undo, StepError> {
        assert!(!cx.done && cx.gave::<Second>().is_none());
        Ok(Undo::done())
    }
}

#[derive(Serialize, Deserialize)]
struct Given {}

impl Fact for Given {
    const NAME: &'static str = "given";
}

#[tokio::test]
async fn a_step_is_done_when_it_has_given_its_fact() {
    let (machine, worker) = Plan::new().given::<Given>().then(Succeeds).then(Fails).build().unwrap();
    let mut facts = Facts::new();
    facts.insert(&Given {}).unwrap();
    let mut now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
    let mut state = machine.start("r1".parse().unwrap(), facts, OnFailure::RemoveAll, now).unwrap();
    let mut undone = Vec::new();
    loop {
        let kind = match machine.command(&state) {
            Command::Run(call) => {
                if call.action == Action::Compensate {
                    undone.push(call.step.to_owned());
                }
                worker.run(&call, now).await.unwrap()
            }
            Command::Sleep(sleep) => {
                now = sleep.until;
                EventKind::Woke { seq: sleep.seq }
            }
            Command::Finish(_) => break,
        };
        assert_eq!(machine.apply(&mut state, Event { now, kind }), Applied::Advanced);
    }
    undone.dedup();
    assert_eq!(undone, ["fails", "succeeds"]);
}
