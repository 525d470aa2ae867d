//! What a run remembers of how it was started, so that `resume RUN` needs no flags: beside its state, and without a secret.

use std::path::{Path, PathBuf};

use rds_refresh_core::RunId;
use serde::{Deserialize, Serialize};

use crate::args::ConnectionArgs;
use crate::failure::{self, Failure};

/// The content of `<run>.settings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// The configuration file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) config: Option<PathBuf>,
    /// The flags that said how the accounts are reached.
    pub(crate) connection: ConnectionArgs,
    /// The tags that its preflight is told an organisation demands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) demanded_tags: Vec<String>,
    /// It ran on the embedded fake, whose world ended with its process.
    pub(crate) embedded: bool,
    /// Its time was a fake's.
    pub(crate) simulated: bool,
    /// Where the source's half writes its hand-over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) handover: Option<PathBuf>,
    /// Where the destination's half writes its acknowledgement, and a settlement looks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) acknowledgement: Option<PathBuf>,
}

impl Memory {
    pub(crate) fn write(&self, state_dir: &Path, run: &RunId) -> Result<(), Failure> {
        let path = path(state_dir, run);
        let text = serde_json::to_string_pretty(self).map_err(|error| Failure::outside(error.to_string()))?;
        std::fs::write(&path, text + "\n").map_err(|error| failure::io("cannot write", &path, &error))
    }

    /// What is remembered; nothing, if somebody took it away.
    pub(crate) fn read(state_dir: &Path, run: &RunId) -> Self {
        let text = std::fs::read_to_string(path(state_dir, run)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }
}

impl ConnectionArgs {
    /// These flags, and those of `earlier` where these say nothing.
    pub(crate) fn or(&self, earlier: &Self) -> Self {
        let either = |now: &Option<String>, then: &Option<String>| now.clone().or_else(|| then.clone());
        Self {
            source_profile: either(&self.source_profile, &earlier.source_profile),
            destination_profile: either(&self.destination_profile, &earlier.destination_profile),
            source_role: either(&self.source_role, &earlier.source_role),
            destination_role: either(&self.destination_role, &earlier.destination_role),
            source_endpoint_url: either(&self.source_endpoint_url, &earlier.source_endpoint_url),
            destination_endpoint_url: either(&self.destination_endpoint_url, &earlier.destination_endpoint_url),
            clock: either(&self.clock, &earlier.clock),
        }
    }
}

fn path(state_dir: &Path, run: &RunId) -> PathBuf {
    state_dir.join(format!("{run}.settings"))
}
