//! What key policies let another account do, and how they are changed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod bytes;
mod change;
mod edit;
mod evaluate;
mod round_trip;

use rds_refresh_core::ids::{AccountId, KeyArn};
use serde_json::{Value, json};

fn key() -> KeyArn {
    "arn:aws:kms:eu-west-1:111111111111:key/1234abcd".parse().unwrap()
}

fn destination() -> AccountId {
    "222222222222".parse().unwrap()
}

fn policy(statements: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

/// The statement that KMS gives every new key.
fn own() -> Value {
    json!({
        "Sid": "Enable IAM User Permissions", "Effect": "Allow",
        "Principal": { "AWS": "arn:aws:iam::111111111111:root" }, "Action": "kms:*", "Resource": "*",
    })
}
