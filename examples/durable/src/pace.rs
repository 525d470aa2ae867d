//! The time that runs are told, and how long a wait in it takes.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rds_refresh_core::{Clock, SystemClock, Timestamp};
use serde::Deserialize;

use crate::Failure;

/// Real time, or that of a `fake-rds` which runs so and so many times as fast.
///
/// Restate's timers are real. Calls are real too, so they are given up by real time, whatever a fake's clock shows meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    told: Timestamp,
    at: Timestamp,
    factor: f64,
}

#[derive(Deserialize)]
struct Told {
    now: Timestamp,
    factor: f64,
}

impl Pace {
    pub(crate) fn real() -> Self {
        let now = SystemClock.now();
        Self { told: now, at: now, factor: 1.0 }
    }

    /// The pace of the fake with this control URL. It must move by itself, as with `--clock x600`.
    pub(crate) fn of_fake(control: &str) -> Result<Self, Failure> {
        let answer = get(control).map_err(|error| format!("the clock of the fake at {control} cannot be read: {error}"))?;
        let Told { now, factor } = serde_json::from_str(&answer)?;
        if factor > 0.0 {
            Ok(Self { told: now, at: SystemClock.now(), factor })
        } else {
            Err(format!(
                "the clock of the fake at {control} stands still, and Restate's timers do not move it: start it with --clock x600"
            )
            .into())
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.told + SystemClock.now().since(self.at).mul_f64(self.factor)
    }

    /// How long a wait takes in real time.
    pub(crate) fn scaled(&self, wait: Duration) -> Duration {
        wait.div_f64(self.factor)
    }
}

/// One request to the control API, which is on loopback.
fn get(control: &str) -> io::Result<String> {
    const LIMIT: Duration = Duration::from_secs(5);
    let rest = control.strip_prefix("http://").ok_or_else(|| io::Error::other("it must begin with http://"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut connection = TcpStream::connect(host)?;
    connection.set_read_timeout(Some(LIMIT))?;
    write!(connection, "GET /{path}clock HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    Ok(body.to_owned())
}
