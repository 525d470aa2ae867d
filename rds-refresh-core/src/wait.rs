//! When to look again at something that takes minutes to hours, and how long to keep looking.

use std::time::Duration;

use crate::retry::jittered;

/// How long a step is waited for, and how often it is looked at. Pure data: it decides and never sleeps.
///
/// ```
/// use rds_refresh_core::{WaitPolicy, wait::Look};
/// use std::time::Duration;
///
/// let policy = WaitPolicy { jitter: 0.0, ..WaitPolicy::default() };
/// // Ten minutes are expected and none has passed: a quarter of them can be slept through.
/// let look = Look { elapsed: Duration::ZERO, expected: Some(Duration::from_mins(10)), ..Look::default() };
/// assert_eq!(policy.next_look(look, 0), Duration::from_secs(150));
/// // From then on it may be done at any time.
/// let look = Look { elapsed: Duration::from_secs(150), ..look };
/// assert_eq!(policy.next_look(look, 0).as_secs(), 24);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct WaitPolicy {
    /// The shortest pause between two looks, nudges included. Default 10 s: RDS limits calls for account and Region as a whole.
    pub min_interval: Duration,
    /// The longest pause between two looks. Default 10 min.
    pub max_interval: Duration,
    /// How much later it may be noticed that the step is done, if that saves one look. Default 485 ms: looks at what is expected to take
    /// ten minutes are 24 s apart. Four times as much makes half as many looks; where nudges tell of the end it may be far more.
    pub look_cost: Duration,
    /// How long the step took in earlier runs like this one, if that is known. It says much more than what the step expects of all runs.
    /// Default: unknown.
    pub experience: Option<Duration>,
    /// The part of a pause by which it may be shorter or longer, 0–1. Default 0.1.
    pub jitter: f64,
    /// How long the step may take, and again how long its compensation may take. Default 6 h. It holds against a look that was
    /// begun after it passed, so a step that is late but ready is ready.
    pub deadline: Duration,
    /// How long the progress in percent may stand still. Default: as long as the deadline allows. Time without a percentage, as
    /// while a copy is queued, does not count.
    pub stall_limit: Option<Duration>,
    /// How long one call of the step may take before it is given up as lost. Default 60 s.
    pub call_limit: Duration,
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self {
            min_interval: Duration::from_secs(10),
            max_interval: Duration::from_mins(10),
            look_cost: Duration::from_millis(485),
            experience: None,
            jitter: 0.1,
            deadline: Duration::from_hours(6),
            stall_limit: None,
            call_limit: Duration::from_mins(1),
        }
    }
}

/// What is known when the next look is planned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// How long the step has taken so far.
    pub elapsed: Duration,
    /// How long it is expected to take in all, if the step knows.
    pub expected: Option<Duration>,
    /// How long it took in earlier runs, if that is known: see [`WaitPolicy::experience`].
    pub experience: Option<Duration>,
    /// How far RDS says it is, 0–100.
    pub percent: Option<u8>,
}

/// RDS shows progress in steps: it may be this much further than it says, in percent.
const STEP: u8 = 5;

impl WaitPolicy {
    /// The pause until the next look. A pure function; `seed` spreads the looks of runs that wait at the same time.
    ///
    /// What cannot be over yet is slept through. Then the looks are even, at the interval at which the delay and the looks together cost
    /// least: √(2 · `look_cost` · the span in which the end may lie). The span follows from the progress in percent, or else from
    /// experience, or else from what is expected, or else from the time that has gone by; so pauses grow slowly when a step is overdue.
    #[must_use]
    pub fn next_look(&self, look: Look, seed: u64) -> Duration {
        let End { earliest, span } = look.end();
        let even = (2.0 * self.look_cost.as_secs_f64() * span.as_secs_f64()).sqrt();
        let even = Duration::try_from_secs_f64(even).unwrap_or(Duration::MAX);
        let pause = even.max(earliest.saturating_sub(look.elapsed));
        jittered(pause, self.jitter, seed).clamp(self.min_interval, self.max_interval.max(self.min_interval))
    }
}

/// When a step may be done, since its beginning.
struct End {
    /// Hardly ever before.
    earliest: Duration,
    /// How much time, from then or from now on, the end is spread over.
    span: Duration,
}

impl Look {
    fn end(&self) -> End {
        match (self.percent, self.experience, self.expected) {
            // The first percent say little about the rest, and neither does what is no percentage.
            (Some(percent @ STEP..=100), _, _) => {
                let whole_if = |done: u8| self.elapsed.saturating_mul(100) / u32::from(done);
                let earliest = whole_if(percent.saturating_add(STEP).min(100));
                End { earliest, span: whole_if(percent.min(100 - STEP)).saturating_sub(earliest) }
            }
            (_, Some(usual), _) => End { earliest: usual / 5 * 3, span: (usual / 5).max(self.elapsed.saturating_sub(usual)) },
            // One in ten takes less than a third of it, one in ten more than three times as long.
            (_, None, Some(expected)) => End { earliest: expected / 4, span: expected.max(self.elapsed / 3) },
            (_, None, None) => End { earliest: Duration::ZERO, span: self.elapsed },
        }
    }
}
