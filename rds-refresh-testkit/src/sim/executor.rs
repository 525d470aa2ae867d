use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::chance::Chance;
use super::life::{Life, Waits};
use crate::Fake;

pub(super) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Begins a process anew after its death, with a new life.
type Restart = Box<dyn FnMut(u32) -> (Life, Work) + Send>;

/// Runs processes in one thread, in an order that is drawn; time passes when all of them wait.
pub(super) struct Executor {
    fake: Fake,
    chance: Chance,
    processes: Vec<Process>,
}

struct Process {
    life: Life,
    work: Option<Work>,
    restart: Option<Restart>,
    waits: Waits,
    deaths: u32,
}

/// How often something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) crashes: u64,
    pub(super) points: u64,
    /// Whether everything ended by itself.
    pub(super) ended: bool,
}

/// More polls than any simulation needs, by far: what takes more does not end.
const POLLS: u64 = 2_000_000;

impl Executor {
    pub(super) fn new(fake: Fake, chance: Chance) -> Self {
        Self { fake, chance, processes: Vec::new() }
    }

    /// Adds a process that has died so often, and is begun anew whenever it dies, by `restart`, which is told how often that was.
    pub(super) fn spawn(&mut self, deaths: u32, mut restart: impl FnMut(u32) -> (Life, Work) + Send + 'static) {
        let (life, work) = restart(deaths);
        let process = Process { life, work: Some(work), restart: Some(Box::new(restart)), waits: Waits::Ready, deaths };
        self.processes.push(process);
    }

    /// Runs until every process has ended. After each poll `watch` may look at the world.
    pub(super) fn run(&mut self, mut watch: impl FnMut(&Fake)) -> Tally {
        let mut tally = Tally::default();
        for _ in 0..POLLS {
            let ready: Vec<usize> = (0..self.processes.len()).filter(|index| self.is_ready(*index)).collect();
            if ready.is_empty() {
                if !self.pass_time() {
                    tally.ended = self.processes.iter().all(|process| process.work.is_none());
                    break;
                }
                continue;
            }
            let choice = usize::try_from(self.chance.below(ready.len() as u64)).unwrap_or_default();
            self.poll(ready[choice], &mut tally);
            watch(&self.fake);
        }
        tally.points += self.processes.iter().map(|process| process.life.points()).sum::<u64>();
        tally
    }

    fn is_ready(&self, index: usize) -> bool {
        let process = &self.processes[index];
        let now = self.fake.clock().now();
        process.work.is_some()
            && match process.waits {
                Waits::Ready => true,
                Waits::Until(at) => at <= now,
                Waits::Dead | Waits::Stuck => false,
            }
    }

    fn poll(&mut self, index: usize, tally: &mut Tally) {
        let process = &mut self.processes[index];
        let Some(work) = &mut process.work else { return };
        if process.life.is_suspended() {
            process.waits = process.life.waits();
            return;
        }
        process.life.begin();
        let mut cx = Context::from_waker(Waker::noop());
        if work.as_mut().poll(&mut cx) == Poll::Ready(()) {
            process.work = None;
            return;
        }
        process.waits = process.life.waits();
        if process.waits == Waits::Dead {
            tally.crashes += 1;
            tally.points += process.life.points();
            process.deaths += 1;
            process.work = None;
            if let Some(restart) = &mut process.restart {
                let (life, work) = restart(process.deaths);
                (process.life, process.work, process.waits) = (life, Some(work), Waits::Ready);
            }
        }
    }

    /// Moves the clock to when the first process wakes. Answers whether there was one.
    fn pass_time(&mut self) -> bool {
        let alive = self.processes.iter().filter(|process| process.work.is_some());
        let next = alive.filter_map(|process| match process.waits {
            Waits::Until(at) => Some(at),
            _ => None,
        });
        next.min().is_some_and(|at| {
            self.fake.clock().advance_to(at);
            true
        })
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").field("processes", &self.processes.len()).finish_non_exhaustive()
    }
}
