//! Even what need not stand any more must have been there.

use rds_refresh_core::{Context, Fact, Plan, Progress, Record, Step, StepError};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Made {}
impl Fact for Made {
    const NAME: &'static str = "made";
}

#[derive(Serialize, Deserialize)]
struct Gone {}
impl Fact for Gone {
    const NAME: &'static str = "gone";
}

struct Remove;
impl Step for Remove {
    const NAME: &'static str = "remove";
    const VERSION: u32 = 1;
    type Needs = Record<Made>;
    type Gives = Gone;

    async fn reconcile(&self, _: &Self::Needs, _: &Context) -> Result<Progress<Gone>, StepError> {
        Ok(Progress::Ready(Gone {}))
    }
}

fn main() {
    let _ = Plan::new().then(Remove);
}
