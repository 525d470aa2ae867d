//! The plans that need no step of your own.

use std::sync::Arc;

use super::{
    Acknowledge, Acknowledgement, Acknowledgements, AwaitAcknowledgement, AwaitTemporaryInstanceGone, ClusterSnapshot,
    CopySnapshot, EncryptSnapshot, HandOver, Handover, InstanceSnapshot, ReleaseTemporaryInstance, Released, RestoreCluster,
    RestoreTemporaryInstance, RestoredCluster, Settle, Settled, ShareSnapshot, Shared, SnapshotCluster, SnapshotCopy,
    SnapshotInstance, TakenSnapshot, TemporaryInstance, TemporaryInstanceGone,
};
use crate::plan::{Holds, Nothing, Plan, With, facts};
use crate::ports::{Destination, Source};
use crate::request::{DestinationRequest, SourceRequest};

/// The facts known after [`source_after`]: those known before it, and its own.
pub type SourceAfter<L> =
    facts![@ L; ClusterSnapshot, TemporaryInstance, TakenSnapshot, InstanceSnapshot, Shared, Handover, Released];

/// The facts known after [`destination_after`].
pub type DestinationAfter<L> = facts![@ L; SnapshotCopy, Acknowledgement, RestoredCluster];

/// The facts known after [`settlement_after`].
pub type SettlementAfter<L> = facts![@ SourceAfter<L>; Acknowledgement, Settled, TemporaryInstanceGone];

/// The facts known after [`refresh_after`].
pub type RefreshAfter<L> = facts![@ DestinationAfter<SourceAfter<L>>; Settled, TemporaryInstanceGone];

/// The facts known after [`source`].
pub type SourceFacts = SourceAfter<facts![SourceRequest]>;

/// The facts known after [`destination`].
pub type DestinationFacts = DestinationAfter<facts![DestinationRequest, Handover]>;

/// The facts known after [`settlement`].
pub type SettlementFacts = SettlementAfter<facts![SourceRequest]>;

/// The facts known after [`refresh`].
pub type RefreshFacts = RefreshAfter<facts![SourceRequest, DestinationRequest]>;

/// The whole refresh in one process: source, destination and settlement.
///
/// The deletion of the temporary instance is asked for as soon as its snapshot exists, and waited for at the very end.
#[must_use]
pub fn refresh(source: &Arc<dyn Source>, destination: &Arc<dyn Destination>) -> Plan<RefreshFacts> {
    refresh_after(Plan::new().given::<SourceRequest>().given::<DestinationRequest>(), source, destination)
}

/// The source account's half: it ends with the [`Handover`] in its facts.
///
/// Hand it over when the run has succeeded, and not before: a half that fails takes back what it has shared, and so ends a copy that is
/// being made of it.
#[must_use]
pub fn source(source: &Arc<dyn Source>) -> Plan<SourceFacts> {
    source_after(Plan::new().given::<SourceRequest>(), source)
}

/// The destination account's half: it is given the [`Handover`], and its [`Acknowledgement`] goes back.
#[must_use]
pub fn destination(destination: &Arc<dyn Destination>) -> Plan<DestinationFacts> {
    destination_after(Plan::new().given::<DestinationRequest>().given::<Handover>(), destination)
}

/// The settlement of a source half. It goes on with that half's own state: load the state into this plan's machine and
/// [`resume`](crate::Machine::resume) it. Then it waits for the acknowledgement, and until the temporary instance is gone.
///
/// In this order, as a settlement that fails takes back what is shared: until the acknowledgement comes, somebody may be copying.
#[must_use]
pub fn settlement(source: &Arc<dyn Source>, acknowledgements: &Arc<dyn Acknowledgements>) -> Plan<SettlementFacts> {
    settlement_after(Plan::new().given::<SourceRequest>(), source, acknowledgements)
}

/// The steps of [`refresh`] behind those of a plan that has begun, as with a preflight.
#[must_use]
pub fn refresh_after<L, S, D>(
    begun: Plan<L>,
    source_account: &Arc<dyn Source>,
    destination_account: &Arc<dyn Destination>,
) -> Plan<RefreshAfter<L>>
where
    L: Holds<SourceRequest, S> + Holds<DestinationRequest, D>,
{
    destination_after(source_after(begun, source_account), destination_account)
        .then(Settle::new(source_account.clone()))
        .then(AwaitTemporaryInstanceGone::new(source_account.clone()))
}

/// The steps of [`source`] behind those of a plan that has begun.
#[must_use]
pub fn source_after<L, S>(begun: Plan<L>, source: &Arc<dyn Source>) -> Plan<SourceAfter<L>>
where
    L: Holds<SourceRequest, S>,
{
    begun
        .then(SnapshotCluster::new(source.clone()))
        .then(RestoreTemporaryInstance::new(source.clone()))
        .then(SnapshotInstance::new(source.clone(), source.clone()))
        .then(EncryptSnapshot::new(source.clone(), source.clone()))
        .then(ShareSnapshot::new(source.clone(), source.clone()))
        .then(HandOver)
        .then(ReleaseTemporaryInstance::new(source.clone()))
}

/// The steps of [`destination`] behind those of a plan that has begun.
#[must_use]
pub fn destination_after<L, D, H>(begun: Plan<L>, destination: &Arc<dyn Destination>) -> Plan<DestinationAfter<L>>
where
    L: Holds<DestinationRequest, D> + Holds<Handover, H>,
{
    begun.then(CopySnapshot::new(destination.clone())).then(Acknowledge).then(RestoreCluster::new(destination.clone()))
}

/// The steps of [`settlement`] behind those of a plan that has begun: as that of the source half whose state it goes on with.
#[must_use]
pub fn settlement_after<L, S>(
    begun: Plan<L>,
    source_account: &Arc<dyn Source>,
    acknowledgements: &Arc<dyn Acknowledgements>,
) -> Plan<SettlementAfter<L>>
where
    L: Holds<SourceRequest, S>,
{
    source_after(begun, source_account)
        .then(AwaitAcknowledgement::new(acknowledgements.clone()))
        .then(Settle::new(source_account.clone()))
        .then(AwaitTemporaryInstanceGone::new(source_account.clone()))
}
