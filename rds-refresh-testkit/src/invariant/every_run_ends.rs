use crate::sim::Record;

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
            // A run that was taken up looks at its facts again before it goes on: at most half as long as doing and undoing takes.
            Some(outcome) if outcome.elapsed > run.longest.mul_f64(if run.taken_up { 2.5 } else { 1.0 }) => {
                found.push(format!("{} took {:?}, and may take {:?}", run.id, outcome.elapsed, run.longest));
            }
            Some(_) => {}
        }
    }
    found
}
