//! The Lambda function as it is, with the plans of the seven steps. One with steps of your own is this with other [`Planners`].

use rds_refresh_lambda::{Planners, serve};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    // Lambda writes the time, and what goes to standard output goes to CloudWatch.
    let wanted = std::env::var("RDS_REFRESH_LOG").unwrap_or_default();
    let targets: Targets = if wanted.is_empty() { "info".parse()? } else { wanted.parse()? };
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).without_time().with_filter(targets);
    tracing_subscriber::registry().with(lines).try_init()?;
    serve(Planners::default()).await
}
