use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Cli;
use crate::exit::Exit;
use crate::print;

pub(super) fn execute(shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rds-refresh", &mut script);
    print::text(&String::from_utf8_lossy(&script));
    Exit::Success
}
