//! A process dies at points of a refresh, crossed with every single fault. The binary `sim` tries all the points.

use rds_refresh_testkit::invariant;
use rds_refresh_testkit::sim::CrashTable;

/// How many points of each fault are tried.
const POINTS: usize = 3;

#[test]
fn crashes_with_every_fault() {
    let table = CrashTable::new();
    let mut violations = Vec::new();
    for number in 0..table.faults().len() {
        let simulation = table.simulation(number).unwrap();
        let points = simulation.crash_points();
        assert!(points.len() > 20, "{points:?}");
        // Other points for each fault, spread over the whole run.
        let stride = points.len() / POINTS;
        for point in points.into_iter().skip(number % stride).step_by(stride) {
            violations.extend(invariant::check(&simulation.clone().dying_at(point).run()).iter().map(ToString::to_string));
        }
    }
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
