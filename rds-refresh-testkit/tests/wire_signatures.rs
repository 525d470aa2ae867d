//! Signatures: what is let in, and what is refused in which words.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod signing;

use std::sync::Arc;

use rds_refresh_core::Secret;
use rds_refresh_testkit::wire::{AccessKey, WireRequest, WireResponse, WireService};
use rds_refresh_testkit::{Stage, TwoAccounts, VirtualClock};

use signing::Signer;

type Change = fn(&mut WireRequest);

#[test]
fn what_is_changed_after_signing_is_refused() {
    let cases: &[(&str, Change, u16, &str)] = &[
        ("nothing", |_| (), 200, ""),
        ("no signature", |r| remove(r, "authorization"), 403, "MissingAuthenticationToken"),
        ("another algorithm", |r| edit(r, "authorization", "HMAC-SHA256", "ECDSA-P256-SHA256"), 400, "IncompleteSignature"),
        ("no credential", |r| edit(r, "authorization", "Credential=", "Credentials="), 400, "IncompleteSignature"),
        ("no signature value", |r| edit(r, "authorization", "Signature=", "Signatures="), 400, "IncompleteSignature"),
        ("a short scope", |r| edit(r, "authorization", "/aws4_request", ""), 400, "IncompleteSignature"),
        ("no date", |r| remove(r, "x-amz-date"), 400, "IncompleteSignature"),
        ("a date that is none", |r| edit(r, "x-amz-date", "T080000Z", "T996199Z"), 400, "IncompleteSignature"),
        ("another day than the date's", |r| edit(r, "authorization", "/20260105/", "/20260104/"), 403, "SignatureDoesNotMatch"),
        ("a stranger's key", |r| edit(r, "authorization", "AKIA1", "AKIA9"), 403, "InvalidClientTokenId"),
        ("another service", |r| edit(r, "authorization", "/rds/", "/sts/"), 403, "SignatureDoesNotMatch"),
        ("another Region than the host's", |r| edit(r, "host", "eu-west-1", "eu-west-2"), 403, "SignatureDoesNotMatch"),
        ("a Region that is none", |r| edit(r, "authorization", "/eu-west-1/", "/mars/"), 403, "SignatureDoesNotMatch"),
        ("another host", |r| edit(r, "host", "rds.eu-west-1.amazonaws.com", "127.0.0.1:4566"), 403, "SignatureDoesNotMatch"),
        ("a second later", |r| edit(r, "x-amz-date", "T080000Z", "T080001Z"), 403, "SignatureDoesNotMatch"),
        ("another body", |r| r.body.extend(b"&MaxRecords=20"), 403, "SignatureDoesNotMatch"),
        ("another method", |r| r.method = "GET".to_owned(), 403, "SignatureDoesNotMatch"),
        ("a path", |r| r.target = "/elsewhere".to_owned(), 403, "SignatureDoesNotMatch"),
        ("a token", |r| r.headers.push(("X-Amz-Security-Token".into(), "t".into())), 403, "InvalidClientTokenId"),
        ("another body's hash", |r| r.headers.push(("X-Amz-Content-Sha256".into(), "0".into())), 403, "SignatureDoesNotMatch"),
        ("an unsigned host", |r| edit(r, "authorization", "SignedHeaders=host;", "SignedHeaders="), 403, "SignatureDoesNotMatch"),
        ("a header that is not signed", |r| r.headers.push(("Accept-Encoding".into(), "gzip".into())), 200, ""),
        ("more spaces", |r| edit(r, "x-spaced", "one two", " one   two "), 200, ""),
    ];
    for (name, change, status, code) in cases {
        let mut request = describe();
        request.headers.push(("X-Spaced".to_owned(), "one two".to_owned()));
        signer("rds").sign(&mut request);
        change(&mut request);
        let response = service().answer(&request);
        assert_eq!((response.status, code_of(&response)), (*status, *code), "{name}: {}", response.body);
    }
}

#[test]
fn a_signature_holds_for_15_minutes_and_may_be_5_ahead() {
    let cases = [
        ("07:44:59", 400, "RequestExpired"),
        ("07:45:00", 200, ""),
        ("08:05:00", 200, ""),
        ("08:05:01", 403, "SignatureDoesNotMatch"),
    ];
    for (time, status, code) in cases {
        let mut request = describe();
        signer("rds").at(&format!("2026-01-05T{time}Z")).sign(&mut request);
        let response = service().answer(&request);
        assert_eq!((response.status, code_of(&response)), (status, code), "{time}: {}", response.body);
    }
}

#[test]
fn the_clock_that_dates_are_checked_by_can_be_another_than_the_worlds() {
    let service = service().with_wall_clock(Arc::new(VirtualClock::starting_at("2026-01-05T08:15:01Z".parse().unwrap())));
    let answer = |signer: &Signer| {
        let mut request = describe();
        signer.sign(&mut request);
        service.answer(&request)
    };
    assert_eq!(code_of(&answer(&signer("rds"))), "RequestExpired");
    assert_eq!(answer(&signer("rds").at("2026-01-05T08:15:01Z")).status, 200);
}

#[test]
fn a_secret_can_be_replaced_and_the_old_one_does_not_sign_any_more() {
    let service = service();
    let mut request = describe();
    signer("rds").sign(&mut request);
    assert_eq!(service.answer(&request).status, 200);
    service.add_access_key(AccessKey { secret: Secret::new("another".to_owned()), ..access_key() });
    assert_eq!(code_of(&service.answer(&request)), "SignatureDoesNotMatch");
}

#[test]
fn any_host_that_is_not_awss_belongs_to_every_region() {
    for host in ["127.0.0.1:4566", "localhost", "rds.internal.example"] {
        let mut request = WireRequest { headers: vec![("host".to_owned(), host.to_owned())], ..describe() };
        signer("rds").sign(&mut request);
        assert_eq!(service().answer(&request).status, 200, "{host}");
    }
}

#[test]
fn presigned_urls_are_let_in_until_they_expire() {
    let url = |seconds: u64| {
        let mut request = WireRequest {
            method: "GET".to_owned(),
            target: "/?Version=2014-10-31&Action=DescribeDBInstances&Filters.Filter.1.Name=db-instance-id&\
                     Filters.Filter.1.Values.Value.1=a%20b"
                .to_owned(),
            body: Vec::new(),
            ..describe()
        };
        signer("rds").at("2026-01-05T07:59:40Z").presign(&mut request, seconds);
        request
    };
    let code = |request: &WireRequest| code_of(&service().answer(request)).to_owned();
    assert_eq!(code(&url(20)), "");
    assert_eq!(code(&url(19)), "RequestExpired");
    assert_eq!(code(&url(604_801)), "IncompleteSignature");
    let mut tampered = url(20);
    tampered.target = tampered.target.replace("a%20b", "a%20c");
    assert_eq!(code(&tampered), "SignatureDoesNotMatch");
}

#[test]
fn kms_refuses_in_its_own_words() {
    let cases: &[(&str, Change, &str)] = &[
        ("nothing", |_| (), "NotFoundException"),
        ("another service", |r| edit(r, "authorization", "/kms/", "/rds/"), "InvalidSignatureException"),
        ("another body", |r| r.body.push(b' '), "InvalidSignatureException"),
        ("a stranger", |r| edit(r, "authorization", "AKIA1", "AKIA9"), "UnrecognizedClientException"),
        ("nobody", |r| remove(r, "authorization"), "MissingAuthenticationTokenException"),
        ("another target", |r| edit(r, "x-amz-target", "Describe", "Enable"), "InvalidSignatureException"),
    ];
    for (name, change, code) in cases {
        let mut request = describe();
        request.headers = vec![("host".to_owned(), "localhost".to_owned())];
        request.headers.push(("X-Amz-Target".to_owned(), "TrentService.DescribeKey".to_owned()));
        request.body = br#"{"KeyId":"alias/none"}"#.to_vec();
        signer("kms").sign(&mut request);
        change(&mut request);
        let response = service().answer(&request);
        assert_eq!(response.status, 400, "{name}");
        assert!(response.body.contains(&format!("\"{code}\"")), "{name}: {}", response.body);
    }
}

#[test]
fn ec2_refuses_in_its_own_words() {
    let cases: &[(&str, Change, u16, &str)] = &[
        ("nothing", |_| (), 200, ""),
        ("another service", |r| edit(r, "authorization", "/ec2/", "/s3/"), 401, "AuthFailure"),
        ("another body", |r| r.body.push(b' '), 401, "AuthFailure"),
        ("a stranger", |r| edit(r, "authorization", "AKIA1", "AKIA9"), 401, "AuthFailure"),
        ("no date", |r| remove(r, "x-amz-date"), 400, "IncompleteSignature"),
        ("nobody", |r| remove(r, "authorization"), 403, "MissingAuthenticationToken"),
    ];
    for (name, change, status, code) in cases {
        let mut request = security_groups();
        signer("ec2").sign(&mut request);
        change(&mut request);
        let response = service().answer(&request);
        assert_eq!((response.status, code_of(&response)), (*status, *code), "{name}: {}", response.body);
        assert!(code.is_empty() || response.body.contains("<Response><Errors><Error>"), "{name}: {}", response.body);
    }
    for (time, status, code) in [("07:44:59", 400, "RequestExpired"), ("08:05:01", 401, "AuthFailure")] {
        let mut request = security_groups();
        signer("ec2").at(&format!("2026-01-05T{time}Z")).sign(&mut request);
        let response = service().answer(&request);
        assert_eq!((response.status, code_of(&response)), (status, code), "{time}: {}", response.body);
    }
}

/// The usual stage, which begins on 2026-01-05 at 08:00:00 UTC.
fn service() -> WireService {
    let service = WireService::new(Stage::two_accounts(1).fake);
    service.add_access_key(access_key());
    service
}

fn access_key() -> AccessKey {
    let TwoAccounts { source, .. } = Stage::two_accounts(1);
    AccessKey::of(&source)
}

fn signer(service: &'static str) -> Signer {
    Signer::new(&access_key(), service)
}

fn describe() -> WireRequest {
    WireRequest {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        headers: vec![("Host".to_owned(), "rds.eu-west-1.amazonaws.com".to_owned())],
        body: b"Action=DescribeDBInstances&Version=2014-10-31".to_vec(),
    }
}

fn security_groups() -> WireRequest {
    WireRequest {
        headers: vec![("Host".to_owned(), "ec2.eu-west-1.amazonaws.com".to_owned())],
        body: b"Action=DescribeSecurityGroups&Version=2016-11-15".to_vec(),
        ..describe()
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
