//! The world that the tests of the wire talk to.
#![allow(dead_code, reason = "every test file uses its own part")]

use std::ops::Deref;
use std::time::Duration;

use rds_refresh_testkit::{Stage, TwoAccounts};

/// The usual stage, and the SDK's clients that a refresh needs in each account.
pub(crate) struct Refresh {
    pub(crate) stage: TwoAccounts,
    pub(crate) source_rds: aws_sdk_rds::Client,
    pub(crate) source_kms: aws_sdk_kms::Client,
    pub(crate) destination_rds: aws_sdk_rds::Client,
}

impl Refresh {
    pub(crate) fn new() -> Self {
        let stage = Stage::two_accounts(1);
        let of_source = stage.fake.sdk_config(&stage.source.account, &stage.source.region);
        let of_destination = stage.fake.sdk_config(&stage.destination.account, &stage.destination.region);
        Self {
            source_rds: aws_sdk_rds::Client::new(&of_source),
            source_kms: aws_sdk_kms::Client::new(&of_source),
            destination_rds: aws_sdk_rds::Client::new(&of_destination),
            stage,
        }
    }

    /// Looks every half minute of the world's time, for a day, until there is something to see.
    pub(crate) async fn until<T>(&self, look: impl AsyncFn() -> Option<T>) -> T {
        for _ in 0..2 * 60 * 24 {
            if let Some(seen) = look().await {
                return seen;
            }
            self.advance(Duration::from_secs(30));
        }
        panic!("nothing to see for a day")
    }
}

impl Deref for Refresh {
    type Target = TwoAccounts;

    fn deref(&self) -> &TwoAccounts {
        &self.stage
    }
}
