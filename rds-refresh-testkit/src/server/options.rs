use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use rds_refresh_core::Timestamp;

use super::ClockMode;
use super::scene::Scenery;

/// How a [`Server`](super::Server) is set up. The default: a free port of the loopback interface, a clock that stands still, and the
/// stage of [`Stage::two_accounts`](crate::Stage::two_accounts).
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen. Port 0 takes a free one. Whoever reaches another interface than loopback can read and move this world.
    pub listen: SocketAddr,
    /// How the world's time passes.
    pub clock: ClockMode,
    /// What decides everything that AWS leaves to chance. `None`: the stage's own, else 1.
    pub seed: Option<u64>,
    /// When the world begins. `None`: with a manual clock at the stage's opening, else at the time of the wall.
    pub start: Option<Timestamp>,
    /// What is there at the beginning.
    pub scenery: Scenery,
    /// What the server puts up with.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            clock: ClockMode::default(),
            seed: None,
            start: None,
            scenery: Scenery::default(),
            limits: Limits::default(),
        }
    }
}

/// How much, and for how long, a [`Server`](super::Server) listens to one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest body of a request, in bytes. A larger one is answered with 413. Default 2 MiB; RDS and KMS take 1 MiB.
    pub body_bytes: usize,
    /// The largest head of a request, request line and headers, in bytes; at least 8192. A larger one is answered with 431. Default 64 KiB.
    pub head_bytes: usize,
    /// How long a client may take for the head of a request, and how long a connection may be idle. It is closed then. Default 30 s.
    pub head_timeout: Duration,
    /// How long a client may take for the body of a request. It is answered with 408 then. Default 30 s.
    pub body_timeout: Duration,
    /// How long requests in flight may take to finish when the server shuts down. Default 5 s.
    pub shutdown_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 2 << 20,
            head_bytes: 64 << 10,
            head_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            shutdown_timeout: Duration::from_secs(5),
        }
    }
}
