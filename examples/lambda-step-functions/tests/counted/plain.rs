//! The plain design: a function and a state machine in each account, which poll every 30 seconds.
//!
//! What it is said to cost on the usual durations, 382 transitions, 130 invocations, 129 calls and 85 seconds without waiting for the
//! deletion, 412, 140, 139 and 402 seconds with it, follows from this:
//!
//! - a poll is three transitions (wait, task, choice) and one invocation with one call of RDS: the ten polls of the deletion are the
//!   difference between the two. They take 317 s, so a poll takes 31.65 s, which is the wait, three transitions and an invocation;
//! - seven calls change something (five that are waited for, the share, the deletion), and one task hands over; each is announced;
//! - when the cluster is there, older snapshots are removed in both accounts: four tasks with a call and a choice each, and in each account
//!   a message and the end.

use std::time::Duration;

use crate::counts::{Counts, INVOCATION, TRANSITION};
use crate::drawn::Durations;

const POLL: Duration = Duration::from_secs(30);

pub(crate) fn count(takes: &Durations, waits_for_deletion: bool) -> Counts {
    let mut run = Run::default();
    let [cluster_snapshot, instance_restore, snapshot, copy, cluster_restore, deletion] = takes.0;
    for duration in [cluster_snapshot, instance_restore, snapshot] {
        run.acts();
        run.polls(duration);
        run.announces();
    }
    // The share.
    run.acts();
    run.announces();
    run.acts();
    if waits_for_deletion {
        run.polls(deletion);
    }
    run.announces();
    // The hand-over calls no RDS.
    run.invokes();
    run.announces();
    for duration in [copy, cluster_restore] {
        run.acts();
        run.polls(duration);
        run.announces();
    }
    let delay = run.now.checked_sub(takes.unavoidable()).unwrap();
    for _ in 0..4 {
        run.acts();
        run.goes_through(1);
    }
    run.goes_through(4);
    Counts { delay, ..run.counts }
}

/// An execution of a state machine, or rather of both, one after the other.
#[derive(Default)]
struct Run {
    now: Duration,
    counts: Counts,
}

impl Run {
    fn goes_through(&mut self, states: u32) {
        self.counts.transitions += states;
        self.now += states * TRANSITION;
    }

    fn invokes(&mut self) {
        self.goes_through(1);
        self.counts.invocations += 1;
        self.now += INVOCATION;
    }

    /// A task with one call of RDS, which is made when it ends.
    fn acts(&mut self) {
        self.invokes();
        self.counts.calls += 1;
    }

    fn announces(&mut self) {
        self.goes_through(1);
    }

    fn polls(&mut self, duration: Duration) {
        let ready = self.now + duration;
        loop {
            self.goes_through(1);
            self.now += POLL;
            self.acts();
            let is_ready = self.now >= ready;
            self.goes_through(1);
            if is_ready {
                return;
            }
        }
    }
}
