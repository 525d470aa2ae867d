//! On the fake: a preflight finds what a refresh would fail with, hours later.

use std::sync::Arc;

use rds_refresh_core::key_policy::PolicyChange;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::preflight::{Check, CheckAccounts, Finding, Level, Options, Report, both, checked_refresh};
use rds_refresh_core::request::Request;
use rds_refresh_core::step::Side;
use rds_refresh_core::{Driver, MemoryStore, Verdict, steps};
#[cfg(feature = "ec2")]
use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Strike};
use rds_refresh_testkit::{SourceCluster, Stage, TwoAccounts, VirtualClock};
use serde_json::{Value, json};

fn request(stage: &TwoAccounts, change: impl FnOnce(&mut Value)) -> Request {
    let mut request = serde_json::to_value(stage.request("orders-staging").build().unwrap()).unwrap();
    change(&mut request);
    request.try_into().unwrap()
}

async fn look(stage: &TwoAccounts, request: &Request) -> Report {
    let (source, destination) = (stage.fake.reads(stage.source.clone()), stage.fake.reads(stage.destination.clone()));
    let now = stage.fake.world().now();
    both(&source, &destination, (request.source(), request.destination()), &Options::default(), now).await
}

/// How a refresh that nothing was looked at before ends.
async fn unchecked(stage: &TwoAccounts, request: Request) -> Verdict {
    let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
    let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
    let (machine, worker) = steps::refresh(&source, &destination).build().unwrap();
    let driver = Driver::new(machine, worker, Arc::new(MemoryStore::new()), Arc::new(stage.fake.clock().clone()));
    let on_failure = request.on_failure();
    driver.start("r1".parse().unwrap(), request.into_facts().unwrap(), on_failure).await.unwrap().verdict
}

fn wrong(report: &Report) -> Vec<(Check, Side)> {
    report.wrong().map(|finding| (finding.check, finding.side)).collect()
}

#[tokio::test]
async fn a_healthy_stage_has_no_finding_and_a_checked_refresh_ends_well() {
    let stage = Stage::two_accounts(1);
    let request = request(&stage, |_| {});
    let report = look(&stage, &request).await;
    assert_eq!(wrong(&report), []);
    let unseen: Vec<Check> = report.unseen().map(|finding| finding.check).collect();
    assert_eq!(unseen, [Check::OrganisationPolicies; 2]);

    let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
    let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
    let check = CheckAccounts::new(
        Arc::new(stage.fake.reads(stage.source.clone())),
        Arc::new(stage.fake.reads(stage.destination.clone())),
    );
    let (machine, worker) = checked_refresh(check, &source, &destination).build().unwrap();
    let driver = Driver::new(machine, worker, Arc::new(MemoryStore::new()), Arc::new(stage.fake.clock().clone()));
    let on_failure = request.on_failure();
    let outcome = driver.start("r1".parse().unwrap(), request.into_facts().unwrap(), on_failure).await.unwrap();
    assert_eq!(outcome.verdict, Verdict::Succeeded);
}

/// Each makes a refresh fail, and is the one finding of a preflight.
#[tokio::test]
async fn what_fails_a_refresh_is_found_before() {
    type Change = fn(&TwoAccounts, &mut Value);
    let rows: [(Change, Check, Side); 9] = [
        (|_, it| it["source"]["cluster"] = json!("nothing"), Check::SourceCluster, Side::Source),
        (|_, it| it["source"]["temporary"]["class"] = json!("db.x9.large"), Check::InstanceClass, Side::Source),
        (|_, it| it["source"]["temporary"]["subnet_group"] = json!("nothing"), Check::SubnetGroup, Side::Source),
        (|_, it| it["source"]["temporary"]["security_groups"] = json!(["sg-0001"]), Check::SecurityGroups, Side::Source),
        (|_, it| it["source"]["temporary"]["parameter_group"] = json!("nothing"), Check::ParameterGroup, Side::Source),
        (|_, it| it["destination"]["kms_key"] = json!("alias/nothing"), Check::DestinationKey, Side::Destination),
        (
            |stage, it| it["destination"]["cluster"]["class"] = json!(stage.instance_class),
            Check::InstanceClass,
            Side::Destination,
        ),
        (
            |stage, it| it["destination"]["cluster"]["subnet_group"] = json!(stage.narrow_subnet_group),
            Check::SubnetGroup,
            Side::Destination,
        ),
        (|_, it| it["destination"]["cluster"]["parameter_group"] = json!("nothing"), Check::ParameterGroup, Side::Destination),
    ];
    for (change, check, side) in rows {
        let stage = Stage::two_accounts(1);
        let request = request(&stage, |it| change(&stage, it));
        assert_eq!(wrong(&look(&stage, &request).await), [(check, side)]);
        // Some fail, and what is denied is parked for a person: none succeeds.
        assert_ne!(unchecked(&stage, request).await, Verdict::Succeeded, "{check}");
    }
}

/// Through the SDK's own crates, signed and over the wire: what there is, what is not, and a refusal.
#[cfg(feature = "ec2")]
#[tokio::test]
async fn security_groups_are_asked_of_ec2() {
    use rds_refresh_core::aws::AwsReads;
    use rds_refresh_core::preflight::SecurityGroup;
    use rds_refresh_core::{ErrorKind, preflight::Reads};

    let stage = Stage::two_accounts(1);
    let config = stage.fake.sdk_config(&stage.source.account, &stage.source.region);
    let reads = AwsReads::new(&config);
    let ids = [stage.security_group.clone(), "sg-0001".to_owned()];
    let found = reads.security_groups().unwrap().security_groups(&ids).await.unwrap();
    let vpc = stage.fake.world().at(&stage.source.place()).security_groups[&stage.security_group].clone();
    assert_eq!(found, [SecurityGroup { id: stage.security_group.clone(), vpc }]);
    assert_eq!(stage.fake.world().journal().last().unwrap().action, "DescribeSecurityGroups");

    stage.fake.world().arm(FaultScript::new().with(Fault::new(Calls::reads(), Strike::Denied)));
    let denied = reads.security_groups().unwrap().security_groups(&ids).await.unwrap_err();
    assert_eq!((denied.kind(), denied.code()), (ErrorKind::Denied, Some("UnauthorizedOperation")));
    // Nobody's key.
    let nobody = aws_credential_types::Credentials::from_keys("AKIDNOBODY", "secret", None);
    let config = config.to_builder().credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(nobody));
    let refused = AwsReads::new(&config.build()).security_groups().unwrap().security_groups(&ids).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Credentials, "{refused}");
    // No client to send with.
    let silent = aws_types::SdkConfig::builder().region(aws_types::region::Region::new("eu-west-1")).build();
    let unsent = AwsReads::new(&silent).security_groups().unwrap().security_groups(&ids).await.unwrap_err();
    assert_eq!(unsent.kind(), ErrorKind::Credentials, "{unsent}");
}

fn finding(report: &Report, check: Check) -> &Finding {
    report.findings.iter().find(|finding| finding.check == check).unwrap()
}

#[tokio::test]
async fn a_key_that_aws_manages_is_found() {
    let mut stage = Stage::new(1, VirtualClock::starting_at(Stage::opening()));
    let place = stage.place("111111111111".parse().unwrap(), "eu-west-1".parse().unwrap());
    let managed = stage.managed_key(&place);
    let stage = Stage::two_accounts_with(stage, &SourceCluster { kms_key: Some(managed), ..Default::default() });
    let shared = stage.private_key.clone();
    let refused = request(&stage, |_| {});
    let report = look(&stage, &refused).await;
    assert_eq!(finding(&report, Check::SourceKey).level, Level::Wrong);
    assert_ne!(unchecked(&stage, refused).await, Verdict::Succeeded);

    // A copy under a customer's key is the way out.
    let allowed = request(&stage, |it| it["source"]["share_key"] = json!(shared));
    let report = look(&stage, &allowed).await;
    assert_eq!(wrong(&report), []);
    assert_eq!(finding(&report, Check::SourceKey).resource, shared);
}

/// A run may grant what the policy does not allow; what a statement denies, only a person can.
#[tokio::test]
async fn the_policy_of_the_key_is_read_as_the_fake_reads_it() {
    let mut stage = Stage::new(1, VirtualClock::starting_at(Stage::opening()));
    let place = stage.place("111111111111".parse().unwrap(), "eu-west-1".parse().unwrap());
    let mut policy: Value = serde_json::from_str(&Stage::own_key_policy(&place)).unwrap();
    policy["Statement"].as_array_mut().unwrap().push(json!({
        "Sid": "Mine", "Effect": "Deny", "Principal": { "AWS": "*" }, "Action": "kms:ReEncrypt*", "Resource": "*",
        "Condition": { "StringNotEquals": { "kms:CallerAccount": "111111111111" } },
    }));
    let key = stage.customer_key(&place, "alias/denying", &policy.to_string());
    let stage = Stage::two_accounts_with(stage, &SourceCluster { kms_key: Some(key.clone()), ..Default::default() });
    let request = request(&stage, |_| {});
    let report = look(&stage, &request).await;
    assert_eq!(wrong(&report), [(Check::SourceKeyUse, Side::Source)]);
    assert!(finding(&report, Check::SourceKeyUse).found.contains("\"Mine\" denies kms:ReEncryptFrom"));
    assert_ne!(unchecked(&stage, request).await, Verdict::Succeeded);
}

/// With the policy patched, a refresh needs no grant.
#[tokio::test]
async fn a_patched_policy_is_enough() {
    for patched in [false, true] {
        let mut stage = Stage::new(1, VirtualClock::starting_at(Stage::opening()));
        let place = stage.place("111111111111".parse().unwrap(), "eu-west-1".parse().unwrap());
        let key = stage.customer_key(&place, "alias/mine", &Stage::own_key_policy(&place));
        let stage = Stage::two_accounts_with(stage, &SourceCluster { kms_key: Some(key.clone()), ..Default::default() });
        if patched {
            let source = stage.fake.source(stage.source.clone());
            let change = PolicyChange::allow(&source, &key.parse().unwrap(), &stage.destination.account).await.unwrap();
            assert_eq!(change.apply(&source).await, Ok(true));
        }
        let request = request(&stage, |_| {});
        let found = finding(&look(&stage, &request).await, Check::SourceKeyUse).clone();
        assert_eq!(found.level, Level::Ok);
        assert_eq!(found.found, if patched { "the key policy allows it" } else { "a run may grant it" });
        assert_eq!(unchecked(&stage, request).await, Verdict::Succeeded);
        let granted = stage.fake.world().journal().iter().any(|it| it.action == "CreateGrant" && it.took_effect);
        assert_eq!(granted, !patched);
    }
}
