//! One line per step, printed when the step is done.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rds_refresh_core::machine::{Report, StepReport};

/// What has been shown so far.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    shown: AtomicUsize,
}

impl Progress {
    /// Shows the steps that were done since the last report.
    pub(crate) fn show(&self, report: &Report) {
        let done: Vec<&StepReport> = report.steps.iter().filter(|step| !step.is_current).collect();
        let shown = self.shown.swap(done.len(), Ordering::Relaxed);
        for step in done.into_iter().skip(shown) {
            let looks = if step.looks == 1 { "look" } else { "looks" };
            println!("  {:<32} {:>12}  {:>3} {looks}", step.step, rounded(step.elapsed).to_string(), step.looks);
        }
    }
}

/// A duration to the second.
pub(crate) fn rounded(duration: Duration) -> humantime::FormattedDuration {
    humantime::format_duration(Duration::from_secs(duration.as_secs()))
}
