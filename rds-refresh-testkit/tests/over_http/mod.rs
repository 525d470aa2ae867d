//! A server in this process, and a client that sends exactly the bytes it is told to.
#![allow(dead_code, reason = "every test file uses its own part")]

use std::fmt::Write;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use rds_refresh_core::{Clock, SystemClock};
use rds_refresh_testkit::server::{Options, Ready, Server};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than anything here takes, and shorter than the server's own time-outs by default: what is not there by then hangs.
const HANGS: Duration = Duration::from_secs(20);

pub(crate) const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
pub(crate) const DESCRIBE: &str = "Action=DescribeDBClusters&Version=2014-10-31";

pub(crate) async fn server() -> Server {
    Server::bind(Options::default()).await.unwrap()
}

/// The head of a request of the source account to RDS, signed, with whatever else is to be in it.
pub(crate) fn head(ready: &Ready, method: &str, target: &str, body: &str, more: &[(&str, &str)]) -> String {
    signed_head(ready, "source", "rds", method, target, body, more)
}

pub(crate) fn signed_head(
    ready: &Ready,
    account: &str,
    service: &str,
    method: &str,
    target: &str,
    body: &str,
    more: &[(&str, &str)],
) -> String {
    let account = &ready.accounts[account];
    let identity = Credentials::new(&account.access_key_id, account.secret_access_key.reveal(), None, None, "test").into();
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(ready.region.as_str())
        .name(service)
        .time(SystemClock.now().into())
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let host = ready.endpoint.strip_prefix("http://").unwrap();
    let url = format!("{}{target}", ready.endpoint);
    let request = SignableRequest::new(method, url, [("host", host)].into_iter(), SignableBody::Bytes(body.as_bytes())).unwrap();
    let (signed, _) = sign(request, &parameters).unwrap().into_parts();
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n");
    for (name, value) in signed.headers().chain(more.iter().copied()) {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    head
}

/// A whole request to RDS.
pub(crate) fn post(ready: &Ready, body: &str, more: &[(&str, &str)]) -> String {
    let head = head(ready, "POST", "/", body, more);
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// A whole request of the control API.
pub(crate) fn control(method: &str, path: &str, body: &str) -> String {
    format!("{method} /_fake/{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// Asks the control API, and expects a success.
pub(crate) async fn ask(server: &Server, method: &str, path: &str, body: &str) -> Value {
    let answer = exchange(server, &control(method, path, body)).await;
    assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
    answer.json()
}

/// One request on a connection of its own.
pub(crate) async fn exchange(server: &Server, request: &str) -> Answer {
    let mut socket = Socket::open(server).await;
    socket.send(request).await;
    socket.answer().await.unwrap()
}

pub(crate) struct Socket {
    stream: TcpStream,
    received: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Socket {
    pub(crate) async fn open(server: &Server) -> Self {
        Self { stream: TcpStream::connect(server.address()).await.unwrap(), received: Vec::new() }
    }

    /// Sends; a server that has had enough may have closed already.
    pub(crate) async fn send(&mut self, text: &str) {
        let _ = timeout(HANGS, self.stream.write_all(text.as_bytes())).await.expect("the server does not read");
    }

    /// The next answer; `None` if the connection is closed instead.
    pub(crate) async fn answer(&mut self) -> Option<Answer> {
        let (status, head) = self.head().await?;
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |length| length.parse().unwrap());
        while self.received.len() < length {
            assert!(self.receive().await, "the connection closed within a body");
        }
        let body = self.received.drain(..length).collect();
        Some(Answer { status, head, body: String::from_utf8(body).unwrap() })
    }

    /// The status and the head of the next answer, which has no body.
    pub(crate) async fn head(&mut self) -> Option<(u16, String)> {
        let end = loop {
            if let Some(at) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if !self.receive().await {
                return None;
            }
        };
        let head = String::from_utf8(self.received.drain(..end).collect()).unwrap().to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some((status, head))
    }

    async fn receive(&mut self) -> bool {
        let read = timeout(HANGS, self.stream.read_buf(&mut self.received)).await.expect("the server does not answer");
        // A reset is a close too.
        read.unwrap_or_default() > 0
    }
}

impl Answer {
    /// The code of an error, as either protocol writes it.
    pub(crate) fn code(&self) -> String {
        let in_xml =
            self.body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map(|(code, _)| code.to_owned());
        in_xml.or_else(|| self.json()["__type"].as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}
