//! The settlement's first duty: the temporary instance is gone.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::restore_instance::remove_instance;
use super::{Released, TemporaryInstance};
use crate::fact::Fact;
use crate::permission::{Condition, Permission, Target};
use crate::ports::TemporaryInstances;
use crate::request::SourceRequest;
use crate::step::{Context, Progress, Record, Side, Step, Undo};
use crate::{Facts, Forecast, Resource, Role, StepError, WaitPolicy};

/// The temporary instance is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemporaryInstanceGone {}

impl Fact for TemporaryInstanceGone {
    const NAME: &'static str = "temporary-instance-gone";
}

/// Waits until the temporary instance is gone. Where it is not being deleted, because somebody stopped that or a resumed run restored
/// another one, the deletion is asked for again.
#[derive(Clone)]
pub struct AwaitTemporaryInstanceGone {
    instances: Arc<dyn TemporaryInstances>,
}

impl AwaitTemporaryInstanceGone {
    /// The step, by this port.
    #[must_use]
    pub fn new(instances: Arc<dyn TemporaryInstances>) -> Self {
        Self { instances }
    }
}

debug_by_name!(AwaitTemporaryInstanceGone);

impl Step for AwaitTemporaryInstanceGone {
    const NAME: &'static str = "await-temporary-instance-gone";
    const VERSION: u32 = 1;
    type Needs = (SourceRequest, Record<TemporaryInstance>, Record<Released>);
    type Gives = TemporaryInstanceGone;

    async fn reconcile(
        &self,
        (request, Record(instance), _): &Self::Needs,
        cx: &Context,
    ) -> Result<Progress<TemporaryInstanceGone>, StepError> {
        Ok(
            match remove_instance(&*self.instances, &instance.identifier, instance.kms_key.as_deref(), request, cx, false).await?
            {
                Undo::Pending { seen, .. } => Progress::pending(seen),
                Undo::Done { .. } => Progress::Ready(TemporaryInstanceGone {}),
            },
        )
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        None
    }

    fn watched(&self, (request, Record(instance), _): &Self::Needs, _: &Context) -> Vec<Resource> {
        vec![instance.resource(request)]
    }

    fn permissions(&self) -> Vec<Permission> {
        vec![
            Permission::new(Side::Source, &["rds:DescribeDBInstances"], [Target::TemporaryInstance]),
            Permission::new(Side::Source, &["rds:DeleteDBInstance", "rds:ModifyDBInstance"], [Target::TemporaryInstance])
                .when(Condition::Owned(Role::Scratch)),
        ]
    }

    fn expected(&self, _: &Self::Needs) -> Option<Duration> {
        Some(Duration::from_mins(5))
    }

    fn forecast(&self, _: &Facts, _: &Context) -> Forecast {
        // The deletion has been asked for before the copy, which takes longer.
        Forecast { side: Some(Side::Source), expected: Some(Duration::ZERO), ..Forecast::default() }
    }

    fn wait_policy(&self) -> WaitPolicy {
        // Nobody waits for it.
        WaitPolicy { look_cost: Duration::from_secs(10), ..WaitPolicy::default() }
    }
}
