use std::collections::BTreeSet;

use rds_refresh_core::{Resource, ResourceKind, Verdict};

use super::made::maker;
use crate::sim::{Record, RunRecord};

pub(super) fn check(record: &Record) -> Vec<String> {
    let exists: BTreeSet<Resource> = record.after.resources().into_iter().collect();
    let existed: BTreeSet<Resource> = record.before.resources().into_iter().collect();
    record.runs.iter().flat_map(|run| unexplained(record, run, &exists, &existed)).collect()
}

fn unexplained(record: &Record, run: &RunRecord, exists: &BTreeSet<Resource>, existed: &BTreeSet<Resource>) -> Vec<String> {
    // A run that is parked has not ended.
    let Some(outcome) = run.outcome.as_ref().filter(|outcome| !matches!(outcome.verdict, Verdict::Parked { .. })) else {
        return Vec::new();
    };
    let named = |resource: &Resource| {
        outcome.kept.contains(resource)
            || outcome.leftovers.iter().any(|leftover| leftover.resource.as_ref().is_none_or(|left| left == resource))
    };
    let is_result = |resource: &Resource| {
        outcome.verdict == Verdict::Succeeded
            && resource.kind == ResourceKind::DbCluster
            && resource.id == run.request.destination().cluster.identifier.as_str()
    };
    let unexplained = exists.difference(existed).filter(|resource| is_made_by(record, run, resource));
    let unexplained = unexplained.filter(|resource| !named(resource) && !is_result(resource));
    let mut found: Vec<String> = unexplained.map(|left| format!("{} left {left}, and does not say so", run.id)).collect();
    for resource in outcome.removed.iter().filter(|resource| exists.contains(resource) && is_made_by(record, run, resource)) {
        found.push(format!("{} says that it removed {resource}, which exists", run.id));
    }
    found
}

/// Whether the run made it: a run did, by what the journal says, and nothing in its name says that it was another one.
fn is_made_by(record: &Record, run: &RunRecord, made: &Resource) -> bool {
    let is_anothers = record.runs.iter().any(|other| other.id != run.id && is_named_by(other, made));
    if !run.works_in(&made.account) || is_anothers {
        return false;
    }
    match made.kind {
        // Nobody else shares or grants anything here, and what was there before is no matter.
        ResourceKind::SnapshotShare | ResourceKind::KmsGrant => true,
        _ => maker(record.journal(), made).is_some_and(|entry| !entry.somebody),
    }
}

/// Whether it has a name that the run derives, or that its request gives.
fn is_named_by(run: &RunRecord, made: &Resource) -> bool {
    match made.kind {
        ResourceKind::KmsGrant => made.id.contains(&format!("#rds-refresh/{}/", run.id)),
        ResourceKind::DbCluster => made.id == run.request.destination().cluster.identifier.as_str(),
        _ => made.id.contains(&format!("-{}-", run.id)),
    }
}
