//! Whether the tags that an organisation demands are given.

use super::{About, Check, Finding};
use crate::ports::Tags;
use crate::step::Side;

/// The demanded tags against those of the request. `None` if none is demanded.
#[must_use]
pub fn decide(side: Side, demanded: &[String], given: &Tags) -> Option<Finding> {
    if demanded.is_empty() {
        return None;
    }
    let about = About {
        check: Check::DemandedTags,
        side,
        resource: demanded.join(", "),
        needed: "a value for each tag that the organisation demands on what is made".into(),
        document: "AWS Organizations user guide, require a tag on specified created resources",
    };
    let missing: Vec<&str> = demanded.iter().filter(|tag| !given.contains_key(*tag)).map(String::as_str).collect();
    Some(if missing.is_empty() {
        about.ok("given")
    } else {
        let used: Vec<String> =
            missing.iter().map(|tag| format!("aws resourcegroupstaggingapi get-tag-values --key '{tag}'")).collect();
        about.wrong(
            format!("missing: {}", missing.join(", ")),
            format!("{}  # then give each one of its values, by --tag or under tags of the configuration", used.join(" && ")),
        )
    })
}
