//! Dying, at every point at which a process can.

use super::seen::{self, Calm, as_if_calm};
use super::{Bench, CRASH, Host, Stand, Subject, Until};
use crate::suite::Broken;

pub(super) async fn everywhere<H: Host>(bench: &mut Bench<'_, H>, calm: &Calm) -> Result<(), Broken> {
    for point in &calm.points {
        let mut run = bench.started(CRASH).await?;
        match run.go(Until::Killed(*point)).await {
            Stand::Reached => {}
            // In real time no two runs look equally often.
            Stand::Stopped(_) => continue,
            stand => return Err(CRASH.broken(format!("on the way to {point:?}: {stand:?}"))),
        }
        let outcome = seen::finish(&mut run, CRASH).await?;
        as_if_calm(&mut run, &outcome, calm, CRASH, &format!("killed at {point:?}")).await?;
    }
    Ok(())
}
