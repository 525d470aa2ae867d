//! A Restate server, the service and a fake RDS, each on a port of its own, all of which can be killed but the last.
#![allow(dead_code, reason = "every test file uses its own part")]

mod http;
mod process;
mod proxy;
mod world;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use process::{Process, free_port};
pub(crate) use proxy::Proxy;
pub(crate) use world::{Fake, request};

pub(crate) const SERVICE: &str = env!("CARGO_BIN_EXE_rds-refresh-restate");
pub(crate) const MASKED: &str = env!("CARGO_BIN_EXE_rds-refresh-restate-masked");

/// All of it.
pub(crate) struct Site {
    pub(crate) fake: Fake,
    /// Between the service and the fake.
    pub(crate) proxy: Proxy,
    dir: TempDir,
    listen: SocketAddr,
    admin: SocketAddr,
    ingress: SocketAddr,
    node: SocketAddr,
    service: Option<Process>,
    server: Option<Process>,
}

impl Site {
    pub(crate) fn start(clusters: usize) -> Self {
        Self::at_pace(clusters, "x600")
    }

    pub(crate) fn at_pace(clusters: usize, clock: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let fake = Fake::with_clusters(clusters, clock, dir.path());
        let proxy = Proxy::before(fake.address());
        let [listen, admin, ingress, node] = [(); 4].map(|()| free_port());
        let mut site = Self { fake, proxy, dir, listen, admin, ingress, node, service: None, server: None };
        site.start_server();
        site.start_service(SERVICE);
        let (status, answer) =
            http::send(admin, "POST", "/deployments", Some(&json!({ "uri": format!("http://{listen}") }))).unwrap();
        assert_eq!(status, 201, "{answer}");
        site
    }

    pub(crate) fn start_service(&mut self, program: &str) {
        let environment = [
            ("AWS_CONFIG_FILE", self.dir.path().join("config").display().to_string()),
            ("AWS_SHARED_CREDENTIALS_FILE", self.dir.path().join("credentials").display().to_string()),
            ("AWS_ENDPOINT_URL", format!("http://{}", self.proxy.address())),
            ("RDS_REFRESH_CLOCK", self.fake.control()),
            ("RDS_REFRESH_LISTEN", self.listen.to_string()),
            ("RDS_REFRESH_SOURCE_PROFILE", "production".to_owned()),
            ("RDS_REFRESH_DESTINATION_PROFILE", "staging".to_owned()),
            ("RDS_REFRESH_PER_ACCOUNT", "20".to_owned()),
        ];
        self.service = Some(Process::start(program, &[], &environment, &self.dir.path().join("service.log")));
        until("the service listens", || std::net::TcpStream::connect(self.listen).is_ok());
    }

    pub(crate) fn start_server(&mut self) {
        let environment = [
            ("RESTATE_DISABLE_TELEMETRY", "true".to_owned()),
            ("DO_NOT_TRACK", "1".to_owned()),
            ("RESTATE_LISTEN_MODE", "tcp".to_owned()),
            ("RESTATE_BIND_IP", "127.0.0.1".to_owned()),
            ("RESTATE_BIND_PORT", self.node.port().to_string()),
            ("RESTATE_ADVERTISED_HOST", "127.0.0.1".to_owned()),
            ("RESTATE_ADMIN__BIND_ADDRESS", self.admin.to_string()),
            ("RESTATE_INGRESS__BIND_ADDRESS", self.ingress.to_string()),
            ("RESTATE_DEFAULT_NUM_PARTITIONS", "1".to_owned()),
            ("RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE", "256MiB".to_owned()),
        ];
        let base = self.dir.path().join("restate").display().to_string();
        let arguments = ["--no-logo", "--node-name", "n1", "--base-dir", &base];
        let program =
            std::env::var("RESTATE_SERVER").expect("RESTATE_SERVER names the server's binary: run examples/durable/check");
        self.server = Some(Process::start(&program, &arguments, &environment, &self.dir.path().join("server.log")));
        let healthy = |address, path| http::send(address, "GET", path, None).is_ok_and(|(status, _)| status == 200);
        until("the server is healthy", || healthy(self.admin, "/health") && healthy(self.ingress, "/restate/health"));
    }

    /// `kill -9`.
    pub(crate) fn kill_service(&mut self) {
        self.service = None;
    }

    /// `kill -9`.
    pub(crate) fn kill_server(&mut self) {
        self.server = None;
    }

    /// Whether the service has not been killed.
    pub(crate) fn is_served(&self) -> bool {
        self.service.is_some()
    }

    /// Starts a run, and gives what the server says to it.
    pub(crate) fn run(&self, run: &str, request: &Value) -> Value {
        let (status, answer) = http::send(self.ingress, "POST", &format!("/Refresh/{run}/run/send"), Some(request)).unwrap();
        assert!((200..300).contains(&status), "{status} {answer}");
        answer
    }

    /// Calls one of a run's other handlers.
    pub(crate) fn call(&self, run: &str, handler: &str) {
        self.try_call(run, handler).unwrap();
    }

    /// The same where it may be refused.
    pub(crate) fn try_call(&self, run: &str, handler: &str) -> Result<(), String> {
        let (status, answer) = http::send(self.ingress, "POST", &format!("/Refresh/{run}/{handler}"), None).unwrap();
        if (200..300).contains(&status) { Ok(()) } else { Err(format!("{handler}: {status} {answer}")) }
    }

    /// The outcome of a run, if it has ended.
    pub(crate) fn output(&self, run: &str) -> Option<Value> {
        let (status, answer) = http::send(self.ingress, "GET", &format!("/restate/workflow/Refresh/{run}/output"), None).ok()?;
        (status == 200).then_some(answer)
    }

    /// The run as it is now; an error's text if it has not begun.
    pub(crate) fn status(&self, run: &str) -> Value {
        http::send(self.ingress, "POST", &format!("/Refresh/{run}/status"), None).unwrap().1
    }

    /// Waits for the end of a run.
    pub(crate) fn outcome(&self, run: &str) -> Value {
        let mut outcome = Value::Null;
        until(&format!("{run} ends"), || {
            let attached = http::send(self.ingress, "GET", &format!("/restate/workflow/Refresh/{run}/attach"), None);
            let Ok((200, answer)) = attached else { return false };
            outcome = answer;
            true
        });
        outcome
    }

    pub(crate) fn cancel_invocation(&self, id: &str) {
        let (status, answer) = http::send(self.admin, "PATCH", &format!("/invocations/{id}/cancel"), None).unwrap();
        assert!((200..300).contains(&status), "{status} {answer}");
    }

    /// The rows of a query to the server's own tables.
    pub(crate) fn query(&self, query: &str) -> Vec<Value> {
        let (status, answer) = http::send(self.admin, "POST", "/query", Some(&json!({ "query": query }))).unwrap();
        assert_eq!(status, 200, "{answer}");
        answer["rows"].as_array().unwrap().clone()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for log in ["service.log", "server.log"] {
                let text = std::fs::read_to_string(self.dir.path().join(log)).unwrap_or_default();
                let lines: Vec<&str> = text.lines().collect();
                eprintln!("--- the end of {log}\n{}", lines[lines.len().saturating_sub(60)..].join("\n"));
            }
        }
    }
}

/// Waits until it is so; more than a minute is too long.
#[allow(clippy::disallowed_methods, reason = "processes are watched in real time")]
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(80), "waited in vain: {what}");
        pause(Duration::from_millis(5));
    }
}

#[allow(clippy::disallowed_methods, reason = "processes are watched in real time")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}
