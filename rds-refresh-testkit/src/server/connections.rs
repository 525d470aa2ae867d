//! Connections: taken until told to stop, then finished.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::backend::Backend;
use super::http;

/// How long to wait when no connection can be taken, as for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(20);

/// Serves until `stop` resolves, its sender dropped included; then takes no more, and finishes what has begun.
pub(super) async fn serve(listener: TcpListener, backend: Arc<Backend>, mut stop: oneshot::Receiver<()>) {
    let limits = backend.options().limits;
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.head_bytes.max(8192))
        .pipeline_flush(true);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    pause().await;
                    continue;
                };
                // Answers are small and clients wait for them. Where it cannot be set, they only come later.
                let _ = stream.set_nodelay(true);
                let backend = backend.clone();
                let service = service_fn(move |request| {
                    let backend = backend.clone();
                    async move { http::respond(&backend, request).await }
                });
                connections.spawn(graceful.watch(protocol.serve_connection(TokioIo::new(stream), service)));
            }
            // A connection that broke, or sent what is no HTTP, concerns its client alone.
            Some(_) = connections.join_next() => {}
            _ = &mut stop => break,
        }
    }
    drop(listener);
    // What is not finished by then never will be.
    let _ = timeout(limits.shutdown_timeout, graceful.shutdown()).await;
    connections.shutdown().await;
}

#[expect(clippy::disallowed_methods, reason = "it is the computer that is short of something: only real time can help")]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
