//! What a refresh costs beside RDS: the machine, its state, and the fake.
//!
//! `cargo bench -p rds-refresh-benches` prints the size of a state and the number of looks of a whole refresh, then the times.
#![allow(clippy::expect_used, reason = "a bench has nobody to hand an error to")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{Command, Event, EventKind, Machine, OnFailure, State, StoredState, Worker, steps};
use rds_refresh_testkit::{Stage, VirtualClock};
use tokio::runtime::Runtime;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let recording = Recording::of_a_refresh(&runtime);
    recording.print();

    let mut criterion = Criterion::default().configure_from_args();
    one_move(&mut criterion, &recording);
    whole_refreshes(&mut criterion, &runtime);
    criterion.final_summary();
}

/// A refresh on the fake, through the ports, in simulated time.
struct Refresh {
    clock: VirtualClock,
    machine: Machine,
    worker: Worker,
    state: State,
}

impl Refresh {
    fn new(seed: u64) -> Self {
        let stage = Stage::two_accounts(seed);
        let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
        let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
        let (machine, worker) = steps::refresh(&source, &destination).build().expect("a plan");
        let request = stage.request("orders-staging").build().expect("a request");
        let clock = stage.fake.clock().clone();
        let state = machine
            .start("bench".parse().expect("a run id"), request.into_facts().expect("facts"), OnFailure::default(), clock.now())
            .expect("the facts that the plan is given");
        Self { clock, machine, worker, state }
    }

    /// Drives the refresh to its end, as every driver does: run it, wait, finish. `saw` is shown every event before it is applied.
    async fn drive(&mut self, mut saw: impl FnMut(&State, &Event)) {
        loop {
            let kind = match self.machine.command(&self.state) {
                Command::Run(call) => self.worker.run(&call, self.clock.now()).await.expect("a step of the plan"),
                Command::Sleep(sleep) => {
                    self.clock.advance_to(sleep.until);
                    EventKind::Woke { seq: sleep.seq }
                }
                Command::Finish(_) => return,
            };
            let event = Event { now: self.clock.now(), kind };
            saw(&self.state, &event);
            let _ = self.machine.apply(&mut self.state, event);
        }
    }
}

/// Every state of one refresh, and the event that was applied to it.
struct Recording {
    machine: Machine,
    moves: Vec<(State, Event)>,
    last: State,
}

impl Recording {
    fn of_a_refresh(runtime: &Runtime) -> Self {
        let mut refresh = Refresh::new(7);
        let mut moves = Vec::new();
        runtime.block_on(refresh.drive(|state, event| moves.push((state.clone(), event.clone()))));
        Self { machine: refresh.machine, moves, last: refresh.state }
    }

    fn print(&self) {
        let bytes = |state: &State| serde_json::to_vec(state).expect("a state serialises").len();
        let sleeps = self.moves.iter().filter(|(_, event)| matches!(event.kind, EventKind::Woke { .. })).count();
        let largest = self.moves.iter().map(|(state, _)| bytes(state)).max().unwrap_or_default();
        println!("a whole refresh: {} looks, {sleeps} sleeps", self.moves.len() - sleeps);
        println!("its state: {largest} bytes at most, {} bytes when finished", bytes(&self.last));
    }

    /// The middle of the refresh: a look that finds the copy not ready yet.
    fn middle(&self) -> &(State, Event) {
        &self.moves[self.moves.len() / 2]
    }
}

/// One move of the machine: by itself, and from JSON to JSON as a driver stores it.
fn one_move(criterion: &mut Criterion, recording: &Recording) {
    let (state, event) = recording.middle();
    let make = |mut state: State, event: Event| {
        black_box(recording.machine.command(&state));
        let _ = black_box(recording.machine.apply(&mut state, event));
        state
    };
    let mut group = criterion.benchmark_group("machine");
    group.bench_function("command + apply", |bencher| {
        bencher.iter_batched(|| (state.clone(), event.clone()), |(state, event)| make(state, event), BatchSize::LargeInput);
    });
    let json = serde_json::to_vec(state).expect("a state serialises");
    group.bench_function("command + apply, from JSON to JSON", |bencher| {
        let moved = |event| {
            let stored: StoredState = serde_json::from_slice(&json).expect("a state");
            let state = recording.machine.load(stored).expect("this plan's state");
            serde_json::to_vec(&make(state, event)).expect("a state serialises")
        };
        bencher.iter_batched(|| event.clone(), moved, BatchSize::SmallInput);
    });
    group.finish();
}

/// Whole refreshes on the fake. Building the world, which a refresh needs once, is beside it and not in it.
fn whole_refreshes(criterion: &mut Criterion, runtime: &Runtime) {
    let mut group = criterion.benchmark_group("refresh");
    group.throughput(Throughput::Elements(1));
    group.bench_function("world and plan", |bencher| bencher.iter(|| Refresh::new(7)));
    group.bench_function("whole", |bencher| {
        bencher.iter_batched(|| Refresh::new(7), |mut refresh| runtime.block_on(refresh.drive(|_, _| ())), BatchSize::SmallInput);
    });
    group.finish();
}
