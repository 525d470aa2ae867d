//! Cancelling never pre-empts a call, because its effect may come late.

use rds_refresh_core::EventKind::Cancelled;
use rds_refresh_core::machine::Why;
use rds_refresh_core::{ErrorKind, EventKind};

use super::support::{Run, abc, seconds};

#[test]
fn while_waiting_it_undoes_at_once() {
    let run = Run::at_b().pending().takes(Cancelled).is("undo b").absent().is("undo a").undone();
    run.is("failed at b: cancelled");
}

/// During the call the cancel is only remembered.
fn cancelled_during_the_call() -> Run {
    Run::at_b().takes(Cancelled).is("do b").ignores(Cancelled, Why::AlreadyStopping)
}

#[test]
fn during_a_call_any_answer_then_undoes() {
    cancelled_during_the_call().ready().is("undo b");
    cancelled_during_the_call().pending().is("undo b");
    cancelled_during_the_call().after(seconds(75)).lost().is("undo b");
    for &kind in ErrorKind::ALL {
        cancelled_during_the_call().fails(kind).is("undo b").absent().is("undo a").undone().is("failed at b: cancelled");
    }
}

#[test]
fn what_a_cancelled_call_finished_is_undone_as_finished() {
    // One look is enough: what a finished step made was seen.
    cancelled_during_the_call().ready().undone().is("undo a").undone().is("failed at b: cancelled");
}

#[test]
fn even_when_the_last_step_was_just_done() {
    Run::at_c().takes(Cancelled).ready().is("undo c").undone().undone().undone().is("failed at c: cancelled");
}

#[test]
fn the_flag_survives_storage() {
    let run = cancelled_during_the_call();
    Run::load(run.stored(), run.machine).unwrap().pending().is("undo b");
}

#[test]
fn while_undoing_it_changes_nothing() {
    let undoing = Run::at_b().fails(ErrorKind::Invalid);
    undoing.clone().ignores(Cancelled, Why::AlreadyStopping).absent().undone().is("failed at b: invalid");
    undoing.pending().ignores(Cancelled, Why::AlreadyStopping).is("sleep 15s");
}

#[test]
fn a_run_that_has_ended_cannot_be_cancelled() {
    Run::at_c().ready().ignores(Cancelled, Why::Ended);
    Run::of(abc()).fails(ErrorKind::Invalid).absent().ignores(Cancelled, Why::Ended);
}

#[test]
fn while_a_resume_is_verifying_it_undoes_what_is_done() {
    let failed = Run::at_c().fails(ErrorKind::Invalid).absent().undone().undone();
    let verifying = failed.resumed().is("verify b");
    let undone = |run: Run| run.is("undo b").undone().is("undo a").undone().is("failed at b: cancelled");
    undone(verifying.clone().takes(Cancelled).is("verify b").verified(true));
    undone(verifying.clone().takes(Cancelled).fails(ErrorKind::Throttled));
    undone(verifying.fails(ErrorKind::Throttled).takes(Cancelled));
}

#[test]
fn a_nudge_during_a_cancelled_call_does_not_save_it() {
    cancelled_during_the_call().takes(EventKind::Nudged).pending().is("undo b");
}
