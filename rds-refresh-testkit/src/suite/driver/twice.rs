//! Whatever is delivered is delivered twice.

use super::seen::{self, Calm, as_if_calm};
use super::{Bench, DUPLICATES, Host, ONE_RUN, Point, Subject, Until};
use crate::suite::Broken;

pub(super) async fn one_run<H: Host>(bench: &mut Bench<'_, H>, calm: &Calm) -> Result<(), Broken> {
    let mut run = bench.at(Until::Held(Point::InWaitAfter(2)), ONE_RUN).await?;
    let second = run.start().await;
    ONE_RUN.holds_if(second.is_err(), || "the second start of a run is not told that it runs already".to_owned())?;
    run.release().await;
    let outcome = seen::finish(&mut run, ONE_RUN).await?;
    as_if_calm(&mut run, &outcome, calm, ONE_RUN, "started twice").await
}

/// Answers whether answers could be delivered twice.
pub(super) async fn duplicates<H: Host>(bench: &mut Bench<'_, H>, calm: &Calm) -> Result<bool, Broken> {
    let mut did = true;
    for &after in &calm.sample {
        let mut run = bench.started(DUPLICATES).await?;
        if run.go(Until::Held(Point::InWaitAfter(after))).await != super::Stand::Reached {
            // There is no wait after this one.
            continue;
        }
        for _ in 0..2 {
            run.nudge().await.map_err(|error| DUPLICATES.broken(format!("a nudge is refused: {error}")))?;
        }
        did &= run.redeliver().await;
        run.release().await;
        let outcome = seen::finish(&mut run, DUPLICATES).await?;
        as_if_calm(&mut run, &outcome, calm, DUPLICATES, &format!("nudged twice after mutation {after}")).await?;
    }
    Ok(did)
}
