use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::{Check, Finding, Level};
use super::observed::SourceSeen;
use crate::step::Side;

/// All findings of a preflight, in a stable order: by check, then by side and resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The findings.
    pub findings: Vec<Finding>,
    /// What was seen of the source, for the destination's half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceSeen>,
}

impl Report {
    /// A report of these findings.
    #[must_use]
    pub fn new(findings: impl IntoIterator<Item = Finding>) -> Self {
        let mut findings: Vec<Finding> = findings.into_iter().collect();
        findings.sort_by(|a, b| (a.check, a.side, &a.resource).cmp(&(b.check, b.side, &b.resource)));
        Self { findings, source: None }
    }

    /// Both halves in one. Where both looked at the same thing, the worse finding stands; but one that saw stands against one that could
    /// not, and neither half misses the other any more.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        let source = self.source.or(other.source);
        let all: Vec<Finding> = self.findings.into_iter().chain(other.findings).collect();
        let looked_at = |side: Side| all.iter().any(|finding| finding.side == side && finding.check != Check::OtherSide);
        let both = looked_at(Side::Source) && looked_at(Side::Destination);
        let mut joined: BTreeMap<(Check, Side, String), Finding> = BTreeMap::new();
        for finding in all.into_iter().filter(|finding| !(both && finding.check == Check::OtherSide)) {
            let place = (finding.check, finding.side, finding.resource.clone());
            match joined.get(&place) {
                Some(known) if weight(known.level) >= weight(finding.level) => {}
                _ => drop(joined.insert(place, finding)),
            }
        }
        Self { findings: joined.into_values().collect(), source }
    }

    /// The worst level.
    #[must_use]
    pub fn level(&self) -> Level {
        self.findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok)
    }

    /// What would make a run fail.
    pub fn wrong(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.level == Level::Wrong)
    }

    /// What could not be looked at.
    pub fn unseen(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.level == Level::CannotSee)
    }
}

/// What counts where two looked at the same.
fn weight(level: Level) -> u8 {
    match level {
        Level::CannotSee => 0,
        Level::Ok => 1,
        Level::Wrong => 2,
    }
}
