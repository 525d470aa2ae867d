//! Who starts runs and takes them up again: what a scheduler does, and the person beside it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rds_refresh_core::driver::{DriveError, StoreError};
use rds_refresh_core::{Clock, Driver, Facts, OnFailure, Outcome, RunId, Store, Verdict};

use super::clock::SimClock;
use super::store::SimStore;
use crate::TwoAccounts;
use crate::world::Stage;

/// One process that is there for one run.
pub(super) struct Operator {
    pub(super) driver: Driver,
    pub(super) store: SimStore,
    pub(super) clock: SimClock,
    pub(super) stage: TwoAccounts,
    pub(super) run: RunId,
    pub(super) facts: Facts,
    pub(super) on_failure: OnFailure,
    /// Whether a run that failed is taken up once more, after everything was mended.
    pub(super) takes_up: bool,
    /// Whether its request is replaced before, by an equal one.
    pub(super) amends: bool,
    pub(super) ledger: Ledger,
}

/// What became of a run, beyond the death of its processes.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger(Arc<Mutex<Page>>);

#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) outcome: Option<Outcome>,
    pub(super) taken_up: bool,
    pub(super) parked: u32,
    /// How long the run may take by its plan.
    pub(super) longest: Duration,
    /// An error of the driver that nothing explains.
    pub(super) surprise: Option<String>,
}

impl Ledger {
    pub(super) fn page(&self) -> Page {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn write(&self, change: impl FnOnce(&mut Page)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Operator {
    /// Goes on until the run has ended.
    pub(super) async fn work(self) {
        loop {
            match self.drive().await {
                Ok(outcome) => {
                    let is_parked = matches!(outcome.verdict, Verdict::Parked { .. });
                    let failed = matches!(outcome.verdict, Verdict::Failed { .. });
                    self.ledger.write(|page| page.outcome = Some(outcome));
                    if is_parked {
                        self.ledger.write(|page| page.parked += 1);
                    } else if failed && self.takes_up && !self.ledger.page().taken_up {
                        mend(&self.stage);
                        self.ledger.write(|page| page.taken_up = true);
                    } else {
                        return;
                    }
                    self.rest(Duration::from_mins(40)).await;
                }
                // Somebody else has it, or had it.
                Err(
                    DriveError::Store(StoreError::Leased { .. } | StoreError::LeaseLost { .. } | StoreError::Conflict { .. })
                    | DriveError::Exists { .. },
                ) => self.rest(Duration::from_mins(7)).await,
                Err(error) => {
                    self.ledger.write(|page| page.surprise = Some(error.to_string()));
                    return;
                }
            }
        }
    }

    async fn drive(&self) -> Result<Outcome, DriveError> {
        let page = self.ledger.page();
        if self.store.load(&self.run).await?.is_none() {
            return self.driver.start(self.run.clone(), self.facts.clone(), self.on_failure).await;
        }
        match page.outcome.as_ref().map(|outcome| &outcome.verdict) {
            Some(Verdict::Failed { .. }) if page.taken_up => {
                // A failed run is begun again once: what this process did not live to see is only driven on.
                if self.amends {
                    match self.driver.amend(&self.run, &self.facts).await {
                        // Another driver has taken the run up meanwhile.
                        Ok(()) | Err(DriveError::Amend(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
                self.ledger.write(|page| page.outcome = None);
                self.driver.resume(&self.run).await
            }
            // A person looks what is wrong, at first only waits, then mends it, and at last gives up.
            Some(Verdict::Parked { .. }) => {
                if page.parked >= 3 {
                    mend(&self.stage);
                }
                if page.parked == 6 {
                    // The run may have ended under another driver meanwhile.
                    let _ = self.driver.cancel(&self.run).await;
                    return self.driver.drive(&self.run).await;
                }
                self.driver.resume(&self.run).await
            }
            _ => self.driver.drive(&self.run).await,
        }
    }

    async fn rest(&self, pause: Duration) {
        self.clock.sleep_until(self.clock.now() + pause).await;
    }
}

/// Everything that somebody broke is whole again, except what is gone.
fn mend(stage: &TwoAccounts) {
    let mut world = stage.fake.world();
    world.disarm();
    let places: Vec<_> = world.places().map(|(place, _)| place.clone()).collect();
    for place in places {
        for key in world.at_mut(&place).keys.values_mut() {
            "Enabled".clone_into(&mut key.state);
            if key.arn == stage.source_key {
                key.policy = Stage::shared_key_policy(&place, &stage.destination.account);
            }
        }
    }
}
