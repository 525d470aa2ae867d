//! A process dies at points of a refresh, crossed with every single fault. The binary `sim` tries all the points, and all the faults.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rds_refresh_testkit::fault::Strike;
use rds_refresh_testkit::invariant;
use rds_refresh_testkit::sim::CrashTable;

/// Every so many points of a life; another one for each fault.
const STRIDE: u64 = 2000;

#[test]
fn crashes_with_every_fault() {
    let table = CrashTable::new();
    let mut violations = Vec::new();
    for (number, simulation) in table.simulations().into_iter().enumerate() {
        let first = number as u64 * 7 % STRIDE;
        for point in (first..simulation.points()).step_by(usize::try_from(STRIDE).unwrap()) {
            violations.extend(invariant::check(&simulation.clone().dying_at(point).run()).iter().map(ToString::to_string));
        }
    }
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// A fault that strikes nothing proves nothing, nor does somebody who finds nothing to do it to.
#[test]
fn every_fault_of_the_table_strikes() {
    // Those that the journal shows; the others find the same things at the same times.
    const ACTS: [&str; 3] = ["delete-snapshot", "restore-without-tags", "delete-instance"];
    let table = CrashTable::new();
    let mut idle = Vec::new();
    for (number, (script, simulation)) in table.faults().iter().zip(table.simulations()).enumerate().skip(1) {
        let record = simulation.run();
        let struck = |name: &str| record.figures.faults.contains_key(name);
        let acted = |name: &str| {
            !ACTS.contains(&name)
                || record.journal().iter().any(|entry| entry.took_effect && entry.somebody && entry.fault == Some(name))
        };
        let strikes = script.faults.iter().all(|fault| match &fault.strike {
            Strike::Somebody { does, .. } => struck(does.name()) && acted(does.name()),
            strike => struck(strike.name()),
        });
        if !strikes || record.figures.faults.is_empty() {
            idle.push(format!("{number}: {script:?}: {:?}", record.figures.faults));
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}

/// What goes on from the death alone ends as what was run from the beginning.
#[test]
fn a_death_is_the_same_however_it_is_tried() {
    let table = CrashTable::new();
    // Stale reads, which look at the past, and effects that come late.
    for fault in [3, 17] {
        let simulation = table.simulation(fault).unwrap();
        let mut deaths = Vec::new();
        simulation.each_death(|point, record| deaths.push((point, record)));
        assert!(deaths.len() > 100, "{} deaths with fault {fault}", deaths.len());
        for (point, record) in deaths.into_iter().skip(fault).step_by(100) {
            let whole = simulation.clone().dying_at(point).run();
            assert_eq!(record.trace(), whole.trace(), "fault {fault}, point {point}");
            assert_eq!(record.figures, whole.figures);
            assert_eq!((&record.shares, &record.copies), (&whole.shares, &whole.copies));
        }
    }
}

/// A command that is given at any moment, and the effect of what was asked before comes after it.
#[test]
fn cancels_at_any_point() {
    let table = CrashTable::new();
    let simulations = table.simulations().into_iter().enumerate().filter(|(fault, _)| table.is_cancelled(*fault));
    let simulations: Vec<_> = simulations.map(|(_, simulation)| simulation).collect();
    assert!(simulations.len() > 5);
    for (number, simulation) in simulations.into_iter().enumerate() {
        for point in (number as u64 * 11..simulation.points()).step_by(1000) {
            let record = simulation.clone().cancelled_at(point).run();
            assert_eq!(invariant::check(&record), [], "{}", record.options);
        }
    }
}
