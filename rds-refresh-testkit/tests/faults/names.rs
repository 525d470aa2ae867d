//! How scripts spell what becomes of a call.

use serde_json::json;

use super::*;

fn script(strike: &serde_json::Value) -> Result<FaultScript, String> {
    FaultScript::from_json(&json!({ "faults": [{ "strike": strike }] }).to_string()).map_err(|error| error.to_string())
}

#[test]
fn a_name_alone_stands_for_the_defaults_of_all_its_fields() {
    // serde lists all the variants of an enum when it is given another.
    let error = script(&json!("?")).unwrap_err();
    let names: Vec<&str> = error.split_once("expected").unwrap().1.split('`').skip(1).step_by(2).collect();
    assert_eq!(names.len(), 17, "{error}");
    for name in names {
        let alone = script(&json!(name));
        match name {
            "somebody" => assert!(alone.unwrap_err().contains("missing field `does`")),
            _ => assert_eq!(alone.unwrap().faults[0].strike.name(), name),
        }
        if let Ok(with_fields) = script(&json!({ name: {} })) {
            assert_eq!(Ok(with_fields), script(&json!(name)), "{name}");
        }
    }
    let late = script(&json!({ "unanswered": { "effect": "late" } })).unwrap();
    let effect = Effect::Late { by: Duration::from_secs(90) };
    assert_eq!(late.faults[0].strike, Strike::Unanswered { failure: Failure::Timeout, effect });
}

#[test]
fn what_is_no_strike_is_said_with_its_place() {
    for (strike, says) in [
        (json!({ "stale": { "for": 30 } }), "unknown field `for`, expected `by`"),
        (json!({ "stale": { "by": "long" } }), "invalid type: string"),
        (json!({ "ends": {}, "stale": {} }), "one name is expected, and `stale` is a second one"),
        (json!({ "unanswered": { "effect": "later" } }), "unknown variant `later`, expected one of `none`, `done`, `late`"),
        (json!(7), "expected a name, or an object of a name and its fields"),
        (json!({}), "expected"),
    ] {
        let error = script(&strike).unwrap_err();
        assert!(error.contains(says) && error.contains(" at line 1 column "), "{strike}: {error}");
    }
}
