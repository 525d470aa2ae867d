use std::collections::{BTreeMap, BTreeSet};

use rds_refresh_core::resource::OWNER_TAG;

use super::record::CopySeen;
use crate::world::resource::Grant;
use crate::{Caller, Fake, World};

/// What a look at the world after every step of a process has shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) shares: BTreeSet<(String, String)>,
    pub(super) grantees: BTreeSet<(String, String)>,
    pub(super) copies: BTreeMap<String, CopySeen>,
    calls: usize,
}

impl Seen {
    pub(super) fn look(&mut self, fake: &Fake) {
        let mut world = fake.world();
        // Between two calls nothing changes but by itself, and that is looked at by the next call.
        if world.journal().len() == self.calls {
            return;
        }
        world.settle();
        let before = std::mem::replace(&mut self.calls, world.journal().len());
        let now = world.now();
        let mut copies = Vec::new();
        for (place, snapshot) in
            world.places().flat_map(|(place, holdings)| holdings.snapshots.values().map(move |it| (place, it)))
        {
            for account in snapshot.restore.keys() {
                self.shares.insert((snapshot.arn.clone(), account.clone()));
            }
            if let Some(source) = snapshot.copy_of.as_ref().filter(|_| snapshot.work.is_some()) {
                copies.push(Copying {
                    copier: Caller::new(place.account.clone(), place.region.clone()),
                    copy: snapshot.arn.clone(),
                    source: source.clone(),
                    kms_key: snapshot.kms_key.clone(),
                    owner: snapshot.tags.get(OWNER_TAG).cloned(),
                });
            }
        }
        let keys = world.places().flat_map(|(_, holdings)| holdings.keys.values());
        for grant in keys.flat_map(|key| &key.grants) {
            self.grantees.insert((grant.key.clone(), grant.grantee.clone()));
        }
        for copying in copies {
            let readable = copying.is_allowed(&world);
            let first = CopySeen {
                copy: copying.copy.clone(),
                source: copying.source.clone(),
                from: now,
                until: now,
                marked: true,
                borrows: false,
                lost: None,
            };
            let seen = self.copies.entry(copying.copy.clone()).or_insert(first);
            if readable {
                seen.borrows = !copying.is_allowed_by_its_own(&mut world);
            } else if seen.lost.is_none() {
                seen.lost = Some(before..self.calls);
            }
            seen.until = now;
            seen.marked = copying.owner.is_some();
        }
    }
}

/// A copy in progress.
struct Copying {
    copier: Caller,
    copy: String,
    source: String,
    kms_key: Option<String>,
    owner: Option<String>,
}

impl Copying {
    fn is_allowed(&self, world: &World) -> bool {
        world.copy_allowed(&self.copier, &self.source, self.kms_key.as_deref()).is_ok()
    }

    /// Whether it would be without the grants of other runs.
    fn is_allowed_by_its_own(&self, world: &mut World) -> bool {
        let run = self.owner.as_ref().and_then(|owner| owner.split('/').next()).unwrap_or_default();
        let own = format!("rds-refresh/{run}/");
        let is_own = |grant: &Grant| grant.name.as_ref().is_some_and(|name| name.starts_with(&own));
        let places: Vec<_> = world.places().map(|(place, _)| place.clone()).collect();
        let mut held = Vec::new();
        for place in &places {
            for key in world.at_mut(place).keys.values_mut() {
                held.push(key.grants.clone());
                key.grants.retain(is_own);
            }
        }
        let is_allowed = self.is_allowed(world);
        let mut held = held.into_iter();
        for place in &places {
            for key in world.at_mut(place).keys.values_mut() {
                key.grants = held.next().unwrap_or_default();
            }
        }
        is_allowed
    }
}
