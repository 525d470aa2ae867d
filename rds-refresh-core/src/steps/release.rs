//! Step 5: the temporary instance has done its duty, and bills by the hour.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::restore_instance::remove_instance;
use super::{InstanceSnapshot, RestoreTemporaryInstance, TemporaryInstance};
use crate::fact::Fact;
use crate::ids::DbIdentifier;
use crate::permission::{Condition, Permission, Target};
use crate::ports::TemporaryInstances;
use crate::request::SourceRequest;
use crate::step::{Context, Progress, Record, Side, Step, Undo};
use crate::{Facts, Forecast, Role, StepError};

/// The deletion of the temporary instance is under way, or it is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// Its identifier.
    pub instance: DbIdentifier,
}

impl Fact for Released {
    const NAME: &'static str = "released";
}

/// Has the temporary instance deleted, and does not wait for it.
///
/// It needs the record of the instance's snapshot: without one, nothing of the instance may be thrown away.
#[derive(Clone)]
pub struct ReleaseTemporaryInstance {
    instances: Arc<dyn TemporaryInstances>,
}

impl ReleaseTemporaryInstance {
    /// The step, by this port.
    #[must_use]
    pub fn new(instances: Arc<dyn TemporaryInstances>) -> Self {
        Self { instances }
    }
}

debug_by_name!(ReleaseTemporaryInstance);

impl Step for ReleaseTemporaryInstance {
    const NAME: &'static str = "release-temporary-instance";
    const VERSION: u32 = 1;
    type Needs = (SourceRequest, Record<TemporaryInstance>, Record<InstanceSnapshot>);
    type Gives = Released;

    async fn reconcile(
        &self,
        (request, Record(instance), _): &Self::Needs,
        cx: &Context,
    ) -> Result<Progress<Released>, StepError> {
        let undo =
            remove_instance(&*self.instances, &instance.identifier, instance.kms_key.as_deref(), request, cx, false).await?;
        match undo {
            Undo::Pending { seen, .. } if seen.status != "deleting" => Ok(Progress::pending(seen)),
            Undo::Pending { .. } | Undo::Done { .. } => Ok(Progress::Ready(Released { instance: instance.identifier.clone() })),
        }
    }

    fn differs(&self, _: &Self::Needs, _: &Self::Needs) -> Option<String> {
        None
    }

    fn permissions(&self) -> Vec<Permission> {
        vec![
            Permission::new(Side::Source, &["rds:DescribeDBInstances"], [Target::TemporaryInstance]),
            Permission::new(Side::Source, &["rds:DeleteDBInstance", "rds:ModifyDBInstance"], [Target::TemporaryInstance])
                .when(Condition::Owned(Role::Scratch)),
        ]
    }

    fn forecast(&self, given: &Facts, cx: &Context) -> Forecast {
        let request = given.read::<SourceRequest>().ok();
        Forecast {
            side: Some(Side::Source),
            calls: &["DeleteDBInstance"],
            makes: Vec::new(),
            removes: request.map(|request| RestoreTemporaryInstance::planned(&request, cx)).into_iter().collect(),
            expected: Some(Duration::ZERO),
        }
    }
}
