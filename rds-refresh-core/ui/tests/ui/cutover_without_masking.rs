//! A cutover needs the proof of masking, and this plan masks nothing.

use rds_refresh_core::steps::RestoredCluster;
use rds_refresh_core::{Context, Fact, Plan, Progress, Step, StepError};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Masked {}
impl Fact for Masked {
    const NAME: &'static str = "masked";
}

#[derive(Serialize, Deserialize)]
struct Done {}
impl Fact for Done {
    const NAME: &'static str = "cut-over";
}

struct CutOver;
impl Step for CutOver {
    const NAME: &'static str = "cut-over";
    const VERSION: u32 = 1;
    type Needs = Masked;
    type Gives = Done;

    async fn reconcile(&self, _: &Masked, _: &Context) -> Result<Progress<Done>, StepError> {
        Ok(Progress::Ready(Done {}))
    }
}

fn main() {
    let _ = Plan::new().given::<RestoredCluster>().then(CutOver);
}
