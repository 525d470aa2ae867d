//! A whole cross-account refresh through the real AWS SDK clients, on the embedded fake, in simulated time.
//!
//! `cargo run -p rds-refresh-quickstart` needs no AWS account, no network and no time: the hours pass on a virtual clock.

mod progress;

use std::error::Error;
use std::sync::Arc;

use progress::Progress;
use rds_refresh_core::aws::{AwsDestination, AwsSource};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{Driver, MemoryStore, Outcome, Verdict, steps};
use rds_refresh_testkit::Stage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Two accounts, their keys and networks, and a production cluster. On AWS: two `SdkConfig`s, as from `aws-config`, and the tokio
    // feature's `SystemClock`. Nothing else changes.
    let stage = Stage::two_accounts(7);
    let source_config = stage.fake.sdk_config(&stage.source.account, &stage.source.region);
    let destination_config = stage.fake.sdk_config(&stage.destination.account, &stage.destination.region);
    let clock = stage.fake.clock().clone();

    let source: Arc<dyn Source> = Arc::new(AwsSource::new(&source_config));
    let destination: Arc<dyn Destination> = Arc::new(AwsDestination::new(&destination_config));
    let (machine, worker) = steps::refresh(&source, &destination).build()?;

    let request = stage.request("orders-staging").with_tag("cost-centre", "1234").build()?;
    println!("{} in {} → orders-staging in {}\n", stage.cluster, stage.source.account, stage.destination.account);

    let progress = Progress::default();
    let driver = Driver::new(machine, worker, Arc::new(MemoryStore::new()), Arc::new(clock))
        .with_observer(move |report| progress.show(report));
    let on_failure = request.on_failure();
    let outcome = driver.start("quickstart".parse()?, request.into_facts()?, on_failure).await?;

    conclude(&outcome)?;
    describe(&aws_sdk_rds::Client::new(&destination_config), "orders-staging").await
}

/// Says how the run ended, and what it left.
fn conclude(outcome: &Outcome) -> Result<(), Box<dyn Error>> {
    match &outcome.verdict {
        Verdict::Succeeded => println!("\nrefreshed in {} of simulated time", progress::rounded(outcome.elapsed)),
        Verdict::Failed { step, cause } => return Err(format!("{step} failed: {cause}").into()),
        Verdict::Parked { step, error, .. } => return Err(format!("parked at {step}: {error}").into()),
        verdict => return Err(format!("{verdict:?}").into()),
    }
    for kept in &outcome.kept {
        println!("{}: {kept}", kept.kind.upkeep());
    }
    Ok(())
}

/// Shows the restored cluster as any client of RDS sees it.
async fn describe(rds: &aws_sdk_rds::Client, cluster: &str) -> Result<(), Box<dyn Error>> {
    let described = rds.describe_db_clusters().db_cluster_identifier(cluster).send().await?;
    for cluster in described.db_clusters() {
        println!("\n{}", cluster.db_cluster_arn().unwrap_or_default());
        let engine = [cluster.engine(), cluster.engine_version()].map(Option::unwrap_or_default).join(" ");
        let rows = [
            ("status", cluster.status().unwrap_or_default().to_owned()),
            ("engine", engine),
            ("class", cluster.db_cluster_instance_class().unwrap_or_default().to_owned()),
            (
                "storage",
                format!("{} GiB {}", cluster.allocated_storage().unwrap_or_default(), cluster.storage_type().unwrap_or_default()),
            ),
            ("key", cluster.kms_key_id().unwrap_or_default().to_owned()),
            ("endpoint", cluster.endpoint().unwrap_or_default().to_owned()),
        ];
        for (name, value) in rows {
            println!("  {name:<10} {value}");
        }
        for member in cluster.db_cluster_members() {
            let role = if member.is_cluster_writer().unwrap_or_default() { "writer" } else { "reader" };
            println!("  {role:<10} {}", member.db_instance_identifier().unwrap_or_default());
        }
    }
    Ok(())
}
