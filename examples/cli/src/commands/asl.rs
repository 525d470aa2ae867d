//! The state machines of AWS Step Functions, from the plans. Nothing is called.

use rds_refresh_lambda::{Mode, StateMachine};

use crate::args::{AslArgs, AslFormat, Part};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::plans::{PlanKind, Planned, Preflight};
use crate::print;
use crate::site::Site;

pub(super) fn execute(args: &AslArgs) -> Result<Exit, Failure> {
    let (mode, kind) = match args.mode {
        Part::Source => (Mode::Source, PlanKind::Source),
        Part::Destination => (Mode::Destination, PlanKind::Destination),
        Part::Settle => (Mode::Settle, PlanKind::Settlement),
    };
    // The deployed functions follow the plans without a preflight: `doctor` is for whoever deploys.
    let plan = Planned { kind, checked: false };
    let (machine, _) = plan.build(&Site::silent(), None, &Preflight::default())?;
    let definition = StateMachine::of(mode, &machine).map_err(|error| Failure::outside(error.to_string()))?;
    match args.format {
        AslFormat::Json => print::text(&definition.to_json()),
        AslFormat::Mermaid => print::text(&definition.to_mermaid()),
    }
    Ok(Exit::Success)
}
