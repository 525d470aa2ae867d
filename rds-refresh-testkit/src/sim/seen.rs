use std::collections::{BTreeMap, BTreeSet};

use rds_refresh_core::resource::OWNER_TAG;

use super::record::CopySeen;
use crate::{Caller, Fake};

/// What a look at the world after every step of a process has shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) shares: BTreeSet<(String, String)>,
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
        let all = world.places().flat_map(|(place, holdings)| holdings.snapshots.values().map(move |it| (place, it)));
        for (place, snapshot) in all {
            for account in snapshot.restore.keys() {
                self.shares.insert((snapshot.arn.clone(), account.clone()));
            }
            if let Some(source) = snapshot.copy_of.as_ref().filter(|_| snapshot.work.is_some()) {
                let copy = snapshot.arn.clone();
                let copier = Caller::new(place.account.clone(), place.region.clone());
                let readable = world.copy_allowed(&copier, source, snapshot.kms_key.as_deref()).is_ok();
                let first =
                    CopySeen { copy: copy.clone(), source: source.clone(), from: now, until: now, marked: true, lost: None };
                let seen = self.copies.entry(copy).or_insert(first);
                if !readable && seen.lost.is_none() {
                    seen.lost = Some(before..self.calls);
                }
                seen.until = now;
                seen.marked = snapshot.tags.contains_key(OWNER_TAG);
            }
        }
    }
}
