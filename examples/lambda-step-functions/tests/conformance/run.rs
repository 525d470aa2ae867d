//! A run: an execution, and those that the starter starts after it.

use std::fmt::Write;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{Clock, OnFailure};
use rds_refresh_lambda::errors::PLAN_CHANGED;
use rds_refresh_lambda::starter::{Answer, Executions, Starter};
use rds_refresh_lambda::{Mode, Program, Refusal, StateMachine};
use rds_refresh_testkit::fault::FaultScript;
use rds_refresh_testkit::suite::driver::{self, Fuse, Point, Stand, Subject, Until};
use rds_refresh_testkit::world::Entry;
use rds_refresh_testkit::{Stage, TwoAccounts};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::common::asl::{Execution, Status, TaskError};
use crate::common::{Started, machine, source_account, status_change};
use crate::outside::Outside;

/// The machine of the source: the definition is that of the joined plan, and whose it is makes no difference to a tick.
const MODE: Mode = Mode::Source;

pub(crate) struct Run {
    stage: TwoAccounts,
    fuse: Fuse,
    outside: Outside,
    started: Arc<Started>,
    definition: String,
    execution: Option<Arc<Mutex<Execution>>>,
    /// Step Functions at work on it.
    engine: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// What the rule said of the execution that was stopped.
    stopped: Option<Value>,
}

impl Run {
    pub(crate) fn new(seed: u64) -> Self {
        let stage = Stage::two_accounts(seed);
        let fuse = Fuse::new(stage.fake.clone());
        let usual = program(&stage, &fuse, driver::Program::Usual);
        let definition = StateMachine::of(MODE, usual.machine()).unwrap().to_json();
        let outside = Outside::new(fuse.clone(), usual);
        Self { stage, fuse, outside, started: Arc::default(), definition, execution: None, engine: None, stopped: None }
    }

    /// What starts a run of the joined plan: a state of it, as a settlement is started with that of its source half.
    fn input(&self) -> Value {
        let usual = program(&self.stage, &self.fuse, driver::Program::Usual);
        let request = self.stage.request("orders-staging").with_on_failure(OnFailure::RemoveAll).build().unwrap();
        let on_failure = request.on_failure();
        let facts = request.into_facts().unwrap();
        let run = "nightly".parse().unwrap();
        json!({ "state": usual.machine().start(run, facts, on_failure, self.fuse.now()).unwrap() })
    }

    /// Starts an execution of this name; one that exists is not started again.
    async fn execute(&mut self, name: &str, input: Value) -> Result<(), String> {
        let number = self.started.executions.lock().unwrap().len();
        self.started.start(&machine(MODE), name, &input).await.map_err(|error| error.to_string())?;
        if self.started.executions.lock().unwrap().len() == number {
            return Err(format!("the execution {name} was started before"));
        }
        self.enter(name, input);
        Ok(())
    }

    fn enter(&mut self, name: &str, input: Value) {
        let execution = Execution::start(&self.definition, &machine(MODE).execution(name), input, self.fuse.now());
        let (execution, mut outside) = (Arc::new(Mutex::new(execution)), self.outside.clone());
        self.execution = Some(execution.clone());
        self.engine = Some(Box::pin(async move {
            execution.lock().await.finish(&mut outside).await;
        }));
    }

    /// The execution, while Step Functions does nothing with it.
    fn execution(&self) -> tokio::sync::MutexGuard<'_, Execution> {
        self.execution.as_ref().expect("it was started").try_lock().expect("the engine is dropped")
    }

    /// How an execution that has ended stands.
    async fn ended(&mut self) -> Stand {
        let status = self.execution().status.clone();
        match status {
            Status::Succeeded(_) => self.outside.outcome(),
            Status::Failed(error) if error.error == PLAN_CHANGED => {
                let event = status_change(MODE, &self.execution());
                let starter = self.tell(event).await;
                assert!(matches!(starter, Err(Refusal::PlanChanged(_))), "it is left as it is, and not {starter:?}");
                Stand::Refused(error.cause)
            }
            Status::Failed(error) if error.error == "RefreshFailed" => self.outside.outcome(),
            other => Stand::Refused(format!("{other:?}")),
        }
    }

    /// A rule tells the starter of the source account.
    async fn tell(&mut self, event: Value) -> Result<Answer, Refusal> {
        Starter::new(source_account(), self.started.clone(), Arc::new(self.fuse.clone())).handle(event).await
    }
}

/// A function with this plan, whose calls and waits pass through the fuse.
fn program(stage: &TwoAccounts, fuse: &Fuse, which: driver::Program) -> Program {
    let gate = Arc::new(fuse.clone());
    let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()).through(gate.clone()));
    let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()).through(gate));
    Program::new(MODE, which.plan(&source, &destination).unwrap(), Arc::new(fuse.clone()), Value::Null)
}

/// So often the engine may be asked in vain, while nothing of ours is pending, before the run is said to be stuck.
const PATIENCE: u32 = 10_000;

#[async_trait]
impl Subject for Run {
    async fn start(&mut self) -> Result<(), String> {
        let input = self.input();
        self.execute("nightly", input).await
    }

    async fn go(&mut self, until: Until) -> Stand {
        self.fuse.give_up();
        self.fuse.set(match until {
            Until::Stopped => None,
            Until::Held(point) | Until::Killed(point) => Some(point),
        });
        let Some(mut engine) = self.engine.take() else { return self.ended().await };
        let (fuse, outside) = (self.fuse.clone(), self.outside.clone());
        let mut asked = 0;
        let halted = poll_fn(|cx| match engine.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending if fuse.is_blown() => Poll::Ready(Some(Stand::Reached)),
            Poll::Pending if outside.is_person_asked() => Poll::Ready(Some(outside.outcome())),
            Poll::Pending if asked == PATIENCE => Poll::Ready(Some(Stand::Stuck)),
            Poll::Pending => {
                asked += 1;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        })
        .await;
        self.fuse.set(None);
        let Some(stand) = halted else { return self.ended().await };
        self.engine = Some(engine);
        if stand == Stand::Reached && matches!(until, Until::Killed(_)) {
            self.outside.kill();
        }
        stand
    }

    async fn release(&mut self) {
        self.fuse.release();
        if self.stopped.is_some() {
            self.outside.go_on_alone().await;
        }
    }

    /// Executions keep their definition. One that has ended, because the function refused to go on, is taken up by another one, as the
    /// refusal says.
    async fn deploy(&mut self, which: driver::Program) {
        self.outside.deploy(program(&self.stage, &self.fuse, which));
        if self.engine.is_none() {
            let input = json!({ "state": self.outside.state() });
            self.execute("nightly-again", input).await.unwrap();
        }
    }

    /// By `stop-execution`, of which the starter hears; or by the answer that a parked run waits for.
    async fn cancel(&mut self) -> Result<(), String> {
        if self.outside.say(Err(TaskError::new("Cancel", "by hand"))) {
            return Ok(());
        }
        if let Some(event) = self.stopped.clone() {
            // The same event once more.
            return self.tell(event).await.map(drop).map_err(|refusal| refusal.to_string());
        }
        self.engine = None;
        if self.execution().status != Status::Running {
            return Ok(());
        }
        self.execution().abort();
        self.started.remember(&self.execution());
        let event = status_change(MODE, &self.execution());
        let answer = self.tell(event.clone()).await.map_err(|refusal| refusal.to_string())?;
        let Answer::Started(name) = answer else { return Err(format!("nothing was started: {answer:?}")) };
        self.stopped = Some(event);
        let input = self.started.input(&machine(MODE).execution(&name)).await.unwrap().unwrap();
        self.enter(&name, serde_json::from_str(&input).unwrap());
        Ok(())
    }

    /// There is nothing to nudge: a wait of Step Functions ends when it ends.
    async fn nudge(&mut self) -> Result<(), String> {
        Ok(())
    }

    async fn resume(&mut self) -> Result<(), String> {
        if self.outside.say(Ok(())) { Ok(()) } else { Err("it is not parked".to_owned()) }
    }

    async fn redeliver(&mut self) -> bool {
        self.outside.deliver_again().await;
        true
    }

    async fn arm(&mut self, script: FaultScript) {
        self.stage.fake.world().arm(script);
    }

    async fn calls(&mut self) -> Vec<Entry> {
        self.stage.fake.world().journal().to_vec()
    }

    async fn holds(&mut self) -> Vec<String> {
        let mut world = self.stage.fake.world();
        world.settle();
        // What RDS makes by itself depends on the day.
        let made = world.resources().into_iter().filter(|resource| !resource.id.starts_with("rds:"));
        made.map(|resource| resource.to_string()).collect()
    }

    async fn trace(&mut self) -> Option<String> {
        let mut trace = String::new();
        for answer in self.outside.answers() {
            writeln!(trace, "{answer}").unwrap();
        }
        for entry in self.calls().await {
            writeln!(trace, "{entry:?}").unwrap();
        }
        Some(trace)
    }

    async fn points(&mut self) -> Vec<Point> {
        self.outside.points()
    }
}
