//! A plan whose times are multiples of one, so that few different moments exist.

use std::marker::PhantomData;
use std::time::Duration;

use rds_refresh_core::machine::{GRACE, Limits};
use rds_refresh_core::{
    Context, Fact, Facts, Machine, Needs, OnFailure, Plan, Progress, Record, RetryPolicy, State, Step, StepError, Timestamp,
    WaitPolicy,
};
use serde::{Deserialize, Serialize};

/// Everything takes a multiple of this, which is also how long a driver waits for an answer that is late.
const UNIT: Duration = GRACE;
pub(crate) const DEADLINE: Duration = Duration::from_secs(2 * UNIT.as_secs());
pub(crate) const INTERVAL: Duration = UNIT;
pub(crate) const STALL_LIMIT: Duration = UNIT;
pub(crate) const ABSENCE_WINDOW: Duration = UNIT;
pub(crate) const ATTEMPTS: u32 = 2;

macro_rules! facts {
    ($($fact:ident $name:literal)*) => {
        $(
            #[derive(Serialize, Deserialize)]
            struct $fact(u64);
            impl Fact for $fact {
                const NAME: &'static str = $name;
            }
        )*
    };
}

facts! { Request "request" Made "made" Derived "derived" Last "last" }

/// A step that gives `G`, needs `N`, and is never called: its answers are the checker's.
struct Answered<G, N>(PhantomData<fn() -> (G, N)>);

impl<G: Fact, N: Needs> Step for Answered<G, N> {
    const NAME: &'static str = G::NAME;
    const VERSION: u32 = 1;
    type Needs = N;
    type Gives = G;

    async fn reconcile(&self, _: &N, _: &Context) -> Result<Progress<G>, StepError> {
        Err(StepError::invalid("it is never called"))
    }

    fn wait_policy(&self) -> WaitPolicy {
        WaitPolicy {
            min_interval: INTERVAL,
            max_interval: INTERVAL,
            jitter: 0.0,
            deadline: DEADLINE,
            stall_limit: Some(STALL_LIMIT),
            call_limit: UNIT,
            ..WaitPolicy::default()
        }
    }

    fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy {
            initial_interval: UNIT,
            factor: 1.0,
            max_interval: UNIT,
            jitter: 0.0,
            max_attempts: ATTEMPTS,
            patience: Duration::ZERO,
            max_elapsed: None,
            capacity_interval: UNIT,
        }
    }
}

fn answered<G, N>() -> Answered<G, N> {
    Answered(PhantomData)
}

/// Two steps, the second of what the first made; with three, the last one remembers the first and needs the second.
pub(crate) fn machine(steps: usize) -> Machine {
    let limits = Limits { absence_window: ABSENCE_WINDOW, park_limit: 5 * UNIT };
    let two = Plan::new().limits(limits).given::<Request>().then(answered::<Made, Request>()).then(answered::<Derived, Made>());
    let built = if steps == 2 { two.build() } else { two.then(answered::<Last, (Record<Made>, Derived)>()).build() };
    built.unwrap().0
}

pub(crate) fn start(machine: &Machine) -> State {
    let mut given = Facts::new();
    given.insert(&Request(7)).unwrap();
    machine.start("r1".parse().unwrap(), given, OnFailure::default(), start_of_day()).unwrap()
}

fn start_of_day() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}
