//! Durations stay in their ranges, and depend on names only.

use std::time::Duration;

use proptest::prelude::*;
use rds_refresh_testkit::timing::{Draw, Spread, transfer};

proptest! {
    #[test]
    fn a_sample_stays_in_its_range(seed: u64, name: String, median in 1_u64..5000, sigma in 0.0..3.0) {
        let spread = Spread { sigma, ..Spread::new(median, median / 2, median * 4) };
        let sample = spread.sample(Draw::named(seed, &[&name]));
        prop_assert!((spread.shortest..=spread.longest).contains(&sample));
        prop_assert_eq!(sample.subsec_nanos(), 0);
        prop_assert_eq!(sample, spread.sample(Draw::named(seed, &[&name])));
    }
}

#[test]
fn half_of_all_samples_are_below_the_median() {
    let spread = Spread::new(1000, 0, 100_000);
    let below = (0..2000_u64).filter(|seed| spread.sample(Draw::named(*seed, &["x"])) < spread.median).count();
    assert!((900..1100).contains(&below), "{below} of 2000");
}

#[test]
fn names_are_not_run_together() {
    assert_ne!(Draw::named(0, &["ab", "c"]), Draw::named(0, &["a", "bc"]));
}

#[test]
fn a_tebibyte_takes_five_hours_at_sixty_mebibytes_a_second() {
    assert_eq!(transfer(1024 * 1024, 60), Duration::from_secs(17_476));
    assert_eq!(transfer(1024, 0), Duration::ZERO);
}
