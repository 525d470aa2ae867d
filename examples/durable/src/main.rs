//! The service as it is: the plan of seven steps, both accounts in one process.

use clap::Parser;
use rds_refresh_core::steps;
use rds_refresh_restate::{Failure, Options, serve};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    serve(Options::parse(), |source, destination| steps::refresh(source, destination).build()).await
}
