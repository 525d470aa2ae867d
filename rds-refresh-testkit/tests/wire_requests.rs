//! What the services answer to requests that no SDK would send, and to those that it should not.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::sync::Arc;

use proptest::prelude::*;
use rds_refresh_testkit::wire::{AccessKey, WireRequest, WireResponse, WireService};
use rds_refresh_testkit::{Stage, TwoAccounts, VirtualClock};

#[test]
fn requests_that_are_no_aws_query_are_refused() {
    let cases: &[(&str, u16, &str)] = &[
        ("", 400, "MissingAction"),
        ("Version=2014-10-31", 400, "MissingAction"),
        ("Action=DescribeDBInstances", 400, "InvalidAction"),
        ("Action=DescribeDBInstances&Version=2012-01-01", 400, "InvalidAction"),
        ("Action=DescribeDBHamsters&Version=2014-10-31", 400, "InvalidAction"),
        ("Action=describedbinstances&Version=2014-10-31", 400, "InvalidAction"),
        ("Action=DescribeKey&Version=2014-10-31", 400, "InvalidAction"),
        ("Action=%zz", 404, "MalformedQueryString"),
        ("Action=A%2", 404, "MalformedQueryString"),
        ("Action=%ff%fe", 404, "MalformedQueryString"),
        ("Action=DescribeDBInstances&Action=DescribeDBClusters", 404, "MalformedQueryString"),
    ];
    for (body, status, code) in cases {
        let response = service().answer(&rds(body));
        assert_eq!((response.status, code_of(&response)), (*status, *code), "{body}: {}", response.body);
    }
}

#[test]
fn parameters_are_read_strictly_and_none_is_ignored() {
    let cases: &[(&str, u16, &str, &str)] = &[
        ("DescribeDBInstances&Colour=red", 400, "InvalidParameterValue", "Colour"),
        ("DescribeDBInstances&MaxRecords=many", 400, "InvalidParameterValue", "MaxRecords"),
        ("DescribeDBInstances&MaxRecords=", 400, "InvalidParameterValue", "MaxRecords"),
        ("DescribeDBInstances&MaxRecords=99999999999999999999", 400, "InvalidParameterValue", "MaxRecords"),
        ("DescribeDBInstances&MaxRecords=19", 400, "InvalidParameterValue", "MaxRecords"),
        ("DescribeDBInstances&MaxRecords=101", 400, "InvalidParameterValue", "MaxRecords"),
        ("DescribeDBInstances&Marker=made-up", 400, "InvalidParameterValue", "marker"),
        ("DescribeDBInstances&DBInstanceIdentifier.1=a", 400, "InvalidParameterValue", "DBInstanceIdentifier.1"),
        ("DescribeDBSnapshots&IncludeShared=perhaps", 400, "InvalidParameterValue", "IncludeShared"),
        ("DescribeDBInstances&Filters=db-instance-id", 404, "MalformedQueryString", "Filters"),
        ("DescribeDBInstances&Filters.Filter.0.Name=a", 404, "MalformedQueryString", "Filters.Filter.0.Name"),
        ("DescribeDBInstances&Filters.Filter.x.Name=a", 404, "MalformedQueryString", "Filters.Filter.x.Name"),
        (
            "DescribeDBInstances&Filters.Filter.1.Name=a&Filters.Filter.01.Name=b",
            404,
            "MalformedQueryString",
            "Filters.Filter.1.Name",
        ),
        ("DescribeDBInstances&Filters.Filter=a", 404, "MalformedQueryString", "Filters.Filter"),
        ("DescribeDBInstances&Filters.Filter.1.Values.Value.1=a", 400, "MissingParameter", "Filters.Filter.1.Name"),
        (
            "DescribeDBInstances&Filters.Filter.1.Name=a&Filters.member.2.Name=b",
            404,
            "MalformedQueryString",
            "Filters.member.2.Name",
        ),
        (
            "DescribeDBInstances&Filters.Filter.1.Name=a&Filters.Filter.1.Not=b",
            400,
            "InvalidParameterValue",
            "Filters.Filter.1.Not",
        ),
        ("ListTagsForResource", 400, "MissingParameter", "ResourceName"),
        ("CreateDBSnapshot&DBSnapshotIdentifier=a", 400, "MissingParameter", "DBInstanceIdentifier"),
        (
            "CreateDBSnapshot&DBSnapshotIdentifier=a&DBInstanceIdentifier=b&Tags.Tag.1.Value=c",
            400,
            "MissingParameter",
            "Tags.Tag.1.Key",
        ),
        (
            "RestoreDBInstanceFromDBSnapshot&DBInstanceIdentifier=a&LicenseModel=free",
            400,
            "InvalidParameterValue",
            "LicenseModel",
        ),
    ];
    for (action, status, code, named) in cases {
        let response = service().answer(&rds(&format!("Version=2014-10-31&Action={action}")));
        assert_eq!((response.status, code_of(&response)), (*status, *code), "{action}: {}", response.body);
        assert!(response.body.contains(named), "{action}: {}", response.body);
    }
}

#[test]
fn lists_may_be_written_in_every_way_that_clients_do() {
    let cases = [
        "Filters.Filter.1.Name=db-instance-id&Filters.Filter.1.Values.Value.1=a&Filters.Filter.1.Values.Value.2=b",
        "Filters.member.1.Name=db-instance-id&Filters.member.1.Values.member.1=a",
        "Filters.Filter.7.Values.item.30=a&Filters.Filter.7.Name=db-instance-id",
        "Filters.Filter.1.Name=db-instance-id&Filters.Filter.1.Values=",
        "Filters=",
    ];
    for filters in cases {
        let response = service().answer(&rds(&format!("Action=DescribeDBInstances&Version=2014-10-31&{filters}")));
        assert_eq!(response.status, 200, "{filters}: {}", response.body);
    }
}

#[test]
fn signatures_are_checked_for_key_scope_and_date() {
    type Change = fn(&mut WireRequest);
    let cases: &[(&str, Change, u16, &str)] = &[
        ("no signature", |r| remove(r, "authorization"), 403, "MissingAuthenticationToken"),
        (
            "another algorithm",
            |r| edit(r, "authorization", "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
            400,
            "IncompleteSignature",
        ),
        ("no credential", |r| edit(r, "authorization", "Credential=", "Credentials="), 400, "IncompleteSignature"),
        ("no signature value", |r| edit(r, "authorization", "Signature=00", "Signature="), 400, "IncompleteSignature"),
        ("a short scope", |r| edit(r, "authorization", "/aws4_request", ""), 400, "IncompleteSignature"),
        ("no date", |r| remove(r, "x-amz-date"), 400, "IncompleteSignature"),
        ("a date that is none", |r| edit(r, "x-amz-date", "T080000Z", "T996199Z"), 400, "IncompleteSignature"),
        ("another day than the date's", |r| edit(r, "authorization", "/20260105/", "/20260104/"), 403, "SignatureDoesNotMatch"),
        ("a stranger's key", |r| edit(r, "authorization", "AKIA1", "AKIA9"), 403, "InvalidClientTokenId"),
        ("another service", |r| edit(r, "authorization", "/rds/", "/ec2/"), 403, "SignatureDoesNotMatch"),
        ("another Region than the host's", |r| edit(r, "host", "eu-west-1", "eu-west-2"), 403, "SignatureDoesNotMatch"),
        ("a Region that is none", |r| edit(r, "authorization", "/eu-west-1/", "/mars/"), 403, "SignatureDoesNotMatch"),
        ("too old", |r| edit(r, "x-amz-date", "T080000Z", "T074459Z"), 400, "RequestExpired"),
        ("too new", |r| edit(r, "x-amz-date", "T080000Z", "T081501Z"), 403, "SignatureDoesNotMatch"),
        ("just old enough", |r| edit(r, "x-amz-date", "T080000Z", "T074500Z"), 200, ""),
        ("any host that is not AWS's", |r| edit(r, "host", "rds.eu-west-1.amazonaws.com", "127.0.0.1:4566"), 200, ""),
    ];
    for (name, change, status, code) in cases {
        let mut request = rds("Action=DescribeDBInstances&Version=2014-10-31");
        change(&mut request);
        let response = service().answer(&request);
        assert_eq!((response.status, code_of(&response)), (*status, *code), "{name}: {}", response.body);
    }
}

#[test]
fn the_clock_that_dates_are_checked_by_can_be_another_than_the_worlds() {
    let mut request = rds("Action=DescribeDBInstances&Version=2014-10-31");
    let service = service().with_wall_clock(Arc::new(VirtualClock::starting_at("2026-01-05T08:15:01Z".parse().unwrap())));
    assert_eq!(code_of(&service.answer(&request)), "RequestExpired");
    edit(&mut request, "x-amz-date", "20260105T080000Z", "20260105T081501Z");
    assert_eq!(service.answer(&request).status, 200);
}

#[test]
fn presigned_urls_are_let_in_until_they_expire() {
    let url = |seconds: u32| WireRequest {
        method: "GET".to_owned(),
        target: format!(
            "/?Action=DescribeDBInstances&Version=2014-10-31&X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential={}%2F20260105%2Feu-west-1%2Frds%2Faws4_request&X-Amz-Date=20260105T075940Z\
             &X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host&X-Amz-Signature=00",
            access_key().id
        ),
        ..WireRequest::default()
    };
    assert_eq!(service().answer(&url(20)).status, 200);
    assert_eq!(code_of(&service().answer(&url(19))), "RequestExpired");
}

#[test]
fn errors_are_documents_that_escape_what_they_repeat() {
    let response = service().answer(&rds("Action=DescribeDBInstances&Version=2014-10-31&%3Cb%3E%26%01=1"));
    let id = response.headers.iter().find(|(name, _)| *name == "x-amzn-requestid").unwrap().1.clone();
    assert_eq!(
        response.body,
        format!(
            "<ErrorResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><Error><Type>Sender</Type>\
             <Code>InvalidParameterValue</Code><Message>The parameter &lt;b&gt;&amp;\u{fffd} is not one that this model honours for \
             this operation.</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
        )
    );
}

#[test]
fn request_ids_follow_from_the_seed() {
    let ids = |service: &WireService| -> Vec<String> {
        let ids = (0..3).map(|_| service.answer(&rds("")).headers.swap_remove(1).1);
        ids.collect()
    };
    let (first, again, other) = (ids(&service()), ids(&service()), ids(&service().with_request_id_seed(7)));
    assert_eq!(first, again);
    assert!(first.iter().all(|id| !other.contains(id) && id.len() == 36 && id.as_bytes()[14] == b'4'), "{first:?}");
    assert_ne!(first[0], first[1]);
}

#[test]
fn kms_refuses_in_its_own_words() {
    let cases: &[(&str, &str, &str)] = &[
        ("TrentService.Teleport", "{}", "UnknownOperationException"),
        ("DynamoDB_20120810.GetItem", "{}", "UnknownOperationException"),
        ("TrentService.DescribeKey", "", "SerializationException"),
        ("TrentService.DescribeKey", "[]", "SerializationException"),
        ("TrentService.DescribeKey", "{\"KeyId\":1}", "SerializationException"),
        ("TrentService.DescribeKey", "{}", "ValidationException"),
        ("TrentService.DescribeKey", "{\"KeyId\":null}", "ValidationException"),
        ("TrentService.DescribeKey", "{\"KeyId\":\"a\",\"GrantTokens\":[\"b\"]}", "ValidationException"),
        ("TrentService.DescribeKey", "{\"KeyId\":\"alias/none\"}", "NotFoundException"),
        ("TrentService.ListGrants", "{\"KeyId\":\"a\",\"Limit\":0.5}", "SerializationException"),
        ("TrentService.CreateGrant", "{\"KeyId\":\"a\",\"GranteePrincipal\":\"b\",\"Operations\":[1]}", "SerializationException"),
    ];
    for (target, body, code) in cases {
        let response = service().answer(&kms(target, body));
        let error: serde_json::Value = serde_json::from_str(&response.body).unwrap();
        assert_eq!((response.status, error["__type"].as_str()), (400, Some(*code)), "{target} {body}: {error}");
        assert!(error["message"].is_string());
    }
}

#[test]
fn kms_checks_signatures_too() {
    let mut request = kms("TrentService.DescribeKey", "{}");
    edit(&mut request, "authorization", "/kms/", "/rds/");
    assert!(service().answer(&request).body.contains("InvalidSignatureException"));
    edit(&mut request, "authorization", "AKIA1", "AKIA9");
    assert!(service().answer(&request).body.contains("UnrecognizedClientException"));
    remove(&mut request, "authorization");
    assert!(service().answer(&request).body.contains("MissingAuthenticationTokenException"));
}

#[test]
fn neither_requests_nor_keys_show_what_is_secret() {
    let request = rds("Action=ModifyDBCluster&MasterUserPassword=hunter2");
    let shown = format!("{request:?} {:?}", service());
    assert!(!shown.contains("hunter2") && !shown.contains("fake-secret") && !shown.contains("Signature"), "{shown}");
}

proptest! {
    #[test]
    fn no_request_makes_the_service_panic(body in "(Action|Version|Tags|=|&|\\.|1|Tag|Describe|DBInstances|2014-10-31|%|\\PC){0,40}", target in ".{0,20}") {
        let service = service();
        let mut request = rds(&body);
        prop_assert!((400..500).contains(&service.answer(&request).status));
        request.method = "GET".to_owned();
        request.target = target;
        prop_assert!((400..500).contains(&service.answer(&request).status));
    }
}

/// The usual stage, which begins on 2026-01-05 at 08:00:00 UTC. Calls that are signed with [`access_key`] are let in.
fn service() -> WireService {
    let service = WireService::new(Stage::two_accounts(1).fake);
    service.add_access_key(access_key());
    service
}

fn access_key() -> AccessKey {
    let TwoAccounts { source, .. } = Stage::two_accounts(1);
    AccessKey::of(&source)
}

fn rds(body: &str) -> WireRequest {
    signed("rds", body)
}

fn kms(target: &str, body: &str) -> WireRequest {
    let mut request = signed("kms", body);
    request.headers.push(("X-Amz-Target".to_owned(), target.to_owned()));
    request
}

fn signed(service: &str, body: &str) -> WireRequest {
    let key = access_key().id;
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260105/eu-west-1/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=00"
    );
    let headers = [
        ("Host", format!("{service}.eu-west-1.amazonaws.com")),
        ("Authorization", authorization),
        ("X-Amz-Date", "20260105T080000Z".to_owned()),
    ];
    WireRequest {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        body: body.as_bytes().to_vec(),
    }
}

fn remove(request: &mut WireRequest, header: &str) {
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(header));
}

fn edit(request: &mut WireRequest, header: &str, from: &str, to: &str) {
    for (_, value) in request.headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case(header)) {
        assert!(value.contains(from), "{value} does not contain {from}");
        *value = value.replace(from, to);
    }
}

/// The code of an error document; empty for any other.
fn code_of(response: &WireResponse) -> &str {
    let code = response.body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map_or("", |(code, _)| code)
}

#[test]
fn the_journal_shows_what_never_reached_the_model() {
    let service = service();
    let cases = [
        ("Version=2014-10-31", "", "MissingAction"),
        ("Action=DescribeDBHamsters&Version=2014-10-31", "DescribeDBHamsters", "InvalidAction"),
        ("Action=DescribeDBInstances&Version=2014-10-31&Colour=red", "DescribeDBInstances", "InvalidParameterValue"),
        ("Action=ListTagsForResource&Version=2014-10-31", "ListTagsForResource", "MissingParameter"),
    ];
    for (body, _, _) in cases {
        let _ = service.answer(&rds(body));
    }
    let stranger = service.answer(&{
        let mut request = rds("Action=DescribeDBInstances&Version=2014-10-31");
        remove(&mut request, "authorization");
        request
    });
    assert_eq!(stranger.status, 403);
    let world = service.fake().world();
    let shown: Vec<_> = world.journal().iter().map(|entry| (entry.action.as_str(), entry.error, entry.took_effect)).collect();
    assert_eq!(shown, cases.map(|(_, action, code)| (action, Some(code), false)), "all but the stranger's");
}
