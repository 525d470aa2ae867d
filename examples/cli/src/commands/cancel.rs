use std::sync::Arc;

use rds_refresh_core::driver::{Driver, Store};
use rds_refresh_core::machine::Doing;

use super::Taken;
use crate::args::{CancelArgs, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::plans::Planned;
use crate::print;
use crate::session::{Session, Task};
use crate::site::Site;

pub(super) async fn execute(global: &Global, args: &CancelArgs) -> Result<Exit, Failure> {
    let run = &args.run;
    let taken = Taken::find(global, run).await?;
    let plan = Planned::of(&taken.stored);
    let has_ended = matches!(taken.stored.state.report().doing, Doing::Succeeded | Doing::Failed);
    let site = if has_ended || args.no_wait || taken.home.store.holder(run).await?.is_some() {
        None
    } else {
        // Nobody else would undo it. Credentials that cannot are refused before anything is asked of the run.
        Some(taken.site(global, run, &args.connection).await?)
    };
    let silent = Site::silent();
    let (machine, worker) = plan.build(&silent, None, &taken.preflight())?;
    Driver::new(machine, worker, taken.home.store.clone(), Arc::clone(&silent.clock)).cancel(run).await?;

    let flags = &taken.home.flags;
    if let Some(holder) = taken.home.store.holder(run).await? {
        let by = holder.name.unwrap_or_else(|| "another process".into());
        print::line(&format!("{by} undoes the run {run}: rds-refresh status {run}{flags} shows how far it is"));
        return Ok(Exit::Success);
    }
    if args.no_wait {
        print::line(&format!("the run {run} is undone by whoever drives it next: rds-refresh resume {run}{flags}"));
        return Ok(Exit::Success);
    }
    let site = match site {
        Some(site) => site,
        // Whoever drove it has let go meanwhile.
        None => taken.site(global, run, &args.connection).await?,
    };
    taken.remember(run, &args.connection)?;
    let acknowledgement = taken.memory.acknowledgement.clone();
    let session = Session { global, home: &taken.home, run, plan, preflight: taken.preflight(), site, acknowledgement };
    // The run has then failed, as was asked for.
    match session.drive(Task::Drive).await? {
        Exit::Failed => Ok(Exit::Success),
        other => Ok(other),
    }
}
