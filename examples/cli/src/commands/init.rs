use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::config::TEMPLATE;
use crate::exit::Exit;
use crate::failure::{self, Failure};
use crate::print;

pub(super) fn execute(file: &Path) -> Result<Exit, Failure> {
    let made = OpenOptions::new().write(true).create_new(true).open(file);
    let mut written = made.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::input(format!("{} exists, and is left as it is", file.display())).next("name another file")
        }
        _ => failure::io("cannot write", file, &error),
    })?;
    written.write_all(TEMPLATE.as_bytes()).map_err(|error| failure::io("cannot write", file, &error))?;
    let file = file.display();
    print::line(&format!(
        "wrote {file}: fill it in, check it with `rds-refresh plan --config {file}`, which makes no call, then `run`"
    ));
    Ok(Exit::Success)
}
