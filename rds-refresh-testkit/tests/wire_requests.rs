//! What the services answer to requests that no SDK would send, and to those that it should not.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod signing;

use proptest::prelude::*;
use rds_refresh_testkit::wire::{AccessKey, WireRequest, WireResponse, WireService};
use rds_refresh_testkit::world::{Operation, Service};
use rds_refresh_testkit::{Stage, TwoAccounts};

use signing::Signer;

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
            "RestoreDBInstanceFromDBSnapshot&DBInstanceIdentifier=a&BackupTarget=moon",
            400,
            "InvalidParameterValue",
            "BackupTarget",
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
fn every_operation_of_the_model_is_on_the_wire() {
    for operation in Operation::ALL {
        let response = match operation.service() {
            Service::Rds => service().answer(&rds(&format!("Version=2014-10-31&Action={}", operation.name()))),
            Service::Sts => service().answer(&signed("sts", &format!("Version=2011-06-15&Action={}", operation.name()), &[])),
            Service::Ec2 => service().answer(&signed("ec2", &format!("Version=2016-11-15&Action={}", operation.name()), &[])),
            Service::Kms => service().answer(&kms(&format!("TrentService.{}", operation.name()), "{}")),
        };
        let unknown = ["InvalidAction", "UnknownOperationException"].iter().any(|code| response.body.contains(code));
        assert!(!unknown, "{}: {}", operation.name(), response.body);
    }
}

#[test]
fn ec2_shows_security_groups_page_by_page() {
    let service = service();
    {
        let mut world = service.fake().world();
        let place = Stage::two_accounts(1).source.place();
        for n in 0..6 {
            world.at_mut(&place).security_groups.insert(format!("sg-{n}"), "vpc-1".to_owned());
        }
    }
    let ask = |more: &str| {
        let answer = service.answer(&signed("ec2", &format!("Version=2016-11-15&Action=DescribeSecurityGroups{more}"), &[]));
        (answer.status, answer.body)
    };
    let count = |body: &str| body.matches("<groupId>").count();
    let (_, whole) = ask("");
    assert!(whole.contains("<groupName>default</groupName>") && whole.contains("<ipPermissions></ipPermissions>"), "{whole}");
    assert!(count(&whole) > 6 && !whole.contains("nextToken"), "{whole}");
    let (_, first) = ask("&MaxResults=5");
    let token = first.split_once("<nextToken>").unwrap().1.split_once("</nextToken>").unwrap().0;
    let (_, rest) = ask(&format!("&MaxResults=5&NextToken={token}"));
    assert_eq!((count(&first), count(&rest)), (5, count(&whole) - 5));
    for (more, code) in [
        ("&MaxResults=4", "InvalidParameterValue"),
        ("&MaxResults=1001", "InvalidParameterValue"),
        ("&MaxResults=5&GroupId.1=sg-1", "InvalidParameterCombination"),
        ("&NextToken=x", "InvalidPaginationToken"),
    ] {
        let (status, body) = ask(more);
        assert!(status == 400 && body.contains(&format!("<Code>{code}</Code>")), "{more}: {body}");
    }
}

#[tokio::test]
async fn no_request_id_is_given_twice_in_a_world() {
    use aws_sdk_rds::operation::RequestId;
    let stage = Stage::two_accounts(1);
    let mut ids = Vec::new();
    for caller in [&stage.source, &stage.source, &stage.destination] {
        let rds = aws_sdk_rds::Client::new(&stage.fake.sdk_config(&caller.account, &caller.region));
        for _ in 0..3 {
            ids.push(rds.describe_db_clusters().send().await.unwrap().request_id().unwrap().to_owned());
        }
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 9);
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
        ("TrentService.DescribeKey", "{\"KeyId\":\"a\",\"Colour\":\"red\"}", "ValidationException"),
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
    signed("rds", body, &[])
}

fn kms(target: &str, body: &str) -> WireRequest {
    signed("kms", body, &[("X-Amz-Target", target)])
}

fn signed(service: &'static str, body: &str, headers: &[(&str, &str)]) -> WireRequest {
    let host = format!("{service}.eu-west-1.amazonaws.com");
    let headers = headers.iter().copied().chain([("Host", host.as_str())]);
    let mut request = WireRequest {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: body.as_bytes().to_vec(),
    };
    Signer::new(&access_key(), service).sign(&mut request);
    request
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
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        request
    });
    assert_eq!(stranger.status, 403);
    let world = service.fake().world();
    let shown: Vec<_> = world.journal().iter().map(|entry| (entry.action.as_str(), entry.error, entry.took_effect)).collect();
    assert_eq!(shown, cases.map(|(_, action, code)| (action, Some(code), false)), "all but the stranger's");
}
