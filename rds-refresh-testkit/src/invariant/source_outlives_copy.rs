use crate::sim::Record;

/// What ends a copy if it is done to the copy's source while the copy is made.
const ENDS_A_COPY: [&str; 3] = ["DeleteDBSnapshot", "ModifyDBSnapshotAttribute", "RevokeGrant"];

pub(super) fn check(record: &Record) -> Vec<String> {
    let mut found = Vec::new();
    for copy in &record.copies {
        let during = record.journal().iter().filter(|entry| copy.from < entry.at && entry.at < copy.until);
        for entry in during.filter(|entry| entry.took_effect && !entry.somebody && ENDS_A_COPY.contains(&entry.action.as_str())) {
            let is_source =
                copy.source.ends_with(&format!(":{}", entry.resource)) && copy.source.contains(&format!(":{}:", entry.account));
            // A grant is named by its key. Which run's it is, the journal does not say: one run, one grant.
            let is_only_grant = entry.action == "RevokeGrant" && record.runs.len() == 1;
            if is_source || is_only_grant {
                found.push(format!("{} of {} while {} was being copied from it", entry.action, entry.resource, copy.copy));
            }
        }
    }
    found
}
