//! Whatever is done to a stored state, it does not load, or it does no harm.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rds_refresh_core::{Command, Machine, State, StoredState, Worker};
use serde_json::{Value, json};

use super::drawn::{happenings, plans};
use super::support::{given, resource, start_of_day};

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_state_does_not_load_or_does_no_harm(
        drawn in plans(),
        before in happenings(),
        damages in damages(),
        after in happenings(),
    ) {
        let (machine, worker) = drawn.build().unwrap();
        let (_, mut state) = drawn.start();
        let mut now = start_of_day();
        for happening in before {
            let _ = happening.happen(&machine, &mut state, &mut now);
        }
        let mut stored = serde_json::to_value(&state).unwrap();
        for damage in &damages {
            damage.strike(&mut stored);
        }
        let Ok(stored) = serde_json::from_value::<StoredState>(stored) else { return Ok(()) };
        let _ = stored.report();
        let Ok(mut state) = machine.load(stored) else { return Ok(()) };
        ask(&machine, &worker, &state);
        for happening in after {
            let _ = happening.happen(&machine, &mut state, &mut now);
            ask(&machine, &worker, &state);
        }
    }
}

/// Everything that a program may ask of a state.
fn ask(machine: &Machine, worker: &Worker, state: &State) {
    let _ = state.report();
    match machine.command(state) {
        Command::Run(call) => {
            let _ = worker.footprint(&call, state.now());
        }
        Command::Sleep(_) => {}
        Command::Finish(outcome) => {
            let _ = format!("{outcome:?} {}", outcome.leftovers.iter().map(ToString::to_string).collect::<String>());
            let _ = worker.amend(machine, &mut state.clone(), &given());
        }
    }
}

/// Every place in a JSON document.
fn list_places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, child)| (name.clone(), child)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        list_places(child, &format!("{at}/{name}"), found);
    }
}

/// One edit of a stored state.
#[derive(Clone, Debug)]
enum Damage {
    Remove(prop::sample::Index),
    Copy {
        from: prop::sample::Index,
        to: prop::sample::Index,
    },
    Edit(prop::sample::Index, Value),
    /// Another value at a place that everything hangs on.
    Set(&'static str, Value),
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let place = any::<prop::sample::Index>;
    let number = prop_oneof![
        6 => 0..8_u64,
        1 => Just(u64::from(u32::MAX)),
        1 => Just((1 << 53) - 1),
        1 => Just(u64::MAX)
    ];
    let value = prop_oneof![
        4 => number.clone().prop_map(|number| json!(number)),
        1 => Just(json!("9999-12-31T23:59:59.999Z")),
        1 => Just(json!("1970-01-01T00:00:00Z")),
        1 => Just(json!("")),
        1 => Just(json!(true)),
        1 => Just(json!([])),
        1 => Just(Value::Null)
    ];
    let error = json!({ "kind": "busy", "message": "" });
    let set = number.prop_flat_map(move |number| {
        prop::sample::select(vec![
            ("/at", json!(number)),
            ("/stage", json!({ "is": "verify", "queue": [0, number] })),
            ("/stage", json!({ "is": "compensate", "failed": number, "cause": { "type": "cancelled" } })),
            ("/phase", json!({ "is": "failed", "step": number, "cause": { "type": "cancelled" } })),
            ("/phase", json!({ "is": "waiting", "until": "9999-12-31T23:59:59.999Z" })),
            ("/phase", json!({ "is": "parked", "until": "1970-01-01T00:00:00Z", "error": error.clone() })),
            ("/phase", json!({ "is": "calling", "not_after": "1970-01-01T00:00:00Z", "overdue": true })),
            ("/phase", json!({ "is": "succeeded" })),
            ("/kept", json!([{ "by": { "step": number, "attempt": 1 }, "resource": resource("r0") }])),
            ("/leftovers", json!([{ "by": { "step": number, "attempt": 1 }, "why": "" }])),
            ("/turn/absent_since_ms", json!(number)),
            ("/cancelled", json!(true)),
        ])
    });
    let damage = prop_oneof![
        2 => place().prop_map(Damage::Remove),
        1 => (place(), place()).prop_map(|(from, to)| Damage::Copy { from, to }),
        2 => (place(), value).prop_map(|(place, value)| Damage::Edit(place, value)),
        3 => set.prop_map(|(place, value)| Damage::Set(place, value))
    ];
    proptest::collection::vec(damage, 1..4)
}

impl Damage {
    fn strike(&self, stored: &mut Value) {
        let mut places = Vec::new();
        list_places(stored, "", &mut places);
        let (place, value) = match self {
            Self::Remove(place) => return remove(stored, place.get::<String>(&places)),
            Self::Copy { from, to } => {
                let from = stored.pointer(from.get::<String>(&places)).cloned();
                (to.get(&places).clone(), from.unwrap_or_default())
            }
            Self::Edit(place, value) => (place.get(&places).clone(), value.clone()),
            Self::Set(place, value) => ((*place).to_owned(), value.clone()),
        };
        let Some((parent, name)) = place.rsplit_once('/') else { return };
        match stored.pointer_mut(parent) {
            Some(Value::Object(fields)) => drop(fields.insert(name.to_owned(), value)),
            Some(Value::Array(items)) => {
                if let Some(item) = name.parse().ok().and_then(|index: usize| items.get_mut(index)) {
                    *item = value;
                }
            }
            _ => {}
        }
    }
}

fn remove(stored: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else { return };
    match stored.pointer_mut(parent) {
        Some(Value::Object(fields)) => drop(fields.remove(name)),
        Some(Value::Array(items)) => drop(items.pop()),
        _ => {}
    }
}
