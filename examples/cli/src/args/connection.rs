use clap::Args;
use serde::{Deserialize, Serialize};

/// How the two accounts are reached. Flags win over the configuration file, and are remembered with the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[command(next_help_heading = "Accounts")]
#[serde(default)]
pub(crate) struct ConnectionArgs {
    /// The profile of the AWS configuration files for the source account
    #[arg(long, value_name = "PROFILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_profile: Option<String>,
    /// The profile for the destination account
    #[arg(long, value_name = "PROFILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) destination_profile: Option<String>,
    /// The role to assume in the source account
    #[arg(long, value_name = "ARN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_role: Option<String>,
    /// The role to assume in the destination account
    #[arg(long, value_name = "ARN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) destination_role: Option<String>,
    /// The endpoint of RDS, KMS, EC2 and STS for the source account, as that of a fake
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_endpoint_url: Option<String>,
    /// The same for the destination account
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) destination_endpoint_url: Option<String>,
    /// The control URL of a fake-rds whose simulated time is to be followed
    #[arg(long, value_name = "URL", hide = true, env = "RDS_REFRESH_CLOCK")]
    #[serde(skip)]
    pub(crate) clock: Option<String>,
}
