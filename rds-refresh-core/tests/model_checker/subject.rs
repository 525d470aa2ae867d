//! The machine that is checked, or one with a flaw.

use std::time::Duration;

use rds_refresh_core::{Action, Applied, Command, Event, EventKind, Machine, State, Timestamp};
use serde_json::{Value, json};

use super::plan::{ABSENCE_WINDOW, ATTEMPTS, DEADLINE, INTERVAL, STALL_LIMIT};

#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) machine: Machine,
    pub(crate) flaw: Option<Flaw>,
}

/// What may be wrong with a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// A timer of the undoing goes off, and it sleeps on.
    SleepsOn,
    /// A timer's end calls under the timer's number.
    ReusesNumbers,
    /// A late timer counts.
    BelievesLateTimers,
    /// When all is undone, the undoing begins anew.
    UndoesAgain,
    /// After one step is undone, the run has failed.
    UndoesOne,
    /// After one step is undone, it is done again.
    DoesAgain,
    /// A cancel during a call is forgotten.
    ForgetsCancels,
    /// Without credentials it waits.
    WaitsForCredentials,
    /// What is kept is not listed.
    ForgetsWhatIsKept,
    /// A cancel is not stored.
    StoresNoCancel,
    /// A lost answer gives a step all its time again.
    ForgivesLostAnswers,
}

impl Flaw {
    pub(crate) const ALL: [Self; 11] = [
        Self::SleepsOn,
        Self::ReusesNumbers,
        Self::BelievesLateTimers,
        Self::UndoesAgain,
        Self::UndoesOne,
        Self::DoesAgain,
        Self::ForgetsCancels,
        Self::WaitsForCredentials,
        Self::ForgetsWhatIsKept,
        Self::StoresNoCancel,
        Self::ForgivesLostAnswers,
    ];
}

impl Subject {
    pub(crate) fn apply(&self, state: &mut State, event: Event) -> Applied {
        let Some(flaw) = self.flaw else { return self.machine.apply(state, event) };
        let before = state.clone();
        let (now, kind) = (event.now, event.kind.clone());
        let applied = self.machine.apply(state, event);
        let Some(bent) = self.bend(flaw, &before, &kind, state, now) else { return applied };
        *state = bent;
        Applied::Advanced
    }

    pub(crate) fn resume(&self, state: &mut State, now: Timestamp) -> Applied {
        self.machine.resume(state, now)
    }

    /// The state as another process finds it.
    pub(crate) fn reloaded(&self, state: &State) -> State {
        let mut stored = serde_json::to_value(state).unwrap();
        if self.flaw == Some(Flaw::StoresNoCancel) {
            stored["cancelled"] = json!(false);
        }
        self.load(&stored)
    }

    fn load(&self, stored: &Value) -> State {
        let stored = serde_json::from_str(&stored.to_string()).unwrap();
        self.machine.load(stored).unwrap()
    }

    /// What a machine with the flaw makes of the event, where that is something else.
    fn bend(&self, flaw: Flaw, before: &State, event: &EventKind, after: &State, now: Timestamp) -> Option<State> {
        let action = match self.machine.command(before) {
            Command::Run(call) => Some(call.action),
            _ => None,
        };
        let was = serde_json::to_value(before).unwrap();
        let mut bent = serde_json::to_value(after).unwrap();
        let is_over = action == Some(Action::Compensate) && was["at"] != bent["at"] && matches!(event, EventKind::Undone { .. });
        match (flaw, event) {
            (Flaw::SleepsOn, EventKind::Woke { .. }) if was["stage"]["is"] == "compensate" => bent = was,
            (Flaw::ReusesNumbers, EventKind::Woke { .. }) if before != after => bent["seq"] = was["seq"].clone(),
            (Flaw::BelievesLateTimers, EventKind::Woke { seq }) if *seq < before.seq() => bent["nudged"] = json!(true),
            (Flaw::UndoesAgain, _) if is_over && bent["phase"]["is"] == "failed" => {
                (bent["stage"], bent["phase"]) = (was["stage"].clone(), json!({ "is": "calling", "not_after": now }));
            }
            (Flaw::UndoesOne, _) if is_over && bent["stage"]["is"] == "compensate" => {
                bent["phase"] = json!({ "is": "failed", "step": bent["stage"]["failed"], "cause": { "type": "cancelled" } });
                bent["stage"] = json!({ "is": "forward" });
            }
            (Flaw::DoesAgain, _) if is_over => {
                bent["stage"] = json!({ "is": "forward" });
                bent["phase"] = json!({ "is": "calling", "not_after": now });
            }
            (Flaw::ForgetsCancels, EventKind::Cancelled) if action.is_some() => bent = was,
            (Flaw::WaitsForCredentials, _) if bent["phase"]["is"] == "parked" => {
                bent["phase"] = json!({ "is": "waiting", "until": bent["phase"]["until"] });
            }
            (Flaw::ForgetsWhatIsKept, _) => bent["kept"] = json!([]),
            (Flaw::ForgivesLostAnswers, EventKind::Lost { .. }) => bent["turn"] = json!({ "elapsed_ms": 0 }),
            _ => return None,
        }
        Some(self.load(&bent))
    }
}

/// All that the machine decides by. The moment, the command's number (from which only jitter follows), how often it looked and what an
/// error says are shown, and change no decision; time counts up to the limit that it is compared with. What the undoing has met is listed
/// and decides nothing either: it is part of the key where `with_lists`.
pub(crate) fn key(state: &State, with_lists: bool) -> String {
    let stored = serde_json::to_value(state).unwrap();
    let moment = |name: &str| {
        let moment: Timestamp = stored["phase"].get(name)?.as_str()?.parse().ok()?;
        Some(i128::from(moment.as_millis()) - i128::from(state.now().as_millis()))
    };
    let turn = &stored["turn"];
    let since = |from: u64, limit: Duration| from.min(u64::try_from(limit.as_millis()).unwrap());
    let number = |name: &str| turn[name].as_u64().unwrap_or_default();
    let (elapsed, looked) = (number("elapsed_ms"), number("looked_at_ms"));
    let absent = turn["absent_since_ms"].as_u64();
    let percent = turn["seen"]["percent"].as_u64();
    let attempts = u64::from(ATTEMPTS);
    let steps = stored["steps"].as_array().unwrap().iter();
    let decisive = json!([
        [stored["at"], stored["stage"]["is"], stored["stage"]["queue"], stored["stage"]["failed"]],
        [stored["phase"]["is"], stored["phase"]["overdue"], stored["phase"]["step"], moment("until"), moment("not_after")],
        [stored["cancelled"], stored["nudged"], stored["facts"]],
        steps.map(|step| json!([step["attempt"], step["dirty"]])).collect::<Vec<_>>(),
        [
            since(elapsed, DEADLINE),
            since(elapsed - looked, INTERVAL),
            number("failures").min(attempts),
            number("counted").min(attempts)
        ],
        percent.map(|percent| [percent, since(elapsed - number("still_since_ms"), STALL_LIMIT)]),
        absent.map(|from| [since(elapsed - from, ABSENCE_WINDOW), since(looked.saturating_sub(from), ABSENCE_WINDOW)]),
        turn["removing"],
        with_lists.then(|| [&stored["removed"], &stored["kept"], &stored["leftovers"]]),
    ]);
    decisive.to_string()
}

/// The same state, had the run begun later and looked oftener.
pub(crate) fn aged(state: &State) -> State {
    let mut value = serde_json::to_value(state).unwrap();
    let later = |moment: &Value| json!(moment.as_str().unwrap().parse::<Timestamp>().unwrap() + Duration::from_hours(5));
    value["now"] = later(&value["now"]);
    value["phase"]["not_after"] = later(&value["phase"]["not_after"]);
    value["seq"] = json!(state.seq() + 40);
    value["turn"]["looks"] = json!(9);
    let stored = serde_json::from_value(value).unwrap();
    super::plan::machine(2).load(stored).unwrap()
}
