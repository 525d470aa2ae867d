//! The preflight at the head of a plan.

use std::sync::Arc;

use rds_refresh_core::iam::{self, Scope};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::preflight::{CheckDestination, CheckSource, Reads, SourceChecked, SourceSeen, checked_refresh};
use rds_refresh_core::{Context, Driver, ErrorKind, MemoryStore, Progress, Step, Verdict};
use rds_refresh_testkit::Stage;

use crate::world::{Case, now};

fn cx() -> Context {
    Context::new("r1".parse().unwrap(), now())
}

#[tokio::test]
async fn a_healthy_world_is_passed_on() {
    let case = Case::healthy();
    let (from, to) = case.request().into_halves();
    let step = CheckSource::new(Arc::new(case.source)).demanding_tags(["cost-centre"]);
    let Ok(Progress::Ready(checked)) = step.reconcile(&from, &cx()).await else { panic!("not ready") };
    let seen = SourceSeen { engine: "postgres".into(), engine_version: "16.4".into(), allocated_storage: Some(500) };
    assert_eq!(checked, SourceChecked { at: now(), source: seen });
    let step = CheckDestination::new(Arc::new(case.destination));
    assert!(matches!(step.reconcile(&(to, checked), &cx()).await, Ok(Progress::Ready(_))));
}

#[tokio::test]
async fn a_broken_one_is_refused_with_all_that_is_wrong() {
    let mut case = Case::healthy();
    case.source.fill("DBInstances");
    case.source.subnet_group = Ok(None);
    let from = case.request().into_halves().0;
    let refused = CheckSource::new(Arc::new(case.source)).reconcile(&from, &cx()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    let text = refused.to_string();
    assert!(text.contains("2 things are wrong") && text.contains("private") && text.contains("DBInstances"), "{text}");
}

/// On the fake with what this file's worlds read, a refresh runs to its end, and a broken one makes nothing.
#[tokio::test]
async fn nothing_is_made_where_something_is_wrong() {
    for broken in [false, true] {
        let stage = Stage::two_accounts(1);
        let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
        let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
        let mut case = Case::healthy();
        (case.source.security_groups, case.destination.security_groups) = (None, None);
        // The fake's time is another one.
        (case.source.time, case.destination.time) = (Ok(None), Ok(None));
        if broken {
            case.destination.subnet_group().zones.pop();
        }
        let reads: (Arc<dyn Reads>, Arc<dyn Reads>) = (Arc::new(case.source), Arc::new(case.destination));
        let (machine, worker) = checked_refresh((&source, &reads.0), (&destination, &reads.1)).build().unwrap();
        let mut request = serde_json::to_value(stage.request("staging").build().unwrap()).unwrap();
        // What the worlds of these tests offer.
        request["source"]["temporary"]["class"] = "db.r6gd.large".into();
        let request: rds_refresh_core::request::Request = request.try_into().unwrap();
        let driver = Driver::new(machine, worker, Arc::new(MemoryStore::new()), Arc::new(stage.fake.clock().clone()));
        let on_failure = request.on_failure();
        let outcome = driver.start("r1".parse().unwrap(), request.into_facts().unwrap(), on_failure).await.unwrap();
        if broken {
            assert!(matches!(&outcome.verdict, Verdict::Failed { step, .. } if step == "check-destination"), "{outcome:?}");
            let made = stage.fake.world().journal().iter().any(|entry| entry.took_effect);
            assert!(!made, "nothing is made");
        } else {
            assert_eq!(outcome.verdict, Verdict::Succeeded, "{outcome:?}");
        }
    }
}

#[test]
fn its_reads_are_in_the_policy() {
    let step = CheckSource::new(Arc::new(Case::healthy().source));
    let request = Case::healthy().request();
    let policies = iam::policies(Step::permissions(&step), &Scope::source(request.source())).unwrap();
    let actions: Vec<&String> = policies.iter().flat_map(|it| &it.statement).flat_map(|it| &it.action).collect();
    for action in [
        "rds:DescribeAccountAttributes",
        "rds:DescribeOrderableDBInstanceOptions",
        "kms:GetKeyPolicy",
        "ec2:DescribeSecurityGroups",
    ] {
        assert!(actions.iter().any(|asked| *asked == action), "{action}");
    }
    // It reads, but for a grant that is never made.
    assert!(actions.iter().all(|action| action.contains(":Describe") || action.contains(":Get") || *action == "kms:CreateGrant"));
}
