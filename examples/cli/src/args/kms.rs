use clap::{Args, Subcommand};
use rds_refresh_core::ids::{AccountId, KeyArn};

use super::ConnectionArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum KmsChange {
    /// Add the two statements with which an account can copy snapshots that are encrypted with the key. Shows the difference
    AllowDestination(KmsArgs),
    /// Take these statements out again. Shows the difference
    RevokeDestination(KmsArgs),
}

#[derive(Debug, Args)]
pub(crate) struct KmsArgs {
    /// The key of the source account
    #[arg(long, value_name = "ARN")]
    pub(crate) key: KeyArn,
    /// The account that is to copy, or no longer
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: AccountId,
    /// Write it; without this, it is only shown
    #[arg(long)]
    pub(crate) apply: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}
