use rds_refresh_core::ids::{Arn, Partition};

use crate::world::iam::Context;
use crate::world::resource::Key;
use crate::world::{Caller, World};

/// What RDS does with a key on behalf of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To copy what it encrypts: all that the RDS user guide shows for sharing an encrypted snapshot.
    CopyFrom,
    /// To copy something under it.
    CopyTo,
    /// To keep storage under it, new or restored: RDS makes itself a grant and works with that (RDS user guide, AWS KMS key
    /// management: authorizing use of a customer managed key).
    Store,
    /// To encrypt what other services keep of a database with it, as Performance Insights and Secrets Manager.
    Data,
}

impl Purpose {
    fn actions(self) -> &'static [&'static str] {
        match self {
            Self::CopyFrom => {
                &["DescribeKey", "Decrypt", "ReEncryptFrom", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant"]
            }
            Self::CopyTo => {
                &["DescribeKey", "Decrypt", "ReEncryptTo", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant"]
            }
            Self::Store => &["DescribeKey", "CreateGrant"],
            Self::Data => &["DescribeKey", "Decrypt", "GenerateDataKey", "CreateGrant"],
        }
    }
}

/// What the grants that RDS makes itself allow (KMS developer guide, how Amazon RDS uses AWS KMS).
const GRANTED: [&str; 9] = [
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
    "CreateGrant",
    "RetireGrant",
    "DescribeKey",
];

impl World {
    /// Whether RDS can use a key for a caller: it exists in the Region, is enabled and symmetric, and policies or grants allow all
    /// that the purpose needs. `kms:GrantIsForAWSResource` is in the context of `CreateGrant` only (KMS developer guide, condition
    /// keys), and there it is true, because the grant is for RDS.
    pub(crate) fn rds_can_use(&self, caller: &Caller, key: &Key, purpose: Purpose) -> bool {
        let usable = key.state == "Enabled" && key.spec == "SYMMETRIC_DEFAULT";
        // The service calls KMS in the key's own Region.
        let region = key.arn.parse::<Arn>().map_or_else(|_| caller.region.clone(), |arn| arn.region);
        let suffix = if region.partition() == Partition::China { "amazonaws.com.cn" } else { "amazonaws.com" };
        let rds = format!("rds.{region}.{suffix}");
        let policy = key.parsed_policy_at(self.now());
        usable
            && purpose.actions().iter().all(|action| {
                let mut context = Context::default().with("kms:ViaService", &rds).with("aws:ViaAWSService", "true");
                if *action == "CreateGrant" {
                    context.set("kms:GrantIsForAWSResource", ["true"]);
                    context.set("kms:GranteePrincipal", [&rds]);
                    context.set("kms:GrantOperations", GRANTED);
                }
                self.key_allows(caller, key, policy.as_ref(), action, context, &[]).is_ok()
            })
    }
}
