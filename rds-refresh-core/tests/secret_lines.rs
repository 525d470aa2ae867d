//! A step of one's own with a password, and a database that quotes it in its error: no line that is logged, at whatever level, holds it, nor
//! does anything else that is left of the run.
//!
//! In a program of its own, as it sets a subscriber.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::fmt::{Debug, Write as _};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::provider::ProvideCredentials;
use rds_refresh_core::aws::AwsSource;
use rds_refresh_core::ports::{ModifyDbInstance, Source};
use rds_refresh_core::request::SourceRequest;
use rds_refresh_core::steps::{RestoreTemporaryInstance, SnapshotCluster, TemporaryInstance};
use rds_refresh_core::{
    Context, Driver, Fact, Facts, MemoryStore, OnFailure, Plan, Progress, Secret, Seen, Step, StepError, Store, Verdict,
};
use rds_refresh_testkit::{Stage, TwoAccounts};
use serde::{Deserialize, Serialize};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const CANARY: &str = "canary-hunter2-0815";

/// Keeps every span and event of every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Serialize, Deserialize)]
struct Masked;

impl Fact for Masked {
    const NAME: &'static str = "masked";
}

/// Sets a password, then runs SQL with it, which fails.
struct Mask {
    instances: Arc<dyn Source>,
    password: Secret<String>,
}

impl Step for Mask {
    const NAME: &'static str = "mask";
    const VERSION: u32 = 1;
    type Needs = TemporaryInstance;
    type Gives = Masked;

    async fn reconcile(&self, instance: &TemporaryInstance, cx: &Context) -> Result<Progress<Masked>, StepError> {
        let found = self.instances.describe_db_instance(&instance.identifier).await?.unwrap();
        if found.status != "available" {
            return Ok(Progress::pending(Seen::status(found.status)));
        }
        let owned = instance.prove(found, cx).map_err(|why| StepError::conflict(why.to_string()))?;
        let change = ModifyDbInstance { master_user_password: Some(self.password.clone()), ..ModifyDbInstance::default() };
        tracing::trace!(?change, password = ?self.password, "setting the password");
        self.instances.modify_db_instance(&owned, &change).await?;
        // What a database says of a statement quotes it: of its error, only the code goes on.
        let (code, _quoted) = ("42601", format!("syntax error at or near \"{}\"", self.password.reveal()));
        Err(StepError::invalid("masking failed: see the database's own log").with_code(code).during("UPDATE"))
    }
}

/// By the ports of the fake, then by those of AWS, whose SDK logs requests and answers.
#[tokio::test]
async fn no_line_holds_the_password() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let stage = Stage::two_accounts(1);
    fails_in_masking(&stage, Arc::new(stage.fake.source(stage.source.clone())), &log).await;
    assert!(!log.0.lock().unwrap().contains(SDK_LINE));

    let stage = Stage::two_accounts(1);
    let config = stage.fake.sdk_config(&stage.source.account, &stage.source.region);
    let credentials = config.credentials_provider().unwrap().provide_credentials().await.unwrap();
    fails_in_masking(&stage, Arc::new(AwsSource::new(&config)), &log).await;
    let told = log.0.lock().unwrap();
    assert!(told.contains(SDK_LINE), "look for another line that shows that the SDK is heard");
    assert!(!told.contains(&as_bytes("Action=ModifyDBInstance")), "a request that holds a secret was told");
    assert_eq!(told.contains(&as_bytes("Action=DescribeDBInstances")), std::env::var_os(LOG_BODIES).is_some());
    assert!(!told.contains(credentials.secret_access_key()), "the secret access key was told");
}

/// The same where somebody has the SDK log the bodies of its requests, too: a process has one environment, so in another one.
#[test]
fn nor_where_bodies_are_logged() {
    let mut again = Command::new(std::env::current_exe().unwrap());
    let ended = again.args(["no_line_holds_the_password", "--exact"]).env(LOG_BODIES, "true").output().unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&ended.stderr));
}

/// What has the SDK log bodies, as lists of their bytes.
const LOG_BODIES: &str = "LOG_SIGNABLE_BODY";

fn as_bytes(text: &str) -> String {
    format!("{:?}", text.as_bytes()).trim_matches(['[', ']']).to_owned()
}

/// Of what the SDK logs of an answer.
const SDK_LINE: &str = "<DescribeDBInstancesResponse";

async fn fails_in_masking(stage: &TwoAccounts, source: Arc<dyn Source>, log: &Log) {
    let (machine, worker) = Plan::new()
        .given::<SourceRequest>()
        .then(SnapshotCluster::new(source.clone()))
        .then(RestoreTemporaryInstance::new(source.clone()))
        .then(Mask { instances: source, password: Secret::new(CANARY.to_owned()) })
        .build()
        .unwrap();
    let store = Arc::new(MemoryStore::new());
    let reports = log.clone();
    let driver = Driver::new(machine, worker, store.clone(), Arc::new(stage.fake.clock().clone()))
        .with_signal_interval(Duration::from_hours(24))
        .with_observer(move |report| writeln!(reports.0.lock().unwrap(), "{report:?}").unwrap());
    let mut facts = Facts::new();
    facts.insert(stage.request("orders-staging").build().unwrap().source()).unwrap();
    let run = "nightly".parse().unwrap();
    let outcome = driver.start(run, facts, OnFailure::default()).await.unwrap();
    assert!(matches!(&outcome.verdict, Verdict::Failed { step, .. } if step == "mask"), "{:?}", outcome.verdict);

    let state = store.load(&"nightly".parse().unwrap()).await.unwrap().unwrap();
    let world = stage.fake.world();
    let mut told = log.0.lock().unwrap().clone();
    write!(told, "{outcome:?} {} {:?} {}", serde_json::to_string(&state.state).unwrap(), world.journal(), world.to_json())
        .unwrap();
    // The search finds what is there.
    for there in ["setting the password", "42601", "ModifyDBInstance", "orders-production-nightly-t1", "Secret(…)"] {
        assert!(told.contains(there), "{there}");
    }
    assert!(!told.contains(CANARY) && !told.contains(&as_bytes(CANARY)), "the password was told");
}
