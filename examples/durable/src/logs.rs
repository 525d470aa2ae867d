//! Logs of what happens. What a replay goes through again has been told.

use std::io::IsTerminal;

use restate_sdk::filter::ReplayAwareFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::{Failure, Options};

pub(crate) fn begin(options: &Options) -> Result<(), Failure> {
    let targets: Targets = options.log.parse()?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(targets)
        .with_filter(ReplayAwareFilter);
    tracing_subscriber::registry().with(lines).try_init()?;
    Ok(())
}
