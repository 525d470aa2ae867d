//! `rds-refresh`: refresh non-production Amazon RDS Multi-AZ DB clusters from production, from the command line.
//!
//! The library does the work; what is here asks it, shows it and says how it ended.
//!
//! ```text
//!  args + config ──► Request ──► facts ─┐
//!                                       ├──► session ──► Driver ──► state directory
//!  connection ─────► site (ports, clock)┘        │
//!                                                └──► narrator ──► progress, history ──► report
//! ```

mod args;
mod aws;
mod clock;
mod commands;
mod config;
mod exit;
mod failure;
mod findings;
mod halves;
mod history;
mod identity;
mod interrupt;
mod memory;
mod outcome;
mod plans;
mod print;
mod progress;
mod report;
mod session;
mod site;
mod text;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Color};
use text::{BAD, styled};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.global.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            crate::print::error_line(&format!("{} no threads to run on: {error}", styled(BAD, "error:")));
            return ExitCode::from(exit::Exit::Failed.code());
        }
    };
    let ended = runtime.block_on(commands::execute(cli));
    // A provider of credentials may still wait for its answer; nobody waits for it.
    runtime.shutdown_background();
    match ended {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(failure) => {
            crate::print::error_line(&format!("{} {failure}", styled(BAD, "error:")));
            ExitCode::from(failure.exit().code())
        }
    }
}
