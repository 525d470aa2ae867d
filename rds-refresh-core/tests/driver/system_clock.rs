//! The system's clock, on tokio's paused time.

use std::time::Duration;

use rds_refresh_core::{Clock, SystemClock, Timestamp};

#[tokio::test(start_paused = true)]
async fn it_sleeps_for_as_long_as_it_was_asked() {
    for length in [Duration::ZERO, Duration::from_millis(300), Duration::from_secs(90)] {
        let began = tokio::time::Instant::now();
        let now = SystemClock.now();
        assert!(now > Timestamp::from_millis(0));
        SystemClock.sleep_until(now + length).await;
        // Some milliseconds of the system's own time may have gone by.
        let slept = began.elapsed();
        assert!(
            slept <= length + Duration::from_millis(2) && slept + Duration::from_secs(1) >= length,
            "{slept:?} of {length:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn its_deadlines_come() {
    let began = tokio::time::Instant::now();
    SystemClock.deadline(SystemClock.now() + Duration::from_mins(1)).await;
    assert!(began.elapsed() + Duration::from_secs(1) >= Duration::from_mins(1));
}
