use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rds_refresh_core::{Clock, SystemClock, Timestamp};
use serde::Deserialize;

use crate::failure::Failure;

/// The clock of a `fake-rds`: its simulated time, read from its control API and carried on from there. One that stands still (`--clock
/// manual`) is moved by whoever waits, as a simulated clock is.
///
/// Calls to it are real, so they are given up by real time: a second of work is a second, whatever the fake's clock shows meanwhile.
#[derive(Debug)]
pub(crate) struct ControlClock {
    host: String,
    path: String,
    read: Mutex<Reading>,
}

/// What the fake said, and when.
#[derive(Clone, Copy, Debug)]
struct Reading {
    simulated: Timestamp,
    factor: f64,
    at: Timestamp,
}

#[derive(Deserialize)]
struct Said {
    now: Timestamp,
    #[serde(default)]
    factor: f64,
}

impl ControlClock {
    /// The clock behind a control URL, as `http://127.0.0.1:4567/_control/`.
    pub(crate) fn at(url: &str) -> Result<Self, Failure> {
        let rest = url
            .strip_prefix("http://")
            .ok_or_else(|| Failure::input(format!("RDS_REFRESH_CLOCK {url:?}: it must begin with http://")))?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let clock = Self {
            host: host.to_owned(),
            path: format!("/{}/clock", path.trim_end_matches('/')).replace("//", "/"),
            read: Mutex::new(Reading { simulated: Timestamp::from_millis(0), factor: 1.0, at: SystemClock.now() }),
        };
        let reading =
            clock.ask().map_err(|why| Failure::input(format!("the clock of the fake at {url} cannot be read: {why}")))?;
        clock.set(reading);
        Ok(clock)
    }

    fn ask(&self) -> Result<Reading, String> {
        let answer = exchange(&self.host, "GET", &self.path, "").map_err(|error| error.to_string())?;
        let said: Said = serde_json::from_str(&answer).map_err(|error| format!("{error}: {answer:.80}"))?;
        Ok(Reading { simulated: said.now, factor: said.factor, at: SystemClock.now() })
    }

    fn advance(&self, by: Duration) -> Result<(), String> {
        let body = format!("{{\"seconds\": {}}}", by.as_secs_f64());
        exchange(&self.host, "POST", &format!("{}/advance", self.path), &body).map_err(|error| error.to_string())?;
        self.set(self.ask()?);
        Ok(())
    }

    fn set(&self, reading: Reading) {
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = reading;
    }

    fn reading(&self) -> Reading {
        *self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for ControlClock {
    fn now(&self) -> Timestamp {
        let Reading { simulated, factor, at } = self.reading();
        simulated + SystemClock.now().since(at).mul_f64(factor.max(0.0))
    }

    async fn sleep_until(&self, until: Timestamp) {
        const LONGEST: Duration = Duration::from_secs(1);
        loop {
            let rest = until.since(self.now());
            if rest.is_zero() {
                return;
            }
            let Reading { factor, .. } = self.reading();
            if factor <= 0.0 {
                // It stands still unless somebody moves it, and whoever waits does.
                if self.advance(rest).is_ok() {
                    continue;
                }
            }
            let real = if factor > 0.0 { rest.div_f64(factor).min(LONGEST) } else { LONGEST };
            SystemClock.sleep_until(SystemClock.now() + real + Duration::from_millis(1)).await;
            // A fake that is gone is noticed by the next call, which has something to say about it.
            if let Ok(reading) = self.ask() {
                self.set(reading);
            }
        }
    }

    async fn deadline(&self, until: Timestamp) {
        SystemClock.sleep_until(SystemClock.now() + until.since(self.now())).await;
    }
}

/// One request over a connection of its own: the control API is on loopback, and its answers are small.
fn exchange(host: &str, method: &str, path: &str, body: &str) -> std::io::Result<String> {
    const LIMIT: Duration = Duration::from_secs(5);
    let mut connection = TcpStream::connect(host)?;
    connection.set_read_timeout(Some(LIMIT))?;
    connection.set_write_timeout(Some(LIMIT))?;
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    connection.write_all((head + body).as_bytes())?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status == "200" {
        Ok(body.to_owned())
    } else {
        Err(std::io::Error::other(format!("{method} {path} was answered with {status}")))
    }
}
