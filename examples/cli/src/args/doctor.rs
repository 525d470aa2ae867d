use std::path::PathBuf;

use clap::Args;

use super::{ConnectionArgs, Half, RequestArgs};

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Look at one account only, with credentials of that account alone
    #[arg(long, value_name = "HALF")]
    pub(crate) side: Option<Half>,
    /// Also write what was found to this file, for --with in the other account
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Join with what was found in the other account
    #[arg(long, value_name = "FILE", requires = "side")]
    pub(crate) with: Option<PathBuf>,
    /// A tag that the organisation demands on everything that is made, as cost-centre; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) demanded_tag: Vec<String>,
    /// Look at the embedded fake
    #[arg(long)]
    pub(crate) embedded: bool,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}
