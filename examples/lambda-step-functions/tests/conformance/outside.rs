//! What is outside of a state machine: Lambda, which ends functions at any moment, a person, and time.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use rds_refresh_core::{Clock, StoredState, Timestamp};
use rds_refresh_lambda::Program;
use rds_refresh_testkit::suite::driver::{Fuse, Point, Stand};
use serde_json::{Value, json};

use crate::common::asl::{Services, TaskError};
use crate::common::invoke;

type Answer = Result<Value, TaskError>;

/// Clones are the same one. It outlives executions, and what stops them.
#[derive(Clone)]
pub(crate) struct Outside {
    fuse: Fuse,
    now: Arc<Mutex<Now>>,
}

struct Now {
    /// What is deployed.
    program: Arc<Program>,
    /// The tick that runs.
    tick: Option<Pin<Box<dyn Future<Output = Answer> + Send>>>,
    /// What the last tick was sent.
    sent: Value,
    /// What ticks have answered, in order.
    answers: Vec<Value>,
    person: Person,
    /// Waits in which nothing runs that could die.
    waits: Vec<Point>,
}

/// Whoever has to say how a parked run goes on.
enum Person {
    Unasked,
    Asked,
    Says(Result<(), TaskError>),
}

impl Outside {
    pub(crate) fn new(fuse: Fuse, program: Program) -> Self {
        let now = Now {
            program: Arc::new(program),
            tick: None,
            sent: Value::Null,
            answers: Vec::new(),
            person: Person::Unasked,
            waits: Vec::new(),
        };
        Self { fuse, now: Arc::new(Mutex::new(now)) }
    }

    /// Ends whatever Lambda runs, as by a time-out: its task fails.
    pub(crate) fn kill(&self) {
        self.now().tick = None;
        self.fuse.renew();
    }

    pub(crate) fn deploy(&self, program: Program) {
        self.kill();
        self.now().program = Arc::new(program);
    }

    /// Lets a tick go on whose execution is no more: nobody stops Lambda.
    pub(crate) async fn go_on_alone(&self) {
        let tick = self.now().tick.take();
        if let Some(tick) = tick {
            // Nobody hears the answer.
            let _ = tick.await;
        }
    }

    /// Sends the last payload once more.
    pub(crate) async fn deliver_again(&self) {
        let (program, sent) = {
            let now = self.now();
            (now.program.clone(), now.sent.clone())
        };
        let _ = invoke(&program, sent).await;
    }

    pub(crate) fn is_person_asked(&self) -> bool {
        matches!(self.now().person, Person::Asked)
    }

    /// Answers for a parked run, by the token of the message. Says whether anybody waits for that.
    pub(crate) fn say(&self, what: Result<(), TaskError>) -> bool {
        let mut now = self.now();
        match now.person {
            Person::Unasked => return false,
            Person::Asked => now.person = Person::Says(what),
            // A token is good for one answer.
            Person::Says(_) => {}
        }
        true
    }

    /// The run as the last tick has left it.
    pub(crate) fn state(&self) -> StoredState {
        let state = self.now().answers.last().expect("a tick has answered")["state"].clone();
        serde_json::from_value(state).unwrap()
    }

    /// How that run has ended, or is parked.
    pub(crate) fn outcome(&self) -> Stand {
        match self.state().report().outcome {
            Some(outcome) => Stand::Stopped(Box::new(outcome)),
            None => Stand::Stuck,
        }
    }

    pub(crate) fn answers(&self) -> Vec<Value> {
        self.now().answers.clone()
    }

    /// The points at which there is somebody to be killed.
    pub(crate) fn points(&self) -> Vec<Point> {
        let waits = &self.now().waits;
        self.fuse.passed().into_iter().filter(|point| !waits.contains(point)).collect()
    }

    fn begin_tick(&self, payload: Value) {
        let mut now = self.now();
        now.sent.clone_from(&payload);
        let (program, fuse) = (now.program.clone(), self.fuse.clone());
        now.tick = Some(Box::pin(async move {
            let answer = invoke(&program, payload).await;
            // Step Functions has not heard it yet.
            fuse.before_save().await;
            answer
        }));
    }

    fn poll_tick(&self, cx: &mut Context<'_>) -> Poll<Answer> {
        let mut now = self.now();
        let Some(tick) = &mut now.tick else {
            return Poll::Ready(Err(TaskError::new("Runtime.ExitError", "signal: killed")));
        };
        let Poll::Ready(answer) = tick.as_mut().poll(cx) else { return Poll::Pending };
        now.tick = None;
        now.answers.extend(answer.iter().cloned());
        Poll::Ready(answer)
    }

    fn poll_person(&self) -> Poll<Answer> {
        let mut now = self.now();
        match std::mem::replace(&mut now.person, Person::Asked) {
            Person::Says(what) => {
                now.person = Person::Unasked;
                Poll::Ready(what.map(|()| json!({})))
            }
            _ => Poll::Pending,
        }
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap()
    }
}

impl Services for Outside {
    fn now(&self) -> Timestamp {
        self.fuse.now()
    }

    async fn sleep(&mut self, wait: Duration) {
        let waits = self.fuse.waits();
        self.now().waits.push(Point::InWait(waits + 1));
        self.fuse.sleep_until(self.fuse.now() + wait).await;
    }

    async fn call(&mut self, resource: &str, arguments: Value, _: u64) -> Answer {
        match resource {
            "lambda:invoke" => {
                self.begin_tick(arguments["Payload"].clone());
                let answer = poll_fn(|cx| self.poll_tick(cx)).await?;
                Ok(json!({ "StatusCode": 200, "Payload": answer }))
            }
            "sns:publish.waitForTaskToken" => poll_fn(|_| self.poll_person()).await,
            "sns:publish" => Ok(json!({ "MessageId": "1" })),
            "events:putEvents" => Ok(json!({ "FailedEntryCount": 0 })),
            other => panic!("the definition calls {other}"),
        }
    }
}
