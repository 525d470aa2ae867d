//! A plan of steps that do nothing, and a run of it that is told everything by the test.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use rds_refresh_core::machine::{Leftover, Limits, LoadError, Why};
use rds_refresh_core::{
    Action, Applied, Command, Context, ErrorKind, Event, EventKind, Fact, Facts, Machine, Needs, OnFailure, Outcome, Plan,
    PlanError, Progress, Record, Resource, ResourceKind, RetryPolicy, RunId, Seen, State, Step, StepError, StoredState,
    Timestamp, Verdict, WaitPolicy, Worker,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

macro_rules! facts {
    ($($fact:ident $name:literal)*) => {
        $(
            #[derive(Serialize, Deserialize)]
            pub(crate) struct $fact(pub(crate) u64);
            impl Fact for $fact {
                const NAME: &'static str = $name;
            }
        )*
    };
}

facts! { Request "request" A "a" B "b" C "c" D "d" E "e" F "f" }

/// A step that gives `G`, needs `N`, is named after what it gives, and is never called.
pub(crate) struct Fake<G, N, const VERSION: u32 = 1> {
    facts: PhantomData<fn() -> (G, N)>,
    differs: Option<&'static str>,
    wait: WaitPolicy,
    retry: RetryPolicy,
}

impl<G, N, const VERSION: u32> Fake<G, N, VERSION> {
    /// Without jitter, so that every pause is a round number: looks 15 s to 10 min apart, an hour to be done.
    pub(crate) fn new() -> Self {
        let wait = WaitPolicy {
            min_interval: Duration::from_secs(15),
            jitter: 0.0,
            deadline: Duration::from_hours(1),
            ..WaitPolicy::default()
        };
        Self { facts: PhantomData, differs: None, wait, retry: RetryPolicy { jitter: 0.0, ..RetryPolicy::default() } }
    }

    pub(crate) fn wait(mut self, change: impl FnOnce(&mut WaitPolicy)) -> Self {
        change(&mut self.wait);
        self
    }

    pub(crate) fn retry(mut self, change: impl FnOnce(&mut RetryPolicy)) -> Self {
        change(&mut self.retry);
        self
    }

    pub(crate) fn differs(mut self, why: &'static str) -> Self {
        self.differs = Some(why);
        self
    }
}

impl<G: Fact, N: Needs, const V: u32> Step for Fake<G, N, V> {
    const NAME: &'static str = G::NAME;
    const VERSION: u32 = V;
    type Needs = N;
    type Gives = G;

    async fn reconcile(&self, _: &N, _: &Context) -> Result<Progress<G>, StepError> {
        Err(StepError::invalid("a fake is never called"))
    }

    fn differs(&self, _: &N, _: &N) -> Option<String> {
        self.differs.map(str::to_owned)
    }

    fn wait_policy(&self) -> WaitPolicy {
        self.wait.clone()
    }

    fn retry_policy(&self) -> RetryPolicy {
        self.retry.clone()
    }
}

/// The plan of most tests: b builds on what a made, c on what b made, and remembers a.
pub(crate) fn abc() -> Result<(Machine, Worker), PlanError> {
    abc_with(Fake::new())
}

/// The same with another second step.
pub(crate) fn abc_with(b: Fake<B, A>) -> Result<(Machine, Worker), PlanError> {
    let first = Plan::new().given::<Request>().then(Fake::<A, Request>::new());
    first.then(b).then(Fake::<C, (Record<A>, B)>::new()).limits(limits()).build()
}

pub(crate) fn limits() -> Limits {
    Limits::default()
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn start_of_day() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

pub(crate) fn given() -> Facts {
    let mut given = Facts::new();
    given.insert(&Request(7)).unwrap();
    given
}

pub(crate) fn resource(id: &str) -> Resource {
    Resource {
        kind: ResourceKind::DbInstance,
        account: "111111111111".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        id: id.to_owned(),
    }
}

pub(crate) fn error(kind: ErrorKind) -> StepError {
    StepError::new(kind, kind.as_str())
}

/// A run and the present instant.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) machine: Machine,
    pub(crate) state: State,
    pub(crate) now: Timestamp,
}

impl Run {
    pub(crate) fn of(plan: Result<(Machine, Worker), PlanError>) -> Self {
        let (machine, _) = plan.unwrap();
        let run: RunId = "r1".parse().unwrap();
        let state = machine.start(run, given(), OnFailure::RemoveCostly, start_of_day()).unwrap();
        Self { machine, state, now: start_of_day() }
    }

    /// The plan a, b, c, called for b.
    pub(crate) fn at_b() -> Self {
        Self::of(abc()).ready()
    }

    /// The plan a, b, c, called for c.
    pub(crate) fn at_c() -> Self {
        Self::at_b().ready()
    }

    /// The run as another process finds it: stored, and loaded into the machine of a plan.
    pub(crate) fn stored(&self) -> Value {
        serde_json::to_value(&self.state).unwrap()
    }

    pub(crate) fn load(stored: Value, machine: Machine) -> Result<Self, LoadError> {
        let stored: StoredState = serde_json::from_value(stored).unwrap();
        let state = machine.load(stored)?;
        Ok(Self { now: state.now(), machine, state })
    }

    /// What it does next, in words.
    pub(crate) fn does(&self) -> String {
        match self.machine.command(&self.state) {
            Command::Run(call) => {
                let action = match call.action {
                    Action::Reconcile => "do",
                    Action::Verify => "verify",
                    Action::Compensate => "undo",
                };
                if call.attempt == 1 {
                    format!("{action} {}", call.step)
                } else {
                    format!("{action} {}-{}", call.step, call.attempt)
                }
            }
            Command::Sleep(sleep) => format!("sleep {}", humantime::format_duration(sleep.planned)),
            Command::Finish(outcome) => match outcome.verdict {
                Verdict::Succeeded => "succeeded".to_owned(),
                Verdict::Failed { step, cause } => format!("failed at {step}: {cause}"),
                Verdict::Parked { step, error, .. } => format!("parked at {step}: {error}"),
                other => format!("{other:?}"),
            },
        }
    }

    #[track_caller]
    pub(crate) fn is(self, expected: &str) -> Self {
        assert_eq!(self.does(), expected);
        self
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match self.machine.command(&self.state) {
            Command::Finish(outcome) => {
                // Whoever has the state alone is told the same.
                let report = self.state.report();
                assert_eq!(report.outcome.as_ref(), Some(&outcome));
                if let Verdict::Failed { step, cause } = &outcome.verdict {
                    assert_eq!(report.failing.map(|failing| (failing.step, failing.cause)), Some((step.clone(), cause.clone())));
                }
                outcome
            }
            other => panic!("the run goes on: {other:?}"),
        }
    }

    /// The names of what the outcome lists as removed, kept and left over.
    pub(crate) fn remains(&self) -> [Vec<String>; 3] {
        let outcome = self.outcome();
        let names = |resources: &[Resource]| resources.iter().map(|resource| resource.id.clone()).collect();
        let left =
            |left: &Leftover| left.resource.as_ref().map_or(format!("whatever {} made", left.step), |left| left.id.clone());
        [names(&outcome.removed), names(&outcome.kept), outcome.leftovers.iter().map(left).collect()]
    }

    pub(crate) fn seq(&self) -> u64 {
        self.state.seq()
    }

    pub(crate) fn apply(&mut self, kind: EventKind) -> Applied {
        self.machine.apply(&mut self.state, Event { now: self.now, kind })
    }

    /// Time passes.
    pub(crate) fn after(mut self, time: Duration) -> Self {
        self.now = self.now + time;
        self
    }

    #[track_caller]
    pub(crate) fn takes(mut self, kind: EventKind) -> Self {
        assert_eq!(self.apply(kind), Applied::Advanced);
        self
    }

    #[track_caller]
    pub(crate) fn ignores(mut self, kind: EventKind, why: Why) -> Self {
        let before = self.state.clone();
        assert_eq!(self.apply(kind), Applied::Ignored(why));
        assert_eq!(self.state, before, "an ignored event leaves the state as it is");
        self
    }

    #[track_caller]
    pub(crate) fn resumed(mut self) -> Self {
        assert_eq!(self.machine.resume(&mut self.state, self.now), Applied::Advanced);
        self
    }

    /// Sleeps until the timer goes off.
    #[track_caller]
    pub(crate) fn sleeps(self, expected: Duration) -> Self {
        self.is(&format!("sleep {}", humantime::format_duration(expected))).sleeps_any()
    }

    /// Sleeps until the timer goes off, however long.
    #[track_caller]
    pub(crate) fn sleeps_any(mut self) -> Self {
        let Command::Sleep(sleep) = self.machine.command(&self.state) else { panic!("it does not sleep: {self:?}") };
        self.now = sleep.until;
        self.takes(EventKind::Woke { seq: sleep.seq })
    }

    /// Answers `Pending` at every look until so much time has passed since `self.now`.
    #[track_caller]
    pub(crate) fn pends_for(mut self, time: Duration) -> Self {
        let end = self.now + time;
        while self.now < end {
            self = match self.machine.command(&self.state) {
                Command::Sleep(_) => self.sleeps_any(),
                Command::Run(_) => self.pending(),
                Command::Finish(outcome) => panic!("it ended: {outcome:?}"),
            };
        }
        self
    }

    #[track_caller]
    pub(crate) fn ready(self) -> Self {
        let seq = self.seq();
        self.takes(EventKind::Ready { seq, fact: json!(1), keeps: vec![], made: Vec::new() })
    }

    #[track_caller]
    pub(crate) fn pending(self) -> Self {
        self.sees(Seen::status("busy"))
    }

    #[track_caller]
    pub(crate) fn sees(self, seen: Seen) -> Self {
        let seq = self.seq();
        self.takes(pending(seq, seen))
    }

    #[track_caller]
    pub(crate) fn removing(self, ids: &[&str]) -> Self {
        let seq = self.seq();
        let removing = ids.iter().map(|id| resource(id)).collect();
        self.takes(EventKind::Pending { seq, seen: Seen::status("deleting"), look_in: None, expected: None, removing })
    }

    #[track_caller]
    pub(crate) fn fails(self, kind: ErrorKind) -> Self {
        let seq = self.seq();
        self.takes(EventKind::Failed { seq, error: error(kind), at_stake: Vec::new() })
    }

    #[track_caller]
    pub(crate) fn fails_leaving(self, kind: ErrorKind, ids: &[&str]) -> Self {
        let seq = self.seq();
        let at_stake = ids.iter().map(|id| resource(id)).collect();
        self.takes(EventKind::Failed { seq, error: error(kind), at_stake })
    }

    #[track_caller]
    pub(crate) fn undone(self) -> Self {
        self.undone_keeping(&[])
    }

    #[track_caller]
    pub(crate) fn undone_keeping(self, ids: &[&str]) -> Self {
        let seq = self.seq();
        let kept = ids.iter().map(|id| resource(id)).collect();
        self.takes(EventKind::Undone { seq, kept })
    }

    /// Nothing of an unfinished step is found, twice, with the absence window between.
    #[track_caller]
    pub(crate) fn absent(self) -> Self {
        self.undone().sleeps(limits().absence_window).undone()
    }

    /// The fact does not stand, and nothing exists of what its step made.
    #[track_caller]
    pub(crate) fn gone(self) -> Self {
        let seq = self.seq();
        self.takes(EventKind::Verified { seq, stands: false, gone: true })
    }

    #[track_caller]
    pub(crate) fn verified(self, stands: bool) -> Self {
        let seq = self.seq();
        self.takes(EventKind::Verified { seq, stands, gone: false })
    }

    #[track_caller]
    pub(crate) fn lost(self) -> Self {
        let seq = self.seq();
        self.takes(EventKind::Lost { seq })
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.does())
    }
}

pub(crate) fn pending(seq: u64, seen: Seen) -> EventKind {
    EventKind::Pending { seq, seen, look_in: None, expected: None, removing: Vec::new() }
}
