//! What runs left behind and nobody needs any more: found by the tags, in both accounts, and removed if that is wanted.
//!
//! A failed run keeps its snapshots until the time of their tag [`EXPIRES_TAG`](crate::resource::EXPIRES_TAG), so that it can be taken up
//! again. A sweep finds what is past it. [`decide`] is pure: it is given what two accounts hold and which runs are known, and says of
//! everything that a run made for the way what becomes of it. A [`Sweeper`] looks and removes.
//!
//! Left alone are: what carries no owner tag, or one that names another resource (RDS lets a restore inherit tags), what the run could not
//! have named so or made from what it was made of (whoever may tag can forge a tag), results, members
//! of clusters, whatever a live run made, and a snapshot as long as a copy is made of it, or may be. Grants have no
//! tags: a sweep finds them by the name that runs give them, on the keys that it is told of, and leaves them as long as the run has a
//! snapshot whose time has not come.

mod account;
mod decide;
mod finding;
mod listing;
mod made;
mod permissions;
mod retrying;
mod sweeper;

pub use account::{DestinationSweep, SourceSweep};
pub use decide::{Holdings, Known, decide};
pub use finding::{Fate, Finding};
pub use listing::Unseen;
pub use permissions::permissions;
pub use sweeper::{Looked, Sweeper};
