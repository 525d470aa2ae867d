use rds_refresh_core::ResourceKind;

use super::made::{maker, resource};
use crate::sim::{Part, Record};
use crate::world::Entry;

/// What ends a copy if it is done to the copy's source while the copy is made.
const ENDS_A_COPY: [&str; 3] = ["DeleteDBSnapshot", "ModifyDBSnapshotAttribute", "RevokeGrant"];

pub(super) fn check(record: &Record) -> Vec<String> {
    let journal = record.journal();
    // Whoever cancels the source's half takes back what it shared: that account cannot see whether the other one copies.
    if record.runs.iter().any(|run| run.part == Part::Source && run.cancelled) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for copy in &record.copies {
        let Some(lost) = copy.lost.clone().filter(|_| copy.marked) else { continue };
        let is_copy = |entry: &&Entry| entry.action == "CopyDBSnapshot" && copy.copy.ends_with(&format!(":{}", entry.resource));
        let Some(made) = journal.iter().find(is_copy) else { continue };
        let by_a_run = maker(&journal[..lost.end], &resource(ResourceKind::DbSnapshot, made)).is_some_and(|it| !it.somebody);
        // What somebody does to a copy's source, no run can help; nor that a stranger copies.
        // A grant is named by its key, which encrypts the sources of all copies here.
        let is_source = |entry: &Entry| entry.action == "RevokeGrant" || copy.source.ends_with(&format!(":{}", entry.resource));
        let ends = |entry: &&Entry| {
            entry.took_effect && !entry.somebody && ENDS_A_COPY.contains(&entry.action.as_str()) && is_source(entry)
        };
        let in_time = |culprit: &&Entry| !waited_in_vain(record, journal, culprit, &copy.source);
        // Who has lost the right to the key copies by the grant of another run, until that one is settled.
        let culprit = journal[lost].iter().find(ends).filter(|it| !(copy.borrows && it.action == "RevokeGrant")).filter(in_time);
        if let (true, Some(culprit)) = (by_a_run, culprit) {
            found.push(format!("{} of {} while {} was being copied from it", culprit.action, culprit.resource, copy.copy));
        }
    }
    found
}

/// Whether the source's half has waited for an acknowledgement for as long as it was to, before it took back what it had shared.
fn waited_in_vain(record: &Record, journal: &[Entry], culprit: &Entry, source: &str) -> bool {
    let half = record.runs.iter().find(|run| run.part == Part::Source);
    let shares = |entry: &&Entry| {
        entry.took_effect && entry.action == "ModifyDBSnapshotAttribute" && source.ends_with(&format!(":{}", entry.resource))
    };
    let shared = journal.iter().find(shares);
    half.zip(shared).is_some_and(|(half, shared)| culprit.at.since(shared.at) >= half.request.source().ack_deadline)
}
