//! What cannot be looked at is never `ok`.

use rds_refresh_core::StepError;
use rds_refresh_core::preflight::{Check, Level, Options, destination, source};
use rds_refresh_core::step::Side;
use serde_json::json;

use crate::world::{Case, World, now};

/// Every check of both halves and the level that it has.
async fn levels(case: &Case) -> Vec<(Check, Side, Level)> {
    case.report().await.findings.iter().map(|finding| (finding.check, finding.side, finding.level)).collect()
}

#[tokio::test]
async fn a_denied_read_is_a_thing_not_seen() {
    type Deny = fn(&mut World);
    let denied = || StepError::denied("User: me is not authorized");
    let rows: [(Deny, &[Check]); 8] = [
        (|it| it.subnet_group = Err(StepError::denied("no")), &[Check::SubnetGroup, Check::InstanceClass, Check::SecurityGroups]),
        (|it| it.parameter_group = Err(StepError::denied("no")), &[Check::ParameterGroup]),
        (|it| it.options = Err(StepError::denied("no")), &[Check::InstanceClass, Check::Storage]),
        (|it| it.version = Err(StepError::denied("no")), &[Check::EngineVersion, Check::ParameterGroup, Check::LogExports]),
        (|it| it.quotas = Err(StepError::denied("no")), &[Check::Quota]),
        (|it| it.key = Err(StepError::denied("no")), &[Check::DestinationKey]),
        (|it| it.security_groups = None, &[Check::SecurityGroups]),
        (|it| it.time = Ok(None), &[Check::ClockSkew]),
    ];
    for (deny, checks) in rows {
        let mut case = Case::healthy();
        deny(&mut case.destination);
        for (check, side, level) in levels(&case).await {
            let expected = if check == Check::OrganisationPolicies || (side == Side::Destination && checks.contains(&check)) {
                Level::CannotSee
            } else {
                Level::Ok
            };
            assert_eq!(level, expected, "{check} {side:?} of {checks:?}");
        }
    }
    let mut case = Case::healthy();
    case.source.cluster = Err(denied());
    let report = case.report().await;
    assert_eq!(report.wrong().count(), 0);
    let unseen = |check| report.unseen().any(|finding| finding.check == check && finding.fix.is_some());
    assert!(
        [Check::SourceCluster, Check::InstanceClass, Check::EngineVersion, Check::Storage, Check::Quota].into_iter().all(unseen)
    );
}

#[tokio::test]
async fn doubts_about_keys_are_doubts() {
    // The policy of the source's key cannot be read: a deny in it would overrule any grant.
    let mut case = Case::healthy();
    case.source.key_policy = Err(StepError::denied("no"));
    assert!(levels(&case).await.contains(&(Check::SourceKeyUse, Side::Source, Level::CannotSee)));
    // A deny that may hold.
    let mut case = Case::healthy();
    case.source.state(&json!({ "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
        "Condition": { "StringNotEquals": { "aws:PrincipalOrgID": "o-1" } } }));
    let report = case.report().await;
    let finding = report.findings.iter().find(|finding| finding.check == Check::SourceKeyUse).unwrap();
    assert_eq!(finding.level, Level::CannotSee);
    assert!(finding.found.contains("aws:PrincipalOrgID"), "{finding}");
    // Nobody can be asked whether a grant may be made.
    let mut case = Case::healthy();
    case.source.may_grant = Err(StepError::transient("no answer"));
    assert!(levels(&case).await.contains(&(Check::SourceKeyUse, Side::Source, Level::CannotSee)));

    // The destination's key: KMS can be asked for one operation, which is not all that RDS does with it.
    for may_encrypt in [Ok(true), Ok(false), Err(StepError::transient("no answer"))] {
        for policy in [
            Err(StepError::denied("no")),
            Ok(json!({ "Statement": { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::222222222222:role/r" },
                "Action": "kms:*", "Resource": "*" } })
            .to_string()),
        ] {
            let mut case = Case::healthy();
            case.destination.key_policy = policy;
            case.destination.may_encrypt = may_encrypt.clone();
            let report = case.report().await;
            let finding = report.findings.iter().find(|finding| finding.check == Check::DestinationKeyUse).unwrap();
            assert_eq!(finding.level, Level::CannotSee, "{finding}");
            let asked = "KMS would let the caller kms:GenerateDataKeyWithoutPlaintext; not asked: kms:DescribeKey, kms:Decrypt, ";
            assert_eq!(finding.found.contains(asked), may_encrypt == Ok(true), "{finding}");
        }
    }
}

#[tokio::test]
async fn one_half_says_that_it_is_one() {
    let case = Case::healthy();
    let (from, to) = case.request().into_halves();
    let options = Options::default();
    let half = source(&case.source, &from, &options, now()).await;
    let other = half.findings.iter().find(|finding| finding.check == Check::OtherSide).unwrap();
    assert_eq!((other.side, other.level), (Side::Destination, Level::CannotSee));
    assert_eq!(other.fix.as_deref(), Some("rds-refresh doctor --side destination"));

    let half = destination(&case.destination, &to, None, &options, now()).await;
    let unseen: Vec<Check> = half.unseen().map(|finding| finding.check).collect();
    assert_eq!(
        unseen,
        [
            Check::EngineVersion,
            Check::ParameterGroup,
            Check::InstanceClass,
            Check::Storage,
            Check::Quota,
            Check::OrganisationPolicies,
            Check::OtherSide,
        ]
    );
}

/// What nobody answers is not a right that is missing: a run would begin, and find out after its first call.
#[tokio::test]
async fn an_account_that_does_not_answer_is_wrong() {
    let silent = |world: &mut World| {
        let lost = || StepError::transient("dispatch failure: connection refused");
        (world.cluster, world.quotas) = (Err(lost()), Err(lost()));
        (world.subnet_group, world.parameter_group) = (Err(lost()), Err(lost()));
    };
    let mut case = Case::healthy();
    silent(&mut case.source);
    let wrong = case.report().await.wrong().cloned().collect::<Vec<_>>();
    let [finding] = wrong.as_slice() else { panic!("{wrong:?}") };
    assert_eq!((finding.check, finding.side), (Check::Connection, Side::Source));
    assert!(finding.found.starts_with("the account cannot be reached: ") && finding.found.contains("refused"), "{finding}");

    // Whatever is answered is an answer: a denial is, too.
    for answer in [Ok(None), Err(StepError::denied("no").with_code("AccessDenied"))] {
        let mut case = Case::healthy();
        silent(&mut case.source);
        case.source.cluster = answer;
        assert!(case.report().await.wrong().all(|finding| finding.check != Check::Connection));
    }
}
