//! What a run is going to do, before it does anything: for people who approve it.

use std::time::Duration;

use crate::machine::{Machine, StartError};
use crate::permission::Permission;
use crate::step::{Context, Side};
use crate::worker::Worker;
use crate::{Facts, Resource, ResourceKind};

/// What can be said of one step before its run begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// The account in which it acts, if it acts for one.
    pub side: Option<Side>,
    /// The operations by which it changes something on its way, as `CopyDBSnapshot`; not those that undo it.
    pub calls: &'static [&'static str],
    /// What it makes in its first attempt.
    pub makes: Vec<Resource>,
    /// What it removes of what steps before it made.
    pub removes: Vec<Resource>,
    /// How long it usually takes. Where that grows with the size of the data, which nobody has looked at yet: how long it takes at least.
    pub expected: Option<Duration>,
}

/// A whole run before it begins, if every step succeeds at its first attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// The steps, in the plan's order.
    pub steps: Vec<StepPreview>,
}

/// One step of a run before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepPreview {
    /// Its name in the plan.
    pub step: String,
    /// What the step says of itself.
    pub forecast: Forecast,
    /// The actions that it may call.
    pub permissions: Vec<Permission>,
    /// When it is given up.
    pub deadline: Duration,
}

impl Worker {
    /// What a run with these facts is going to do. Makes no call.
    ///
    /// ```
    /// use rds_refresh_core::{Context, Timestamp, steps};
    /// # use rds_refresh_core::ports::{Destination, Source};
    /// # use rds_refresh_testkit::Stage;
    /// # let stage = Stage::two_accounts(1);
    /// # let source: std::sync::Arc<dyn Source> = std::sync::Arc::new(stage.fake.source(stage.source.clone()));
    /// # let destination: std::sync::Arc<dyn Destination> = std::sync::Arc::new(stage.fake.destination(stage.destination.clone()));
    /// # let request = stage.request("orders-staging").build()?;
    /// let (machine, worker) = steps::refresh(&source, &destination).build()?;
    /// let context = Context::new("nightly".parse()?, "2026-11-23T08:00:00Z".parse()?);
    /// let preview = worker.preview(&machine, &request.into_facts()?, &context)?;
    /// let kept: Vec<String> = preview.remaining().map(ToString::to_string).collect();
    /// assert_eq!(kept, [
    ///     "DB snapshot orders-staging-nightly-d1 in 222222222222/eu-west-1",
    ///     "DB cluster orders-staging in 222222222222/eu-west-1",
    /// ]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the facts are not those that the plan is given.
    pub fn preview(&self, machine: &Machine, given: &Facts, cx: &Context) -> Result<Preview, StartError> {
        machine.check_given(given)?;
        let steps = machine.steps.iter().filter_map(|planned| {
            let step = self.step(&planned.name)?;
            Some(StepPreview {
                step: planned.name.clone(),
                forecast: step.forecast(given, cx),
                permissions: self.permissions_of(step),
                deadline: planned.wait.deadline,
            })
        });
        Ok(Preview { steps: steps.collect() })
    }
}

impl Preview {
    /// How long the run usually takes, or takes at least: see [`Forecast::expected`].
    #[must_use]
    pub fn expected(&self) -> Duration {
        self.steps.iter().filter_map(|step| step.forecast.expected).sum()
    }

    /// What the run makes and does not remove, the result last.
    pub fn remaining(&self) -> impl Iterator<Item = &Resource> {
        let removed = |resource: &Resource| self.steps.iter().any(|step| step.forecast.removes.contains(resource));
        let mut remaining: Vec<&Resource> =
            self.steps.iter().flat_map(|step| &step.forecast.makes).filter(|made| !removed(made)).collect();
        remaining.sort_by_key(|resource| resource.kind == ResourceKind::DbCluster);
        remaining.into_iter()
    }
}
