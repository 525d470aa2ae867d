//! The command line.

mod connection;
mod doctor;
mod kms;
mod request;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use rds_refresh_core::RunId;
use rds_refresh_core::ids::KeyArn;

pub(crate) use connection::ConnectionArgs;
pub(crate) use doctor::DoctorArgs;
pub(crate) use kms::{KmsArgs, KmsChange};
pub(crate) use request::{Override, RequestArgs};

use crate::exit;

/// Refresh non-production Amazon RDS Multi-AZ DB clusters from production, across AWS accounts.
#[derive(Debug, Parser)]
#[command(name = "rds-refresh", version, max_term_width = 100, after_help = exit::HELP, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// What every command knows.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Every command")]
pub(crate) struct Global {
    /// The configuration file [default: ./rds-refresh.toml, else rds-refresh/config.toml in the XDG configuration directory]
    #[arg(long, short, global = true, value_name = "FILE", env = "RDS_REFRESH_CONFIG", hide_env_values = true)]
    pub(crate) config: Option<PathBuf>,
    /// Where runs are kept [default: rds-refresh in the XDG state directory]
    #[arg(long, global = true, value_name = "DIR", env = "RDS_REFRESH_STATE_DIR", hide_env_values = true)]
    pub(crate) state_dir: Option<PathBuf>,
    /// How to say what happens: to people, or one JSON object a line
    #[arg(long, short, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: Output,
    /// Show no progress, only how it ended
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// When to colour [default: auto, which heeds `NO_COLOR` and `CLICOLOR_FORCE`]
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub(crate) color: Color,
}

// Help on values, as on these, would be written in the long form: a page for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what a run is going to do: steps, names, calls, durations. Calls nothing
    Plan(PlanArgs),
    /// Look for what would fail a run hours later: keys, permissions, places, names, quotas. Changes nothing
    Doctor(DoctorArgs),
    /// Let another account use a key by the key's policy, or take that back. Runs need neither: they make grants
    Kms {
        #[command(subcommand)]
        change: KmsChange,
    },
    /// Print the IAM policy that one account's role needs for the plan. Calls nothing
    Iam(IamArgs),
    /// Print the definition of a state machine of AWS Step Functions that runs a part of the plan. Calls nothing
    Asl(AslArgs),
    /// Refresh: begin a run and drive it to its end
    Run(RunArgs),
    /// Take up a run that was interrupted, is parked, or has failed
    Resume(ResumeArgs),
    /// Replace the request of a run that is parked or has failed, as far as nothing already made would differ
    Amend(AmendArgs),
    /// Show where a run is. Works beside its process
    Status(OneRun),
    /// Show all runs of the state directory
    List,
    /// Have a run undone: by its process, or by this one if it has none
    Cancel(CancelArgs),
    /// Settle a run of the source's half: unshare, revoke, remove its snapshots
    Settle(SettleArgs),
    /// Show what runs left behind and nobody needs any more, in both accounts; with --apply remove what has expired. A run that is not
    /// in the state directory counts as ended: use the one of all runs
    Sweep(SweepArgs),
    /// Draw a run: timeline, table, what it left. One self-contained file
    Report(ReportArgs),
    /// Write a commented configuration file
    Init(InitArgs),
    /// Print the JSON schema of the configuration file
    Schema,
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, or write the pages of all commands
    Man {
        /// Write one page for each command into this directory
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

/// Whose half of the refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Half {
    Source,
    Destination,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Plan for the embedded fake
    #[arg(long)]
    pub(crate) embedded: bool,
    /// The name of the run, which is part of every name that it makes
    #[arg(long, value_name = "RUN", default_value = "example")]
    pub(crate) run: RunId,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
}

#[derive(Debug, Args)]
pub(crate) struct IamArgs {
    /// The role of which account
    #[arg(long, value_name = "HALF")]
    pub(crate) mode: Half,
    /// With --mode source: the key that the source cluster is encrypted with [default: every key of the account in its Region]
    #[arg(long, value_name = "ARN")]
    pub(crate) source_key: Option<KeyArn>,
    /// What a sweep needs, instead of a run
    #[arg(long)]
    pub(crate) sweep: bool,
    /// How to write the policies
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub(crate) format: PolicyFormat,
    /// For the embedded fake
    #[arg(long)]
    pub(crate) embedded: bool,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyFormat {
    Json,
    Yaml,
}

#[derive(Debug, Args)]
pub(crate) struct AslArgs {
    /// Which part: the half of one account, or the settlement
    #[arg(long, value_name = "PART")]
    pub(crate) mode: Part,
    /// How to write it: as Step Functions takes it, or as a picture
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub(crate) format: AslFormat,
}

/// A part of a refresh that has a state machine of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    Source,
    Destination,
    Settle,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AslFormat {
    Json,
    Mermaid,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Refresh on an embedded fake of RDS and KMS, in simulated time: no AWS account, nothing to set up
    #[arg(long, conflicts_with = "only")]
    pub(crate) embedded: bool,
    /// With --embedded: simulated seconds per second [default: as fast as it goes]
    #[arg(long, value_name = "FACTOR", requires = "embedded", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) pace: Option<u32>,
    /// The name of the run: 1 to 24 lower-case letters, digits and hyphens [default: from date and time]
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<RunId>,
    /// Do one account's half only, with credentials of that account alone
    #[arg(long, value_name = "HALF")]
    pub(crate) only: Option<Half>,
    /// With --only source: write the hand-over here. With --only destination: read it from here
    #[arg(long, value_name = "FILE", requires = "only", required_if_eq_any([("only", "source"), ("only", "destination")]))]
    pub(crate) handover: Option<PathBuf>,
    /// With --only destination: write the acknowledgement here
    #[arg(long, value_name = "FILE", requires = "only")]
    pub(crate) acknowledgement: Option<PathBuf>,
    /// Begin without looking for what would fail the run hours later
    #[arg(long, conflicts_with = "demanded_tag")]
    pub(crate) skip_preflight: bool,
    /// A tag that the organisation demands on everything that is made, as cost-centre; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) demanded_tag: Vec<String>,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

#[derive(Debug, Args)]
pub(crate) struct OneRun {
    /// The run
    pub(crate) run: RunId,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// The run
    pub(crate) run: RunId,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AmendArgs {
    /// The run
    pub(crate) run: RunId,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    /// The run
    pub(crate) run: RunId,
    /// Only leave the request: whichever process drives the run next undoes it
    #[arg(long)]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SettleArgs {
    /// The run
    pub(crate) run: RunId,
    /// The acknowledgement that the destination's half wrote; waited for if it is not there yet
    #[arg(long, value_name = "FILE")]
    pub(crate) acknowledgement: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SweepArgs {
    /// Remove what has expired; nothing is changed without
    #[arg(long)]
    pub(crate) apply: bool,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The run
    pub(crate) run: RunId,
    /// As a page: picture, table, what is left; the default
    #[arg(long, conflicts_with = "svg")]
    pub(crate) html: bool,
    /// As a picture alone
    #[arg(long)]
    pub(crate) svg: bool,
    /// Write it here [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The file to write; it must not exist
    #[arg(default_value = "rds-refresh.toml")]
    pub(crate) file: PathBuf,
}
