//! Whether the account answers at all.

use super::{About, Check, Finding};
use crate::ids::{AccountId, Region};
use crate::step::Side;
use crate::{ErrorKind, StepError};

/// What the first reads failed with, if none of them was answered. One that was denied was.
#[must_use]
pub fn decide<'a>(
    side: Side,
    (account, region): (&AccountId, &Region),
    errors: impl IntoIterator<Item = &'a StepError>,
) -> Option<Finding> {
    let mut errors = errors.into_iter().peekable();
    let first = *errors.peek()?;
    if !errors.all(is_no_answer) {
        return None;
    }
    let about = About {
        check: Check::Connection,
        side,
        resource: format!("{account}/{region}"),
        needed: "an answer of RDS".into(),
        document: "RDS user guide, Regions, Availability Zones and endpoints",
    };
    Some(about.wrong(format!("the account cannot be reached: {first}"), "aws rds describe-account-attributes"))
}

/// Whatever AWS answers with has a code.
fn is_no_answer(error: &StepError) -> bool {
    error.kind() == ErrorKind::Transient && error.code().is_none()
}
