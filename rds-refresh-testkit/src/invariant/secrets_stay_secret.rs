use crate::sim::Record;

pub(super) fn check(record: &Record) -> Vec<String> {
    let mut found = Vec::new();
    if let Some((run, _)) = record.states.iter().find(|(_, state)| state.contains(&record.canary)) {
        found.push(format!("a state of {run} holds a secret"));
    }
    for run in &record.runs {
        if format!("{run:?}").contains(&record.canary) {
            found.push(format!("the outcome of {} holds a secret", run.id));
        }
    }
    if record.journal().iter().any(|entry| format!("{entry:?}").contains(&record.canary)) {
        found.push("the journal holds a secret".to_owned());
    }
    if record.after.to_json().to_string().contains(&record.canary) {
        found.push("the world's JSON holds a secret".to_owned());
    }
    found
}
