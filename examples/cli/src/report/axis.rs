//! From time to pixels.

use std::time::Duration;

use rds_refresh_core::Timestamp;

/// A stretch of time over a stretch of pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) left: f64,
    pub(super) width: f64,
}

impl Axis {
    pub(super) fn x(&self, at: Timestamp) -> f64 {
        let whole = self.to.since(self.from).as_secs_f64().max(1.0);
        let part = at.min(self.to).since(self.from).as_secs_f64();
        self.left + self.width * part / whole
    }

    /// At most ten instants at round times, with what to write there.
    pub(super) fn ticks(&self) -> Vec<(Timestamp, String)> {
        const MINUTE: u64 = 60_000;
        const INTERVALS: [u64; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880];
        let whole = u64::try_from(self.to.since(self.from).as_millis()).unwrap_or(u64::MAX);
        let interval = INTERVALS
            .map(|minutes| minutes * MINUTE)
            .into_iter()
            .find(|interval| whole / interval < 10)
            .unwrap_or(7 * 1440 * MINUTE);
        let first = self.from.as_millis().div_ceil(interval) * interval;
        let instants = (0..=whole / interval).map(|n| Timestamp::from_millis(first + n * interval)).filter(|at| *at <= self.to);
        instants.map(|at| (at, label(at, Duration::from_millis(interval)))).collect()
    }
}

fn label(at: Timestamp, interval: Duration) -> String {
    let text = at.to_string();
    let (date, time) = (text.get(5..10).unwrap_or_default(), text.get(11..16).unwrap_or_default());
    if interval >= Duration::from_hours(12) || time == "00:00" { format!("{date} {time}") } else { time.to_owned() }
}
