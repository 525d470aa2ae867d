use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::path::Path;

use rds_refresh_core::driver::Store;
use rds_refresh_core::machine::Doing;
use rds_refresh_core::{Clock, RunId, SystemClock, Timestamp};

use super::reach;
use crate::args::{Global, Half, RunArgs};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::halves;
use crate::memory::Memory;
use crate::plans::{PlanKind, Planned, Preflight};
use crate::session::{Home, Session, Task};
use crate::site::{self, Site};

pub(super) async fn execute(global: &Global, args: RunArgs) -> Result<Exit, Failure> {
    let stage = args.embedded.then(site::stage);
    let config = match &stage {
        Some(stage) => Config::embedded(stage)?,
        None => Config::find(global)?,
    };
    let kind = match args.only {
        None => PlanKind::Whole,
        Some(Half::Source) => PlanKind::Source,
        Some(Half::Destination) => PlanKind::Destination,
    };
    let request = config.request(&args.request)?;
    let on_failure = request.on_failure();
    let mut whole = request.into_facts()?;
    let mut run = args.run;
    if kind == PlanKind::Destination {
        let handover = halves::read_handover(args.handover.as_deref().unwrap_or(Path::new("handover.json")))?;
        // Both halves are one run: what they make is named after it in both accounts.
        run = run.or_else(|| Some(handover.run.clone()));
        whole.insert(&handover)?;
    }
    let facts = kind.given(&whole)?;
    let connection = config.connection().clone().with(&args.connection).map_err(Failure::input)?;
    let home = Home::open(&config.state_dir(global)?, global)?;

    let entropy = u32::try_from(RandomState::new().hash_one(std::process::id()) & u64::from(u32::MAX)).unwrap_or_default();
    let site = match &stage {
        Some(stage) => Site::embedded(stage, args.pace),
        None => reach(run.as_ref().unwrap_or(&RunId::at(now(), entropy)), &facts, &connection, &args.connection).await?,
    };
    let run = run.unwrap_or_else(|| RunId::at(site.clock.now(), entropy));
    let absolute = |path: Option<&Path>| path.and_then(|path| std::path::absolute(path).ok());
    let memory = Memory {
        config: absolute(config.path()),
        connection: args.connection,
        demanded_tags: args.demanded_tag,
        embedded: args.embedded,
        simulated: site.simulated,
        handover: absolute(args.handover.as_deref()).filter(|_| kind == PlanKind::Source),
        acknowledgement: absolute(args.acknowledgement.as_deref()),
    };
    match home.store.load(&run).await? {
        Some(stored) if stored.state.report().doing == Doing::Succeeded => {
            return Err(Failure::input(format!(
                "the run {run} ended on {}, and is not begun again: choose another name",
                stored.state.report().now
            ))
            .next(format!("rds-refresh status {run}{} shows what it made", home.flags)));
        }
        // What a run of this name remembers stays.
        Some(_) => {}
        None => memory.write(&home.dir, &run)?,
    }
    let plan = Planned { kind, checked: !args.skip_preflight };
    let preflight = Preflight::demanding(&memory.demanded_tags);
    let session = Session { global, home: &home, run: &run, plan, preflight, site, acknowledgement: None };
    let exit = session.drive(Task::Start(facts, on_failure)).await?;
    if exit == Exit::Success {
        halves::deliver(kind, &home.stored(&run).await?, &memory)?;
    }
    Ok(exit)
}

fn now() -> Timestamp {
    SystemClock.now()
}
