//! Everything that a program keeps across `await`s can be sent and shared between threads.

use rds_refresh_core::driver::Stop;
use rds_refresh_core::machine::{Call, Report};
use rds_refresh_core::ports::{DbInstance, Owned};
use rds_refresh_core::request::{InvalidRequest, Request};
use rds_refresh_core::{
    Command, DriveError, Driver, Event, Facts, FileStore, Machine, MemoryStore, Outcome, State, StepError, StoredState, Worker,
    steps,
};

fn shared<T: Send + Sync>() {}

#[test]
fn public_types_are_send_and_sync() {
    shared::<(Machine, Worker, Driver, State, StoredState, Facts)>();
    shared::<(Command<'_>, Call<'_>, Event, Outcome, Report)>();
    shared::<(Request, InvalidRequest, StepError, DriveError, Stop)>();
    shared::<(MemoryStore, FileStore, Owned<DbInstance>)>();
    shared::<(steps::SnapshotCluster, steps::RestoreCluster, steps::Settle)>();
}
