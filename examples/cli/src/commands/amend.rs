use std::sync::Arc;

use rds_refresh_core::Driver;

use super::Taken;
use crate::args::{AmendArgs, Global};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::plans::Planned;
use crate::print;
use crate::site::Site;

pub(super) async fn execute(global: &Global, args: &AmendArgs) -> Result<Exit, Failure> {
    let run = &args.run;
    let taken = Taken::find(global, run).await?;
    let config = match (&global.config, &taken.memory.config) {
        (None, Some(path)) if path.is_file() => Config::read(path)?,
        _ => Config::find(global)?,
    };
    let plan = Planned::of(&taken.stored);
    let mut facts = config.request(&args.request)?.into_facts()?;
    if let Ok(handover) = taken.stored.state.facts().read::<rds_refresh_core::steps::Handover>() {
        facts.insert(&handover)?;
    }
    // No call is made, so no account is reached.
    let site = Site::silent();
    let (machine, worker) = plan.build(&site, None, &taken.preflight())?;
    let driver = Driver::new(machine, worker, taken.home.store.clone(), Arc::clone(&site.clock));
    let given = plan.kind.given(&facts)?;
    let before = plan.kind.given(taken.stored.state.facts())?;
    driver.amend(run, &given).await?;
    let request = if given == before { "its request, which is as it was" } else { "the new request" };
    print::line(&format!("the run {run} goes on with {request}: rds-refresh resume {run}{}", taken.home.flags));
    Ok(Exit::Success)
}
