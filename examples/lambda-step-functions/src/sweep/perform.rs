use std::sync::Arc;

use rds_refresh_core::Clock;
use rds_refresh_core::sweep::{Finding, Known, Sweeper};
use serde::{Deserialize, Serialize};
use tracing::{error, info};

use super::LiveRuns;
use crate::refusal::Refusal;

/// What a function in the role of a sweep has.
pub struct Sweep {
    sweeper: Sweeper,
    runs: Arc<dyn LiveRuns>,
    clock: Arc<dyn Clock>,
    removal: Removal,
}

/// What becomes of what has expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Removal {
    /// It is reported.
    DryRun,
    /// It is reported and removed.
    Apply,
}

/// What a sweep answers. Each finding is a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// What runs left: expired, kept until later, or of a live run.
    pub found: usize,
    /// What of it has expired.
    pub expired: usize,
    /// What of that was removed: RDS was asked to, and takes its time.
    pub removed: usize,
}

impl Sweep {
    /// Looks where the sweeper does.
    #[must_use]
    pub fn new(sweeper: Sweeper, runs: Arc<dyn LiveRuns>, clock: Arc<dyn Clock>, removal: Removal) -> Self {
        Self { sweeper, runs, clock, removal }
    }

    /// Looks once, and removes what has expired if it is to. A second delivery finds less.
    ///
    /// # Errors
    /// If AWS could not be asked which runs are live or what there is: nothing was removed then. Or if something could not be removed; the
    /// rest was.
    pub async fn sweep(&self) -> Result<Swept, Refusal> {
        // First the runs: one that begins in between makes only what has not expired.
        let known: Known = self.runs.live().await?.into_iter().map(|run| (run, true)).collect();
        let found = self.sweeper.look(&known, self.clock.now()).await.map_err(Refusal::unable)?;
        let mut swept = Swept { found: found.len(), expired: 0, removed: 0 };
        let mut failed = Vec::new();
        for finding in &found {
            let Finding { resource, run, status, fate, .. } = finding;
            info!(%resource, %run, status, ?fate, gib = finding.gib, "found");
            if !finding.is_expired() {
                continue;
            }
            swept.expired += 1;
            if self.removal == Removal::Apply {
                match self.sweeper.remove(finding).await {
                    Ok(removed) => swept.removed += usize::from(removed),
                    Err(error) => {
                        error!(%resource, %error, "not removed");
                        failed.push(format!("{resource}: {error}"));
                    }
                }
            }
        }
        let Swept { found, expired, removed } = swept;
        info!(found, expired, removed, "swept");
        if failed.is_empty() { Ok(swept) } else { Err(Refusal::unable(format!("not removed: {}", failed.join("; ")))) }
    }
}

impl std::fmt::Debug for Sweep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sweep").field("sweeper", &self.sweeper).field("removal", &self.removal).finish_non_exhaustive()
    }
}
