use crate::sim::Record;

pub(super) fn check(record: &Record) -> Vec<String> {
    let Some(calm) = &record.calm else { return Vec::new() };
    let mut found = Vec::new();
    for (run, undisturbed) in record.runs.iter().zip(&calm.runs) {
        let verdict = |run: &crate::sim::RunRecord| run.outcome.as_ref().map(|outcome| outcome.verdict.clone());
        if verdict(run) != verdict(undisturbed) {
            found.push(format!("{} ended as {:?}, and without crashes as {:?}", run.id, verdict(run), verdict(undisturbed)));
        }
    }
    // What RDS makes by itself depends on the day.
    let resources = |record: &Record| -> Vec<String> {
        let all = record.after.resources().into_iter();
        all.filter(|resource| !resource.id.starts_with("rds:")).map(|resource| resource.to_string()).collect()
    };
    if resources(record) != resources(calm) {
        found.push(format!("left {:?}, and without crashes {:?}", resources(record), resources(calm)));
    }
    let mutations = |record: &Record| -> Vec<String> {
        let effective = record.journal().iter().filter(|entry| entry.took_effect);
        let mut done: Vec<String> = effective.map(|entry| format!("{} {}", entry.action, entry.resource)).collect();
        // Two halves that run apart do not wait for each other.
        if record.runs.len() > 1 {
            done.sort();
        }
        // Whoever sets a password cannot see whether it is set, and may set it once more.
        done.dedup_by(|one, other| one == other && one.starts_with("ModifyDBInstance"));
        done
    };
    if mutations(record) != mutations(calm) {
        found.push(format!("did {:?}, and without crashes {:?}", mutations(record), mutations(calm)));
    }
    found
}
