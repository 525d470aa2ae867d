//! A step of one's own has what RDS noted about it, because it says what it makes and what it calls.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::permission::{Permission, Target};
use rds_refresh_core::ports::Events;
use rds_refresh_core::step::Side;
use rds_refresh_core::{
    Command, Context, ErrorKind, Event, EventKind, Fact, Facts, OnFailure, Plan, Progress, RdsEvent, Resource, ResourceKind,
    Seen, Step, StepError, Timestamp,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Request {}
impl Fact for Request {
    const NAME: &'static str = "request";
}

#[derive(Serialize, Deserialize)]
struct Answer {}
impl Fact for Answer {
    const NAME: &'static str = "answer";
}

/// Says nothing of events.
#[derive(Clone)]
struct Own {
    calls: &'static [&'static str],
    ends: Result<(), ErrorKind>,
}

fn resource(kind: ResourceKind, id: &str) -> Resource {
    Resource { kind, account: "111111111111".parse().unwrap(), region: "eu-west-1".parse().unwrap(), id: id.into() }
}

impl Step for Own {
    const NAME: &'static str = "own";
    const VERSION: u32 = 1;
    type Needs = Request;
    type Gives = Answer;

    async fn reconcile(&self, _: &Request, _: &Context) -> Result<Progress<Answer>, StepError> {
        match self.ends {
            Ok(()) => Ok(Progress::pending(Seen::status("busy"))),
            Err(kind) => Err(StepError::new(kind, "it ended")),
        }
    }

    fn footprint(&self, _: &Request, _: &Context) -> Vec<Resource> {
        vec![
            resource(ResourceKind::Other, "bucket"),
            resource(ResourceKind::DbInstance, "first"),
            resource(ResourceKind::DbSnapshot, "second"),
        ]
    }

    fn permissions(&self) -> Vec<Permission> {
        vec![Permission::new(Side::Source, self.calls, [Target::TemporaryInstance])]
    }
}

/// Answers one event for everything, and remembers what it was asked.
#[derive(Clone, Default)]
struct Noted {
    asked: Arc<Mutex<Vec<(String, Duration)>>>,
    refuses: bool,
}

#[async_trait]
impl Events for Noted {
    async fn recent_events(&self, resource: &Resource, within: Duration) -> Result<Vec<RdsEvent>, StepError> {
        self.asked.lock().unwrap().push((resource.id.clone(), within));
        if self.refuses {
            return Err(StepError::denied("not allowed"));
        }
        Ok(vec![RdsEvent::new(began(), &resource.id, "told")])
    }
}

fn began() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

/// Runs the step once, so long after the run began; gives what was asked for, and what came of it.
async fn asked(step: Own, side: Side, noted: Noted, after: Duration) -> (Vec<String>, Vec<String>) {
    let (machine, worker) = Plan::new().given::<Request>().then(step).events(side, Arc::new(noted.clone())).build().unwrap();
    let mut facts = Facts::new();
    facts.insert(&Request {}).unwrap();
    let mut state = machine.start("r1".parse().unwrap(), facts, OnFailure::default(), began()).unwrap();
    let now = began() + after;
    // The first call is lost, so that the second one may be late.
    let seq = state.seq();
    let _ = machine.apply(&mut state, Event { now, kind: EventKind::Lost { seq } });
    let Command::Sleep(sleep) = machine.command(&state) else { panic!("it is tried again") };
    let _ = machine.apply(&mut state, Event { now, kind: EventKind::Woke { seq: sleep.seq } });
    let Command::Run(call) = machine.command(&state) else { panic!("it looks") };
    let (EventKind::Failed { events, .. } | EventKind::Pending { events, .. }) = worker.run(&call, now).await.unwrap() else {
        panic!("it is not done")
    };
    let asked = noted.asked.lock().unwrap();
    for (_, within) in &*asked {
        assert_eq!(*within, after + Duration::from_mins(1), "all that happened since the run began");
    }
    (asked.iter().map(|(id, _)| id.clone()).collect(), events.into_iter().map(|event| event.resource).collect())
}

const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn events_come_with_what_ends_the_step_and_with_nothing_else() {
    let own = |ends| Own { calls: &["rds:ModifyDBInstance"], ends };
    let (none, both): (&[&str], &[&str]) = (&[], &["first", "second"]);
    let cases = [
        ("a status without a way back", own(Err(ErrorKind::TerminalStatus)), Side::Source, both),
        ("it is tried again", own(Err(ErrorKind::Capacity)), Side::Source, none),
        ("RDS has nothing to do with it", own(Err(ErrorKind::Invalid)), Side::Source, none),
        ("it goes on", own(Ok(())), Side::Source, none),
        ("the other account's", own(Err(ErrorKind::TerminalStatus)), Side::Destination, none),
        (
            "it does not call RDS",
            Own { calls: &["lambda:InvokeFunction"], ends: Err(ErrorKind::TerminalStatus) },
            Side::Source,
            none,
        ),
    ];
    for (what, step, side, expected) in cases {
        let (asked, told) = asked(step, side, Noted::default(), SOON).await;
        assert_eq!(asked, expected, "{what}");
        assert_eq!(told, expected, "{what}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_not_asked_for_twice() {
    let step = Own { calls: &["rds:ModifyDBInstance"], ends: Err(ErrorKind::TerminalStatus) };
    let (asked, told) = asked(step, Side::Source, Noted { refuses: true, ..Noted::default() }, SOON).await;
    assert_eq!((asked, told), (vec!["first".to_owned()], Vec::new()));
}

#[tokio::test]
async fn who_is_asked_for_events_must_be_allowed_to_read_them() {
    let allowed = |calls, side| {
        let step = Own { calls, ends: Ok(()) };
        let (_, worker) = Plan::new().given::<Request>().then(step).events(side, Arc::new(Noted::default())).build().unwrap();
        worker
            .permissions()
            .any(|(_, asked)| asked.contains(&Permission::new(Side::Source, &["rds:DescribeEvents"], [Target::Any])))
    };
    assert!(allowed(&["rds:ModifyDBInstance"], Side::Source));
    assert!(!allowed(&["rds:ModifyDBInstance"], Side::Destination));
    assert!(!allowed(&["lambda:InvokeFunction"], Side::Source));
}
