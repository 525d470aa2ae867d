use super::Taken;
use crate::args::{Global, SettleArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::memory::Memory;
use crate::plans::{PlanKind, Planned};
use crate::session::{Session, Task};

pub(super) async fn execute(global: &Global, args: &SettleArgs) -> Result<Exit, Failure> {
    let run = &args.run;
    let taken = Taken::find(global, run).await?;
    let plan = Planned::of(&taken.stored);
    match plan.kind {
        PlanKind::Source | PlanKind::Settlement => {}
        PlanKind::Whole => {
            return Err(Failure::input(format!("the run {run} is a whole refresh: its settlement is its last step"))
                .next(format!("rds-refresh resume {run}, if it has not ended")));
        }
        PlanKind::Destination => {
            return Err(Failure::input(format!("the run {run} is the destination's half: only the source's is settled"))
                .next("settle it where `run --only source` was run"));
        }
    }
    let site = taken.site(global, run, &args.connection).await?;
    let acknowledgement = match &args.acknowledgement {
        Some(path) => std::path::absolute(path).ok(),
        None => taken.memory.acknowledgement.clone(),
    };
    // A later `resume` looks there as well.
    let connection = args.connection.or(&taken.memory.connection);
    Memory { connection, acknowledgement: acknowledgement.clone(), ..taken.memory.clone() }.write(&taken.home.dir, run)?;
    let plan = Planned { kind: PlanKind::Settlement, ..plan };
    let preflight = taken.preflight();
    Session { global, home: &taken.home, run, plan, preflight, site, acknowledgement }.drive(Task::Resume).await
}
