//! What can happen to a run: every answer that its command can get, and what comes unasked.

use std::time::Duration;

use rds_refresh_core::machine::{GRACE, Sleep};
use rds_refresh_core::{Action, Command, ErrorKind, Event, EventKind, Resource, ResourceKind, Seen, State, StepError, Timestamp};
use serde_json::json;

use super::model::{Exploration, World};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Happening {
    Answer(Answer, When),
    Woke(When),
    Nudged,
    Cancelled,
    Resumed,
    /// Somebody asks after the park limit.
    PastTheLimit,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Answer {
    Ready,
    Pending(Option<u8>),
    Removing,
    Undone { kept: bool },
    Verified(bool),
    Failed(ErrorKind),
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum When {
    InTime,
    AtTheLimit,
    /// The clock jumped, or a computer slept. Once per path.
    DaysLater,
    /// The clock was set back. Once per path.
    Before,
}

/// One of each that the machine tells apart.
pub(crate) const TOLD_APART: &[ErrorKind] = &[
    ErrorKind::Transient,
    ErrorKind::Throttled,
    ErrorKind::Credentials,
    ErrorKind::Denied,
    ErrorKind::Conflict,
    ErrorKind::Invalid,
];

impl Exploration {
    pub(crate) fn happenings(&self, world: &World) -> Vec<Happening> {
        let mut can = Vec::new();
        let jumps = if world.ghost.jumps > 0 { &[When::DaysLater, When::Before][..] } else { &[] };
        match self.subject.machine.command(&world.state) {
            Command::Run(call) => {
                let answers: &[Answer] = match call.action {
                    Action::Reconcile => &[Answer::Ready, Answer::Pending(None), Answer::Pending(Some(50))],
                    Action::Verify => &[Answer::Verified(true), Answer::Verified(false)],
                    Action::Compensate if self.with_lists => {
                        &[Answer::Undone { kept: false }, Answer::Undone { kept: true }, Answer::Pending(None), Answer::Removing]
                    }
                    Action::Compensate => &[Answer::Undone { kept: false }, Answer::Pending(None)],
                };
                for answer in answers {
                    can.extend([When::InTime, When::AtTheLimit].map(|when| Happening::Answer(*answer, when)));
                }
                can.extend(self.kinds.iter().map(|kind| Happening::Answer(Answer::Failed(*kind), When::InTime)));
                can.push(Happening::Answer(Answer::Failed(ErrorKind::Throttled), When::AtTheLimit));
                can.push(Happening::Answer(Answer::Lost, When::AtTheLimit));
                for when in jumps {
                    can.extend(answers.iter().map(|answer| Happening::Answer(*answer, *when)));
                    can.push(Happening::Answer(Answer::Failed(ErrorKind::Throttled), *when));
                    can.push(Happening::Answer(Answer::Lost, *when));
                }
                can.extend([Happening::Nudged, Happening::Cancelled]);
            }
            Command::Sleep(_) => {
                can.push(Happening::Woke(When::AtTheLimit));
                can.extend(jumps.iter().map(|when| Happening::Woke(*when)));
                can.extend([Happening::Nudged, Happening::Cancelled]);
            }
            Command::Finish(outcome) => {
                if world.ghost.resumes > 0 {
                    can.push(Happening::Resumed);
                }
                if matches!(outcome.verdict, rds_refresh_core::Verdict::Parked { .. }) {
                    can.extend([Happening::Cancelled, Happening::PastTheLimit]);
                }
            }
        }
        can
    }
}

impl Happening {
    /// The event, unless it is a resume, and the moment.
    pub(crate) fn event(self, command: &Command<'_>, state: &State) -> (Timestamp, Option<EventKind>) {
        let seq = state.seq();
        match (self, command) {
            (Self::Answer(answer, when), Command::Run(call)) => {
                let limit = if answer == Answer::Lost { call.not_after + GRACE } else { call.not_after };
                (when.moment(state.now(), limit), Some(answer.kind(seq, call.step)))
            }
            (Self::Woke(when), Command::Sleep(Sleep { until, .. })) => {
                (when.moment(state.now(), *until), Some(EventKind::Woke { seq }))
            }
            (Self::PastTheLimit, Command::Finish(outcome)) => match outcome.verdict {
                rds_refresh_core::Verdict::Parked { until, .. } => (until, Some(EventKind::Nudged)),
                _ => (state.now(), None),
            },
            (Self::Nudged, _) => (state.now(), Some(EventKind::Nudged)),
            (Self::Cancelled, _) => (state.now(), Some(EventKind::Cancelled)),
            _ => (state.now(), None),
        }
    }
}

impl When {
    pub(crate) fn is_a_jump(self) -> bool {
        matches!(self, Self::DaysLater | Self::Before)
    }

    fn moment(self, now: Timestamp, limit: Timestamp) -> Timestamp {
        match self {
            Self::InTime => now,
            Self::AtTheLimit => limit,
            Self::DaysLater => limit + Duration::from_hours(100 * 24),
            Self::Before => now.before(Duration::from_hours(1)),
        }
    }
}

impl Answer {
    pub(crate) fn kind(self, seq: u64, step: &str) -> EventKind {
        match self {
            Self::Ready => EventKind::Ready { seq, fact: json!(1), keeps: Vec::new(), made: Vec::new() },
            Self::Pending(percent) => pending(seq, percent, Vec::new()),
            Self::Removing => pending(seq, None, vec![resource(step)]),
            Self::Undone { kept } => EventKind::Undone { seq, kept: if kept { vec![resource(step)] } else { Vec::new() } },
            Self::Verified(stands) => EventKind::Verified { seq, stands, gone: false },
            Self::Failed(kind) => {
                EventKind::Failed { seq, error: StepError::new(kind, kind.as_str()), at_stake: vec![resource(step)] }
            }
            Self::Lost => EventKind::Lost { seq },
        }
    }
}

fn pending(seq: u64, percent: Option<u8>, removing: Vec<Resource>) -> EventKind {
    EventKind::Pending { seq, seen: Seen::status("busy").percent(percent), look_in: None, expected: None, removing }
}

/// What a step makes.
pub(crate) fn resource(step: &str) -> Resource {
    Resource {
        kind: ResourceKind::DbInstance,
        account: "111111111111".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        id: step.to_owned(),
    }
}

/// Every event that answers something, with the given number.
pub(crate) fn answers(seq: u64, now: Timestamp) -> impl Iterator<Item = Event> {
    let answers = [
        Answer::Ready,
        Answer::Pending(Some(99)),
        Answer::Removing,
        Answer::Undone { kept: true },
        Answer::Verified(false),
        Answer::Failed(ErrorKind::Credentials),
        Answer::Lost,
    ];
    let kinds = answers.into_iter().map(move |answer| answer.kind(seq, "made"));
    kinds.chain([EventKind::Woke { seq }]).map(move |kind| Event { now, kind })
}
