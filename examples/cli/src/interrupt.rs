//! Ctrl-C: once stops the run after the call in flight, twice leaves at once. Either way it can be resumed.

use std::sync::{Arc, Mutex, PoisonError};

use rds_refresh_core::driver::Stop;
use tokio::task::JoinHandle;

use crate::exit::Exit;
use crate::session::Shown;

/// Listens until it is aborted.
pub(crate) fn listen(stop: Stop, shown: Arc<Mutex<Shown>>) -> JoinHandle<()> {
    tokio::spawn(async move {
        signal().await;
        // Said first: a run that waits stops at once, and the last word is the outcome's.
        shown.lock().unwrap_or_else(PoisonError::into_inner).say("stopping after the call in flight; again to leave at once");
        stop.stop();
        signal().await;
        std::process::exit(Exit::Interrupted.code().into());
    })
}

/// Ctrl-C, or what a service manager sends.
#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        (Ok(mut interrupt), Ok(mut terminate)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        // Without a handler the signal ends the process, which costs a run nothing.
        _ => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
