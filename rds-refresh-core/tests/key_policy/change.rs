//! Read, edit, read again, write, read back.

use std::sync::Mutex;

use async_trait::async_trait;
use rds_refresh_core::StepError;
use rds_refresh_core::ids::KeyArn;
use rds_refresh_core::key_policy::{ChangeError, KeyPolicies, PolicyChange};
use rds_refresh_core::ports::SourceKeys;
use rds_refresh_testkit::Stage;
use serde_json::{Value, json};

use crate::{destination, key, own, policy};

#[tokio::test]
async fn a_destination_is_allowed_and_revoked_on_the_fake() {
    let stage = Stage::two_accounts(1);
    let source = stage.fake.source(stage.source.clone());
    let key: KeyArn = stage.private_key.parse().unwrap();
    let before = source.key_policy(&key).await.unwrap();

    let change = PolicyChange::allow(&source, &key, &destination()).await.unwrap();
    assert_eq!(source.key_policy(&key).await.unwrap(), before, "nothing is written before it is applied");
    assert_eq!(change.apply(&source).await, Ok(true));
    assert_eq!(source.key_policy(&key).await.unwrap(), change.edited().policy);
    // A second time changes nothing.
    let again = PolicyChange::allow(&source, &key, &destination()).await.unwrap();
    assert!(!again.edited().changed);
    assert_eq!(again.apply(&source).await, Ok(false));

    let back = PolicyChange::revoke(&source, &key, &destination()).await.unwrap();
    assert_eq!(back.apply(&source).await, Ok(true));
    assert_eq!(source.key_policy(&key).await.unwrap(), before, "to the byte");
}

#[tokio::test]
async fn only_the_owner_may() {
    let stage = Stage::two_accounts(1);
    let stranger = stage.fake.source(stage.destination.clone());
    let key: KeyArn = stage.source_key.parse().unwrap();
    let refused = PolicyChange::allow(&stranger, &key, &destination()).await;
    assert!(matches!(refused, Err(ChangeError::Call(error)) if error.kind() == rds_refresh_core::ErrorKind::Denied));
}

/// What a scripted KMS answers, read after read, and what writing does.
struct Scripted {
    reads: Mutex<Vec<String>>,
    writes: Mutex<Vec<String>>,
    put: fn() -> Result<(), StepError>,
}

impl Scripted {
    fn new(reads: &[&str], put: fn() -> Result<(), StepError>) -> Self {
        let reads = reads.iter().rev().map(|&text| text.to_owned()).collect();
        Self { reads: Mutex::new(reads), writes: Mutex::default(), put }
    }

    fn written(&self) -> usize {
        self.writes.lock().unwrap().len()
    }
}

#[async_trait]
impl KeyPolicies for Scripted {
    async fn get_key_policy(&self, _: &KeyArn) -> Result<String, StepError> {
        Ok(self.reads.lock().unwrap().pop().expect("no more reads"))
    }

    async fn put_key_policy(&self, _: &KeyArn, policy: &str) -> Result<(), StepError> {
        self.writes.lock().unwrap().push(policy.to_owned());
        (self.put)()
    }
}

/// Runs the change against what the reads show; `wanted` stands for the edited text.
async fn run(between: &str, back: &str, put: fn() -> Result<(), StepError>) -> (Result<bool, ChangeError>, usize) {
    let before = policy(&json!([own()]));
    let edited = rds_refresh_core::key_policy::allow_destination(&before, &key(), &destination()).unwrap().policy;
    let read = |what: &str| match what {
        "before" => before.clone(),
        // KMS need not give back the text as it was written.
        "reformatted" => serde_json::from_str::<Value>(&edited)
            .unwrap()
            .to_string()
            .replace("\"arn:aws:iam::222222222222:root\"", "[\"arn:aws:iam::222222222222:root\"]"),
        other => other.to_owned(),
    };
    let kms = Scripted::new(&[&before, &read(between), &read(back)], put);
    let change = PolicyChange::allow(&kms, &key(), &destination()).await.unwrap();
    (change.apply(&kms).await, kms.written())
}

#[tokio::test]
async fn whatever_happens_in_between_is_noticed() {
    let ok = || Ok(());
    let other = policy(&json!([own(), { "Effect": "Deny", "Principal": "*", "Action": "kms:X", "Resource": "*" }]));
    assert_eq!(run("before", "reformatted", ok).await, (Ok(true), 1));
    assert_eq!(run(&other, "-", ok).await, (Err(ChangeError::Changed(key())), 0));
    assert_eq!(run("before", "before", ok).await, (Err(ChangeError::NotWritten(key())), 1));
    assert_eq!(run("before", &other, ok).await, (Err(ChangeError::NotWritten(key())), 1));
    // A lost answer is settled by reading back, one way or the other.
    let lost = || Err(StepError::unknown_outcome("timed out"));
    assert_eq!(run("before", "reformatted", lost).await, (Ok(true), 1));
    assert_eq!(run("before", "before", lost).await, (Err(ChangeError::NotWritten(key())), 1));
    let denied = || Err(StepError::denied("no"));
    assert_eq!(run("before", "-", denied).await, (Err(ChangeError::Call(StepError::denied("no"))), 1));
}
