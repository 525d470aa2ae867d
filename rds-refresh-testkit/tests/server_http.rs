//! Whatever comes over a socket, there is an answer or the connection is closed.
#![cfg(all(feature = "aws", feature = "server"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod over_http;

use std::fs;
use std::time::Duration;

use over_http::{Answer, DESCRIBE, FORM, Socket, exchange, head, post, server, signed_head};
use rds_refresh_testkit::server::{Limits, Options, Server};

#[tokio::test]
async fn a_connection_is_kept_and_requests_may_be_pipelined() {
    let server = server().await;
    let mut socket = Socket::open(&server).await;
    let describe = |id: &str| post(server.ready(), &format!("{DESCRIBE}&DBClusterIdentifier={id}"), &[]);
    for _ in 0..3 {
        socket.send(&describe("orders-production")).await;
        assert_eq!(socket.answer().await.unwrap().status, 200);
    }
    let ids = ["a", "orders-production", "b"];
    socket.send(&ids.map(describe).concat()).await;
    for (id, status) in ids.into_iter().zip([404, 200, 404]) {
        let answer = socket.answer().await.unwrap();
        assert_eq!(answer.status, status);
        assert!(answer.body.contains(id), "{id}: {}", answer.body);
        assert!(answer.head.contains("x-amzn-requestid: "), "{}", answer.head);
    }
}

#[tokio::test]
async fn an_old_client_gets_its_answer_and_a_closed_connection() {
    let server = server().await;
    let mut socket = Socket::open(&server).await;
    socket.send(&post(server.ready(), DESCRIBE, &[]).replace("HTTP/1.1", "HTTP/1.0")).await;
    assert_eq!(socket.answer().await.unwrap().status, 200);
    assert!(socket.answer().await.is_none());
}

#[tokio::test]
async fn parameters_may_stand_in_the_url_of_a_get() {
    let server = server().await;
    let request = head(server.ready(), "GET", &format!("/?{DESCRIBE}"), "", &[]) + "\r\n";
    let answer = exchange(&server, &request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn other_methods_are_refused_in_the_words_of_the_service() {
    let server = server().await;
    for method in ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"] {
        let request = head(server.ready(), method, "/", "", &[]) + "\r\n";
        let mut socket = Socket::open(&server).await;
        socket.send(&request).await;
        if method == "HEAD" {
            // Its answer has a length and no body.
            socket.send("GET / HTTP/1.1\r\n\r\n").await;
            let (head, next) = (socket.head().await.unwrap(), socket.answer().await.unwrap());
            assert_eq!((head.0, next.code().as_str()), (404, "MissingAuthenticationToken"));
            continue;
        }
        let answer = socket.answer().await.unwrap();
        assert_eq!((answer.status, answer.code().as_str()), (404, "MalformedQueryString"), "{method}");
    }
}

#[tokio::test]
async fn bodies_are_read_up_to_a_limit() {
    let limits = Limits { body_bytes: 2 << 20, ..Limits::default() };
    let server = Server::bind(Options { limits, ..Options::default() }).await.unwrap();
    let body = |bytes: usize| format!("{DESCRIBE}&Colour={}", "r".repeat(bytes - DESCRIBE.len() - "&Colour=".len()));
    for (bytes, status, code) in [
        (1 << 20, 400, "InvalidParameterValue"),
        (2 << 20, 400, "InvalidParameterValue"),
        ((2 << 20) + 1, 413, "RequestEntityTooLarge"),
        (9 << 20, 413, "RequestEntityTooLarge"),
    ] {
        let answer = exchange(&server, &post(server.ready(), &body(bytes), &[("Content-Type", FORM)])).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{bytes} bytes");
    }
    let kms = signed_head(server.ready(), "source", "kms", "POST", "/", "", &[("X-Amz-Target", "TrentService.DescribeKey")]);
    let large = "r".repeat(3 << 20);
    let answer = exchange(&server, &format!("{kms}Content-Length: {}\r\n\r\n{large}", large.len())).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "RequestEntityTooLarge"));
    assert!(answer.head.contains("content-type: application/x-amz-json-1.1"), "{}", answer.head);
}

#[tokio::test]
async fn chunked_bodies_are_read_and_broken_ones_end_the_connection() {
    let server = server().await;
    let head = head(server.ready(), "POST", "/", DESCRIBE, &[("Transfer-Encoding", "chunked")]);
    let (first, second) = DESCRIBE.split_at(10);
    let chunks = format!("{head}\r\na\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n", second.len());
    assert_eq!(exchange(&server, &chunks).await.status, 200);

    // Where it ends cannot be known any more, nor where the next request would begin.
    let mut socket = Socket::open(&server).await;
    socket.send(&format!("{head}\r\nnot a length\r\n")).await;
    assert!(socket.answer().await.is_none());
}

#[tokio::test]
async fn what_neither_protocol_reads_is_refused() {
    let server = server().await;
    let cases: &[(&str, &str, u16, &str)] = &[
        ("Content-Encoding", "gzip", 415, "UnsupportedMediaType"),
        ("Content-Encoding", "identity", 200, ""),
        ("Content-Type", "application/json", 415, "UnsupportedMediaType"),
        ("Content-Type", "multipart/form-data; boundary=x", 415, "UnsupportedMediaType"),
        ("Content-Type", "", 415, "UnsupportedMediaType"),
        ("Content-Type", "Application/X-WWW-Form-Urlencoded", 200, ""),
        ("Content-Type", FORM, 200, ""),
        ("X-Amz-Target", "TrentService.DescribeKey", 400, "InvalidSignatureException"),
    ];
    for (name, value, status, code) in cases {
        let answer = exchange(&server, &post(server.ready(), DESCRIBE, &[(name, value)])).await;
        assert_eq!((answer.status, answer.code().as_str()), (*status, *code), "{name}: {value}: {}", answer.body);
    }
    for body in ["", "%", "=", "&&&&", "Action", "Action=%ff&Version=2014-10-31", "\u{0}\u{1}", "{\"Action\": 1}", "<xml/>"] {
        let answer = exchange(&server, &post(server.ready(), body, &[("Content-Type", FORM)])).await;
        assert!((400..500).contains(&answer.status) && !answer.code().is_empty(), "{body:?}: {answer:?}");
    }
}

#[tokio::test]
async fn what_is_no_json_object_is_refused_in_json() {
    let server = server().await;
    let kms = |body: &str, content_type: &str| {
        let more = [("X-Amz-Target", "TrentService.ListKeys"), ("Content-Type", content_type)];
        let head = signed_head(server.ready(), "source", "kms", "POST", "/", body, &more);
        format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
    };
    let json = "application/x-amz-json-1.1";
    let nested = "[".repeat(100_000);
    let deep = format!("{{\"Limit\": {nested}");
    let large = format!("{{\"Marker\": \"{}\"}}", "r".repeat(1 << 20));
    let cases = [
        ("{}", json, 200, ""),
        ("", json, 400, "SerializationException"),
        ("{", json, 400, "SerializationException"),
        ("[]", json, 400, "SerializationException"),
        ("null", json, 400, "SerializationException"),
        ("{}{}", json, 400, "SerializationException"),
        ("{\"Limit\": 1e400}", json, 400, "SerializationException"),
        ("{\"Limit\": \"ten\"}", json, 400, "SerializationException"),
        (&nested, json, 400, "SerializationException"),
        (&deep, json, 400, "SerializationException"),
        (&large, json, 400, "InvalidMarkerException"),
        ("{}", FORM, 415, "UnsupportedMediaType"),
    ];
    for (body, content_type, status, code) in cases {
        let answer = exchange(&server, &kms(body, content_type)).await;
        let shown = &body[..body.len().min(40)];
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{shown}: {}", answer.body);
        assert!(answer.head.contains("content-type: application/x-amz-json-1.1"), "{shown}: {}", answer.head);
    }
}

#[tokio::test]
async fn who_asks_whether_to_go_on_is_answered_first() {
    let server = server().await;
    let asking = head(server.ready(), "POST", "/", DESCRIBE, &[("Expect", "100-continue")]);
    let mut socket = Socket::open(&server).await;
    socket.send(&format!("{asking}Content-Length: {}\r\n\r\n", DESCRIBE.len())).await;
    assert_eq!(socket.answer().await.unwrap().status, 100);
    socket.send(DESCRIBE).await;
    assert_eq!(socket.answer().await.unwrap().status, 200);

    let mut socket = Socket::open(&server).await;
    socket.send(&format!("{asking}Content-Length: 99999999\r\n\r\n")).await;
    assert_eq!(socket.answer().await.unwrap().status, 413);
}

#[tokio::test]
async fn what_is_no_http_is_answered_with_an_error_and_a_closed_connection() {
    let server = server().await;
    let long = "x".repeat(100 << 10);
    let many = "X-Many: 1\r\n".repeat(200);
    let cases: &[(String, u16)] = &[
        ("\u{16}\u{3}\u{1}hello over TLS\r\n\r\n".to_owned(), 400),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400),
        ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n".to_owned(), 400),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n".to_owned(), 400),
        (format!("GET /{long} HTTP/1.1\r\n\r\n"), 431),
        (format!("GET / HTTP/1.1\r\nX-Long: {long}\r\n\r\n"), 431),
        (format!("GET / HTTP/1.1\r\n{many}\r\n"), 431),
    ];
    for (request, status) in cases {
        let mut socket = Socket::open(&server).await;
        socket.send(request).await;
        let shown = &request[..request.len().min(40)];
        // The server may close before it has read all: then the reset can overtake the answer.
        if let Some(answer) = socket.answer().await {
            assert_eq!(answer.status, *status, "{shown:?}");
        }
        assert!(socket.answer().await.is_none(), "{shown:?}: the connection is still open");
    }
    assert_eq!(exchange(&server, &post(server.ready(), DESCRIBE, &[])).await.status, 200, "others are served as before");
}

#[tokio::test]
async fn a_client_that_dawdles_is_not_waited_for() {
    let moment = Duration::from_millis(50);
    let limits = Limits { head_timeout: moment, body_timeout: moment, ..Limits::default() };
    let server = Server::bind(Options { limits, ..Options::default() }).await.unwrap();

    let mut slow_head = Socket::open(&server).await;
    slow_head.send("POST / HTTP/1.1\r\nHost: a\r\nX-").await;
    assert!(slow_head.answer().await.is_none());

    let mut slow_body = Socket::open(&server).await;
    slow_body.send(&format!("{}Content-Length: 100\r\n\r\nAction=", head(server.ready(), "POST", "/", "", &[]))).await;
    let answer = slow_body.answer().await.unwrap();
    assert_eq!((answer.status, answer.code().as_str()), (408, "RequestTimeout"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_connections_at_once_are_served() {
    let server = server().await;
    let request = post(server.ready(), DESCRIBE, &[]);
    // Both ends of each are in this process.
    let connections = 2000.min(open_files().saturating_sub(100) / 2);
    let mut sockets = Vec::new();
    for _ in 0..connections {
        sockets.push(Socket::open(&server).await);
    }
    for _ in 0..2 {
        for socket in &mut sockets {
            socket.send(&request).await;
        }
        for socket in &mut sockets {
            assert_eq!(socket.answer().await.map(|Answer { status, .. }| status), Some(200));
        }
    }
}

#[tokio::test]
async fn a_shutdown_finishes_what_has_begun_and_takes_nothing_new() {
    let server = server().await;
    let address = server.address();
    let mut idle = Socket::open(&server).await;
    idle.send(&post(server.ready(), DESCRIBE, &[])).await;
    assert_eq!(idle.answer().await.unwrap().status, 200);
    let mut begun = Socket::open(&server).await;
    let asking = head(server.ready(), "POST", "/", DESCRIBE, &[("Expect", "100-continue")]);
    begun.send(&format!("{asking}Content-Length: {}\r\n\r\n", DESCRIBE.len())).await;
    assert_eq!(begun.answer().await.unwrap().status, 100, "the server waits for the body");

    let shutdown = tokio::spawn(server.shutdown());
    assert!(idle.answer().await.is_none(), "a connection without a request is closed");
    begun.send(DESCRIBE).await;
    assert_eq!(begun.answer().await.unwrap().status, 200);
    assert!(begun.answer().await.is_none());
    shutdown.await.unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let limits = Limits { shutdown_timeout: Duration::from_millis(50), ..Limits::default() };
    let server = Server::bind(Options { limits, ..Options::default() }).await.unwrap();
    let mut stuck = Socket::open(&server).await;
    stuck.send(&format!("{}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n", head(server.ready(), "POST", "/", "", &[]))).await;
    assert_eq!(stuck.answer().await.unwrap().status, 100);
    server.shutdown().await;
    assert!(stuck.answer().await.is_none());
}

/// How many files this process may have open, where that can be read.
fn open_files() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap_or_default();
    line.split_whitespace().nth(3).and_then(|soft| soft.parse().ok()).unwrap_or(256)
}
