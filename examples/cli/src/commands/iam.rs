//! What the roles of a refresh must be allowed, from what the steps of its plan declare, or those of a sweep. Nothing is called.

use rds_refresh_core::iam::{Scope, policies};
use rds_refresh_core::permission::Permission;
use rds_refresh_core::sweep;

use crate::args::{Global, Half, IamArgs, PolicyFormat};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::plans::{PlanKind, Planned, Preflight};
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
        let owner = &request.source().account;
        if key.account() != owner {
            return Err(Failure::input(format!("--source-key {key}: it must be a key of the source account {owner}")));
        }
        scope = scope.with_source_key(key);
    }
    let asked: Vec<Permission> = if args.sweep {
        sweep::permissions()
    } else {
        let plan = Planned { kind: PlanKind::Whole, checked: true };
        let (_, worker) = plan.build(&Site::silent(), None, &Preflight::default())?;
        worker.permissions().flat_map(|(_, asked)| asked).collect()
    };
    let documents = policies(asked, &scope).map_err(|error| Failure::outside(error.to_string()))?;
    for document in documents {
        match args.format {
            PolicyFormat::Json => print::line(&document.to_json()),
            PolicyFormat::Yaml => {
                let text = serde_saphyr::to_string(&document).map_err(|error| Failure::outside(error.to_string()))?;
                // One stream of several documents: each begins with this line.
                print::text(&format!("---\n{}\n", text.trim_end()));
            }
        }
    }
    Ok(Exit::Success)
}
