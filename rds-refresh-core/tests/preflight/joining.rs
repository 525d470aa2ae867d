//! Reports: their order, and two halves in one.

use rds_refresh_core::preflight::{Check, Finding, Level, Report, destination, source};
use rds_refresh_core::step::Side;

use crate::world::{Case, now};

#[tokio::test]
async fn two_halves_made_apart_are_the_whole() {
    let mut case = Case::healthy();
    case.source.fill("DBInstances");
    case.destination.subnet_group().zones.truncate(2);
    let (from, to) = case.request().into_halves();
    // Each half crosses as JSON.
    let crossed = |report: &Report| serde_json::from_str::<Report>(&serde_json::to_string(report).unwrap()).unwrap();
    let first = crossed(&source(&case.source, &from, &case.options, now()).await);
    let second = crossed(&destination(&case.destination, &to, first.source.as_ref(), &case.options, now()).await);
    let whole = case.report().await;
    assert_eq!(first.clone().join(second.clone()), whole);
    assert_eq!(second.join(first), whole, "in either order");
    assert!(!whole.findings.iter().any(|finding| finding.check == Check::OtherSide));
    assert_eq!(whole.clone().join(whole.clone()), whole);
    let mut sorted = whole.findings.clone();
    sorted.sort_by(|a, b| (a.check, a.side, &a.resource).cmp(&(b.check, b.side, &b.resource)));
    assert_eq!(whole.findings, sorted);
}

fn finding(level: Level) -> Finding {
    Finding {
        check: Check::Quota,
        side: Side::Source,
        level,
        resource: "DBInstances".into(),
        found: "40 of 40 used".into(),
        needed: "room for 1 more".into(),
        fix: None,
        document: "RDS user guide".into(),
    }
}

#[test]
fn who_saw_stands_against_who_could_not() {
    let levels = [Level::CannotSee, Level::Ok, Level::Wrong];
    for (weight, level) in levels.iter().enumerate() {
        for (other_weight, other) in levels.iter().enumerate() {
            let joined = Report::new([finding(*level)]).join(Report::new([finding(*other)]));
            assert_eq!(joined.findings, [finding(levels[weight.max(other_weight)])]);
        }
    }
    assert_eq!(Report::default().level(), Level::Ok);
}

#[test]
fn findings_are_written_in_names() {
    let value = serde_json::to_value(finding(Level::CannotSee)).unwrap();
    assert_eq!(value["check"], "quota");
    assert_eq!((&value["side"], &value["level"]), (&"source".into(), &"cannot-see".into()));
    assert_eq!(finding(Level::Wrong).to_string(), "quota: DBInstances: 40 of 40 used; needed: room for 1 more");
}

#[tokio::test]
async fn the_name_of_a_check_is_how_it_is_stored() {
    for finding in Case::healthy().report().await.findings {
        assert_eq!(serde_json::to_value(finding.check).unwrap(), finding.check.as_str());
    }
}
