//! Another program goes on with the run.

use super::seen::{self, Calm, as_if_calm};
use super::{Bench, Host, PLAN_CHANGED, PLAN_GROWN, Point, Program, Stand, Subject, Until};
use crate::suite::Broken;

/// The third step has been reached, and its answer is known.
const REACHED: Until = Until::Held(Point::InWaitAfter(3));

/// The third step has begun, and nobody knows the answer of its first call.
const BEGUN: Until = Until::Killed(Point::AfterMutation(3));

pub(super) async fn changed<H: Host>(bench: &mut Bench<'_, H>, calm: &Calm) -> Result<(), Broken> {
    for until in [REACHED, BEGUN] {
        let mut run = bench.at(until, PLAN_CHANGED).await?;
        let calls = run.calls().await.len();
        run.deploy(Program::ChangedEarly).await;
        let stand = run.go(Until::Stopped).await;
        PLAN_CHANGED.holds_if(matches!(&stand, Stand::Refused(why) if why.contains("plan has changed")), || {
            format!("{until:?}: a run whose third step the program does not know should be refused because the plan has changed: {stand:?}")
        })?;
        let since = run.calls().await.split_off(calls);
        PLAN_CHANGED.holds_if(since.is_empty(), || format!("{until:?}: the program with another plan has called {since:?}"))?;
        run.deploy(Program::Usual).await;
        let outcome = seen::finish(&mut run, PLAN_CHANGED).await?;
        let what = format!("{until:?}: refused by another program, and taken up again");
        as_if_calm(&mut run, &outcome, calm, PLAN_CHANGED, &what).await?;
    }
    Ok(())
}

pub(super) async fn grown<H: Host>(bench: &mut Bench<'_, H>, calm: &Calm) -> Result<(), Broken> {
    let mut run = bench.at(REACHED, PLAN_GROWN).await?;
    run.deploy(Program::ChangedLate).await;
    let outcome = seen::finish(&mut run, PLAN_GROWN).await?;
    as_if_calm(&mut run, &outcome, calm, PLAN_GROWN, "taken up by a program whose last steps differ").await
}
