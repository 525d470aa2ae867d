//! The model over HTTP, for the aws CLI, boto3, Terraform, and every SDK.
//!
//! The binary `fake-rds` is a [`Server`] with a command line. A test in Rust starts one by itself:
//!
//! ```
//! use rds_refresh_testkit::server::{Options, Server};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let server = Server::bind(Options::default()).await?;
//! assert!(server.endpoint().starts_with("http://127.0.0.1:"));
//! let source = &server.ready().accounts["source"];
//! assert_eq!(source.home.cluster_id.as_deref(), Some("orders-production"));
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//!              ┌ /_fake/… ► control ──┐
//! connections ─┤                      ├─► backend: clock, WireService ─► World
//!              └ http, body ──────────┘
//! ```

mod backend;
mod body;
mod clock;
mod connections;
mod control;
mod http;
mod media;
mod options;
mod ready;
mod scene;
mod stage_file;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Fake;
use backend::Backend;
pub use clock::{ClockMode, InvalidClock};
pub use options::{Limits, Options};
pub use ready::{Ready, ReadyAccount, ReadyRegion};
pub use scene::Scenery;
pub use stage_file::{InvalidStage, StageFile};

/// RDS and KMS on a port, in a world of their own. Dropped, it stops by itself; [`shutdown`](Self::shutdown) waits until it has.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    ready: Ready,
    fake: Fake,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Server {
    /// Sets the stage, and listens. Needs a tokio runtime with I/O and time, and serves as long as that runs.
    ///
    /// # Errors
    /// The address cannot be listened on: it is taken, not this computer's, or the port is one that only root may have.
    pub async fn bind(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?;
        let (backend, scene) = Backend::new(options);
        let endpoint = format!("http://{address}");
        let control = format!("{endpoint}{}", control::PREFIX);
        let ready = Ready::new(&scene, endpoint, control, backend.seed());
        let fake = backend.fake().clone();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(connections::serve(listener, Arc::new(backend), stopped));
        Ok(Self { address, ready, fake, stop, serving })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of the services, as `http://127.0.0.1:4566`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.ready.endpoint
    }

    /// The URL of the control API. It ends with a `/`.
    #[must_use]
    pub fn control(&self) -> &str {
        &self.ready.control
    }

    /// What a client must know.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The world behind the services, to look at and to change from within the process. `reset` puts another one in its place,
    /// behind the same handle.
    #[must_use]
    pub fn fake(&self) -> &Fake {
        &self.fake
    }

    /// Takes no more connections, finishes the requests in flight, for at most [`Limits::shutdown_timeout`], and stops.
    pub async fn shutdown(self) {
        // It has stopped already if nobody listens any more.
        let _ = self.stop.send(());
        let _ = self.serving.await;
    }
}
