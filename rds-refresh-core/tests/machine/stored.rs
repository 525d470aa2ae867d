//! Stored states: what loads, what does not, and states of format 1 that load for ever.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rds_refresh_core::machine::LoadError;
use rds_refresh_core::{ErrorKind, Machine, Plan, PlanError, StoredState, Worker};
use serde_json::{Value, json};

use super::support::{A, B, D, Fake, Request, Run, abc};

fn load(stored: Value, plan: Result<(Machine, Worker), PlanError>) -> Result<String, LoadError> {
    Run::load(stored, plan.unwrap().0).map(|run| run.does())
}

fn changed(position: usize, stored: &str, program: &str) -> LoadError {
    LoadError::PlanChanged { position, stored: stored.to_owned(), program: program.to_owned() }
}

/// The plan a, b, c with other steps than it was begun with.
fn only_a() -> Result<(Machine, Worker), PlanError> {
    Plan::new().given::<Request>().then(Fake::<A, Request>::new()).build()
}

#[test]
fn a_state_is_the_same_after_storage() {
    let kept = Run::at_c().fails(ErrorKind::Quota).absent().fails_leaving(ErrorKind::Conflict, &["i1"]).undone_keeping(&["s1"]);
    let stories = [
        Run::of(abc()),
        Run::at_b().pending(),
        Run::at_b().fails(ErrorKind::Transient),
        Run::at_b().fails(ErrorKind::Credentials),
        Run::at_b().fails(ErrorKind::Quota).removing(&["i1"]),
        Run::at_c().ready(),
        kept.clone(),
        kept.resumed(),
    ];
    for run in stories {
        let loaded = Run::load(run.stored(), run.machine.clone()).unwrap();
        assert_eq!(loaded.state, run.state);
        assert_eq!(loaded.machine.command(&loaded.state), run.machine.command(&run.state));
    }
}

#[test]
fn steps_after_the_present_one_come_from_the_program() {
    let at_b = Run::at_b().stored();
    let longer =
        Plan::new().given::<Request>().then(Fake::<A, Request>::new()).then(Fake::<B, A>::new()).then(Fake::<D, B>::new());
    assert_eq!(load(at_b, longer.build()), Ok("do b".to_owned()));
    assert_eq!(load(Run::of(abc()).stored(), only_a()), Ok("do a".to_owned()));
}

#[test]
fn a_step_that_was_reached_must_be_there() {
    assert_eq!(load(Run::at_b().stored(), only_a()), Err(changed(2, "b (version 1)", "no step")));
}

#[test]
fn it_must_have_its_name() {
    let renamed = Plan::new().given::<Request>().then(Fake::<A, Request>::new()).then_as("b-eu", Fake::<B, A>::new()).build();
    assert_eq!(load(Run::at_b().stored(), renamed), Err(changed(2, "b (version 1)", "b-eu (version 1)")));
}

#[test]
fn it_must_stand_where_it_stood() {
    let inserted = Plan::new().given::<Request>().then(Fake::<D, Request>::new()).then(Fake::<A, Request>::new()).build();
    let refused = load(Run::of(abc()).stored(), inserted).unwrap_err();
    assert_eq!(refused, changed(1, "a (version 1)", "d (version 1)"));
    assert_eq!(
        refused.to_string(),
        "the plan has changed: step 1 of the run is a (version 1), and of the program d (version 1): \
         finish or cancel the run with the program that began it"
    );
}

#[test]
fn it_must_have_its_version() {
    let raised = || Plan::new().given::<Request>().then(Fake::<A, Request>::new()).then(Fake::<B, A, 2>::new()).build();
    assert_eq!(load(Run::at_b().stored(), raised()), Err(changed(2, "b (version 1)", "b (version 2)")));
    // Before it is reached, the program's version counts.
    assert_eq!(load(Run::of(abc()).stored(), raised()), Ok("do a".to_owned()));
}

#[test]
fn what_the_program_wants_given_must_be_given() {
    let more = Plan::new().given::<Request>().given::<D>().then(Fake::<A, Request>::new()).build();
    let refused = load(Run::of(abc()).stored(), more);
    assert_eq!(refused, Err(LoadError::Inconsistent("the fact \"d\" is missing".to_owned())));
}

#[test]
fn another_format_is_refused() {
    let mut stored = Run::at_b().stored();
    stored["format"] = json!(2);
    assert_eq!(load(stored, abc()), Err(LoadError::Format { found: 2, supported: 1 }));
}

#[test]
fn what_this_program_cannot_have_written_is_refused() {
    let undoing = Run::at_b().fails(ErrorKind::Quota).undone().stored();
    let verifying = Run::at_c().fails(ErrorKind::Quota).absent().undone().undone().resumed().stored();
    let failed = Run::at_b().fails(ErrorKind::Quota).fails_leaving(ErrorKind::Conflict, &["i1"]).undone_keeping(&["s1"]).stored();
    let cases = [
        (&undoing, "/at", json!(2)),
        (&undoing, "/at", json!(u64::MAX)),
        (&undoing, "/steps", json!([])),
        (&undoing, "/stage/failed", json!(2)),
        (&verifying, "/stage/queue", json!([0, 7])),
        (&failed, "/phase/step", json!(2)),
        (&failed, "/kept/0/by/step", json!(9)),
        (&failed, "/leftovers/0/by/step", json!(9)),
        (&undoing, "/seq", json!(1_u64 << 53)),
        (&undoing, "/elapsed_ms", json!(u64::MAX)),
        (&undoing, "/turn/elapsed_ms", json!(u64::MAX)),
        (&undoing, "/turn/absent_since_ms", json!(1_u64 << 40)),
        (&undoing, "/facts", json!({ "a": 1 })),
    ];
    for (stored, pointer, value) in cases {
        let mut edited = stored.clone();
        *edited.pointer_mut(pointer).unwrap() = value;
        assert!(matches!(load(edited, abc()), Err(LoadError::Inconsistent(_))), "{pointer}");
    }
}

/// States that were stored by the first release of format 1. They are never written anew.
const GOLDEN: [(&str, &str, &str); 8] = [
    ("calling", include_str!("../golden/calling.json"), "do b"),
    ("waiting", include_str!("../golden/waiting.json"), "sleep 1m 30s"),
    ("retrying", include_str!("../golden/retrying.json"), "sleep 2s"),
    ("verifying", include_str!("../golden/verifying.json"), "verify b"),
    ("undoing", include_str!("../golden/undoing.json"), "undo b"),
    ("parked", include_str!("../golden/parked.json"), "parked at b: DescribeDBInstances: the token has expired (ExpiredToken)"),
    ("succeeded", include_str!("../golden/succeeded.json"), "succeeded"),
    ("failed", include_str!("../golden/failed.json"), "failed at c: quota"),
];

#[test]
fn golden_states_load_and_are_written_as_they_were() {
    for (name, text, does) in GOLDEN {
        let stored: Value = serde_json::from_str(text).unwrap();
        let run = Run::load(stored.clone(), abc().unwrap().0).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(run.does(), does, "{name}");
        assert_eq!(run.stored(), stored, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    /// The text of a state, bent: it loads, or it is refused with a reason.
    #[test]
    fn no_text_makes_loading_panic(
        golden in 0..GOLDEN.len(),
        at in any::<prop::sample::Index>(),
        cut in 0..60_usize,
        put in "[\\[\\]{}\":,0-9a-z. -]{0,12}|null|-1|9007199254740992|1e999|\\PC{0,8}",
    ) {
        let text = GOLDEN[golden].1;
        let at = at.index(text.len());
        let (Some(before), Some(after)) = (text.get(..at), text.get((at + cut).min(text.len())..)) else { return Ok(()) };
        let bent = format!("{before}{put}{after}");
        let _ = StoredState::check_format(bent.as_bytes());
        match serde_json::from_str::<StoredState>(&bent) {
            Err(refused) => prop_assert!(!refused.to_string().is_empty()),
            Ok(stored) => {
                let report = stored.report();
                let machine = abc().unwrap().0;
                if let Ok(state) = machine.load(stored) {
                    prop_assert_eq!(state.report(), report);
                    let _ = machine.command(&state);
                }
            }
        }
    }
}
