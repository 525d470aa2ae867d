//! The table of error codes, against the codes that RDS and KMS send.

mod codes;

use std::collections::BTreeSet;

use codes::ON_THE_WIRE;
use rds_refresh_core::ErrorKind;
use rds_refresh_core::classify::{CODES, classify};

fn stem(code: &str) -> &str {
    code.strip_suffix("Fault").or_else(|| code.strip_suffix("Exception")).unwrap_or(code)
}

#[test]
fn every_code_asks_for_what_its_row_says() {
    for (code, kind) in ON_THE_WIRE {
        assert_eq!(classify(code, ""), Some(*kind), "{code}");
    }
}

#[test]
fn a_trailing_fault_or_exception_makes_no_difference() {
    for (code, kind) in ON_THE_WIRE {
        let stem = stem(code);
        for spelling in [stem.to_owned(), format!("{stem}Fault"), format!("{stem}Exception")] {
            assert_eq!(classify(&spelling, ""), Some(*kind), "{spelling}");
        }
        for strange in
            [format!("{stem}FaultFault"), format!("{stem}ExceptionException"), stem.to_lowercase(), format!("My{stem}")]
        {
            assert_eq!(classify(&strange, ""), None, "{strange}");
        }
    }
}

#[test]
fn the_table_holds_each_code_once_and_only_codes_that_are_tested() {
    let listed: Vec<&str> = CODES.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    let distinct: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(listed.len(), distinct.len(), "a code stands in the table twice");
    assert_eq!(distinct, ON_THE_WIRE.iter().map(|(code, _)| stem(code)).collect());
    assert!(listed.iter().all(|code| stem(code) == *code), "a code keeps a suffix and would never match");
}

#[test]
fn messages_decide_about_copy_slots_and_nothing_else() {
    let slots = "Cannot copy more than 20 snapshots across regions";
    let hard = "Cannot create more than 100 manual snapshots";
    assert_eq!(classify("SnapshotQuotaExceeded", slots), Some(ErrorKind::Busy));
    assert_eq!(classify("SnapshotQuotaExceededFault", slots), Some(ErrorKind::Busy));
    assert_eq!(classify("SnapshotQuotaExceeded", hard), Some(ErrorKind::Quota));

    for (code, kind) in ON_THE_WIRE.iter().filter(|(code, _)| *code != "SnapshotQuotaExceeded") {
        for message in [slots, "DBInstance x not found.", "Rate exceeded", "x is already being deleted"] {
            assert_eq!(classify(code, message), Some(*kind), "{code}: {message}");
        }
    }
}

#[test]
fn unknown_codes_are_left_to_the_http_status() {
    for code in ["", "Fault", "Exception", "NoSuchCode", "DBInstanceNotFound ", "503"] {
        assert_eq!(classify(code, "Rate exceeded"), None, "{code:?}");
    }
}
