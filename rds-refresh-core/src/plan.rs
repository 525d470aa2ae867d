//! Steps in order, checked by the compiler: each one's needs are given by earlier ones.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::fact::Fact;
use crate::machine::{Limits, Machine, PlannedStep};
use crate::ports::Events;
use crate::step::{Needs, Record, Side, Step};
use crate::worker::{Erased, Worker};
use crate::{RetryPolicy, WaitPolicy};

/// An empty plan's list of facts.
#[derive(Debug)]
pub struct Nothing(());

/// A list of facts as a type: those known `Before`, and `F`.
#[derive(Debug)]
pub struct With<Before, F>(PhantomData<fn() -> (Before, F)>);

/// Where a fact stands in the list: last. Found by inference, never written.
#[derive(Debug)]
pub struct Here(());

/// Where a fact stands in the list: before the last, at `At`. Found by inference, never written.
#[derive(Debug)]
pub struct There<At>(PhantomData<At>);

/// A list that holds the fact `F` at `At`.
pub trait Holds<F, At> {}

impl<Before, F> Holds<F, Here> for With<Before, F> {}
// Recommended, this and the implementations of `HoldsAll` would have the compiler tell of lists and places, and not of the missing fact.
#[diagnostic::do_not_recommend]
impl<Before: Holds<F, At>, Last, F, At> Holds<F, There<At>> for With<Before, Last> {}

/// Where a needed fact stands. Found by inference, never written.
#[derive(Debug)]
pub struct Standing<At>(PhantomData<At>);

/// Where the fact of a needed record stands. Found by inference, never written.
#[derive(Debug)]
pub struct Recorded<At>(PhantomData<At>);

/// A list that gives what a step needs.
// A trait of its own: tuples on `Holds` would leave `At` ambiguous.
#[diagnostic::on_unimplemented(
    message = "this step needs `{N}`, and no earlier step of the plan gives it",
    label = "needs `{N}`",
    note = "put a step that gives it before this one, or have the plan `given` it",
    note = "of a list of facts, at least one is missing"
)]
pub trait HoldsAll<N, At> {}

#[diagnostic::do_not_recommend]
impl<L: Holds<F, At>, F: Fact, At> HoldsAll<F, Standing<At>> for L {}
#[diagnostic::do_not_recommend]
impl<L: Holds<F, At>, F: Fact, At> HoldsAll<Record<F>, Recorded<At>> for L {}

macro_rules! holds_tuples {
    ($(($($need:ident $at:ident),+))*) => {
        $(impl<L, $($need, $at),+> HoldsAll<($($need,)+), ($($at,)+)> for L where $(L: HoldsAll<$need, $at>),+ {})*
    };
}

holds_tuples! {
    (A TA, B TB) (A TA, B TB, C TC) (A TA, B TB, C TC, D TD) (A TA, B TB, C TC, D TD, E TE) (A TA, B TB, C TC, D TD, E TE, G TG)
}

/// Steps in order. `L` is the list of facts known after them.
///
/// ```
/// use rds_refresh_core::{Context, Fact, Plan, Progress, Step, StepError};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Name(String);
/// impl Fact for Name { const NAME: &'static str = "name"; }
///
/// #[derive(Serialize, Deserialize)]
/// struct Greeting(String);
/// impl Fact for Greeting { const NAME: &'static str = "greeting"; }
///
/// struct Greet;
/// impl Step for Greet {
///     const NAME: &'static str = "greet";
///     const VERSION: u32 = 1;
///     type Needs = Name;
///     type Gives = Greeting;
///     async fn reconcile(&self, name: &Name, _: &Context) -> Result<Progress<Greeting>, StepError> {
///         Ok(Progress::Ready(Greeting(format!("Hello, {}", name.0))))
///     }
/// }
///
/// let (machine, worker) = Plan::new().given::<Name>().then(Greet).build()?;
/// # Ok::<(), rds_refresh_core::PlanError>(())
/// ```
pub struct Plan<L> {
    given: Vec<&'static str>,
    steps: Vec<(PlannedStep, Box<dyn Erased>)>,
    limits: Limits,
    events: BTreeMap<Side, Arc<dyn Events>>,
    known: PhantomData<fn() -> L>,
}

impl Plan<Nothing> {
    /// A plan without steps.
    #[must_use]
    pub fn new() -> Self {
        Self { given: Vec::new(), steps: Vec::new(), limits: Limits::default(), events: BTreeMap::new(), known: PhantomData }
    }
}

impl Default for Plan<Nothing> {
    fn default() -> Self {
        Self::new()
    }
}

impl<L> Plan<L> {
    /// Adds a fact that every run is started with, as its request.
    #[must_use]
    pub fn given<F: Fact>(mut self) -> Plan<With<L, F>> {
        self.given.push(F::NAME);
        self.knowing()
    }

    /// Adds a step under its own name. Compiles only if the plan knows what the step needs.
    #[must_use]
    pub fn then<S: Step, At>(self, step: S) -> Plan<With<L, S::Gives>>
    where
        L: HoldsAll<S::Needs, At>,
    {
        self.then_as(S::NAME, step)
    }

    /// Adds a step under another name, as where one type of step stands in a plan twice.
    #[must_use]
    pub fn then_as<S: Step, At>(mut self, name: impl Into<String>, step: S) -> Plan<With<L, S::Gives>>
    where
        L: HoldsAll<S::Needs, At>,
    {
        let planned = PlannedStep {
            name: name.into(),
            version: S::VERSION,
            read_only: S::READ_ONLY,
            needs: S::Needs::standing(),
            reads: S::Needs::names(),
            gives: S::Gives::NAME,
            retry: step.retry_policy(),
            wait: step.wait_policy(),
        };
        self.steps.push((planned, Box::new(step)));
        self.knowing()
    }

    /// Sets how the failures of the step just added are tried again.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        if let Some((step, _)) = self.steps.last_mut() {
            step.retry = policy;
        }
        self
    }

    /// Sets how the step just added is waited for.
    #[must_use]
    pub fn wait(mut self, policy: WaitPolicy) -> Self {
        if let Some((step, _)) = self.steps.last_mut() {
            step.wait = policy;
        }
        self
    }

    /// Changes how the steps added so far are waited for, by name: for plans that come ready-made, and for what earlier runs have shown.
    ///
    /// ```
    /// use rds_refresh_core::machine::Report;
    /// use rds_refresh_core::Plan;
    ///
    /// /// The same plan, for a run that is expected to take as long as an earlier one.
    /// fn as_before<Facts>(plan: Plan<Facts>, earlier: &Report) -> Plan<Facts> {
    ///     plan.each_wait(|name, wait| {
    ///         wait.experience = earlier.steps.iter().find(|step| step.step == name).map(|step| step.elapsed);
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn each_wait(mut self, mut change: impl FnMut(&str, &mut WaitPolicy)) -> Self {
        for (step, _) in &mut self.steps {
            change(&step.name, &mut step.wait);
        }
        self
    }

    /// Sets the limits of the whole run.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Has failures in this account carry what RDS noted about the resources that the step [watched](Step::watched).
    #[must_use]
    pub fn events(mut self, side: Side, port: Arc<dyn Events>) -> Self {
        self.events.insert(side, port);
        self
    }

    /// The machine that decides what a run does next, and the worker that does it.
    ///
    /// # Errors
    /// If a name of a step or of a fact stands in the plan twice, or is not in kebab-case.
    pub fn build(self) -> Result<(Machine, Worker), PlanError> {
        let mut facts = Vec::new();
        for name in self.given.iter().copied().chain(self.steps.iter().map(|(step, _)| step.gives)) {
            check_name("fact", name)?;
            if facts.contains(&name) {
                return Err(PlanError::DuplicateFact(name.to_owned()));
            }
            facts.push(name);
        }
        let (planned, erased): (Vec<PlannedStep>, Vec<_>) = self.steps.into_iter().unzip();
        for (index, step) in planned.iter().enumerate() {
            check_name("step", &step.name)?;
            if planned[..index].iter().any(|earlier| earlier.name == step.name) {
                return Err(PlanError::DuplicateStep(step.name.clone()));
            }
        }
        let steps = planned.iter().map(|step| step.name.clone()).zip(erased).collect();
        Ok((Machine { given: self.given, steps: planned, limits: self.limits }, Worker { steps, events: self.events }))
    }

    fn knowing<M>(self) -> Plan<M> {
        Plan { given: self.given, steps: self.steps, limits: self.limits, events: self.events, known: PhantomData }
    }
}

impl<L> std::fmt::Debug for Plan<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("given", &self.given)
            .field("steps", &self.steps.iter().map(|(step, _)| &step.name).collect::<Vec<_>>())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

fn check_name(of: &'static str, name: &str) -> Result<(), PlanError> {
    let legal = (1..=63).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if legal { Ok(()) } else { Err(PlanError::Name { of, name: name.to_owned() }) }
}

/// Why a plan cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Two steps of one name.
    #[error("two steps of the plan are named {0:?}: name one of them with `then_as`")]
    DuplicateStep(String),
    /// Two facts of one name.
    #[error("the plan gives the fact {0:?} twice: let the steps give facts of different types and names")]
    DuplicateFact(String),
    /// A name that states and orchestrators could not carry.
    #[error("the {of} name {name:?} must be 1 to 63 lower-case letters, digits and hyphens")]
    Name {
        /// What is named.
        of: &'static str,
        /// The name.
        name: String,
    },
}

/// The list of these facts, in the order that a plan gives them. Wants [`Nothing`] and [`With`] in scope.
macro_rules! facts {
    ($($fact:ty),+ $(,)?) => { facts!(@ Nothing; $($fact),+) };
    (@ $list:ty; $fact:ty $(, $rest:ty)*) => { facts!(@ With<$list, $fact>; $($rest),*) };
    (@ $list:ty;) => { $list };
}
pub(crate) use facts;
