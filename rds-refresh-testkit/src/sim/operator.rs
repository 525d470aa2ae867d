//! Who starts runs and takes them up again: what a scheduler does, and the person beside it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rds_refresh_core::driver::{DriveError, StoreError};
use rds_refresh_core::machine::{Cause, Doing};
use rds_refresh_core::{Clock, Driver, Facts, OnFailure, Outcome, RunId, Store, Verdict};

use super::clock::SimClock;
use super::courier::{Courier, Lost};
use super::store::SimStore;
use crate::TwoAccounts;
use crate::world::Stage;

/// One process that is there for one run.
pub(super) struct Operator {
    pub(super) driver: Driver,
    /// What drives it in the driver's place, until it has to be resumed.
    pub(super) courier: Option<Courier>,
    /// For the source's half: what settles it when it has succeeded.
    pub(super) settles: Option<Driver>,
    pub(super) store: SimStore,
    pub(super) clock: SimClock,
    pub(super) stage: TwoAccounts,
    pub(super) run: RunId,
    pub(super) facts: Facts,
    pub(super) on_failure: OnFailure,
    /// Whether a run that failed is taken up once more, after everything was mended.
    pub(super) takes_up: bool,
    /// What its request is replaced by before.
    pub(super) amended: Option<Facts>,
    /// What somebody tries to replace it by first, although it would have done something else.
    pub(super) overreach: Option<Facts>,
    pub(super) ledger: Ledger,
}

/// What became of a run, beyond the death of its processes.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger(Arc<Mutex<Page>>);

#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Page {
    pub(super) outcome: Option<Outcome>,
    pub(super) taken_up: bool,
    pub(super) parked: u32,
    /// Whether the source's half has succeeded, and is being settled.
    pub(super) settling: bool,
    /// Whether it was taken up with another request.
    pub(super) corrected: bool,
    /// Whether somebody cancelled it.
    pub(super) cancelled: bool,
    /// How long the run may take by its plan.
    pub(super) longest: Duration,
    /// Nobody drives the run any more.
    pub(super) over: bool,
    /// An error of the driver that nothing explains.
    pub(super) surprise: Option<String>,
}

impl Ledger {
    pub(super) fn of(page: Page) -> Self {
        Self(Arc::new(Mutex::new(page)))
    }

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
        self.drive_on().await;
        self.ledger.write(|page| page.over = true);
    }

    async fn drive_on(&self) {
        loop {
            match self.drive().await {
                Ok(outcome) => {
                    let is_parked = matches!(outcome.verdict, Verdict::Parked { .. });
                    let failed = matches!(outcome.verdict, Verdict::Failed { .. });
                    let cancelled = matches!(outcome.verdict, Verdict::Failed { cause: Cause::Cancelled, .. });
                    self.ledger.write(|page| page.cancelled |= cancelled);
                    self.ledger.write(|page| page.outcome = Some(outcome));
                    if is_parked {
                        self.ledger.write(|page| page.parked += 1);
                    } else if !failed && self.settles.is_some() && !self.ledger.page().settling {
                        self.ledger.write(|page| (page.settling, page.outcome) = (true, None));
                    } else if failed && self.takes_up && !self.ledger.page().taken_up {
                        mend(&self.stage);
                        self.ledger.write(|page| page.taken_up = true);
                    } else {
                        return;
                    }
                    self.rest(Duration::from_mins(40)).await;
                }
                // Somebody else has it, or had it.
                Err(Lost::Drive(
                    DriveError::Store(StoreError::Leased { .. } | StoreError::LeaseLost { .. } | StoreError::Conflict { .. })
                    | DriveError::Exists { .. },
                )) => self.rest(Duration::from_mins(7)).await,
                Err(lost) => {
                    self.ledger.write(|page| page.surprise = Some(lost.to_string()));
                    return;
                }
            }
        }
    }

    async fn drive(&self) -> Result<Outcome, Lost> {
        let page = self.ledger.page();
        let driver = self.settles.as_ref().filter(|_| page.settling).unwrap_or(&self.driver);
        match page.outcome.as_ref().map(|outcome| &outcome.verdict) {
            // It is begun again; once more if whoever did so died over it.
            Some(Verdict::Failed { .. }) | None if page.taken_up && self.has_failed(driver).await? => {
                self.amend(driver).await?;
                self.ledger.write(|page| page.outcome = None);
                Ok(driver.resume(&self.run).await?)
            }
            // A person looks what is wrong, at first only waits, then mends it, and at last gives up.
            Some(Verdict::Parked { .. }) => {
                if page.parked >= 3 {
                    mend(&self.stage);
                }
                if page.parked == 6 {
                    // The run may have ended under another driver meanwhile.
                    let _ = driver.cancel(&self.run).await;
                    return Ok(driver.drive(&self.run).await?);
                }
                Ok(driver.resume(&self.run).await?)
            }
            // To its own plan the source's half has ended.
            _ if page.settling => Ok(driver.resume(&self.run).await?),
            _ => match &self.courier {
                Some(courier) => courier.drive(&self.run, &self.facts, self.on_failure).await,
                None if self.store.load(&self.run).await?.is_some() => Ok(driver.drive(&self.run).await?),
                None => Ok(driver.start(self.run.clone(), self.facts.clone(), self.on_failure).await?),
            },
        }
    }

    async fn has_failed(&self, driver: &Driver) -> Result<bool, DriveError> {
        Ok(driver.status(&self.run).await?.doing == Doing::Failed)
    }

    /// Replaces the request by what somebody thinks is right; refused is what would touch anything made.
    async fn amend(&self, driver: &Driver) -> Result<(), DriveError> {
        for (facts, corrects) in [(&self.overreach, false), (&self.amended, true)] {
            let Some(facts) = facts else { continue };
            match driver.amend(&self.run, facts).await {
                Ok(()) => self.ledger.write(|page| page.corrected = corrects),
                // Or another driver has taken the run up meanwhile.
                Err(DriveError::Amend(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
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
