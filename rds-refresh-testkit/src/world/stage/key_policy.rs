use rds_refresh_core::ids::AccountId;
use serde_json::json;

use crate::world::place::Place;

/// The policy that KMS gives a new key: its account's IAM policies decide (KMS developer guide, default key policy).
pub(super) fn own(place: &Place) -> String {
    let root = root(place, &place.account);
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": { "AWS": root },
            "Action": "kms:*",
            "Resource": "*",
        }],
    })
    .to_string()
}

/// That, and what other accounts need to copy a snapshot (RDS user guide, sharing an encrypted snapshot). Two statements, because
/// `kms:GrantIsForAWSResource` is in the context of grants only.
pub(super) fn shared(place: &Place, with: &[AccountId]) -> String {
    let own = root(place, &place.account);
    let others: Vec<String> = with.iter().map(|other| root(place, other)).collect();
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": { "AWS": own },
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "Allow use of the key",
                "Effect": "Allow",
                "Principal": { "AWS": others },
                "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
                "Resource": "*",
            },
            {
                "Sid": "Allow attachment of persistent resources",
                "Effect": "Allow",
                "Principal": { "AWS": others },
                "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
                "Resource": "*",
                "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } },
            },
        ],
    })
    .to_string()
}

/// The policy of an AWS managed key that RDS uses: everybody in the account, through RDS only.
pub(crate) fn managed(place: &Place) -> String {
    json!({
        "Version": "2012-10-17",
        "Id": "auto-rds-2",
        "Statement": [
            {
                "Sid": "Allow access through RDS for all principals in the account that are authorized to use RDS",
                "Effect": "Allow",
                "Principal": { "AWS": "*" },
                "Action": [
                    "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:ListGrants",
                    "kms:DescribeKey",
                ],
                "Resource": "*",
                "Condition": {
                    "StringEquals": {
                        "kms:CallerAccount": place.account.as_str(),
                        "kms:ViaService": format!("rds.{}.amazonaws.com", place.region),
                    },
                },
            },
            {
                "Sid": "Allow direct access to key metadata to the account",
                "Effect": "Allow",
                "Principal": { "AWS": root(place, &place.account) },
                "Action": ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
                "Resource": "*",
            },
        ],
    })
    .to_string()
}

fn root(place: &Place, account: &AccountId) -> String {
    format!("arn:{}:iam::{account}:root", place.partition())
}
