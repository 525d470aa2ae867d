use std::collections::BTreeSet;

use rds_refresh_core::{Resource, ResourceKind, Verdict};

use super::made::{maker, makes, resource};
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

/// Whether the run made it: by its derived name, or the name that its request gives.
fn is_made_by(record: &Record, run: &RunRecord, made: &Resource) -> bool {
    if !run.works_in(&made.account) {
        return false;
    }
    match made.kind {
        ResourceKind::SnapshotShare => made.id.contains(&format!("-{}-", run.id)),
        ResourceKind::KmsGrant => made.id.contains(&format!("#rds-refresh/{}/", run.id)),
        _ => {
            let theirs =
                made.id.contains(&format!("-{}-", run.id)) || made.id == run.request.destination().cluster.identifier.as_str();
            let made_now = record
                .journal()
                .iter()
                .any(|entry| entry.took_effect && makes(&entry.action).is_some_and(|kind| resource(kind, entry) == *made));
            theirs && made_now && maker(record.journal(), made).is_some_and(|entry| !entry.somebody)
        }
    }
}
