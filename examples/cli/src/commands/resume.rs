use rds_refresh_core::machine::Doing;

use super::Taken;
use crate::args::{Global, ResumeArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::halves;
use crate::plans::Planned;
use crate::print;
use crate::session::{Session, Task};

pub(super) async fn execute(global: &Global, args: &ResumeArgs) -> Result<Exit, Failure> {
    let run = &args.run;
    let taken = Taken::find(global, run).await?;
    let site = taken.site(global, run, &args.connection).await?;
    taken.remember(run, &args.connection)?;
    let report = taken.stored.state.report();
    if report.doing == Doing::Succeeded {
        print::error_line(&format!("the run {run} ended on {}: nothing is done again", report.now));
    }
    let plan = Planned::of(&taken.stored);
    let acknowledgement = taken.memory.acknowledgement.clone();
    let session = Session { global, home: &taken.home, run, plan, preflight: taken.preflight(), site, acknowledgement };
    let exit = session.drive(Task::Resume).await?;
    if exit == Exit::Success {
        halves::deliver(plan.kind, &taken.home.stored(run).await?, &taken.memory)?;
    }
    Ok(exit)
}
