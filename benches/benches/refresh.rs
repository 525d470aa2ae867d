//! What a refresh costs beside RDS: the machine, its state, and the fake.
//!
//! `cargo bench -p rds-refresh-benches` prints the size of a state and the number of looks of a whole refresh, then the times.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use rds_refresh_benches::Refresh;
use rds_refresh_core::{Event, Machine, State, StoredState};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let recorded = Recording::make(&runtime);
    recorded.print();

    let mut criterion = Criterion::default().configure_from_args();
    machine(&mut criterion, &recorded);
    whole(&mut criterion, &runtime);
    criterion.final_summary();
}

/// Every state of one refresh, and the event that was applied to it.
struct Recording {
    machine: Machine,
    moves: Vec<(State, Event)>,
    last: State,
    looks: usize,
    sleeps: usize,
}

impl Recording {
    fn make(runtime: &tokio::runtime::Runtime) -> Self {
        let mut refresh = Refresh::new(7);
        let mut moves = Vec::new();
        let (_, counts) = runtime.block_on(refresh.drive(|state, event| moves.push((state.clone(), event.clone()))));
        Self { machine: refresh.machine, moves, last: refresh.state, looks: counts.looks, sleeps: counts.sleeps }
    }

    fn print(&self) {
        let bytes = |state: &State| serde_json::to_vec(state).expect("a state serialises").len();
        let largest = self.moves.iter().map(|(state, _)| bytes(state)).max().unwrap_or_default();
        println!("a whole refresh: {} looks, {} sleeps", self.looks, self.sleeps);
        println!("its state: {largest} bytes at most, {} bytes when finished", bytes(&self.last));
    }
}

/// One move of the machine: without storing, and through JSON as a driver stores it.
fn machine(criterion: &mut Criterion, recorded: &Recording) {
    let mut group = criterion.benchmark_group("machine");
    let middle = recorded.moves.len() / 2;
    group.bench_function("command + apply", |bencher| {
        // The middle of the refresh: a look that finds the copy not ready yet.
        let (state, event) = &recorded.moves[middle];
        bencher.iter_batched(
            || (state.clone(), event.clone()),
            |(mut state, event)| {
                black_box(recorded.machine.command(&state));
                let _ = black_box(recorded.machine.apply(&mut state, event));
                state
            },
            criterion::BatchSize::LargeInput,
        );
    });
    group.bench_function("command + apply + JSON round trip", |bencher| {
        let (state, event) = &recorded.moves[middle];
        let stored = serde_json::to_vec(state).expect("a state serialises");
        bencher.iter_batched(
            || event.clone(),
            |event| {
                let stored: StoredState = serde_json::from_slice(&stored).expect("a state");
                let mut state = recorded.machine.load(stored).expect("this plan's state");
                black_box(recorded.machine.command(&state));
                let _ = black_box(recorded.machine.apply(&mut state, event));
                serde_json::to_vec(&state).expect("a state serialises")
            },
            criterion::BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// Whole refreshes on the fake, through the ports. What bounds it shows beside it: building the world, which every refresh needs anew.
fn whole(criterion: &mut Criterion, runtime: &tokio::runtime::Runtime) {
    let mut group = criterion.benchmark_group("whole");
    group.throughput(Throughput::Elements(1));
    let mut seed = 0;
    let mut next = move || {
        seed += 1;
        seed
    };
    group.bench_function("world and plan", |bencher| bencher.iter(|| Refresh::new(next())));
    group.bench_function("refresh", |bencher| {
        bencher.iter_batched(
            || Refresh::new(7),
            |mut refresh| runtime.block_on(refresh.drive(|_, _| ())),
            criterion::BatchSize::SmallInput,
        );
    });
    group.finish();
}
