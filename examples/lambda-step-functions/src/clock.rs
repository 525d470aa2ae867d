use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::{Clock, SystemClock, Timestamp};
use serde::Deserialize;

use crate::refusal::Refusal;

/// The clock of a `fake-rds`, read once and carried on from there: a tick is short. For tests.
///
/// One that stands still is not moved by a tick: its waits end at once, which costs looks and no more. Calls are real, so they are given up
/// by real time, whatever the fake's clock shows meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FakeClock {
    told: Timestamp,
    at: Timestamp,
    factor: f64,
}

#[derive(Deserialize)]
struct Told {
    now: Timestamp,
    #[serde(default)]
    factor: f64,
}

impl FakeClock {
    /// The clock behind a control URL, as `http://127.0.0.1:4567/_control/`.
    pub(crate) fn read(control: &str) -> Result<Self, Refusal> {
        let unable =
            |why: &dyn std::fmt::Display| Refusal::unable(format!("the clock of the fake at {control} cannot be read: {why}"));
        let answer = get(control).map_err(|error| unable(&error))?;
        let Told { now, factor } = serde_json::from_str(&answer).map_err(|error| unable(&error))?;
        Ok(Self { told: now, at: SystemClock.now(), factor })
    }
}

#[async_trait]
impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        self.told + SystemClock.now().since(self.at).mul_f64(self.factor.max(0.0))
    }

    async fn sleep_until(&self, until: Timestamp) {
        if self.factor > 0.0 {
            let real = until.since(self.now()).div_f64(self.factor);
            SystemClock.sleep_until(SystemClock.now() + real).await;
        }
    }

    async fn deadline(&self, until: Timestamp) {
        SystemClock.sleep_until(SystemClock.now() + until.since(self.now())).await;
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
