//! `fake-rds`: the model of Amazon RDS and AWS KMS as a server.

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use rds_refresh_core::Timestamp;
use rds_refresh_testkit::server::{ClockMode, InvalidStage, Limits, Options, Scenery, Server, StageFile};

/// A fake of Amazon RDS and AWS KMS, with time, accounts and key policies, for every client that takes an endpoint URL.
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// How the world's time passes: `manual`, only when it is advanced; `real`; or a factor of real time, as `x60`.
    #[arg(long, value_name = "manual|real|xN", default_value_t)]
    clock: ClockMode,

    /// What decides everything that AWS leaves to chance: the same seed gives the same world. Default: the stage file's, else 1.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// When the world begins, as `2026-01-05T08:00:00Z`. Default: with the clock `manual` the stage's opening, else now.
    #[arg(long, value_name = "TIME")]
    start: Option<Timestamp>,

    /// What is there at the beginning, in TOML. Default: the accounts `source` and `destination` in eu-west-1.
    #[arg(long, value_name = "FILE")]
    stage: Option<PathBuf>,

    /// How many seconds a client may take for the head of a request, and a connection may be idle.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    head_timeout: u64,

    /// How many seconds requests in flight may take to finish at the end.
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(0..=3600))]
    shutdown_timeout: u64,
}

impl Arguments {
    fn options(self) -> Result<Options, InvalidStage> {
        let scenery = self.stage.map(|file| StageFile::read(&file)).transpose()?.map_or_else(Scenery::default, Scenery::from);
        let limits = Limits {
            head_timeout: Duration::from_secs(self.head_timeout),
            shutdown_timeout: Duration::from_secs(self.shutdown_timeout),
            ..Limits::default()
        };
        Ok(Options { listen: self.listen, clock: self.clock, seed: self.seed, start: self.start, scenery, limits })
    }
}

const AFTER_HELP: &str = "\
When it is ready it prints one line of JSON: `endpoint` (for --endpoint-url or AWS_ENDPOINT_URL),
`control`, `region`, `now`, and `accounts`, with the access keys to sign with and what each account
holds. SIGTERM and SIGINT end it. With the URL that is given as `control`:

  curl ${CONTROL}clock                                  the world's time
  curl -d '{\"seconds\": 3600}' ${CONTROL}clock/advance   an hour passes
  curl ${CONTROL}journal                                every call that was made
  curl ${CONTROL}world                                  everything that exists
  curl -X POST ${CONTROL}checkpoint                     remembers everything as it is now
  curl -X POST ${CONTROL}restore                        everything as at the checkpoint
  curl -X POST ${CONTROL}reset                          everything as at the beginning";

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fake-rds: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let options = arguments.options()?;
    let listen = options.listen;
    if !listen.ip().is_loopback() {
        eprintln!(
            "fake-rds: warning: whoever reaches {listen} can read this world and move its time; 127.0.0.1 is for this computer only"
        );
    }
    // Before the line that says so: a signal that comes at once must find somebody.
    let signal = signal()?;
    let server = Server::bind(options)
        .await
        .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {listen}: {error}")))?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", server.ready())?;
    stdout.flush()?;
    drop(stdout);
    signal.await;
    server.shutdown().await;
    Ok(())
}

/// Resolves when the process is asked to end.
#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Resolves when the process is asked to end.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // If nobody can ask, the process runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
