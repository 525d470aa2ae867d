//! What crosses between two halves that run apart: small files, which neither side trusts.

use std::path::Path;

use rds_refresh_core::driver::Stored;
use rds_refresh_core::fact::Fact;
use rds_refresh_core::steps::{Acknowledgement, Handover};

use crate::failure::{self, Failure};
use crate::memory::Memory;
use crate::plans::PlanKind;
use crate::print;

/// The hand-over of the source's half.
pub(crate) fn read_handover(path: &Path) -> Result<Handover, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::input(format!("cannot read the hand-over {}: {error}", path.display()))
            .next("bring the file here that `run --only source --handover FILE` wrote")
    })?;
    Handover::parse(&text).map_err(|error| Failure::input(format!("{}: {error}", path.display())))
}

/// Writes what a half that has succeeded has for the other one, to where its run remembers.
pub(crate) fn deliver(kind: PlanKind, stored: &Stored, memory: &Memory) -> Result<(), Failure> {
    match kind {
        PlanKind::Source => write::<Handover>(stored, memory.handover.as_deref()),
        PlanKind::Destination => write::<Acknowledgement>(stored, memory.acknowledgement.as_deref()),
        PlanKind::Whole | PlanKind::Settlement => Ok(()),
    }
}

fn write<F: Fact>(stored: &Stored, path: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let fact: F = stored.state.facts().read()?;
    let text = serde_json::to_string_pretty(&fact).map_err(|error| Failure::outside(error.to_string()))?;
    std::fs::write(path, text + "\n").map_err(|error| failure::io("cannot write", path, &error))?;
    print::error_line(&format!("wrote {}: bring it to the other account", path.display()));
    Ok(())
}
