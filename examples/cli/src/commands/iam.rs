//! What the roles of a refresh must be allowed, from what the steps of its plan declare. Nothing is called.

use rds_refresh_core::iam::{Scope, policies};

use crate::args::{Global, Half, IamArgs};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::plans::PlanKind;
use crate::print;
use crate::site::{self, Site};

pub(super) fn execute(global: &Global, args: &IamArgs) -> Result<Exit, Failure> {
    let config = if args.embedded { Config::embedded(&site::stage())? } else { Config::find(global)? };
    let request = config.request(&args.request)?;
    let mut scope = match args.mode {
        Half::Source => Scope::source(request.source()),
        Half::Destination => Scope::destination(request.destination()).with_source_cluster(&request.source().cluster),
    };
    if let Some(key) = &args.source_key {
        scope = scope.with_source_key(key);
    }
    let (_, worker) = PlanKind::Whole.build(&Site::silent(), None)?;
    let asked = worker.permissions().flat_map(|(_, asked)| asked);
    let documents = policies(asked, &scope).map_err(|error| Failure::outside(error.to_string()))?;
    for document in documents {
        print::line(&document.to_json());
    }
    Ok(Exit::Success)
}
