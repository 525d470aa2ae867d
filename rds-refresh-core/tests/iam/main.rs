//! The least-privilege policy of a plan.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

#[path = "../common/mod.rs"]
mod common;
mod custom;
mod golden;
mod patterns;

use std::sync::Arc;

use common::{MockDestination, MockSource};
use rds_refresh_core::iam::{self, PolicyDocument, Scope, Statement};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{Worker, steps};

/// The worker of the whole refresh.
fn refresh() -> Worker {
    let source: Arc<dyn Source> = Arc::new(MockSource::new());
    let destination: Arc<dyn Destination> = Arc::new(MockDestination::new());
    steps::refresh(&source, &destination).build().unwrap().1
}

/// The one document that the worker's steps need.
fn policy(worker: &Worker, scope: &Scope) -> PolicyDocument {
    let mut all = iam::policies(worker.permissions().flat_map(|(_, asked)| asked), scope).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn statements_with<'a>(policy: &'a PolicyDocument, action: &'a str) -> impl Iterator<Item = &'a Statement> {
    policy.statement.iter().filter(move |statement| statement.action.iter().any(|known| known == action))
}
