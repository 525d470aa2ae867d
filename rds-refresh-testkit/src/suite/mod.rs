//! Conformance suites: what whoever writes a step, a store, a port or an adapter has promised, tried out.
//!
//! | suite | for | it wants |
//! |---|---|---|
//! | [`step`] | every [`Step`](rds_refresh_core::Step) | a scene to play it in, and the step over the scene's ports |
//! | [`store`] | every [`Store`](rds_refresh_core::Store) | an empty store, as often as it asks |
//! | [`port`] | every implementation of the [ports](rds_refresh_core::ports) | the ports over a fake world |
//! | [`driver`] | every adapter of an orchestrator | somebody who starts, watches, kills and restarts its runs |
//!
//! A suite stops at the first promise that does not hold and says which, what it saw, and where the promise is written down:
//!
//! ```
//! # use rds_refresh_core::MemoryStore;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), rds_refresh_testkit::suite::Broken> {
//! rds_refresh_testkit::suite::store::check(&MemoryStore::new).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The error shows itself as text in `Debug` too, so a test that returns it or unwraps it can be read.

mod broken;
pub mod driver;
pub mod port;
pub mod step;
pub mod store;

pub use broken::{Broken, Promise};
