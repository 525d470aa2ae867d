//! What would fail hours into a run, found in its first seconds: keys, permissions, places, names and quotas.
//!
//! [`source`] and [`destination`] look at one account each, [`both`] at both; they read and never write. A [`Report`] holds all findings
//! at once, each with what was found, what is needed, the command that mends it, and the document that says so. What one side cannot look
//! at is [`Level::CannotSee`], never `Ok`; [two halves](Report::join) that were made apart join.
//!
//! [`checked_refresh`] and its like are the plans of [`steps`](crate::steps) that begin with it.
//!
//! Each check is a pure function of what was observed, in a file of its own under [`checks`].
//!
//! ```
//! use rds_refresh_core::preflight::{Check, Finding, Level, Report};
//! use rds_refresh_core::step::Side;
//!
//! # let finding = Finding { check: Check::SubnetGroup, side: Side::Destination, level: Level::Wrong, resource: "narrow".into(),
//! #     found: "2 Availability Zones: eu-west-1a, eu-west-1b".into(), needed: "3".into(), fix: None, document: "".into() };
//! let report = Report::new([finding]);
//! for finding in report.wrong() {
//!     eprintln!("{finding}");
//! }
//! let exit_code = match report.level() {
//!     Level::Ok => 0,
//!     Level::CannotSee => 2,
//!     Level::Wrong => 1,
//! };
//! # assert_eq!(exit_code, 1);
//! ```

pub mod checks;
mod destination;
mod finding;
mod gather;
mod observed;
mod plans;
mod ports;
mod report;
mod source;
mod step;

pub use destination::destination;
pub use finding::{Check, Finding, Level};
pub use observed::{EngineVersion, OrderableOption, ParameterGroup, Quota, SecurityGroup, SourceSeen, SubnetGroup};
pub use plans::{
    CheckedDestinationFacts, CheckedRefreshFacts, CheckedSettlementFacts, CheckedSourceFacts, checked_destination,
    checked_refresh, checked_settlement, checked_source,
};
pub use ports::{ClusterReads, KeyReads, Offers, Reads, SecurityGroupReads, ServiceTime};
pub use report::Report;
pub use source::source;
pub use step::{CheckAccounts, CheckDestination, CheckSource, Checked};

use crate::request::{DestinationRequest, SourceRequest};
use crate::{RunId, Timestamp};

/// What a preflight takes into account beside the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The run that is about to begin, if it has a name already: what it made itself is not in its way.
    pub run: Option<RunId>,
    /// Tags that an organisation demands on everything that is made, as `cost-centre`.
    pub demanded_tags: Vec<String>,
    /// Time is simulated, as on a fake: there is nothing to compare with the time of the service.
    pub simulated_time: bool,
}

/// Looks at both accounts.
pub async fn both(
    source_reads: &dyn Reads,
    destination_reads: &dyn Reads,
    (from, to): (&SourceRequest, &DestinationRequest),
    options: &Options,
    now: Timestamp,
) -> Report {
    let seen = source(source_reads, from, options, now).await;
    let known = seen.source.clone();
    seen.join(destination(destination_reads, to, known.as_ref(), options, now).await)
}
