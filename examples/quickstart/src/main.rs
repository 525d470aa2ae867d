//! proto
use rds_refresh_core::aws::{AwsDestination, AwsSource};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::request::*;
use rds_refresh_core::*;
use rds_refresh_testkit::Stage;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let stage = Stage::two_accounts(7);
    let clock = stage.fake.clock().clone();
    let source: Arc<dyn Source> = Arc::new(AwsSource::new(&stage.fake.sdk_config(&stage.source.account, &stage.source.region)));
    let destination: Arc<dyn Destination> =
        Arc::new(AwsDestination::new(&stage.fake.sdk_config(&stage.destination.account, &stage.destination.region)));
    let request = Request::builder()
        .with_source(
            SourceRequest::builder()
                .with_account("111111111111")
                .with_region("eu-west-1")
                .with_cluster(&stage.cluster)
                .with_temporary(
                    TemporaryRequest::builder()
                        .with_subnet_group("private")
                        .with_security_groups([&stage.security_group])
                        .with_class(&stage.instance_class),
                ),
        )
        .with_destination(
            DestinationRequest::builder()
                .with_account("222222222222")
                .with_region("eu-west-1")
                .with_kms_key(&stage.destination_key)
                .with_cluster(
                    ClusterRequest::builder()
                        .with_identifier("orders-staging")
                        .with_class(&stage.cluster_class)
                        .with_subnet_group("private")
                        .with_security_groups([&stage.security_group])
                        .with_deletion_protection(true),
                ),
        )
        .build()?;
    let (s, d) = request.into_halves();
    let mut facts = Facts::new();
    facts.insert(&s)?;
    facts.insert(&d)?;
    let (machine, worker) = steps::refresh(&source, &destination).build()?;
    let mut state = machine.start("demo".parse()?, facts, OnFailure::default(), clock.now())?;
    loop {
        let kind = match machine.command(&state) {
            Command::Run(call) => {
                let k = worker.run(&call, clock.now()).await?;
                println!("{} {} {:?} {}", clock.now(), call.step, call.action, serde_json::to_string(&k)?);
                k
            }
            Command::Sleep(s) => {
                println!("   sleep {:?}", s.until.since(clock.now()));
                clock.advance_to(s.until);
                EventKind::Woke { seq: s.seq }
            }
            Command::Finish(o) => {
                println!("{o:#?}");
                break;
            }
        };
        let _ = machine.apply(&mut state, Event { now: clock.now(), kind });
    }
    println!("{}", serde_json::to_string(&state)?.len());
    println!("{}", serde_json::to_string(&state)?);
    for e in stage.fake.world().journal() {
        println!("{e:?}");
    }
    println!("{}", serde_json::to_string_pretty(&stage.fake.world().to_json())?);
    Ok(())
}
