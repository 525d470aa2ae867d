//! What the adapters log, and what they must not.
//!
//! One test in a program of its own: a span that another thread meets while the subscriber is being set may stay off for good.
#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "the tests of the ports use all of it")]
#[path = "aws/connector.rs"]
mod connector;
#[allow(dead_code, reason = "the tests of the ports use all of it")]
#[path = "aws/samples.rs"]
mod samples;

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use connector::Connector;
use rds_refresh_core::Secret;
use rds_refresh_core::aws::TARGET;
use rds_refresh_core::ports::{ModifyDbInstance, TemporaryInstances};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Keeps every span and event of every level as a line of text.
#[derive(Clone, Default)]
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    spans: Arc<AtomicU64>,
}

impl Log {
    fn keep(&self, metadata: &Metadata<'_>, fill: impl FnOnce(&mut Line)) {
        let mut line = Line(format!("{} {}", metadata.level(), metadata.target()));
        fill(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock().unwrap())
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.keep(span.metadata(), |line| span.record(line));
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.keep(event.metadata(), |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn every_call_is_one_debug_span_and_one_with_a_password_nothing_more() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let aws = Connector::answering(samples::INSTANCE);
    let source = aws.source();
    let span = |operation: &str| format!("{} {TARGET} operation=\"{operation}\" resource=mine", Level::DEBUG);

    source.delete_db_instance(&samples::owned_instance()).await.unwrap();
    let (ours, the_sdks): (Vec<_>, Vec<_>) = log.take().into_iter().partition(|line| line.contains(TARGET));
    assert_eq!(ours, [span("DeleteDBInstance")]);
    assert!(the_sdks.iter().any(|line| line.contains("transmitting request")));

    let change =
        ModifyDbInstance { master_user_password: Some(Secret::new("hunter2hunter2".into())), ..ModifyDbInstance::default() };
    source.modify_db_instance(&samples::owned_instance(), &change).await.unwrap();
    assert_eq!(log.take(), [span("ModifyDBInstance")]);
    assert!(!format!("{change:?}").contains("hunter2"));
}
