//! What is counted, and what both designs take for their own work.

use std::time::Duration;

/// From the end of one state to the beginning of the next.
pub(crate) const TRANSITION: Duration = Duration::from_millis(350);

/// From the invocation of a function to its answer, a call of AWS included.
pub(crate) const INVOCATION: Duration = Duration::from_millis(600);

/// What a refresh has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// From the start to the available cluster, over what RDS took for the five things that cannot be avoided.
    pub(crate) delay: Duration,
    /// State transitions of Step Functions, in both accounts.
    pub(crate) transitions: u32,
    /// Invocations of Lambda functions.
    pub(crate) invocations: u32,
    /// Calls of RDS. Those of KMS are not among them.
    pub(crate) calls: u32,
}

/// The same over many runs.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    pub(crate) delay: Of,
    pub(crate) transitions: Of,
    pub(crate) invocations: Of,
    pub(crate) calls: Of,
}

/// Mean and 95th percentile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Of {
    pub(crate) mean: f64,
    pub(crate) p95: f64,
}

impl Summary {
    pub(crate) fn of(runs: impl IntoIterator<Item = Counts>) -> Self {
        let runs: Vec<Counts> = runs.into_iter().collect();
        let figure = |of: fn(&Counts) -> f64| Of::all(runs.iter().map(of).collect());
        Self {
            delay: figure(|run| run.delay.as_secs_f64()),
            transitions: figure(|run| run.transitions.into()),
            invocations: figure(|run| run.invocations.into()),
            calls: figure(|run| run.calls.into()),
        }
    }

    /// A row of the table.
    pub(crate) fn row(&self, what: &str) -> String {
        let cell = |of: Of| format!("{:.0} ({:.0})", of.mean, of.p95);
        let Self { delay, transitions, invocations, calls } = self;
        format!("| {what} | {} | {} | {} | {} |", cell(*delay), cell(*transitions), cell(*invocations), cell(*calls))
    }
}

impl Of {
    fn all(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        Self { mean, p95: values[values.len() * 95 / 100] }
    }
}
