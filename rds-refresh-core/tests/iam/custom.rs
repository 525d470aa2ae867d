//! Steps of one's own, and policies that grow.

use rds_refresh_core::iam::{self, MAX_POLICY_SIZE, Scope};
use rds_refresh_core::permission::{Condition, Permission, Target};
use rds_refresh_core::step::Side;
use rds_refresh_core::steps::TemporaryInstance;
use rds_refresh_core::{Context, Fact, Plan, Progress, Step, StepError};
use serde::{Deserialize, Serialize};

use crate::common::{destination_request, source_request};
use crate::statements_with;

#[derive(Serialize, Deserialize)]
struct Masked;

impl Fact for Masked {
    const NAME: &'static str = "masked";
}

struct Mask;

impl Step for Mask {
    const NAME: &'static str = "mask";
    const VERSION: u32 = 1;
    type Needs = TemporaryInstance;
    type Gives = Masked;

    async fn reconcile(&self, _: &TemporaryInstance, _: &Context) -> Result<Progress<Masked>, StepError> {
        Ok(Progress::Ready(Masked))
    }

    fn permissions(&self) -> Vec<Permission> {
        vec![
            Permission::new(Side::Source, &["lambda:InvokeFunction"], [Target::named("function:mask")]),
            Permission::new(Side::Source, &["s3:PutObject"], [Target::named("arn:aws:s3:::masking-reports/*")]),
            Permission::new(Side::Source, &["secretsmanager:GetSecretValue"], [Target::named("secret:mask-*")]).when(
                Condition::Other {
                    operator: "StringEquals".into(),
                    key: "aws:ResourceTag/team".into(),
                    values: vec!["dba".into()],
                },
            ),
        ]
    }
}

#[test]
fn a_step_of_ones_own_is_in_the_policy() {
    let (_, worker) = Plan::new().given::<TemporaryInstance>().then(Mask).build().unwrap();
    let asked = || worker.permissions().flat_map(|(_, asked)| asked);
    let all = iam::policies(asked(), &Scope::source(&source_request())).unwrap();
    let [policy] = all.as_slice() else { panic!("one document: {all:?}") };
    let arns = |action| statements_with(policy, action).flat_map(|it| it.resource.clone()).collect::<Vec<_>>();
    assert_eq!(arns("lambda:InvokeFunction"), ["arn:aws:lambda:eu-west-1:111111111111:function:mask"]);
    assert_eq!(arns("s3:PutObject"), ["arn:aws:s3:::masking-reports/*"]);
    let secret = statements_with(policy, "secretsmanager:GetSecretValue").next().unwrap();
    assert_eq!(secret.condition["StringEquals"]["aws:ResourceTag/team"], ["dba"]);
    // The other side is asked for nothing.
    assert_eq!(iam::policies(asked(), &Scope::destination(&destination_request())).unwrap(), []);
}

#[test]
fn what_is_too_large_for_one_policy_becomes_several() {
    let bucket = |number: u32| Target::named(format!("arn:aws:s3:::{number:0>60}/*"));
    // Conditions keep the statements apart, so that each has a size of its own.
    let asked = (0..120).map(|number| {
        Permission::new(Side::Source, &["s3:PutObject"], [bucket(number)]).when(Condition::Other {
            operator: "StringEquals".into(),
            key: "aws:SourceVpce".into(),
            values: vec![format!("vpce-{number}").into()],
        })
    });
    let all = iam::policies(asked, &Scope::source(&source_request())).unwrap();
    assert!(all.len() > 1 && all.iter().all(|policy| policy.size() <= MAX_POLICY_SIZE));
    let statements: Vec<_> = all.iter().flat_map(|policy| &policy.statement).collect();
    assert_eq!(statements.len(), 120);
    let mut sids: Vec<_> = statements.iter().map(|statement| &statement.sid).collect();
    sids.sort();
    sids.dedup();
    assert_eq!(sids.len(), 120);
    assert!(sids.iter().all(|sid| sid.bytes().all(|b| b.is_ascii_alphanumeric())));

    let many = Permission::new(Side::Source, &["s3:PutObject"], (0..120).map(bucket));
    let refused = iam::policies([many], &Scope::source(&source_request())).unwrap_err();
    assert!(refused.size > MAX_POLICY_SIZE && refused.to_string().contains("CallCustom"), "{refused}");
}
