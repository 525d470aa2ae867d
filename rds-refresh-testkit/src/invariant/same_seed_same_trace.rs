use crate::sim::Record;

pub(super) fn check(record: &Record) -> Vec<String> {
    let Some(again) = &record.again else { return Vec::new() };
    let trace = record.trace();
    if trace == *again {
        return Vec::new();
    }
    let differs = trace.lines().zip(again.lines()).position(|(one, other)| one != other);
    vec![format!("two traces of one seed differ in line {differs:?}")]
}
