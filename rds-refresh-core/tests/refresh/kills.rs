//! A real process is killed with -9 and another one goes on: real SDK clients, a real file store, and the world in this process.
//!
//! The killed process is this test binary again. It reaches the world and its clock by one line of JSON per request, over loopback.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use rds_refresh_core::aws::{AwsDestination, AwsSource};
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::{Clock, Driver, FileStore, OnFailure, Store, Timestamp, Verdict, steps};
use rds_refresh_testkit::wire::{WireRequest, WireService};
use rds_refresh_testkit::{Caller, Stage};
use serde_json::{Value, json};

use crate::fixture::Run;

/// When the process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kill {
    /// The request has arrived, and has no effect.
    Before(&'static str),
    /// The request has taken effect, and is not answered.
    After(&'static str),
    /// While it sleeps for the n-th time in its life.
    InSleep(usize),
}

const KILLS: [Kill; 8] = [
    Kill::After("CreateDBClusterSnapshot"),
    Kill::Before("RestoreDBInstanceFromDBSnapshot"),
    Kill::After("RestoreDBInstanceFromDBSnapshot"),
    Kill::InSleep(2),
    Kill::After("CreateDBSnapshot"),
    Kill::After("ModifyDBSnapshotAttribute"),
    Kill::After("CopyDBSnapshot"),
    Kill::After("RestoreDBClusterFromSnapshot"),
];

#[test]
fn killed_eight_times_it_ends_as_if_it_had_not_been() {
    let directory = tempfile::tempdir().unwrap();
    let run = Run::seeded(1);
    let service = WireService::new(run.stage.fake.clone());
    for caller in [&run.stage.source, &run.stage.destination] {
        let _ = service.sdk_config(caller);
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut kills = KILLS.into_iter().peekable();
    loop {
        let mut child = spawn(&listener, directory.path());
        let (connection, _) = listener.accept().unwrap();
        if serve(connection, &run, &service, kills.peek().copied()) == Life::Killed {
            child.kill().unwrap();
            child.wait().unwrap();
            kills.next();
        } else {
            assert!(child.wait().unwrap().success());
            break;
        }
    }
    assert_eq!(kills.next(), None, "this kill never came");

    let undisturbed = Run::seeded(1);
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(undisturbed.start());
    assert_eq!(run.resources(), undisturbed.resources());
    assert_eq!(run.mutations(), undisturbed.mutations());
}

#[derive(PartialEq, Eq)]
enum Life {
    Killed,
    Over,
}

/// Answers one process until it ends or is to be killed.
fn serve(connection: TcpStream, run: &Run, service: &WireService, kill: Option<Kill>) -> Life {
    let clock = run.stage.fake.clock();
    let mut answers = connection.try_clone().unwrap();
    let mut sleeps = 0;
    for line in BufReader::new(connection).lines() {
        let asked: Value = match line {
            Ok(line) => serde_json::from_str(&line).unwrap(),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}"),
        };
        let answer = match asked["ask"].as_str().unwrap() {
            "now" => json!(clock.now()),
            "sleep" => {
                sleeps += 1;
                if kill == Some(Kill::InSleep(sleeps)) {
                    return Life::Killed;
                }
                clock.advance_to(serde_json::from_value(asked["until"].clone()).unwrap());
                Value::Null
            }
            _ => {
                let request = request(&asked);
                let is = |action: &str| asked["body"].as_str().unwrap().starts_with(&format!("Action={action}&"));
                if matches!(kill, Some(Kill::Before(action)) if is(action)) {
                    return Life::Killed;
                }
                let response = service.answer(&request);
                if matches!(kill, Some(Kill::After(action)) if is(action)) {
                    return Life::Killed;
                }
                json!({ "status": response.status, "headers": response.headers, "body": response.body })
            }
        };
        say(&mut answers, &answer);
    }
    Life::Over
}

/// One line in one piece: pieces would wait for each other's acknowledgement.
fn say(connection: &mut TcpStream, message: &Value) {
    connection.write_all(format!("{message}\n").as_bytes()).unwrap();
}

fn request(asked: &Value) -> WireRequest {
    WireRequest {
        method: asked["method"].as_str().unwrap().to_owned(),
        target: "/".to_owned(),
        headers: serde_json::from_value(asked["headers"].clone()).unwrap(),
        body: asked["body"].as_str().unwrap().as_bytes().to_vec(),
    }
}

const WORLD: &str = "RDS_REFRESH_TEST_WORLD";
const STORE: &str = "RDS_REFRESH_TEST_STORE";

fn spawn(listener: &TcpListener, store: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kills::the_process_that_is_killed"])
        .env(WORLD, listener.local_addr().unwrap().to_string())
        .env(STORE, store)
        .spawn()
        .unwrap()
}

/// Does nothing in a run of the tests; the test above starts it with a world.
#[tokio::test]
async fn the_process_that_is_killed() {
    let (Ok(world), Ok(store)) = (std::env::var(WORLD), std::env::var(STORE)) else { return };
    let world = Remote(Arc::new(Mutex::new(BufReader::new(TcpStream::connect(world).unwrap()))));
    let run = Run::seeded(1);
    let source: Arc<dyn Source> = Arc::new(AwsSource::new(&world.sdk_config(&run.stage.source)));
    let destination: Arc<dyn Destination> = Arc::new(AwsDestination::new(&world.sdk_config(&run.stage.destination)));
    let (machine, worker) = steps::refresh(&source, &destination).build().unwrap();
    let store = Arc::new(FileStore::open(store).unwrap());
    let driver = Driver::new(machine, worker, store.clone(), Arc::new(world)).with_signal_interval(Duration::from_hours(24));
    let outcome = match store.load(&run.id).await.unwrap() {
        None => driver.start(run.id.clone(), run.facts(), OnFailure::default()).await,
        Some(_) => driver.resume(&run.id).await,
    };
    assert_eq!(outcome.unwrap().verdict, Verdict::Succeeded);
}

/// The world and its clock, in another process.
#[derive(Clone, Debug)]
struct Remote(Arc<Mutex<BufReader<TcpStream>>>);

impl Remote {
    fn ask(&self, question: &Value) -> Value {
        let mut connection = self.0.lock().unwrap();
        say(connection.get_mut(), question);
        let mut answer = String::new();
        connection.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    fn sdk_config(&self, caller: &Caller) -> SdkConfig {
        // Its credentials, Region and sleeps; the world that comes with it is not the one that is talked to.
        let local = Stage::two_accounts(1).fake.sdk_config(&caller.account, &caller.region);
        local.into_builder().http_client(self.clone()).time_source(self.clone()).build()
    }
}

#[async_trait::async_trait]
impl Clock for Remote {
    fn now(&self) -> Timestamp {
        serde_json::from_value(self.ask(&json!({ "ask": "now" }))).unwrap()
    }

    async fn sleep_until(&self, until: Timestamp) {
        self.ask(&json!({ "ask": "sleep", "until": until }));
    }
}

impl TimeSource for Remote {
    fn now(&self) -> SystemTime {
        Clock::now(self).into()
    }
}

impl HttpClient for Remote {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Remote {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let host = request.uri().split("://").nth(1).unwrap().trim_end_matches('/').to_owned();
        let mut headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .filter(|(name, _)| *name != "host")
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        headers.push(("host".into(), host));
        let body = std::str::from_utf8(request.body().bytes().unwrap()).unwrap();
        let answer = self.ask(&json!({ "ask": "http", "method": request.method(), "headers": headers, "body": body }));
        let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap();
        let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(answer["body"].as_str().unwrap()));
        let headers: Vec<(String, String)> = serde_json::from_value(answer["headers"].clone()).unwrap();
        for (name, value) in headers {
            response.headers_mut().insert(name, value);
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}
