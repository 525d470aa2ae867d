use async_trait::async_trait;
use rds_refresh_core::Outcome;

use super::Program;
use crate::fault::FaultScript;
use crate::world::Entry;

/// An adapter with whatever it needs to run: an engine, a store, processes.
#[async_trait]
pub trait Host: Send {
    /// One of its runs.
    type Run: Subject;

    /// A run that has not begun, of the plan [`steps::refresh`](rds_refresh_core::steps::refresh) with
    /// [`OnFailure::RemoveAll`](rds_refresh_core::OnFailure). `number` is another one each time. If the world is new for each run, its seed is
    /// always the same; if it is shared, runs have names of their own, and [`calls`](Subject::calls) and [`holds`](Subject::holds) tell of
    /// this one, without its name, so that they are the same for every run.
    async fn run(&mut self, number: u64) -> Self::Run;

    /// Which of so many calls that change something are to be disturbed, from 1. Default: all, each in a run of its own.
    fn sample(&self, calls: usize) -> Vec<usize> {
        (1..=calls).collect()
    }

    /// The names of promises that cannot be tried on it, and why. Default: none.
    fn cannot(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
}

/// One run, and everything that can be done to it. One at a time exists.
#[async_trait]
pub trait Subject: Send {
    /// Asks the adapter to start the run. Asked again, it asks again.
    ///
    /// # Errors
    /// What the adapter says if it knows the run already.
    async fn start(&mut self) -> Result<(), String>;

    /// Lets the run go on, by a new process if the last one was killed, has ended, or [`deploy`](Self::deploy) asked for one.
    ///
    /// What is held stays held: a call gets no answer, and the run goes on without.
    async fn go(&mut self, until: Until) -> Stand;

    /// Lets go on what was held.
    async fn release(&mut self);

    /// Kills whatever holds the run, if anything does. Another program is to go on with it.
    async fn deploy(&mut self, program: Program);

    /// Cancels the run, as a user would.
    async fn cancel(&mut self) -> Result<(), String>;

    /// Nudges the run.
    async fn nudge(&mut self) -> Result<(), String>;

    /// Resumes a parked run: the next [`go`](Self::go) goes on with it.
    async fn resume(&mut self) -> Result<(), String>;

    /// Delivers the last answer of a call again, if the adapter can come into that, and answers whether it did. Default: it cannot.
    async fn redeliver(&mut self) -> bool {
        false
    }

    /// Puts a fault script in force, in place of the last one.
    async fn arm(&mut self, script: FaultScript);

    /// The calls that were made for the run so far, in order.
    async fn calls(&mut self) -> Vec<Entry>;

    /// The names of everything that the run could have made and that exists now, settled.
    async fn holds(&mut self) -> Vec<String>;

    /// Everything that a program's choices show in: calls with their times, saved states. `None` where real time has a part in it.
    async fn trace(&mut self) -> Option<String> {
        None
    }

    /// The points at which a run is to be killed, asked of one that has ended undisturbed: all, or where that takes too long, a sample.
    async fn points(&mut self) -> Vec<Point>;
}

/// How far a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Until it has ended or is parked.
    Stopped,
    /// Until it is at this point, where it is held.
    Held(Point),
    /// Until it is at this point, where its process is killed.
    Killed(Point),
}

/// A point in the life of a run. They are counted from 1, from the run's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Point {
    /// The n-th call to RDS or KMS is made, and has not arrived.
    BeforeCall(usize),
    /// The n-th call to RDS or KMS is carried out, and not answered.
    AfterCall(usize),
    /// The n-th call that changes something is carried out, and not answered.
    AfterMutation(usize),
    /// The state is about to be saved for the n-th time.
    BeforeSave(usize),
    /// The state is saved for the n-th time.
    AfterSave(usize),
    /// The n-th wait begins.
    InWait(usize),
    /// The run waits, and its n-th call that changes something is over.
    InWaitAfter(usize),
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It has ended, or is parked.
    Stopped(Box<Outcome>),
    /// It is held at the point, or was killed there.
    Reached,
    /// The program does not go on with it, and says why.
    Refused(String),
    /// It does not move, and nothing will move it.
    Stuck,
}
