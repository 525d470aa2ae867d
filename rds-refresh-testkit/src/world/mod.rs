//! The model of RDS and KMS: accounts, what they hold, and what happens to it in time.
//!
//! A [`World`] is called with the [requests](ops) of RDS and KMS and answers as they would. Time is that of its
//! [`VirtualClock`]: whatever was due by then has happened before a call is looked at, in order of time, and
//! nothing else has.
//!
//! ```text
//!  Stage ──► World ◄── call(Caller, Request)
//!              │ places: what each account holds in each Region
//!              │ agenda: what is going to happen   ──► lifecycle
//!              │ iam:    who may call what
//!              │ kms:    who may use which key
//!              └ journal: what was asked
//! ```
//!
//! The rules stand beside each operation with the AWS document they come from; where documents disagree, [`Switches`] decides.

mod agenda;
mod caller;
mod check;
mod encryption;
pub(crate) mod engine;
mod error;
mod events;
mod fault;
pub mod iam;
mod identity;
mod intervene;
mod inventory;
mod journal;
mod kms;
mod lifecycle;
mod lookup;
mod master;
mod monitoring;
pub(crate) mod naming;
mod network;
mod operation;
pub mod ops;
mod origin;
mod page;
mod place;
mod quota;
pub mod resource;
mod session;
mod stage;
pub(crate) mod storage;
mod switches;
mod window;

use std::collections::BTreeMap;
use std::sync::Arc;

use rds_refresh_core::Timestamp;
use serde_json::{Value, json};

use crate::clock::VirtualClock;
use crate::fault::Strike;
use crate::timing::{Draw, Timing};
use agenda::Agenda;
pub use caller::Caller;
pub use error::ApiError;
pub use events::Event;
use fault::{CarriedOut, Faults};
pub use identity::Identity;
pub use journal::Entry;
pub use operation::{Operation, Request, Service};
pub use page::{Filter, Page, Paging};
pub use place::{Holdings, Place, Quotas};
pub use session::Session;
pub use stage::{SourceCluster, Stage, TwoAccounts};
pub use switches::Switches;

/// The accounts of the model and all that they hold.
#[derive(Clone, Debug)]
pub struct World {
    clock: VirtualClock,
    seed: u64,
    timing: Timing,
    switches: Switches,
    /// Shared with copies of the world until one of them changes.
    places: BTreeMap<Place, Arc<Holdings>>,
    /// What a place holds that was never mentioned.
    nowhere: Holdings,
    agenda: Agenda,
    faults: Faults,
    /// When the present thing happens, where that is not now: it was due earlier, or is seen as it was.
    moment: Option<Timestamp>,
    journal: Vec<Entry>,
    events: events::EventLog,
    identity_policies: iam::IdentityPolicies,
    /// The sessions of roles, by access key id.
    sessions: BTreeMap<String, Session>,
    /// How many keys, grants and sessions were ever made: what tells two of the same moment apart.
    serial: u64,
}

impl World {
    /// An empty world. A [`Stage`] furnishes one.
    #[must_use]
    pub fn new(seed: u64, clock: VirtualClock) -> Self {
        Self {
            clock,
            seed,
            timing: Timing::default(),
            switches: Switches::default(),
            places: BTreeMap::new(),
            nowhere: Holdings::default(),
            agenda: Agenda::default(),
            faults: Faults::default(),
            moment: None,
            journal: Vec::new(),
            events: events::EventLog::default(),
            identity_policies: iam::IdentityPolicies::default(),
            sessions: BTreeMap::new(),
            serial: 0,
        }
    }

    /// The same world, which goes on by itself under another clock.
    pub(crate) fn copy(&self, clock: VirtualClock) -> Self {
        Self { clock, ..self.clone() }
    }

    /// Carries out one request, on behalf of a caller, and writes it into the journal.
    pub fn call<R: Request>(&mut self, caller: &Caller, request: &R) -> Result<R::Answer, ApiError> {
        self.settle();
        let strike = self.strike(caller, R::OPERATION, request.resource());
        let fault = strike.as_ref().map(Strike::name);
        let CarriedOut { answer, took_effect } = match strike {
            None => self.carry_out(caller, request),
            Some(strike) => self.struck_by(strike, caller, request),
        };
        self.journal.push(Entry {
            error: answer.as_ref().err().map(|error| error.code),
            took_effect,
            fault,
            ..Entry::new(self.now(), caller, R::OPERATION.name(), request.resource())
        });
        // What somebody does upon a call is done before the next one, even at the same instant.
        self.settle();
        answer
    }

    /// Lets everything happen that is due by now. Calls do so themselves; a test that looks into the world without one needs it.
    pub fn settle(&mut self) {
        while let Some(when) = self.next_change().filter(|when| *when <= self.clock.now()) {
            if self.next_fault() == Some(when) {
                self.befall();
            } else if let Some((when, target, happening)) = self.agenda.pop_due(when) {
                self.remember(when);
                self.happen(when, &target, happening);
            }
        }
    }

    /// When something happens next by itself: how far a test has to advance to see a change.
    #[must_use]
    pub fn next_change(&self) -> Option<Timestamp> {
        [self.agenda.next(), self.next_fault()].into_iter().flatten().min()
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &VirtualClock {
        &self.clock
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.moment.unwrap_or_else(|| self.clock.now())
    }

    /// How long things take from now on. What has begun keeps its time.
    pub fn timing_mut(&mut self) -> &mut Timing {
        &mut self.timing
    }

    /// What the model does where AWS's documents disagree.
    pub fn switches_mut(&mut self) -> &mut Switches {
        &mut self.switches
    }

    /// What an account holds in a Region, as of the last call or [`settle`](Self::settle).
    #[must_use]
    pub fn at(&self, place: &Place) -> &Holdings {
        self.places.get(place).map_or(&self.nowhere, Arc::as_ref)
    }

    /// The same, to be changed behind the services' backs: how a test makes what no call makes.
    pub fn at_mut(&mut self, place: &Place) -> &mut Holdings {
        Arc::make_mut(self.places.entry(place.clone()).or_default())
    }

    /// Every place that holds something, in order.
    pub fn places(&self) -> impl Iterator<Item = (&Place, &Holdings)> {
        self.places.iter().map(|(place, holdings)| (place, holdings.as_ref()))
    }

    /// Every call that was made, in order.
    #[must_use]
    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }

    /// Everything that exists, as JSON: equal for equal worlds, whatever was asked of them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let places: BTreeMap<String, Value> = self
            .places
            .iter()
            // Holdings are maps with text keys, numbers and texts: nothing in them can fail to serialise.
            .map(|(place, holdings)| (place.to_string(), serde_json::to_value(holdings.as_ref()).unwrap_or_default()))
            .collect();
        json!({ "now": self.now(), "places": places })
    }

    /// The random draw that belongs to what is made next and has no name of its own. Whoever makes it counts it in `serial`.
    fn draw_next(&self, place: &Place, phase: &str) -> Draw {
        self.draw(place, &self.serial.to_string(), phase)
    }

    /// The random draw that belongs to a phase in the life of a resource.
    fn draw(&self, place: &Place, id: &str, phase: &str) -> Draw {
        Draw::named(self.seed, &[place.account.as_str(), place.region.as_str(), id, phase])
    }
}
