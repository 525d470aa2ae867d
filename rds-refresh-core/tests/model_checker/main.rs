//! The real machine over a small plan, and everything that its surroundings can do, explored to the end.
//!
//! ```text
//!  state ──► command ──► every answer that it can get, at once, late, or after a jump of the clock
//!    ▲                   and a nudge, a cancel, a resume, the park limit
//!    └──────────────────────────────────────────────┘
//! ```
//!
//! States that differ in nothing that the machine decides by are one: see [`subject::key`]. That makes the space finite, so what holds here
//! holds on every path, not only on those that somebody thought of. Each rule is shown to bite by a machine with a flaw that breaks it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod graph;
mod model;
mod plan;
mod rules;
mod subject;
mod surroundings;

use stateright::{Checker, Model};

use model::{Exploration, World};
use rules::Rule;
use subject::Flaw;

#[test]
fn every_rule_holds_in_every_state() {
    let is_large = std::env::var_os("RDS_REFRESH_MODEL").is_some_and(|size| size == "large");
    let explorations = if is_large {
        vec![Exploration::large(), Exploration::listing()]
    } else {
        vec![Exploration::small(), Exploration::listing()]
    };
    for exploration in explorations {
        let checker = exploration.checker().threads(2).spawn_bfs().join();
        if let Some((rule, path)) = checker.discoveries().into_iter().next() {
            let actions = path.into_vec().into_iter().filter_map(|(_, action)| action);
            panic!("not so: {rule}, after {:#?}", actions.collect::<Vec<_>>());
        }
        let states = checker.unique_state_count();
        let longest = checker.model().graph.longest_path().unwrap_or_else(|cycle| panic!("a run that never ends: {cycle}"));
        println!("{states} states, and no path through them has more than {longest} events");
        assert!(states > 1000, "{states}");
    }
}

/// The states in which a rule is broken by a machine with this flaw, if there are such.
fn broken_by(flaw: Flaw) -> Vec<&'static str> {
    let wanted = Rule::of(flaw);
    let checker = Exploration::with_flaw(flaw).checker().threads(2).finish_when(wanted.finish()).spawn_bfs().join();
    let mut broken: Vec<&'static str> = checker.discoveries().into_keys().collect();
    if checker.is_done() && checker.model().graph.longest_path().is_err() {
        broken.push(Rule::Ends.says());
    }
    broken
}

#[test]
fn each_rule_is_seen_to_be_broken() {
    for flaw in Flaw::ALL {
        let broken = broken_by(flaw);
        assert!(broken.contains(&Rule::of(flaw).says()), "{flaw:?} breaks {broken:?}");
    }
    let shown = Flaw::ALL.map(Rule::of);
    assert!(Rule::ALL.iter().all(|rule| shown.contains(rule)), "a rule that no flaw breaks proves nothing");
}

#[test]
fn states_that_differ_in_no_decision_are_one() {
    let exploration = Exploration::small();
    let World { state, .. } = exploration.init_states().remove(0);
    let later = subject::aged(&state);
    assert_ne!(state, later);
    assert_eq!(subject::key(&state, true), subject::key(&later, true));
}
