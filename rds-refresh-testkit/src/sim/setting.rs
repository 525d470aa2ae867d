use std::time::Duration;

use rds_refresh_core::OnFailure;
use rds_refresh_core::request::{InvalidRequest, Request};
use serde_json::json;

use super::chance::Chance;
use super::clock::ClockSet;
use super::table::Refresh;
use crate::fault::FaultScript;
use crate::{SourceCluster, Stage, TwoAccounts, VirtualClock};

/// Everything that a seed decides before anything happens.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a draw of its own")]
pub(super) struct Setting {
    pub(super) engine: &'static str,
    pub(super) on_failure: OnFailure,
    pub(super) keep_snapshots: bool,
    pub(super) automated: bool,
    pub(super) protected: bool,
    pub(super) without_policy: bool,
    pub(super) masked: bool,
    pub(super) script: FaultScript,
    pub(super) crashes: u32,
    pub(super) restless: bool,
    pub(super) second_driver: Option<Duration>,
    pub(super) second_run: Option<Duration>,
    pub(super) cancelled_after: Option<Duration>,
    pub(super) nudged: bool,
    pub(super) taken_up: bool,
    pub(super) amended: bool,
    pub(super) fast: Duration,
    pub(super) slow: Duration,
    /// The two accounts run their halves by themselves; the destination's is told of the hand-over so long after it.
    pub(super) halves: Option<Duration>,
    /// A queue delivers the answers, some of them twice.
    pub(super) queued: bool,
    /// Leases end by time alone.
    pub(super) leases_outlive: bool,
    /// What is wrong with the request, until it is amended.
    pub(super) mistake: Option<Mistake>,
    /// How the clock of the first driver is set, so long after the beginning.
    pub(super) clock_set: Vec<(Duration, ClockSet)>,
    /// How much data the source cluster holds, in GiB, if not the usual.
    pub(super) used_gib: Option<u32>,
}

/// What RDS refuses, and only when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// The temporary instance's parameter group does not exist.
    Temporary,
    /// The refreshed cluster's parameter group does not exist.
    Cluster,
}

/// Which request of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    First,
    Corrected,
    /// One that would have been another refresh.
    Overreaching,
}

impl Setting {
    pub(super) fn drawn(seed: u64) -> Self {
        let mut chance = Chance::of(seed, "setting");
        // One in four has nothing but crashes: its end can be compared with that of a calm run.
        let clean = chance.once_in(4);
        let mut sometimes = |odds: u64, from: u64, to: u64| {
            let drawn = (chance.once_in(odds), chance.seconds(from, to));
            (drawn.0 && !clean).then_some(drawn.1)
        };
        let second_driver = sometimes(4, 0, 3 * 60 * 60);
        let second_run = sometimes(5, 0, 60 * 60);
        let cancelled_after = sometimes(6, 0, 5 * 60 * 60);
        let (fast, slow) = (sometimes(8, 1, 240).unwrap_or_default(), sometimes(8, 1, 240).unwrap_or_default());
        let choices = [OnFailure::RemoveCostly, OnFailure::RemoveAll, OnFailure::KeepAll];
        let on_failure = choices[usize::try_from(chance.below(3)).unwrap_or_default()];
        // Draws of their own, so that more of them leave the others as they are.
        let mut ways = Chance::of(seed, "ways");
        let halves = ways.once_in(4).then(|| ways.seconds(0, 6 * 60 * 60));
        let (queued, leases_outlive) = (ways.once_in(5), ways.once_in(3));
        let mistake = ways.once_in(6).then(|| if ways.once_in(2) { Mistake::Temporary } else { Mistake::Cluster });
        let times_set = if clean || !ways.once_in(5) { 0 } else { ways.below(3) + 1 };
        let clock_set = (0..times_set)
            .map(|_| {
                let (when, by, back) = (ways.seconds(60, 4 * 60 * 60), ways.seconds(60, 6 * 60 * 60), ways.once_in(2));
                (when, if back { ClockSet::Back(by) } else { ClockSet::Forward(by) })
            })
            .collect();
        let intensity = u32::try_from(chance.below(7)).unwrap_or_default();
        Self {
            engine: if chance.once_in(2) { "mysql" } else { "postgres" },
            on_failure,
            keep_snapshots: chance.once_in(4),
            automated: chance.once_in(5),
            protected: chance.once_in(5),
            without_policy: chance.once_in(2),
            masked: chance.once_in(4) && halves.is_none(),
            script: if clean { FaultScript::new() } else { FaultScript::drawn(seed, intensity) },
            crashes: u32::try_from(chance.below(6)).unwrap_or_default(),
            restless: !clean && chance.once_in(2),
            second_driver: second_driver.filter(|_| halves.is_none()),
            second_run,
            cancelled_after,
            nudged: !clean && chance.once_in(4),
            taken_up: chance.once_in(2) || mistake.is_some(),
            amended: chance.once_in(2),
            fast,
            slow,
            halves,
            queued,
            leases_outlive,
            mistake,
            clock_set,
            used_gib: None,
        }
    }

    /// The same with another fault script, in one process, and nobody who interferes.
    pub(super) fn with_faults(self, script: FaultScript) -> Self {
        Self {
            script,
            restless: false,
            nudged: false,
            second_driver: None,
            second_run: None,
            cancelled_after: None,
            halves: None,
            queued: false,
            mistake: None,
            clock_set: Vec::new(),
            ..self
        }
    }

    /// The same, of a refresh of such a kind.
    pub(super) fn of(self, refresh: Refresh) -> Self {
        match refresh {
            Refresh::Any => self,
            Refresh::SnapshotsCluster => Self { automated: false, ..self },
            Refresh::Grants => Self { without_policy: true, ..self },
            Refresh::KeyPolicy => Self { without_policy: false, ..self },
            Refresh::Masks => Self { masked: true, ..self },
            Refresh::SettlesAll => Self { automated: false, keep_snapshots: false, ..self },
        }
    }

    /// Whether the end follows from the request alone: nothing but crashes happens.
    pub(super) fn is_clean(&self) -> bool {
        self.script == FaultScript::new()
            && !self.restless
            && !self.nudged
            && self.clock_set.is_empty()
            && [self.second_driver, self.second_run, self.cancelled_after].iter().all(Option::is_none)
    }

    pub(super) fn stage(&self, seed: u64) -> TwoAccounts {
        let mut cluster = SourceCluster::default();
        if let Some(gib) = self.used_gib {
            (cluster.used_gib, cluster.rewritten_gib_per_day) = (gib, gib / 10);
        }
        if self.engine == "mysql" {
            (cluster.engine, cluster.engine_version) = ("mysql".to_owned(), "8.0.39".to_owned());
        }
        let stage = Stage::two_accounts_with(Stage::new(seed, VirtualClock::starting_at(Stage::opening())), &cluster);
        // An automated snapshot exists from the first backup window on.
        stage.advance(Duration::from_hours(26));
        let mut world = stage.fake.world();
        world.settle();
        if self.without_policy {
            let place = stage.source.place();
            let policy = Stage::own_key_policy(&place);
            let keys = world.at_mut(&place).keys.values_mut();
            keys.filter(|key| key.arn == stage.source_key).for_each(|key| key.policy.clone_from(&policy));
        }
        drop(world);
        stage
    }

    pub(super) fn request(&self, stage: &TwoAccounts, identifier: &str, version: Version) -> Result<Request, InvalidRequest> {
        let usual = stage.request(identifier).with_on_failure(self.on_failure).build()?;
        // A request is tables and texts: it serialises.
        let mut request = serde_json::to_value(usual).unwrap_or_default();
        if self.keep_snapshots {
            request["source"]["keep_snapshots"] = json!(true);
        }
        if self.automated {
            request["source"]["snapshot"] = json!({ "automated_within": "26days" });
        }
        if self.protected {
            request["destination"]["cluster"]["deletion_protection"] = json!(true);
        }
        match self.mistake.filter(|_| version == Version::First) {
            Some(Mistake::Temporary) => request["source"]["temporary"]["parameter_group"] = json!("misspelt"),
            Some(Mistake::Cluster) => request["destination"]["cluster"]["parameter_group"] = json!("misspelt"),
            None => {}
        }
        if version == Version::Overreaching {
            request["source"]["cluster"] = json!("another-production");
        }
        Request::try_from(request)
    }
}
