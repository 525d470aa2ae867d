use std::sync::Arc;

use rds_refresh_core::ErrorKind;
use rds_refresh_core::sweep::{Finding, Known, Looked, Sweeper};
use serde::{Deserialize, Serialize};
use tracing::{error, info};

use super::LiveRuns;
use crate::refusal::Refusal;

/// What a function in the role of a sweep has.
pub struct Sweep {
    sweeper: Sweeper,
    runs: Arc<dyn LiveRuns>,
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
    pub fn new(sweeper: Sweeper, runs: Arc<dyn LiveRuns>, removal: Removal) -> Self {
        Self { sweeper, runs, removal }
    }

    /// Looks once, and removes what has expired if it is to. A second delivery finds less.
    ///
    /// # Errors
    /// If AWS could not be asked which runs are live: nothing was removed then. Or if something could not be looked at or removed; the
    /// rest was.
    pub async fn sweep(&self) -> Result<Swept, Refusal> {
        // First the runs: one that begins in between makes only what has not expired.
        let known: Known = self.runs.live().await?.into_iter().map(|run| (run, true)).collect();
        let Looked { findings, unseen } = self.sweeper.look(&known).await;
        let mut swept = Swept { found: findings.len(), expired: 0, removed: 0 };
        let mut failed: Vec<String> = unseen.iter().map(ToString::to_string).collect();
        for unseen in &unseen {
            error!(%unseen, "not all was found");
        }
        for finding in &findings {
            let Finding { resource, run, status, fate, class, gib, .. } = finding;
            info!(%resource, %run, status, ?fate, class, gib, "found");
            if !finding.is_expired() {
                continue;
            }
            swept.expired += 1;
            if self.removal == Removal::Apply {
                match self.sweeper.remove(finding).await {
                    Ok(removed) => swept.removed += usize::from(removed),
                    Err(error) => {
                        let outcome = match error.kind() {
                            ErrorKind::UnknownOutcome => "may be removed, as the next sweep shows",
                            _ => "not removed",
                        };
                        error!(%resource, %error, outcome, "no success");
                        failed.push(format!("{resource}: {outcome}: {error}"));
                    }
                }
            }
        }
        let Swept { found, expired, removed } = swept;
        info!(found, expired, removed, "swept");
        if failed.is_empty() { Ok(swept) } else { Err(Refusal::unable(failed.join("; "))) }
    }
}

impl std::fmt::Debug for Sweep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sweep").field("sweeper", &self.sweeper).field("removal", &self.removal).finish_non_exhaustive()
    }
}
