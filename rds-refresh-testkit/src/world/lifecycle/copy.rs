use std::time::Duration;

use rds_refresh_core::Timestamp;
use rds_refresh_core::ids::Arn;

use crate::world::agenda::Target;
use crate::world::events::Occurrence;
use crate::world::kms::Purpose;
use crate::world::{ApiError, Caller, World};

impl World {
    /// A copy leaves the queue.
    pub(super) fn copy_begins(&mut self, when: Timestamp, target: &Target) {
        self.set_status(target, "copying");
        if let Some((of, from)) = self.copied_from(target) {
            self.tell(when, target, &Occurrence::CopyBegins { of, from });
        }
    }

    /// All data of a copy is there. What the copy reads must have lasted until now: the original, its share, and the right to
    /// both keys (RDS user guide, copying a DB snapshot: a copy whose source is deleted fails).
    pub(super) fn copy_ends(&mut self, when: Timestamp, target: &Target, caller: &Caller, source: &str, kms_key: Option<&str>) {
        let allowed = self.copy_allowed(caller, source, kms_key).is_ok();
        let original = self.copied_from(target);
        let Some(copy) = self.at_mut(&target.place).snapshots.get_mut(&target.id) else { return };
        let work = copy.work.take();
        if allowed {
            copy.created_at = work.map(|work| work.begins);
            (copy.status, copy.percent_progress) = ("available".to_owned(), 100);
        } else {
            copy.percent_progress = work.map_or(0, |work| work.percent(when).min(99));
            "failed".clone_into(&mut copy.status);
        }
        let Some((of, from)) = original else { return };
        let occurrence = if allowed {
            let lasting = work.map_or(Duration::ZERO, |work| work.ends.since(work.begins));
            Occurrence::CopyEnds { of, from, lasting }
        } else {
            Occurrence::CopyCanceled { of, from }
        };
        self.tell(when, target, &occurrence);
    }

    /// What a copy is of, by name, and the Region it comes from, if that is another one.
    pub(crate) fn copied_from(&self, target: &Target) -> Option<(String, Option<String>)> {
        let copy = self.at(&target.place).snapshots.get(&target.id)?;
        let original: Arn = copy.copy_of.as_ref()?.parse().ok()?;
        let name = original.resource.strip_prefix("snapshot:").unwrap_or(&original.resource).to_owned();
        Some((name, (original.region != target.place.region).then(|| original.region.to_string())))
    }

    /// Whether a caller may read a snapshot and, if the copy is encrypted, use the keys on both sides.
    pub(crate) fn copy_allowed(&self, caller: &Caller, source: &str, kms_key: Option<&str>) -> Result<(), ApiError> {
        let (place, snapshot) = self.readable_snapshot(caller, source)?;
        if snapshot.status != "available" {
            return Err(ApiError::refused(
                "InvalidDBSnapshotState",
                format!("The snapshot {source} is in the state {}. It must be available to be copied.", snapshot.status),
            ));
        }
        if let Some(arn) = &snapshot.kms_key {
            // RDS reads as whoever copies, in the Region of the original.
            let reader = Caller { region: place.region, ..caller.clone() };
            let key = self.find_key(caller, arn).filter(|key| self.rds_can_use(&reader, key, Purpose::CopyFrom));
            key.ok_or_else(|| ApiError::key_not_accessible("source snapshot KMS", arn))?;
        }
        if let Some(arn) = kms_key {
            let key = self.find_key(caller, arn).filter(|key| self.rds_can_use(caller, key, Purpose::CopyTo));
            key.ok_or_else(|| ApiError::key_not_accessible("target KMS", arn))?;
        }
        Ok(())
    }
}
