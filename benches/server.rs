//! How many requests a second the fake answers over loopback: `DescribeDBClusters`, of one cluster, beside `moto_server` in one run.
//!
//! `cargo bench -p rds-refresh-benches --bench server` measures. The same client asks both: connections that are kept as long as the
//! server keeps them, on each of them one request after the other. A request is signed once and then repeated.
#![allow(clippy::expect_used, reason = "a bench has nobody to hand an error to")]

use std::env;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use rds_refresh_core::{Clock, SystemClock};
use rds_refresh_testkit::server::{Options, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

/// How many requests are under way at once.
const CONNECTIONS: usize = 32;
const DESCRIBE: &str = "Action=DescribeDBClusters&Version=2014-10-31";

fn main() {
    // Without `--bench`, as `cargo test` starts it, it only shows that it works.
    let measured = if env::args().any(|argument| argument == "--bench") { Duration::from_secs(5) } else { Duration::ZERO };
    let client = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let fake = fake(&client, measured);
    if measured.is_zero() {
        println!("fake-rds answers; with --bench it is measured");
        return;
    }
    println!("fake-rds:    {fake:>8.0} requests a second");
    match moto(&client, measured) {
        Some(moto) => println!("moto_server: {moto:>8.0} requests a second\nratio:       {:>8.0}", fake / moto),
        None => println!("moto_server: not installed, not measured"),
    }
}

fn fake(client: &Runtime, measured: Duration) -> f64 {
    // On threads of its own, as a process of its own would be.
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let server = runtime.block_on(Server::bind(Options::default())).expect("a server");
    let source = &server.ready().accounts["source"];
    let credentials = Credentials::new(&source.access_key_id, source.secret_access_key.reveal(), None, None, "bench");
    let rate = client.block_on(rate(server.address(), credentials, measured));
    runtime.block_on(server.shutdown());
    rate
}

fn moto(client: &Runtime, measured: Duration) -> Option<f64> {
    let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let mut command = Command::new("moto_server");
    command.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
    let _moto = match command.spawn() {
        Ok(child) => Running(child),
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => panic!("moto_server does not start: {error}"),
    };
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret", None, None, "bench");
    let create = "Action=CreateDBCluster&Version=2014-10-31&DBClusterIdentifier=orders-production&Engine=postgres&EngineVersion=16.4\
                  &MasterUsername=orders&MasterUserPassword=0123456789&DBClusterInstanceClass=db.r6gd.large&AllocatedStorage=500\
                  &StorageType=io1&Iops=6000";
    Some(client.block_on(async {
        listening(address).await;
        let mut socket = Socket::open(address).await;
        let answer = socket.exchange(signed(address, &credentials, create).as_bytes()).await.expect("an answer");
        assert!(answer.contains("CreateDBClusterResponse"), "moto_server refuses the cluster: {answer}");
        rate(address, credentials, measured).await
    }))
}

/// Requests a second, after a fifth of the time that is measured to warm up.
async fn rate(address: SocketAddr, credentials: Credentials, measured: Duration) -> f64 {
    let request: Arc<str> = signed(address, &credentials, DESCRIBE).into();
    let mut socket = Socket::open(address).await;
    let answer = socket.exchange(request.as_bytes()).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("orders-production"), "{answer}");
    let answered = Arc::new(AtomicU64::new(0));
    let clients: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(ask(address, request.clone(), answered.clone()))).collect();
    pass(measured / 5).await;
    let (begun, before) = (now(), answered.load(Ordering::Relaxed));
    pass(measured).await;
    let done = answered.load(Ordering::Relaxed) - before;
    let seconds = begun.elapsed().as_secs_f64();
    assert!(clients.iter().all(|client| !client.is_finished()), "a client failed");
    clients.iter().for_each(tokio::task::JoinHandle::abort);
    // Fewer than 2^52 in any run.
    #[expect(clippy::cast_precision_loss, reason = "a count of seconds' worth of requests is far below 2^52")]
    let done = done as f64;
    done / seconds
}

/// Asks again and again, on a new connection whenever the server closes the old one.
async fn ask(address: SocketAddr, request: Arc<str>, answered: Arc<AtomicU64>) {
    loop {
        let mut socket = Socket::open(address).await;
        while let Some(answer) = socket.exchange(request.as_bytes()).await {
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            answered.fetch_add(1, Ordering::Relaxed);
            if socket.last {
                break;
            }
        }
    }
}

struct Socket {
    stream: TcpStream,
    received: Vec<u8>,
    /// Whether the server said that it takes no more requests on this connection.
    last: bool,
}

impl Socket {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, received: Vec::with_capacity(16 << 10), last: false }
    }

    /// One request and its whole answer; `None` if the connection was closed.
    async fn exchange(&mut self, request: &[u8]) -> Option<&str> {
        self.stream.write_all(request).await.ok()?;
        self.received.clear();
        let mut end = None;
        while end.is_none_or(|end| self.received.len() < end) {
            if self.stream.read_buf(&mut self.received).await.ok()? == 0 {
                return None;
            }
            end = end.or_else(|| self.end_of_answer());
        }
        std::str::from_utf8(&self.received).ok()
    }

    /// Where an answer ends whose head has arrived.
    fn end_of_answer(&mut self) -> Option<usize> {
        let end_of_head = self.received.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&self.received[..end_of_head]).ok()?;
        let mut length = 0;
        for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().ok()?;
            } else if name.eq_ignore_ascii_case("connection") {
                self.last = value.eq_ignore_ascii_case("close");
            }
        }
        Some(end_of_head + 4 + length)
    }
}

/// A request to RDS in eu-west-1, as an SDK signs and sends it.
fn signed(address: SocketAddr, credentials: &Credentials, body: &str) -> String {
    let identity = credentials.clone().into();
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name("rds")
        .time(SystemClock.now().into())
        .settings(SigningSettings::default())
        .build()
        .expect("all parameters")
        .into();
    let (host, url) = (address.to_string(), format!("http://{address}/"));
    let headers = [("host", host.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let request =
        SignableRequest::new("POST", url, headers.into_iter(), SignableBody::Bytes(body.as_bytes())).expect("a request");
    let (instructions, _) = sign(request, &parameters).expect("a signature").into_parts();
    let added: Vec<String> =
        headers.into_iter().chain(instructions.headers()).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let added = added.concat();
    format!("POST / HTTP/1.1\r\n{added}content-length: {}\r\n\r\n{body}", body.len())
}

/// Waits until somebody listens.
async fn listening(address: SocketAddr) {
    for _ in 0..600 {
        if TcpStream::connect(address).await.is_ok() {
            return;
        }
        pass(Duration::from_millis(100)).await;
    }
    panic!("moto_server does not listen after a minute");
}

/// A process that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
fn now() -> Instant {
    Instant::now()
}
