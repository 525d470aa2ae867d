//! Refreshes on [Restate](https://restate.dev), a distributed durable-execution engine.
//!
//! ```text
//!  curl ──► ingress ──► Refresh/<run>/run ──► turns ──► flow: three arms ──► Outcome
//!                       Refresh/<run>/status, cancel, nudge, resume         │
//!                                                                           ├─ Run    ► ctx.run: one call of one step
//!                       Turns/<cluster or account>: who goes when           ├─ Sleep  ► durable timer, or a signal
//!                                                                           └─ Finish ► the answer
//! ```
//!
//! Restate owns the progress, the timers and the signals of a run; the machine decides what comes next; the worker alone touches AWS.
//! The plan is the one that every other driver runs, so steps of your own plug in as everywhere: give [`serve`] another one.
#![forbid(unsafe_code)]

mod accounts;
mod flow;
mod halt;
mod logs;
mod options;
mod pace;
mod refresh;
mod turns;

use std::sync::Arc;

use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{Machine, PlanError, Worker};
use restate_sdk::prelude::{Endpoint, HttpServer};
use tokio::net::TcpListener;

pub use options::Options;

use accounts::Accounts;
use pace::Pace;
use refresh::Refresh;
use turns::Turns;

/// What a refresh does: makes a plan of the two accounts' ports. The steps that a run has reached must stay what they are while it is under way.
pub type Planner = fn(&Arc<dyn Source>, &Arc<dyn Destination>) -> Result<(Machine, Worker), PlanError>;

/// Why the service did not start, or stopped.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Serves refreshes by this plan until the process is asked to stop (SIGTERM, SIGINT).
///
/// What is under way then goes on wherever it is served next.
pub async fn serve(options: Options, plan: Planner) -> Result<(), Failure> {
    logs::begin(&options)?;
    let pace = match &options.clock {
        Some(url) => Pace::of_fake(url)?,
        None => Pace::real(),
    };
    let accounts = Accounts::reach(&options).await;
    let at_once = options.per_account;
    let endpoint = Endpoint::builder().bind(Refresh { accounts, plan, pace, at_once }).bind(Turns).build();
    let listener = TcpListener::bind(options.listen).await?;
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let stopped = async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    HttpServer::new(endpoint).serve_with_cancel(listener, stopped).await;
    Ok(())
}
