//! Each service refuses in its own words.

use super::*;

/// How a call of each service is refused.
fn refusals(stage: &TwoAccounts) -> [ApiError; 4] {
    let caller = &stage.source;
    let key = ops::DescribeKey { key: stage.source_key.clone(), ..Default::default() };
    [
        stage.fake.call(caller, &ops::DescribeDbClusters::default()).unwrap_err(),
        stage.fake.call(caller, &key).unwrap_err(),
        stage.fake.call(caller, &ops::GetCallerIdentity).unwrap_err(),
        stage.fake.call(caller, &ops::DescribeSecurityGroups::default()).unwrap_err(),
    ]
}

#[test]
fn each_service_has_codes_of_its_own() {
    type Codes = [(&'static str, u16); 4];
    let table: [(Strike, Codes); 4] = [
        (
            Strike::Throttled,
            [("Throttling", 400), ("ThrottlingException", 400), ("Throttling", 400), ("RequestLimitExceeded", 503)],
        ),
        (
            Strike::Expired,
            [("ExpiredToken", 403), ("ExpiredTokenException", 400), ("ExpiredToken", 403), ("RequestExpired", 400)],
        ),
        (
            Strike::Skewed,
            [
                ("SignatureDoesNotMatch", 403),
                ("InvalidSignatureException", 400),
                ("SignatureDoesNotMatch", 403),
                ("AuthFailure", 401),
            ],
        ),
        (
            Strike::Denied,
            [("AccessDenied", 403), ("AccessDeniedException", 400), ("AccessDenied", 403), ("UnauthorizedOperation", 403)],
        ),
    ];
    for (strike, codes) in table {
        let stage = stage([Fault::new(Calls::default().always(), strike.clone())]);
        assert_eq!(refusals(&stage).map(|error| (error.code, error.status)), codes, "{strike:?}");
    }
}

#[test]
fn a_denial_names_the_action_of_the_service() {
    let stage = stage([Fault::new(Calls::default().always(), Strike::Denied)]);
    let actions =
        ["rds:DescribeDBClusters", "kms:DescribeKey", "sts:GetCallerIdentity", "ec2:DescribeSecurityGroups"].map(str::to_owned);
    let named = refusals(&stage).map(|error| error.message.rsplit(' ').next().unwrap().to_owned());
    assert_eq!(named, actions);
}

#[test]
fn too_many_calls_are_refused_as_the_service_does() {
    let stage = stage([]);
    let none = Rate { per_second: 0, burst: 0 };
    stage.fake.world().arm(FaultScript { rate_limits: Some(RateLimits { reads: none, mutations: none }), ..FaultScript::new() });
    assert_eq!(refusals(&stage)[3].code, "RequestLimitExceeded");
}

#[test]
fn there_is_no_capacity_for_a_cluster_however_it_is_made() {
    let stage = with_snapshot([Fault::new(Calls::mutations().always(), Strike::Capacity)]);
    let create = ops::CreateDbCluster { identifier: "new".into(), ..Default::default() };
    let restore = ops::RestoreDbClusterFromSnapshot { identifier: "new".into(), ..Default::default() };
    let refused = [stage.fake.call(&stage.source, &create).unwrap_err(), stage.fake.call(&stage.source, &restore).unwrap_err()];
    for error in refused {
        assert_eq!((error.code, error.status), ("InsufficientDBClusterCapacityFault", 403));
    }
}
