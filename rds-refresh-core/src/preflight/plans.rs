use std::sync::Arc;

use super::{CheckAccounts, CheckDestination, CheckSource, Checked};
use crate::plan::{Nothing, Plan, With, facts};
use crate::ports::{Destination, Source};
use crate::request::{DestinationRequest, SourceRequest};
use crate::steps::{
    Acknowledgements, DestinationAfter, Handover, RefreshAfter, SettlementAfter, SourceAfter, destination_after, refresh_after,
    settlement_after, source_after,
};

/// The facts known after [`checked_refresh`].
pub type CheckedRefreshFacts = RefreshAfter<facts![SourceRequest, DestinationRequest, Checked]>;

/// The facts known after [`checked_source`].
pub type CheckedSourceFacts = SourceAfter<facts![SourceRequest, Checked]>;

/// The facts known after [`checked_destination`].
pub type CheckedDestinationFacts = DestinationAfter<facts![DestinationRequest, Handover, Checked]>;

/// The facts known after [`checked_settlement`].
pub type CheckedSettlementFacts = SettlementAfter<facts![SourceRequest, Checked]>;

/// [`steps::refresh`](crate::steps::refresh), with both accounts looked at before the first snapshot is made.
#[must_use]
pub fn checked_refresh(
    check: CheckAccounts,
    source: &Arc<dyn Source>,
    destination: &Arc<dyn Destination>,
) -> Plan<CheckedRefreshFacts> {
    let begun = Plan::new().given::<SourceRequest>().given::<DestinationRequest>().then(check);
    refresh_after(begun, source, destination)
}

/// [`steps::source`](crate::steps::source), with the account looked at first.
#[must_use]
pub fn checked_source(check: CheckSource, source: &Arc<dyn Source>) -> Plan<CheckedSourceFacts> {
    source_after(Plan::new().given::<SourceRequest>().then(check), source)
}

/// [`steps::destination`](crate::steps::destination), with the account looked at first.
#[must_use]
pub fn checked_destination(check: CheckDestination, destination: &Arc<dyn Destination>) -> Plan<CheckedDestinationFacts> {
    destination_after(Plan::new().given::<DestinationRequest>().given::<Handover>().then(check), destination)
}

/// [`steps::settlement`](crate::steps::settlement) of a half that [`checked_source`] began. It looks at nothing again.
#[must_use]
pub fn checked_settlement(
    check: CheckSource,
    source: &Arc<dyn Source>,
    acknowledgements: &Arc<dyn Acknowledgements>,
) -> Plan<CheckedSettlementFacts> {
    settlement_after(Plan::new().given::<SourceRequest>().then(check), source, acknowledgements)
}
