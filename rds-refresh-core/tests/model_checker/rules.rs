//! What must hold, each with the flaw that it is seen to catch.

use std::collections::BTreeSet;

use rds_refresh_core::machine::Doing;
use rds_refresh_core::{Action, Applied, Command, ErrorKind, Event, EventKind, State, Verdict};
use stateright::{HasDiscoveries, Property};

use super::model::{Exploration, Ghost, World};
use super::subject::Flaw;
use super::surroundings::{Answer, Happening, answers, resource};

macro_rules! rules {
    ($($rule:ident $says:literal $($flaw:ident)|+,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Rule {
            $($rule),*
        }

        impl Rule {
            pub(crate) const ALL: &[Self] = &[$(Self::$rule),*];

            pub(crate) fn says(self) -> &'static str {
                match self {
                    $(Self::$rule => $says),*
                }
            }

            pub(crate) fn of(flaw: Flaw) -> Self {
                match flaw {
                    $($(Flaw::$flaw)|+ => Self::$rule),*
                }
            }

            pub(crate) fn properties() -> Vec<Property<Exploration>> {
                vec![$(Property::always($says, |exploration, world| Self::$rule.holds(exploration, world))),*]
            }
        }
    };
}

rules! {
    Answered "what a command asks for moves the run" SleepsOn,
    Numbered "another command has another number" ReusesNumbers,
    StaleIgnored "an answer to another command changes nothing" BelievesLateTimers,
    Reloadable "a stored state is the same state" StoresNoCancel,
    UndoneOnce "no step is undone twice" UndoesAgain,
    UndoneWhole "a failed run has undone whatever it began" UndoesOne,
    NotForwardAgain "a run that is being undone does nothing else" DoesAgain,
    CancelHeard "a cancelled run begins no step" ForgetsCancels,
    ParkedSaysSo "a run that cannot act is parked, and says what for" WaitsForCredentials,
    Accounted "what the undoing meets is named once" ForgetsWhatIsKept,
    Ends "every path ends, or comes to where the run is parked" ForgivesLostAnswers,
}

impl Rule {
    /// When the search for a flaw is over.
    pub(crate) fn finish(self) -> HasDiscoveries {
        if self == Self::Ends { HasDiscoveries::All } else { HasDiscoveries::AnyOf(BTreeSet::from([self.says()])) }
    }

    /// Whether the rule holds in the state, and was held to on the way to it.
    fn holds(self, exploration: &Exploration, world: &World) -> bool {
        let (subject, state) = (&exploration.subject, &world.state);
        match self {
            Self::StaleIgnored => {
                let mut after = state.clone();
                let mut stale =
                    [state.seq().wrapping_sub(1), state.seq() + 1].into_iter().flat_map(|seq| answers(seq, state.now()));
                stale.all(|stale| matches!(subject.apply(&mut after, stale), Applied::Ignored(_))) && after == *state
            }
            Self::Reloadable => {
                let loaded = subject.reloaded(state);
                loaded == *state && subject.machine.command(&loaded) == subject.machine.command(state)
            }
            Self::Answered => match subject.machine.command(state) {
                Command::Run(call) => {
                    subject.machine.steps().any(|step| step == call.step)
                        && moves(exploration, state, EventKind::Lost { seq: call.seq })
                }
                Command::Sleep(sleep) => {
                    let event = Event { now: sleep.until, kind: EventKind::Woke { seq: sleep.seq } };
                    let mut after = state.clone();
                    subject.apply(&mut after, event) == Applied::Advanced && after != *state
                }
                Command::Finish(_) => state.report().outcome.is_some(),
            },
            Self::Ends => true,
            _ => !world.broke.contains(&self),
        }
    }

    /// The rules that an event and what was made of it break.
    pub(crate) fn broken_on_the_way(
        last: &World,
        happening: Happening,
        ghost: &Ghost,
        command: &Command<'_>,
        next: &Command<'_>,
        state: &State,
    ) -> BTreeSet<Self> {
        let mut broke = BTreeSet::new();
        let mut must = |rule: Self, holds: bool| {
            if !holds {
                broke.insert(rule);
            }
        };
        let is_same = match (command, next) {
            (Command::Run(one), Command::Run(other)) => {
                (one.step, one.action, one.not_after) == (other.step, other.action, other.not_after)
            }
            _ => false,
        };
        must(Self::Numbered, state.seq() > last.state.seq() || is_same);

        if let Command::Run(call) = next {
            must(Self::NotForwardAgain, !ghost.is_undoing || call.action == Action::Compensate);
            let is_begun = call.action != Action::Compensate && state.seq() > last.state.seq();
            must(Self::CancelHeard, !(ghost.is_cancelled && is_begun));
        }

        if let Happening::Answer(Answer::Failed(ErrorKind::Credentials), _) = happening {
            let parked = matches!(next, Command::Finish(outcome) if matches!(&outcome.verdict,
                Verdict::Parked { error, until, .. } if error.kind() == ErrorKind::Credentials && *until > state.now()));
            // A run that is to stop anyway is undone, and parked then.
            must(Self::ParkedSaysSo, parked || (ghost.is_cancelled && state.report().doing == Doing::Compensating));
        } else {
            let is_denied = matches!(happening, Happening::Answer(Answer::Failed(ErrorKind::Denied), _));
            must(
                Self::ParkedSaysSo,
                is_denied || !matches!(next, Command::Finish(outcome) if matches!(outcome.verdict, Verdict::Parked { .. })),
            );
        }

        if let (Command::Run(call), Command::Finish(outcome)) = (command, next) {
            let is_undone = |step: &String| ghost.undone.contains(step) || step == call.step;
            must(Self::UndoneWhole, !matches!(outcome.verdict, Verdict::Failed { .. }) || ghost.began.iter().all(is_undone));
        }
        if let (Happening::Answer(answer, _), Command::Run(call)) = (happening, command) {
            must(Self::Accounted, call.action != Action::Compensate || is_accounted(answer, call.step, state));
        }
        broke
    }
}

fn moves(exploration: &Exploration, state: &State, kind: EventKind) -> bool {
    let mut after = state.clone();
    exploration.subject.apply(&mut after, Event { now: state.now(), kind }) == Applied::Advanced && after != *state
}

/// What a compensation says that it keeps is listed as kept, and nothing is in two lists.
fn is_accounted(answer: Answer, step: &str, state: &State) -> bool {
    let stored = serde_json::to_value(state).unwrap();
    let made = serde_json::to_value(resource(step)).unwrap();
    let is_in = |list: &str| {
        let entries = stored.get(list).and_then(|list| list.as_array()).into_iter().flatten();
        entries.filter(|entry| **entry == made || entry["resource"] == made).count()
    };
    let times = ["removed", "kept", "leftovers"].map(is_in);
    let is_over = stored["turn"].get("absent_since_ms").is_none();
    times.iter().sum::<usize>() <= 1 && (answer != Answer::Undone { kept: true } || !is_over || times[1] == 1)
}
