use std::net::SocketAddr;

use clap::Parser;

/// Serves refreshes to a Restate server.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub struct Options {
    /// Where Restate reaches this service.
    #[arg(long, env = "RDS_REFRESH_LISTEN", default_value = "127.0.0.1:9080")]
    pub listen: SocketAddr,

    /// How many refreshes may be under way in one account at a time; further ones wait for their turn.
    #[arg(long, env = "RDS_REFRESH_PER_ACCOUNT", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub per_account: u32,

    /// A profile of the AWS configuration files with credentials of the source account.
    #[arg(long, env = "RDS_REFRESH_SOURCE_PROFILE")]
    pub source_profile: Option<String>,

    /// The same for the destination account.
    #[arg(long, env = "RDS_REFRESH_DESTINATION_PROFILE")]
    pub destination_profile: Option<String>,

    /// The clock of a `fake-rds`: its control URL. Timers are scaled as its time is.
    #[arg(long, env = "RDS_REFRESH_CLOCK", value_name = "URL")]
    pub clock: Option<String>,

    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, by target if you like, as `info,rds_refresh_restate=debug`.
    #[arg(long, env = "RUST_LOG", default_value = "info")]
    pub log: String,
}
