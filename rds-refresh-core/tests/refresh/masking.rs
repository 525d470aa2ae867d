//! A masking step between steps 2 and 3, in a run that fails and is taken up again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rds_refresh_core::request::SourceRequest;
use rds_refresh_core::steps::{
    EncryptSnapshot, HandOverMasked, ReleaseTemporaryInstance, RestoreTemporaryInstance, ShareSnapshot, SnapshotCluster,
    SnapshotInstance, TemporaryInstance,
};
use rds_refresh_core::{
    Context, Driver, Fact, Facts, OnFailure, Plan, Progress, Resource, ResourceKind, Step, StepError, Verdict,
};
use serde::{Deserialize, Serialize};

use crate::fixture::Run;

#[derive(Serialize, Deserialize)]
struct Masked {
    instance: String,
}

impl Fact for Masked {
    const NAME: &'static str = "masked";
}

/// Remembers which instances it masked.
struct Mask(Arc<Mutex<Vec<String>>>);

impl Step for Mask {
    const NAME: &'static str = "mask";
    const VERSION: u32 = 1;
    type Needs = TemporaryInstance;
    type Gives = Masked;

    async fn reconcile(&self, instance: &TemporaryInstance, _: &Context) -> Result<Progress<Masked>, StepError> {
        let instance = instance.identifier.to_string();
        self.0.lock().unwrap().push(instance.clone());
        Ok(Progress::Ready(Masked { instance }))
    }
}

fn driver(run: &Run, masked: &Arc<Mutex<Vec<String>>>) -> Driver {
    let source = run.source();
    let (machine, worker) = Plan::new()
        .given::<SourceRequest>()
        .then(SnapshotCluster::new(source.clone()))
        .then(RestoreTemporaryInstance::new(source.clone()))
        .then(Mask(masked.clone()))
        .then(SnapshotInstance::new(source.clone(), source.clone()))
        .then(EncryptSnapshot::new(source.clone(), source.clone()))
        .then(ShareSnapshot::new(source.clone(), source.clone()))
        .then(HandOverMasked::<Masked>::new())
        .then(ReleaseTemporaryInstance::new(source))
        .build()
        .unwrap();
    Driver::new(machine, worker, run.store.clone(), Arc::new(run.stage.fake.clock().clone()))
        .with_signal_interval(Duration::from_hours(24))
}

#[tokio::test]
async fn an_instance_that_is_restored_again_is_masked_again() {
    let run = Run::seeded(1);
    let masked = Arc::default();
    let mut facts = Facts::new();
    facts.insert(run.request().source()).unwrap();

    // The snapshot of the first instance fails.
    let fake = run.stage.fake.clone();
    let source = run.stage.source.clone();
    let breaking = driver(&run, &masked).with_observer(move |report| {
        if report.steps.last().is_some_and(|step| step.step == "snapshot-instance" && step.status.as_deref() == Some("creating"))
        {
            let id = "orders-production-nightly-s1".to_owned();
            let snapshot =
                Resource { kind: ResourceKind::DbSnapshot, account: source.account.clone(), region: source.region.clone(), id };
            assert!(fake.world().force_status(&snapshot, "failed"));
        }
    });
    let outcome = breaking.start(run.id.clone(), facts, OnFailure::default()).await.unwrap();
    assert!(matches!(&outcome.verdict, Verdict::Failed { step, .. } if step == "snapshot-instance"), "{:?}", outcome.verdict);

    let outcome = driver(&run, &masked).resume(&run.id).await.unwrap();
    assert_eq!(outcome.verdict, Verdict::Succeeded);
    assert_eq!(*masked.lock().unwrap(), ["orders-production-nightly-t1", "orders-production-nightly-t2"]);
    let facts = run.stored().await["facts"].clone();
    assert_eq!(facts["instance-snapshot"]["instance"], "orders-production-nightly-t2");
    assert_eq!(facts["masked"]["instance"], "orders-production-nightly-t2");
    assert_eq!(facts["handover"]["masking"], "masked");
}
