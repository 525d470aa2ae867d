use std::collections::BTreeMap;
use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::TagList;
use super::create_db_snapshot::already_exists;
use crate::timing::transfer;
use crate::world::agenda::{Happening, Kind, Target};
use crate::world::check::{LONG, new_identifier, required, tags};
use crate::world::iam::Asks;
use crate::world::place::Place;
use crate::world::resource::{DbSnapshot, Tags, Work};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of `CopyDBSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyDbSnapshot {
    /// `SourceDBSnapshotIdentifier`.
    pub source: String,
    /// `TargetDBSnapshotIdentifier`.
    pub target: String,
    /// `KmsKeyId`.
    pub kms_key: Option<String>,
    /// `CopyTags`.
    pub copy_tags: Option<bool>,
    /// `Tags`.
    pub tags: TagList,
}

impl Request for CopyDbSnapshot {
    const OPERATION: Operation = Operation::CopyDbSnapshot;
    type Answer = DbSnapshot;

    fn resource(&self) -> &str {
        &self.target
    }

    /// Both ends of a copy (RDS user guide, copying a DB snapshot).
    fn asks(&self, _: &World, caller: &Caller) -> Asks {
        let asks = Asks::of(caller, Self::OPERATION).making("snapshot", &self.target, &self.tags);
        asks.on("snapshot", &self.source)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<DbSnapshot, ApiError> {
        let place = caller.place();
        let id = new_identifier("TargetDBSnapshotIdentifier", &self.target, LONG)?;
        let given = tags(&self.tags, world.at(&place).quotas.tags)?;
        let (from, original) = world.readable_snapshot(caller, required("SourceDBSnapshotIdentifier", &self.source)?)?;
        let original = original.clone();
        if world.at(&place).snapshots.contains_key(&id) {
            return Err(already_exists(&id));
        }
        let kms_key = self.target_key(world, caller, &from, &original)?;
        world.copy_allowed(caller, &original.arn, kms_key.as_deref())?;
        if from.region != place.region {
            let quota = world.at(&place).quotas.copies_in_progress;
            // A copy within the Region shows where it comes from too, if that is another account.
            let elsewhere = |it: &&DbSnapshot| it.source_region.as_ref().is_some_and(|region| *region != *place.region.as_str());
            let copies = world.at(&place).snapshots.values().filter(elsewhere).filter(|it| it.work.is_some());
            if copies.count() >= quota {
                let message = format!("Cannot copy more than {quota} snapshots across regions");
                return Err(ApiError::refused("SnapshotQuotaExceeded", message));
            }
        }
        world.room_for_snapshot(caller)?;

        let abroad = from != place;
        let work = schedule(world, &place, &from, &original, &id, kms_key.as_deref());
        // Tags of the request replace copied ones; those of another account cannot be read (RDS API reference, `CopyTags`).
        let copied = self.copy_tags == Some(true) && given.is_empty() && from.account == place.account;
        let copy = DbSnapshot {
            identifier: id.clone(),
            arn: place.arn("snapshot", &id),
            status: "pending".to_owned(),
            snapshot_type: "manual".to_owned(),
            kms_key: kms_key.clone(),
            created_at: None,
            copied_from: abroad.then(|| original.arn.clone()),
            copy_of: Some(original.arn.clone()),
            source_region: abroad.then(|| from.region.to_string()),
            percent_progress: 0,
            tags: if copied { original.tags.clone() } else { given },
            source_tags: if from.account == place.account { original.source_tags.clone() } else { Tags::new() },
            restore: BTreeMap::new(),
            work: Some(work),
            ..original.clone()
        };
        world.at_mut(&place).snapshots.insert(id.clone(), copy);
        let target = Target::new(&place, Kind::Snapshot, &id);
        world.agenda.at(work.begins, &target, Happening::CopyBegins);
        let ends = Happening::CopyEnds { caller: caller.clone(), source: original.arn, kms_key };
        world.agenda.at(work.ends, &target, ends);
        world.own_snapshot(caller, &id).map(|snapshot| snapshot.shown(world.now()))
    }
}

impl CopyDbSnapshot {
    /// The key that the copy is encrypted with, by ARN (RDS API reference, `KmsKeyId`): required if the original is encrypted and
    /// belongs to another account or Region; the original's by default otherwise.
    fn target_key(
        &self,
        world: &World,
        caller: &Caller,
        from: &Place,
        original: &DbSnapshot,
    ) -> Result<Option<String>, ApiError> {
        let encrypted = original.kms_key.is_some();
        let (foreign, cross_region) = (from.account != caller.account, from.region != caller.region);
        if encrypted && foreign && cross_region && !world.switches.cross_region_shared_copy {
            return Err(ApiError::invalid_combination("An encrypted shared snapshot cannot be copied from another Region."));
        }
        let Some(named) = &self.kms_key else {
            return match &original.kms_key {
                Some(_) if cross_region => {
                    Err(ApiError::invalid_value("Must specify new KMS key for cross region encrypted snapshot copy."))
                }
                Some(_) if foreign => {
                    Err(ApiError::invalid_value("Must specify a KMS key to copy an encrypted shared snapshot."))
                }
                key => Ok(key.clone()),
            };
        };
        let key = world.find_key(caller, named).filter(|key| key.arn.contains(&format!(":{}:", caller.region)));
        key.map(|key| Some(key.arn.clone())).ok_or_else(|| ApiError::key_not_accessible("target KMS", named))
    }
}

/// When a copy leaves the queue and when it is done. Copies of snapshots of one instance wait for each other; a copy is incremental
/// only to an earlier one of the same volume under the same key that still exists (RDS user guide, copying a DB snapshot).
fn schedule(world: &World, place: &Place, from: &Place, original: &DbSnapshot, id: &str, kms_key: Option<&str>) -> Work {
    let timing = &world.timing;
    let (queue, fixed, rate) = if from.region == place.region {
        (&timing.copy_queue, &timing.copy, timing.copy_mib_per_second)
    } else {
        (&timing.cross_region_copy_queue, &timing.cross_region_copy, timing.cross_region_copy_mib_per_second)
    };
    let now = world.now();
    let related = || {
        let copies = world.at(place).snapshots.values().filter(|it| it.copy_of.is_some());
        copies.filter(|it| it.data.volume == original.data.volume)
    };
    let ahead = related().filter_map(|it| it.work).map(|work| work.ends).max();
    let begins = (now + queue.sample(world.draw(place, id, "copy queue"))).max(ahead.unwrap_or(now));
    let earlier: Option<Timestamp> = related()
        .filter(|it| it.status == "available" && it.kms_key.as_deref() == kms_key)
        .filter_map(|it| it.original_created_at)
        .max();
    let mib = match (earlier, original.original_created_at) {
        (Some(earlier), Some(made)) => original.data.rewritten_mib(made.since(earlier)),
        _ => original.data.used_mib(),
    };
    let lasting: Duration = fixed.sample(world.draw(place, id, "copy")) + transfer(mib, rate);
    Work { begins, ends: begins + lasting }
}
