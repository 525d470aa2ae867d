//! One broken world per finding: it is found, with a way to mend it, and nothing else is.

use std::time::Duration;

use rds_refresh_core::StepError;
use rds_refresh_core::ports::{DbClusterSnapshot, DbInstance, KeyManager};
use rds_refresh_core::preflight::{Check, Level, SecurityGroup};
use rds_refresh_core::resource::OWNER_TAG;
use rds_refresh_core::step::Side;
use rds_refresh_core::step::Side::{Destination, Source};
use serde_json::json;

use crate::world::{Case, now};

/// Of a third account, as where one account holds all keys.
const CENTRAL_KEY: &str = "arn:aws:kms:eu-west-1:333333333333:key/central";

type Break = fn(&mut Case);

#[tokio::test]
async fn a_healthy_world_has_no_finding() {
    let report = Case::healthy().report().await;
    assert_eq!(report.wrong().collect::<Vec<_>>(), Vec::<&_>::new());
    // What organisations forbid cannot be seen by anybody.
    assert!(report.unseen().all(|finding| finding.check == Check::OrganisationPolicies), "{report:#?}");
    assert_eq!(report.level(), Level::CannotSee);
    assert!(report.findings.iter().all(|finding| !finding.document.is_empty() && !finding.needed.is_empty()));
}

/// What breaks the world, and what is found then: the check, the side, and words of what was found.
const SOURCE: &[(Break, Check, Side, &str)] = &[
    (|it| it.source.cluster = Ok(None), Check::SourceCluster, Source, "does not exist"),
    (|it| it.source.cluster().class = None, Check::SourceCluster, Source, "not a Multi-AZ DB cluster"),
    (|it| it.source.cluster().engine = "aurora-postgresql".into(), Check::SourceCluster, Source, "aurora"),
    (|it| it.source.cluster().status = "inaccessible-encryption-credentials".into(), Check::SourceStatus, Source, "inaccessible"),
    (|it| it.source.cluster().status = "stopped".into(), Check::SourceStatus, Source, "stopped"),
    (
        |it| {
            it.source.cluster().encrypted = false;
            it.source.cluster().kms_key = None;
        },
        Check::SourceEncryption,
        Source,
        "not encrypted",
    ),
    (
        |it| {
            it.source.cluster().encrypted = false;
            it.source.cluster().kms_key = None;
            it.request["source"]["allow_unencrypted"] = json!(true);
        },
        Check::SourceEncryption,
        Destination,
        "not encrypted",
    ),
    (|it| it.source.key = Ok(None), Check::SourceKey, Source, "does not exist"),
    (|it| it.source.key().manager = KeyManager::Aws, Check::SourceKey, Source, "managed by AWS"),
    (|it| it.source.key().state = "Disabled".into(), Check::SourceKey, Source, "Disabled"),
    (|it| it.source.key().state = "PendingDeletion".into(), Check::SourceKey, Source, "PendingDeletion"),
    (|it| it.source.key().spec = "RSA_2048".into(), Check::SourceKey, Source, "RSA_2048"),
    (
        |it| it.source.key().arn = "arn:aws:kms:us-east-1:111111111111:key/production".parse().unwrap(),
        Check::SourceKey,
        Source,
        "in us-east-1",
    ),
    (
        |it| {
            it.source.cluster().kms_key = Some(CENTRAL_KEY.into());
            it.source.key().arn = CENTRAL_KEY.parse().unwrap();
        },
        Check::SourceKey,
        Source,
        "of account 333333333333, and a refresh knows keys of 111111111111 only",
    ),
    (
        |it| it.request["destination"]["source_keys"] = json!(["arn:aws:kms:eu-west-1:111111111111:key/another"]),
        Check::SourceKey,
        Destination,
        "the destination refuses what is encrypted with it",
    ),
    (
        |it| {
            it.source.cluster().encrypted = false;
            it.source.cluster().kms_key = None;
            it.request["source"]["allow_unencrypted"] = json!(true);
            it.request["source"]["share_key"] = json!("alias/refresh");
            it.request["destination"]["source_keys"] = json!(["arn:aws:kms:eu-west-1:111111111111:key/another"]);
        },
        Check::SourceKey,
        Destination,
        "the destination refuses what is encrypted with it",
    ),
    (|it| it.source.may_grant = Ok(false), Check::SourceKeyUse, Source, "does not allow kms:Decrypt"),
    (
        |it| {
            it.source.may_grant = Ok(false);
            it.source.state(&json!({ "Effect": "Allow", "Principal": { "AWS": "222222222222" }, "Resource": "*",
                "Action": ["kms:D*", "kms:ReEncrypt*", "kms:GenerateDataKey*"] }));
        },
        Check::SourceKeyUse,
        Source,
        "does not allow kms:CreateGrant, and",
    ),
    (
        |it| {
            it.source.may_grant = Ok(false);
            it.source.state(&json!({ "Sid": "One", "Effect": "Allow", "Principal": { "AWS": "222222222222" }, "Resource": "*",
                "Action": "kms:*", "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } } }));
        },
        Check::SourceKeyUse,
        Source,
        "statement \"One\": it asks for kms:GrantIsForAWSResource, which is never in the context of kms:Decrypt",
    ),
    (
        |it| {
            it.source.state(&json!({ "Sid": "No", "Effect": "Deny", "Principal": "*", "Resource": "*", "Action": "kms:Decrypt",
                "Condition": { "StringNotEquals": { "kms:CallerAccount": "111111111111" } } }));
        },
        Check::SourceKeyUse,
        Source,
        "\"No\" denies kms:Decrypt",
    ),
    (|it| it.request["source"]["snapshot"] = json!({ "named": "gone" }), Check::StartingSnapshot, Source, "does not exist"),
    (
        |it| {
            it.request["source"]["snapshot"] = json!({ "named": "other" });
            it.source.named_snapshot =
                Ok(Some(DbClusterSnapshot { cluster: "billing".into(), status: "available".into(), ..Default::default() }));
        },
        Check::StartingSnapshot,
        Source,
        "of cluster billing",
    ),
    (
        |it| it.request["source"]["snapshot"] = json!({ "automated_within": "6h" }),
        Check::StartingSnapshot,
        Source,
        "there is none",
    ),
    (
        |it| {
            it.request["source"]["snapshot"] = json!({ "automated_within": "6h" });
            let created_at = Some(now().before(Duration::from_hours(7)));
            it.source.automated = Ok(vec![DbClusterSnapshot { status: "available".into(), created_at, ..Default::default() }]);
        },
        Check::StartingSnapshot,
        Source,
        "of 2026-11-23T01:00:00",
    ),
    (
        |it| {
            it.request["source"]["snapshot"] = json!({ "automated_within": "1day" });
            it.source.cluster().backup_retention_days = Some(1);
            let created_at = Some(now().before(Duration::from_hours(20)));
            it.source.automated = Ok(vec![DbClusterSnapshot { status: "available".into(), created_at, ..Default::default() }]);
        },
        Check::StartingSnapshot,
        Source,
        "may be removed at 2026-11-23T12:00:00",
    ),
    (|it| it.source.version().status = "deprecated".into(), Check::EngineVersion, Source, "deprecated"),
    (|it| it.source.subnet_group = Ok(None), Check::SubnetGroup, Source, "does not exist"),
    (|it| it.source.subnet_group().status = "Incomplete".into(), Check::SubnetGroup, Source, "is Incomplete"),
    (|it| it.source.options().clear(), Check::InstanceClass, Source, "not offered"),
    (
        |it| it.source.options().iter_mut().for_each(|option| option.zones = vec!["eu-west-1d".into()]),
        Check::InstanceClass,
        Source,
        "offered in: none",
    ),
    (|it| it.source.parameter_group = Ok(None), Check::ParameterGroup, Source, "does not exist"),
    (
        |it| it.source.security_groups = Some(Ok(vec![SecurityGroup { id: "sg-0001".into(), vpc: "vpc-2".into() }])),
        Check::SecurityGroups,
        Source,
        "in another VPC",
    ),
    (|it| it.source.fill("DBInstances"), Check::Quota, Source, "40 of 40 used"),
    (|it| it.source.fill("ManualSnapshots"), Check::Quota, Source, "100 of 100 used"),
    (|it| it.source.fill("ManualClusterSnapshots"), Check::Quota, Source, "100 of 100 used"),
    (|it| it.source.fill("AllocatedStorage"), Check::Quota, Source, "100000 of 100000 GiB used"),
    (|it| it.source.time = Ok(Some(now() + Duration::from_mins(6))), Check::ClockSkew, Source, "360 seconds off"),
    (
        |it| it.source.cluster().arn = "arn:aws:rds:eu-west-1:333333333333:cluster:orders".into(),
        Check::Credentials,
        Source,
        "333333333333/eu-west-1",
    ),
    (
        |it| it.source.cluster().arn = "arn:aws:rds:us-east-1:111111111111:cluster:orders".into(),
        Check::Credentials,
        Source,
        "111111111111/us-east-1",
    ),
];

const DESTINATION: &[(Break, Check, Side, &str)] = &[
    (|it| it.destination.key = Ok(None), Check::DestinationKey, Destination, "does not exist"),
    (|it| it.destination.key().state = "Disabled".into(), Check::DestinationKey, Destination, "Disabled"),
    (|it| it.destination.key().spec = "HMAC_256".into(), Check::DestinationKey, Destination, "HMAC_256"),
    (
        |it| {
            it.destination.state(&json!({ "Sid": "NoGrants", "Effect": "Deny", "Principal": { "AWS": "*" }, "Resource": "*",
                "Action": "kms:CreateGrant" }));
        },
        Check::DestinationKeyUse,
        Destination,
        "\"NoGrants\" denies kms:CreateGrant",
    ),
    (
        |it| {
            it.destination.key_policy = Ok(json!({ "Statement": { "Effect": "Allow", "Principal": { "AWS": "222222222222" },
                "Resource": "*", "Action": "kms:*", "Condition": { "StringEquals": { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } } } })
            .to_string());
        },
        Check::DestinationKeyUse,
        Destination,
        "no statement allows kms:DescribeKey (statement number 1: StringEquals of kms:ViaService",
    ),
    (
        |it| {
            let mut taken = it.source.cluster().clone();
            taken.arn = "arn:aws:rds:eu-west-1:222222222222:cluster:staging".into();
            it.destination.cluster = Ok(Some(taken));
        },
        Check::Identifier,
        Destination,
        "taken by a cluster that is available (not made by a refresh)",
    ),
    (
        |it| {
            let mut taken = it.source.cluster().clone();
            taken.arn = "arn:aws:rds:eu-west-1:222222222222:cluster:staging".into();
            taken.tags.insert(OWNER_TAG.into(), "r0/result/staging".into());
            it.destination.cluster = Ok(Some(taken));
            it.options.run = Some("r1".parse().unwrap());
        },
        Check::Identifier,
        Destination,
        "made by another run: r0/result/staging",
    ),
    (
        |it| it.destination.members = vec![DbInstance { identifier: "staging-instance-2".into(), ..Default::default() }],
        Check::MemberIdentifiers,
        Destination,
        "taken: staging-instance-2",
    ),
    (
        |it| it.destination.subnet_group().zones.truncate(2),
        Check::SubnetGroup,
        Destination,
        "2 Availability Zones: eu-west-1a, eu-west-1b",
    ),
    (|it| it.destination.security_groups = Some(Ok(Vec::new())), Check::SecurityGroups, Destination, "do not exist: sg-0001"),
    (
        |it| it.destination.parameter_group.as_mut().unwrap().as_mut().unwrap().family = "postgres15".into(),
        Check::ParameterGroup,
        Destination,
        "of family postgres15, and the version's is postgres16",
    ),
    (|it| it.destination.version().status = "deprecated".into(), Check::EngineVersion, Destination, "deprecated"),
    (
        |it| it.destination.options().iter_mut().for_each(|option| option.supports_clusters = false),
        Check::InstanceClass,
        Destination,
        "offered for instances only",
    ),
    (
        |it| it.destination.options().retain(|option| option.storage_type == "gp3"),
        Check::InstanceClass,
        Destination,
        "not offered with storage type io1",
    ),
    (
        |it| it.destination.options().iter_mut().for_each(|option| option.zones.truncate(2)),
        Check::InstanceClass,
        Destination,
        "offered in: eu-west-1a, eu-west-1b",
    ),
    (|it| it.source.cluster().allocated_storage = Some(50), Check::Storage, Destination, "50 GiB, and io1 takes 100 to 65536"),
    (
        |it| it.request["destination"]["cluster"]["iops"] = json!(40_000),
        Check::Storage,
        Destination,
        "80.0 IOPS for each of 500 GiB",
    ),
    (
        |it| {
            it.source.cluster().allocated_storage = Some(399);
            it.request["destination"]["cluster"]["storage_type"] = json!("gp3");
            it.request["destination"]["cluster"]["iops"] = json!(12_000);
        },
        Check::Storage,
        Destination,
        "399 GiB: gp3 takes IOPS from 400 GiB on",
    ),
    (
        |it| it.request["destination"]["cluster"]["log_exports"] = json!(["slowquery"]),
        Check::LogExports,
        Destination,
        "not exported: slowquery",
    ),
    (|it| it.destination.fill("DBClusters"), Check::Quota, Destination, "40 of 40 used"),
    (|it| it.destination.quotas.as_mut().unwrap()[0].used = 38, Check::Quota, Destination, "38 of 40 used"),
    (|it| it.destination.quotas.as_mut().unwrap()[4].used = 98_501, Check::Quota, Destination, "98501 of 100000 GiB used"),
    (|it| it.destination.fill("ManualSnapshots"), Check::Quota, Destination, "100 of 100 used"),
    (
        |it| it.destination.subnet_group().arn = "arn:aws:rds:eu-west-1:111111111111:subgrp:private".into(),
        Check::Credentials,
        Destination,
        "111111111111/eu-west-1",
    ),
    (
        |it| it.destination.quotas = Err(StepError::credentials("the token is expired")),
        Check::Credentials,
        Destination,
        "the token is expired",
    ),
    (
        |it| it.destination.time = Ok(Some(now().before(Duration::from_hours(1)))),
        Check::ClockSkew,
        Destination,
        "3600 seconds off",
    ),
];

#[tokio::test]
async fn every_broken_world_is_found() {
    assert!(SOURCE.len() + DESTINATION.len() >= 50);
    for (breaks, check, side, words) in SOURCE.iter().chain(DESTINATION) {
        let mut case = Case::healthy();
        breaks(&mut case);
        let report = case.report().await;
        let wrong: Vec<_> = report.wrong().collect();
        let [finding] = wrong.as_slice() else { panic!("{check} {words:?}: {wrong:#?}") };
        assert_eq!((finding.check, finding.side), (*check, *side), "{finding}");
        assert!(finding.found.contains(words), "{words:?}: {finding}");
        let fix = finding.fix.as_deref().unwrap_or_default();
        assert!(["aws ", "rds-refresh ", "timedatectl "].iter().any(|program| fix.starts_with(program)), "{finding}: {fix}");
        let place = ["aws --region eu-west-1 ", " --region eu-west-1"];
        assert!(!fix.starts_with("aws ") || place.iter().any(|place| fix.contains(place)), "{finding}: {fix}");
        // It can be pasted: what has to be chosen is said behind a `#`.
        assert!(
            !["…", "<", ">", "KEY", "VALUE", "FAMILY", "NAME", "ARN"].iter().any(|gap| fix.contains(gap)),
            "{finding}: {fix}"
        );
        assert_eq!(report.level(), Level::Wrong);
    }
}

/// Either both sides say that it may be so, or a key has what crosses encrypted.
#[tokio::test]
async fn an_unencrypted_source_is_allowed_explicitly() {
    for by_key in [false, true] {
        let mut case = Case::healthy();
        case.source.cluster().encrypted = false;
        case.source.cluster().kms_key = None;
        case.request["source"]["allow_unencrypted"] = json!(true);
        if by_key {
            case.request["source"]["share_key"] = json!("alias/refresh");
        } else {
            case.request["destination"]["allow_unencrypted_source"] = json!(true);
        }
        let report = case.report().await;
        assert_eq!(report.wrong().count(), 0, "{report:#?}");
        assert_eq!(report.findings.iter().any(|finding| finding.check == Check::SourceKeyUse), by_key);
    }
}

#[tokio::test]
async fn demanded_tags_are_missed_on_both_sides() {
    let mut case = Case::healthy();
    case.options.demanded_tags = vec!["cost-centre".into(), "owner".into()];
    let report = case.report().await;
    let wrong: Vec<_> = report.wrong().map(|finding| (finding.check, finding.side, finding.found.as_str())).collect();
    assert_eq!(wrong, [(Check::DemandedTags, Source, "missing: owner"), (Check::DemandedTags, Destination, "missing: owner"),]);
}

#[tokio::test]
async fn what_the_run_made_itself_is_not_in_its_way() {
    let mut case = Case::healthy();
    let mut own = case.source.cluster().clone();
    own.arn = "arn:aws:rds:eu-west-1:222222222222:cluster:staging".into();
    own.tags.insert(OWNER_TAG.into(), "r1/result/staging".into());
    case.destination.cluster = Ok(Some(own));
    let member = |number| DbInstance {
        identifier: format!("staging-instance-{number}"),
        cluster: Some("staging".into()),
        ..Default::default()
    };
    case.destination.members = vec![member(1), member(3)];
    case.options.run = Some("r1".parse().unwrap());
    assert_eq!(case.report().await.wrong().count(), 0);
}
