use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use rds_refresh_core::Timestamp;

use crate::fault::{FaultScript, Strike};
use crate::world::{Holdings, Place, World};

/// What the world was like, for as long as a stale read may ask for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    reach: Duration,
    /// What was so until a moment, in order.
    until: VecDeque<(Timestamp, BTreeMap<Place, Arc<Holdings>>)>,
}

impl Past {
    /// As much as the stalest read of a script asks for; nothing if there is none.
    pub(super) fn reaching_back(script: &FaultScript) -> Self {
        let stale = script.faults.iter().filter_map(|fault| match fault.strike {
            Strike::Stale { by } => Some(by),
            _ => None,
        });
        Self { reach: stale.max().unwrap_or_default(), until: VecDeque::new() }
    }
}

impl World {
    /// Remembers the present, which a change is about to end.
    pub(in crate::world) fn remember(&mut self, when: Timestamp) {
        let past = &mut self.faults.past;
        if past.reach.is_zero() {
            return;
        }
        past.until.push_back((when, self.places.clone()));
        // The entry that ends first within reach is the oldest that can be asked for.
        while past.until.front().is_some_and(|(until, _)| *until + past.reach < when) {
            past.until.pop_front();
        }
    }

    /// Looks at the world as it was.
    pub(super) fn as_of<T>(&mut self, then: Timestamp, look: impl FnOnce(&mut Self) -> T) -> T {
        let Some(places) = self.faults.past.until.iter().find(|(until, _)| *until > then).map(|(_, places)| places.clone())
        else {
            return look(self);
        };
        let present = std::mem::replace(&mut self.places, places);
        let seen = self.at_moment(then, look);
        self.places = present;
        seen
    }
}
