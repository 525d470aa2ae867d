//! The model of RDS and KMS: accounts, what they hold, and what happens to it in time.
//!
//! A [`World`] is called with the [requests](ops) of RDS and KMS and answers as they would. Time is that of its
//! [`VirtualClock`](crate::VirtualClock); nothing happens by itself but what is due by then.

mod caller;
mod error;
mod journal;
mod operation;
pub mod ops;
mod page;
pub mod resource;

pub use caller::Caller;
pub use error::ApiError;
pub use journal::Entry;
pub use operation::{Operation, Request, Service};
pub use page::{Filter, Page, Paging};

use crate::VirtualClock;

/// The accounts of the model and all that they hold.
#[derive(Debug)]
pub struct World {
    clock: VirtualClock,
    journal: Vec<Entry>,
}

impl World {
    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &VirtualClock {
        &self.clock
    }

    /// Carries out one request, on behalf of a caller.
    pub fn call<R: Request>(&mut self, caller: &Caller, request: &R) -> Result<R::Answer, ApiError> {
        request.apply(self, caller)
    }

    /// Every call that was made, in order.
    #[must_use]
    pub fn journal(&self) -> &[Entry] {
        &self.journal
    }
}
