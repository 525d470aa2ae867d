//! Whether the caller's clock goes right.

use std::time::Duration;

use super::{About, Check, Finding, Observed};
use crate::Timestamp;
use crate::step::Side;

/// How far a request's time may be off (IAM user guide, Signature Version 4: five minutes).
pub const TOLERANCE: Duration = Duration::from_mins(5);

const COMMAND: &str = "timedatectl set-ntp true";

/// The service's time against the caller's.
#[must_use]
pub fn decide(side: Side, now: Timestamp, service: &Observed<Option<Timestamp>>) -> Finding {
    let about = About {
        check: Check::ClockSkew,
        side,
        resource: "clock".into(),
        needed: "within five minutes of AWS's: requests are signed with the time".into(),
        document: "IAM user guide, troubleshooting Signature Version 4: timestamps",
    };
    let service = match about.read(service, || COMMAND.to_owned()) {
        Ok(Some(service)) => service,
        Ok(None) => return about.cannot_see("no answer of AWS carried its time", COMMAND),
        Err(unread) => return *unread,
    };
    let off = now.since(service).max(service.since(now));
    let found = format!("{} seconds off", off.as_secs());
    if off > TOLERANCE { about.wrong(found, COMMAND) } else { about.ok(found) }
}
