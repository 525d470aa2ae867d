use rds_refresh_core::{Resource, ResourceKind, Verdict};

use super::made::{maker, resource, touches};
use crate::sim::{Part, Record};

pub(super) fn check(record: &Record) -> Vec<String> {
    let mut found = Vec::new();
    let journal = record.journal();
    for (index, entry) in journal.iter().enumerate().filter(|(_, entry)| entry.took_effect && !entry.somebody) {
        let Some(touched) = touches(&entry.action).map(|kind| resource(kind, entry)) else { continue };
        match maker(&journal[..index], &touched) {
            None => found.push(format!("{} of {touched}, which no run made", entry.action)),
            Some(maker) if maker.somebody => found.push(format!("{} of {touched}, which is somebody else's", entry.action)),
            Some(_) => {}
        }
    }
    for run in record.runs.iter().filter(|run| run.part != Part::Source) {
        let Some(outcome) = run.outcome.as_ref().filter(|outcome| outcome.verdict == Verdict::Succeeded) else { continue };
        let destination = run.request.destination();
        let result = Resource {
            kind: ResourceKind::DbCluster,
            account: destination.account.clone(),
            region: destination.region.clone(),
            id: destination.cluster.identifier.to_string(),
        };
        if maker(journal, &result).is_none_or(|maker| maker.somebody) {
            found.push(format!("{} takes {result} for its result, and did not make it", outcome.run));
        }
    }
    found
}
