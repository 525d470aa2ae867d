use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::args::Cli;
use crate::exit::Exit;
use crate::failure::{self, Failure};
use crate::print;

pub(super) fn execute(dir: Option<&Path>) -> Result<Exit, Failure> {
    if let Some(dir) = dir {
        std::fs::create_dir_all(dir).map_err(|error| failure::io("cannot make", dir, &error))?;
        clap_mangen::generate_to(Cli::command(), dir).map_err(|error| failure::io("cannot write pages into", dir, &error))?;
        print::line(&format!("wrote the pages into {0}: man -l {0}/rds-refresh.1", dir.display()));
        return Ok(Exit::Success);
    }
    let mut page = Vec::new();
    Man::new(Cli::command()).render(&mut page).map_err(|error| Failure::outside(error.to_string()))?;
    print::text(&String::from_utf8_lossy(&page));
    Ok(Exit::Success)
}
