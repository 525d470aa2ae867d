//! Removing what a run made, and nothing else.

use std::future::Future;

use super::status::{self, Class};
use crate::machine::Seen;
use crate::ports::{Claim, DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, NotOwned, Ownable, Owned};
use crate::step::Undo;
use crate::{ErrorKind, Resource, StepError};

/// Something with a status that can be deleted.
pub(super) trait Removable: Ownable {
    fn status(&self) -> &str;
    fn class(&self) -> Class;
    /// Whether RDS deletes it in its present status.
    fn can_be_deleted(&self) -> bool;
    /// Whether it depends until it is done on what it is made from, as a snapshot does and a restore does not.
    fn is_being_made(&self) -> bool;
}

/// One step towards the absence of what was observed: nothing to do, patience, or the deletion.
///
/// `delete` makes the one call that comes next, and answers with the status that it leads to. What shows the derived name and not every
/// mark of ownership is left alone, and said to be left.
pub(super) async fn remove<T, F>(
    observed: Option<T>,
    claim: &Claim<'_>,
    resource: Resource,
    keep: bool,
    delete: impl FnOnce(Owned<T>) -> F,
) -> Result<Undo, StepError>
where
    T: Removable + Clone,
    F: Future<Output = Result<&'static str, StepError>>,
{
    let Some(found) = observed else { return Ok(Undo::done()) };
    let owned = claim.prove(found.clone());
    let seen = Seen::status(found.status()).of(resource.id.clone());
    if found.class() == Class::Deleting {
        // Somebody else's is waited for as well: when it is gone, nothing stands under the name.
        let removing = owned.map(|_| resource).into_iter().collect();
        return Ok(Undo::Pending { seen, removing });
    }
    let owned = owned.map_err(|why| stranger(&resource, &why))?;
    if keep {
        // What is still being made needs what it is made from, which is undone next: it is worth keeping once it is made.
        let kept = vec![resource];
        return Ok(if found.is_being_made() { Undo::Pending { seen, removing: Vec::new() } } else { Undo::Done { kept } });
    }
    if !found.can_be_deleted() {
        return Ok(Undo::Pending { seen, removing: vec![resource] });
    }
    match delete(owned).await {
        Ok(status) => Ok(Undo::Pending { seen: Seen::status(status).of(resource.id.clone()), removing: vec![resource] }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Undo::done()),
        Err(error) if error.kind() == ErrorKind::Busy => Ok(Undo::Pending { seen, removing: vec![resource] }),
        Err(error) => Err(error),
    }
}

/// The error that names something which stands where this run's own should.
pub(super) fn stranger(resource: &Resource, why: &NotOwned) -> StepError {
    let kind = resource.kind;
    let error = StepError::conflict(format!("the {kind} exists and is not this run's: {why}. It is left alone")).on(&resource.id);
    let put_back = match why {
        NotOwned::Untagged(tag) => resource.owner_tag_command(tag),
        _ => None,
    };
    match put_back {
        Some(command) => error.with_advice(format!("if the run made it, put its tag back: {command}")),
        None => error,
    }
}

macro_rules! removable_snapshots {
    ($($snapshot:ident),*) => {
        $(
            impl Removable for $snapshot {
                fn status(&self) -> &str {
                    &self.status
                }

                fn class(&self) -> Class {
                    status::of_snapshot(&self.status)
                }

                // A snapshot is deleted when it is available or has failed, not while it is made. A copy in progress is cancelled by its
                // deletion, which RDS documents for cluster snapshots only: it is waited for.
                fn can_be_deleted(&self) -> bool {
                    self.class() != Class::Busy
                }

                fn is_being_made(&self) -> bool {
                    self.class() == Class::Busy
                }
            }
        )*
    };
}

removable_snapshots!(DbClusterSnapshot, DbSnapshot);

impl Removable for DbInstance {
    fn status(&self) -> &str {
        &self.status
    }

    fn class(&self) -> Class {
        status::of_instance(&self.status)
    }

    // Without a final snapshot an instance can be deleted in any status; where RDS thinks otherwise, it says so.
    fn can_be_deleted(&self) -> bool {
        true
    }

    fn is_being_made(&self) -> bool {
        false
    }
}

impl Removable for DbCluster {
    fn status(&self) -> &str {
        &self.status
    }

    fn class(&self) -> Class {
        status::of_cluster(&self.status)
    }

    fn can_be_deleted(&self) -> bool {
        true
    }

    fn is_being_made(&self) -> bool {
        false
    }
}
