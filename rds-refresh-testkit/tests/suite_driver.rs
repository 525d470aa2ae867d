//! The driver of the core keeps the promises of an adapter, and the suite catches adapters that do not.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::driver::{Signal, Stored};
use rds_refresh_core::machine::{Call, GRACE, Sleep};
use rds_refresh_core::{Clock, Command, Driver, Event, EventKind, Machine, Outcome, Verdict, Worker};
use rds_refresh_testkit::suite::driver::{Adapter, InProcess, PROMISES, Parts, check};

struct Tokio;

fn driver(parts: &mut Parts) -> Result<Driver, String> {
    let (machine, worker) = parts.take_plan()?;
    Ok(Driver::new(machine, worker, parts.store.clone(), parts.clock.clone()).with_signal_interval(Parts::LONG))
}

#[allow(clippy::needless_pass_by_value, reason = "errors are mapped by it")]
fn text(error: impl ToString) -> String {
    error.to_string()
}

#[async_trait]
impl Adapter for Tokio {
    async fn start(&self, mut parts: Parts) -> Result<Outcome, String> {
        let driver = driver(&mut parts)?;
        driver.start(parts.run, parts.facts, parts.on_failure).await.map_err(text)
    }

    async fn go_on(&self, mut parts: Parts) -> Result<Outcome, String> {
        driver(&mut parts)?.drive(&parts.run).await.map_err(text)
    }

    async fn resume(&self, mut parts: Parts) -> Result<Outcome, String> {
        driver(&mut parts)?.resume(&parts.run).await.map_err(text)
    }

    async fn cancel(&self, mut parts: Parts) -> Result<(), String> {
        driver(&mut parts)?.cancel(&parts.run).await.map_err(text)
    }

    async fn nudge(&self, mut parts: Parts) -> Result<(), String> {
        driver(&mut parts)?.nudge(&parts.run).await.map_err(text)
    }
}

#[tokio::test]
async fn the_driver_of_the_core_keeps_every_promise() {
    let passed = check(&mut InProcess::new(Tokio)).await.unwrap();
    assert_eq!(passed.skipped, [("duplicates", "it delivers no answer twice; signals were")]);
    println!("{} runs", passed.runs);
    assert!(passed.runs > 100, "only {} runs", passed.runs);
}

/// What an adapter may do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    CannotWait,
    WaitsLonger,
    StartsAnew,
    TakesNudgesForCancels,
    CancelsAfterACrash,
    DropsSignals,
    CancelsWhatIsParked,
    TripsOverOldSignals,
    BeginsAnewWithAnotherPlan,
    WantsItsWholePlan,
    WaitsForEver,
    RetriesALostCallAtOnce,
    SavesNothingBeforeACall,
}

/// A loop of three arms that does one thing wrong.
struct Loop(Fault);

/// What real time adds to waits.
static DRIFT: AtomicU64 = AtomicU64::new(0);

impl Loop {
    async fn drive(&self, parts: &Parts, (machine, worker): (Machine, Worker), crashed: bool) -> Result<Outcome, String> {
        let (store, clock) = (&parts.store, &parts.clock);
        let Stored { mut version, state } = store.load(&parts.run).await.map_err(text)?.ok_or("no such run")?;
        if self.0 == Fault::WantsItsWholePlan && machine.steps().any(|step| step == "restore-elsewhere") {
            return Err("the plan has changed".to_owned());
        }
        let mut state = match machine.load(state) {
            Err(_) if self.0 == Fault::BeginsAnewWithAnotherPlan => {
                machine.start(parts.run.clone(), parts.facts.clone(), parts.on_failure, clock.now()).map_err(text)?
            }
            loaded => loaded.map_err(text)?,
        };
        let mut may_be_out = crashed;
        if crashed && self.0 == Fault::CancelsAfterACrash {
            let _ = machine.apply(&mut state, Event { now: clock.now(), kind: EventKind::Cancelled });
        }
        loop {
            let signals = store.signals(&parts.run).await.map_err(text)?;
            let kind = match machine.command(&state) {
                Command::Run(call) if may_be_out => {
                    if self.0 != Fault::RetriesALostCallAtOnce {
                        clock.sleep_until(call.not_after + GRACE).await;
                    }
                    EventKind::Lost { seq: call.seq }
                }
                Command::Run(call) => {
                    if let Some(answer) = self.call(&worker, &call, &**clock).await? {
                        answer
                    } else {
                        clock.sleep_until(call.not_after + GRACE).await;
                        EventKind::Lost { seq: call.seq }
                    }
                }
                Command::Sleep(_) if self.0 == Fault::CannotWait => return Err("it cannot wait".to_owned()),
                Command::Sleep(Sleep { seq, until, .. }) => {
                    let drift = if self.0 == Fault::WaitsLonger { DRIFT.fetch_add(1, Ordering::Relaxed) } else { 0 };
                    clock.sleep_until(until + Duration::from_millis(drift)).await;
                    EventKind::Woke { seq }
                }
                Command::Finish(outcome) => match outcome.verdict {
                    Verdict::Parked { .. } if self.0 == Fault::CancelsWhatIsParked || signals.cancel => EventKind::Cancelled,
                    _ if self.0 == Fault::TripsOverOldSignals && signals.cancel => return Err("cancelled".to_owned()),
                    _ => return Ok(outcome),
                },
            };
            may_be_out = false;
            for signal in store.signals(&parts.run).await.map_err(text)?.iter() {
                store.acknowledge(&parts.run, signal).await.map_err(text)?;
                let heard = if self.0 == Fault::TakesNudgesForCancels { Signal::Cancel } else { signal };
                if self.0 != Fault::DropsSignals {
                    let _ = machine.apply(&mut state, Event { now: clock.now(), kind: heard.into() });
                }
            }
            let _ = machine.apply(&mut state, Event { now: clock.now(), kind });
            if self.0 != Fault::SavesNothingBeforeACall || !matches!(machine.command(&state), Command::Run(_)) {
                version = store.save(&state, Some(version)).await.map_err(text)?;
            }
        }
    }

    async fn call(&self, worker: &Worker, call: &Call<'_>, clock: &dyn Clock) -> Result<Option<EventKind>, String> {
        let mut deadline = clock.deadline(call.not_after);
        let mut answer = Box::pin(worker.run(call, clock.now()));
        let first = poll_fn(|cx| match answer.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if self.0 == Fault::WaitsForEver => Poll::Pending,
            Poll::Pending => deadline.as_mut().poll(cx).map(|()| None),
        });
        first.await.transpose().map_err(text)
    }
}

#[async_trait]
impl Adapter for Loop {
    async fn start(&self, mut parts: Parts) -> Result<Outcome, String> {
        let found = parts.store.load(&parts.run).await.map_err(text)?.map(|stored| stored.version);
        if found.is_some() && self.0 != Fault::StartsAnew {
            return Err("it exists".to_owned());
        }
        let plan = parts.take_plan()?;
        let (run, facts) = (parts.run.clone(), parts.facts.clone());
        let state = plan.0.start(run, facts, parts.on_failure, parts.clock.now()).map_err(text)?;
        parts.store.save(&state, found).await.map_err(text)?;
        self.drive(&parts, plan, false).await
    }

    async fn go_on(&self, mut parts: Parts) -> Result<Outcome, String> {
        let plan = parts.take_plan()?;
        self.drive(&parts, plan, true).await
    }

    async fn resume(&self, mut parts: Parts) -> Result<Outcome, String> {
        driver(&mut parts)?.resume(&parts.run).await.map_err(text)
    }

    async fn cancel(&self, parts: Parts) -> Result<(), String> {
        parts.store.signal(&parts.run, Signal::Cancel).await.map_err(text)
    }

    async fn nudge(&self, parts: Parts) -> Result<(), String> {
        parts.store.signal(&parts.run, Signal::Nudge).await.map_err(text)
    }
}

async fn verdict(fault: Fault) -> Option<&'static str> {
    check(&mut InProcess::new(Loop(fault)).with_stride(40)).await.err().map(|broken| {
        println!("{fault:?}: {broken}");
        broken.promise.name
    })
}

#[tokio::test]
async fn every_broken_adapter_is_caught_by_the_promise_that_it_breaks() {
    let cases = [
        (Fault::CannotWait, "ends"),
        (Fault::WaitsLonger, "same-trace"),
        (Fault::StartsAnew, "one-run"),
        (Fault::TakesNudgesForCancels, "duplicates"),
        (Fault::CancelsAfterACrash, "crash"),
        (Fault::DropsSignals, "cancel"),
        (Fault::TripsOverOldSignals, "cancel-after-end"),
        (Fault::CancelsWhatIsParked, "parked"),
        (Fault::BeginsAnewWithAnotherPlan, "plan-changed"),
        (Fault::WantsItsWholePlan, "plan-grown"),
        (Fault::WaitsForEver, "hanging-call"),
        (Fault::RetriesALostCallAtOnce, "late-effect"),
        (Fault::SavesNothingBeforeACall, "plan-changed"),
    ];
    assert_eq!(verdict(Fault::None).await, None);
    for (fault, promise) in cases {
        assert_eq!(verdict(fault).await, Some(promise), "{fault:?}");
    }
    let caught: BTreeSet<&str> = cases.iter().map(|(_, promise)| *promise).collect();
    assert_eq!(caught, PROMISES.iter().map(|promise| promise.name).collect(), "a promise that no broken adapter tries");
}
