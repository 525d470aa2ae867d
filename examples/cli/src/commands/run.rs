use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::path::Path;

use rds_refresh_core::driver::Store;
use rds_refresh_core::fact::Fact;
use rds_refresh_core::steps::{Acknowledgement, Handover};
use rds_refresh_core::{Facts, RunId};

use super::reach;
use crate::args::{Global, Half, RunArgs};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::{self, Failure};
use crate::memory::Memory;
use crate::plans::PlanKind;
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
        let handover = read_handover(args.handover.as_deref())?;
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
    if home.store.load(&run).await?.is_none() {
        let config = config.path().and_then(|path| std::path::absolute(path).ok());
        let memory = Memory { config, connection: args.connection, embedded: args.embedded, acknowledgement: None };
        memory.write(&home.dir, &run)?;
    }
    let session = Session { global, home: &home, run: &run, kind, site, acknowledgement: None };
    let exit = session.drive(Task::Start(facts, on_failure)).await?;
    if exit == Exit::Success {
        let stored = home.stored(&run).await?;
        match args.only {
            Some(Half::Source) => write_fact::<Handover>(stored.state.facts(), args.handover.as_deref())?,
            Some(Half::Destination) => write_fact::<Acknowledgement>(stored.state.facts(), args.acknowledgement.as_deref())?,
            None => {}
        }
    }
    Ok(exit)
}

fn now() -> rds_refresh_core::Timestamp {
    rds_refresh_core::Clock::now(&rds_refresh_core::SystemClock)
}

fn read_handover(path: Option<&Path>) -> Result<Handover, Failure> {
    let path = path.ok_or_else(|| {
        Failure::input("--only destination needs the hand-over of the source's half")
            .next("give --handover FILE, which `run --only source --handover FILE` wrote")
    })?;
    let text = std::fs::read_to_string(path).map_err(|error| failure::io("cannot read the hand-over", path, &error))?;
    Handover::parse(&text).map_err(|error| Failure::input(format!("{}: {error}", path.display())))
}

/// Writes what crosses to the other account: to the file, if one is named.
fn write_fact<F: Fact>(facts: &Facts, path: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let text = serde_json::to_string_pretty(&facts.read::<F>()?).map_err(|error| Failure::outside(error.to_string()))?;
    std::fs::write(path, text + "\n").map_err(|error| failure::io("cannot write", path, &error))
}
