//! Whole refreshes: the definitions, interpreted, drive the real ticks.
#![cfg(feature = "lambda")]

mod common;

use common::World;
use common::asl::Status;
use rds_refresh_lambda::Mode;
use serde_json::json;

#[tokio::test]
async fn refreshes() {
    let mut world = World::new(1);
    let source = world.run(Mode::Source, "nightly", json!({})).await;
    println!("{} {} {:?} largest {}", source.transitions, source.history.len(), source.sent, source.largest);
    println!("{:#?}", source.entered);
    assert!(matches!(source.status, Status::Succeeded(_)), "{:?}", source.status);
    println!("{}", serde_json::to_string_pretty(&world.stage.fake.world().to_json()).unwrap());
}
