//! One file for each command.

mod amend;
mod asl;
mod cancel;
mod completions;
mod doctor;
mod iam;
mod init;
mod kms;
mod list;
mod man;
mod plan;
mod report;
mod resume;
mod run;
mod settle;
mod status;
mod sweep;

use std::path::Path;

use rds_refresh_core::driver::Stored;
use rds_refresh_core::{Facts, RunId};

use crate::args::{Cli, Command, ConnectionArgs, Global};
use crate::config::{Config, Connection, schema};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::memory::Memory;
use crate::plans::Preflight;
use crate::print;
use crate::session::Home;
use crate::site::Site;

/// Does what the command line asks for.
pub(crate) async fn execute(cli: Cli) -> Result<Exit, Failure> {
    let global = &cli.global;
    match cli.command {
        Command::Plan(args) => plan::execute(global, &args),
        Command::Doctor(args) => Box::pin(doctor::execute(global, &args)).await,
        Command::Kms { change } => Box::pin(kms::execute(global, &change)).await,
        Command::Iam(args) => iam::execute(global, &args),
        Command::Asl(args) => asl::execute(&args),
        Command::Run(args) => Box::pin(run::execute(global, args)).await,
        Command::Resume(args) => Box::pin(resume::execute(global, &args)).await,
        Command::Amend(args) => amend::execute(global, &args).await,
        Command::Status(args) => status::execute(global, &args.run).await,
        Command::List => list::execute(global).await,
        Command::Cancel(args) => Box::pin(cancel::execute(global, &args)).await,
        Command::Settle(args) => Box::pin(settle::execute(global, &args)).await,
        Command::Sweep(args) => sweep::execute(global, &args).await,
        Command::Report(args) => report::execute(global, &args).await,
        Command::Init(args) => init::execute(&args.file),
        Command::Schema => {
            print::text(&schema());
            Ok(Exit::Success)
        }
        Command::Completions { shell } => Ok(completions::execute(shell)),
        Command::Man { dir } => man::execute(dir.as_deref()),
    }
}

/// The state directory, as file, flags and environment say.
fn home(global: &Global) -> Result<Home, Failure> {
    let config = Config::find(global)?;
    Home::open(&config.state_dir(global)?, global)
}

/// A stored run, and what it remembers of how it was started.
struct Taken {
    home: Home,
    stored: Stored,
    memory: Memory,
}

impl Taken {
    async fn find(global: &Global, run: &RunId) -> Result<Self, Failure> {
        let home = home(global)?;
        let stored = home.stored(run).await?;
        let memory = Memory::read(&home.dir, run);
        Ok(Self { home, stored, memory })
    }

    /// What its preflight is told, if that has to be done again.
    fn preflight(&self) -> Preflight {
        Preflight::demanding(&self.memory.demanded_tags)
    }

    /// Flags with which the accounts were reached, for whoever takes the run up next.
    fn remember(&self, run: &RunId, flags: &ConnectionArgs) -> Result<(), Failure> {
        let connection = flags.or(&self.memory.connection);
        if connection == self.memory.connection {
            return Ok(());
        }
        Memory { connection, ..self.memory.clone() }.write(&self.home.dir, run)
    }

    /// The accounts of the run: the flags given now, those given when it was started, then the file.
    async fn site(&self, global: &Global, run: &RunId, flags: &ConnectionArgs) -> Result<Site, Failure> {
        if self.memory.embedded {
            return Err(Failure::input(format!("the run {run} ran on the embedded fake, whose world ended with its process"))
                .next("rds-refresh run --embedded begins another"));
        }
        let config = match (&global.config, &self.memory.config) {
            (None, Some(path)) if Path::new(path).is_file() => Config::read(path)?,
            _ => Config::find(global)?,
        };
        let flags = flags.or(&self.memory.connection);
        let connection = config.connection().clone().with(&flags).map_err(Failure::input)?;
        reach(run, self.stored.state.facts(), &connection, &flags).await
    }
}

async fn reach(run: &RunId, facts: &Facts, connection: &Connection, flags: &ConnectionArgs) -> Result<Site, Failure> {
    Site::aws(run, facts, connection, flags.clock.as_deref()).await
}
