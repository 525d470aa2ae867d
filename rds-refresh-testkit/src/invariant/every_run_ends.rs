use std::time::Duration;

use crate::sim::Record;

/// No step of the plan may take longer than a day, nor its undoing, and there are thirteen. A run that is taken up again has as much
/// time again.
const LONGEST: Duration = Duration::from_hours(2 * 14 * 24);

pub(super) fn check(record: &Record) -> Vec<String> {
    let mut found = Vec::new();
    if !record.ended {
        found.push("not every process ended".to_owned());
    }
    for run in &record.runs {
        if let Some(surprise) = &run.surprise {
            found.push(format!("the driver of {} gave up: {surprise}", run.id));
        }
        match &run.outcome {
            None => found.push(format!("{} has no outcome", run.id)),
            Some(outcome) if outcome.elapsed > LONGEST * (1 + u32::from(run.taken_up)) => {
                found.push(format!("{} took {:?}", run.id, outcome.elapsed));
            }
            Some(_) => {}
        }
    }
    found
}
