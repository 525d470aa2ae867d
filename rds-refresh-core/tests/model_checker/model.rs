//! The space: a run's state, and what its surroundings remember of it.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use rds_refresh_core::machine::Doing;
use rds_refresh_core::{Action, Applied, Command, ErrorKind, Event, State, Verdict};
use stateright::{Model, Property};

use super::graph::Graph;
use super::plan;
use super::rules::Rule;
use super::subject::{self, Flaw, Subject};
use super::surroundings::{Answer, Happening, TOLD_APART};

#[derive(Debug)]
pub(crate) struct Exploration {
    pub(crate) subject: Subject,
    pub(crate) kinds: &'static [ErrorKind],
    resumes: u8,
    jumps: u8,
    /// Whether what the undoing meets and removes tells states apart.
    pub(crate) with_lists: bool,
    pub(crate) graph: Graph,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) ghost: Ghost,
    /// The rules that the last event broke.
    pub(crate) broke: BTreeSet<Rule>,
    key: String,
}

/// What the machine is not asked, and must not contradict.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ghost {
    pub(crate) resumes: u8,
    pub(crate) jumps: u8,
    /// The steps of which something may exist.
    pub(crate) began: BTreeSet<String>,
    /// The steps whose undoing is over, since the run was last begun or resumed.
    pub(crate) undone: BTreeSet<String>,
    pub(crate) is_undoing: bool,
    pub(crate) is_cancelled: bool,
}

impl Exploration {
    /// Two steps, one resume, one jump of the clock.
    pub(crate) fn small() -> Self {
        Self::of(2, 1, 1, TOLD_APART)
    }

    /// Two steps, neither, and all that an undoing may meet.
    pub(crate) fn listing() -> Self {
        Self { with_lists: true, ..Self::of(2, 0, 0, TOLD_APART) }
    }

    /// Three steps, two resumes, every kind of error.
    pub(crate) fn large() -> Self {
        Self::of(3, 2, 1, ErrorKind::ALL)
    }

    /// Enough for a flaw to show.
    pub(crate) fn with_flaw(flaw: Flaw) -> Self {
        let few = &[ErrorKind::Throttled, ErrorKind::Credentials, ErrorKind::Invalid];
        let mut exploration = Self { with_lists: flaw == Flaw::ForgetsWhatIsKept, ..Self::of(2, 0, 0, few) };
        exploration.subject.flaw = Some(flaw);
        exploration
    }

    fn of(steps: usize, resumes: u8, jumps: u8, kinds: &'static [ErrorKind]) -> Self {
        let subject = Subject { machine: plan::machine(steps), flaw: None };
        Self { subject, kinds, resumes, jumps, with_lists: false, graph: Graph::default() }
    }

    fn world(&self, state: State, ghost: Ghost, broke: BTreeSet<Rule>) -> World {
        let key = format!("{} {ghost:?} {broke:?}", subject::key(&state, self.with_lists));
        World { state, ghost, broke, key }
    }
}

impl Model for Exploration {
    type State = World;
    type Action = Happening;

    fn init_states(&self) -> Vec<World> {
        let machine = &self.subject.machine;
        let state = plan::start(machine);
        let mut ghost = Ghost {
            resumes: self.resumes,
            jumps: self.jumps,
            began: BTreeSet::new(),
            undone: BTreeSet::new(),
            is_undoing: false,
            is_cancelled: false,
        };
        ghost.hear(&machine.command(&state));
        vec![self.world(state, ghost, BTreeSet::new())]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Happening>) {
        // A rule that is broken is broken: what follows shows no more.
        if world.broke.is_empty() {
            actions.extend(self.happenings(world));
        }
    }

    fn next_state(&self, last: &World, happening: Happening) -> Option<World> {
        let mut state = last.state.clone();
        let command = self.subject.machine.command(&last.state);
        let (now, event) = happening.event(&command, &last.state);
        let applied = match event {
            Some(kind) => self.subject.apply(&mut state, Event { now, kind }),
            None => self.subject.resume(&mut state, now),
        };
        if applied != Applied::Advanced {
            return None;
        }
        let mut ghost = last.ghost.clone();
        ghost.see(happening, &last.state);
        if matches!(happening, Happening::Answer(Answer::Verified(false), _)) {
            // What a step made of which no evidence stands was undone when the run failed.
            ghost.began.retain(|step| state.facts().contains(step));
        }
        let next = self.subject.machine.command(&state);
        let mut broke = Rule::broken_on_the_way(last, happening, &ghost, &command, &next, &state);
        ghost.judge_undoing(&command, &next, &mut broke);
        ghost.hear(&next);
        let next = self.world(state, ghost, broke);
        // A run that is parked waits for a person, and may be parked again: a path ends there.
        let is_parked = matches!(&command, Command::Finish(outcome) if matches!(outcome.verdict, Verdict::Parked { .. }));
        if !is_parked {
            self.graph.leads(&last.key, &next.key);
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        Rule::properties()
    }
}

impl PartialEq for World {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Hash for World {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.key.hash(hasher);
    }
}

impl Ghost {
    /// What happens to the run.
    fn see(&mut self, happening: Happening, before: &State) {
        match happening {
            Happening::Answer(_, when) | Happening::Woke(when) if when.is_a_jump() => self.jumps -= 1,
            Happening::Cancelled => self.is_cancelled = true,
            Happening::Resumed => {
                self.resumes -= 1;
                self.is_cancelled = false;
                if before.report().doing == Doing::Failed {
                    self.is_undoing = false;
                    self.undone.clear();
                    self.began.retain(|step| before.facts().contains(step));
                }
            }
            _ => {}
        }
    }

    /// A step's undoing is over when the next call is about another one, or the run has ended.
    fn judge_undoing(&mut self, last: &Command<'_>, next: &Command<'_>, broke: &mut BTreeSet<Rule>) {
        let Command::Run(call) = last else { return };
        let is_over = match next {
            Command::Run(next) => next.step != call.step,
            Command::Sleep(_) => false,
            Command::Finish(outcome) => matches!(outcome.verdict, Verdict::Failed { .. }),
        };
        if call.action == Action::Compensate && is_over && !self.undone.insert(call.step.to_owned()) {
            broke.insert(Rule::UndoneOnce);
        }
    }

    /// What the run does next.
    fn hear(&mut self, command: &Command<'_>) {
        let Command::Run(call) = command else { return };
        match call.action {
            Action::Reconcile => {
                self.began.insert(call.step.to_owned());
            }
            // From here on the run has stopped, whatever for.
            Action::Compensate => (self.is_undoing, self.is_cancelled) = (true, false),
            Action::Verify => {}
        }
    }
}
