//! The real binary, under a loopback stub of the Lambda runtime API, against a fake of RDS on loopback.
#![cfg(feature = "lambda")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use rds_refresh_core::{Clock, SystemClock};
use rds_refresh_testkit::Stage;
use rds_refresh_testkit::server::{Options, Server};
use serde_json::{Value, json};

/// Lambda, as a function sees it.
struct RuntimeApi(TcpListener);

/// A request of the function's runtime.
struct Asked {
    path: String,
    body: Value,
    connection: TcpStream,
}

impl RuntimeApi {
    fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn start(&self, environment: &[(&str, &str)]) -> Function {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bootstrap"));
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", self.0.local_addr().unwrap().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "rds-refresh")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "log")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "log")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Function(command.spawn().unwrap())
    }

    /// The next request, which is answered by `reply`.
    fn next(&self) -> Asked {
        let (connection, _) = self.0.accept().unwrap();
        let mut reader = BufReader::new(connection.try_clone().unwrap());
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let path = line.split(' ').nth(1).unwrap().rsplit_once("/runtime/").unwrap().1.to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            if header.trim().is_empty() {
                break;
            }
            if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        Asked { path, body: serde_json::from_slice(&body).unwrap_or_default(), connection }
    }

    /// Has the function answer an event: the part of the API by which it answered, and the answer.
    fn invoke(&self, waiting: Asked, event: &Value) -> (String, Value) {
        assert_eq!(waiting.path, "invocation/next");
        waiting.reply(&event.to_string());
        let answered = self.next();
        let (path, body) = (answered.path.clone(), answered.body.clone());
        answered.reply("{}");
        (path, body)
    }
}

impl Asked {
    fn reply(mut self, body: &str) {
        let deadline = SystemClock.now().as_millis() + 90_000;
        let length = body.len();
        write!(
            self.connection,
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Lambda-Runtime-Aws-Request-Id: one\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:111111111111:function:rds-refresh\r\n\r\n{body}"
        )
        .unwrap();
    }
}

/// A process that ends with its test.
struct Function(Child);

impl Function {
    fn logs(mut self) -> String {
        let _ = self.0.kill();
        let mut logs = String::new();
        self.0.stdout.take().unwrap().read_to_string(&mut logs).unwrap();
        self.0.stderr.take().unwrap().read_to_string(&mut logs).unwrap();
        logs
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_binary_begins_a_run_looks_and_says_what_is_wrong() {
    let server = Server::bind(Options { seed: Some(7), ..Options::default() }).await.unwrap();
    let ready = server.ready();
    let account = &ready.accounts["source"];
    let request = serde_json::to_string(&Stage::two_accounts(7).request("orders-staging").build().unwrap()).unwrap();
    let api = RuntimeApi::new();
    let began = SystemClock.now();
    let function = api.start(&[
        ("RDS_REFRESH_ROLE", "source"),
        ("RDS_REFRESH_REQUEST", &request),
        ("RDS_REFRESH_CLOCK", server.control()),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", &account.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", account.secret_access_key.reveal()),
        ("AWS_ENDPOINT_URL_RDS", server.endpoint()),
        ("AWS_ENDPOINT_URL_KMS", server.endpoint()),
    ]);
    let waiting = api.next();
    println!("from the start of the process to the first poll: {:?}", SystemClock.now().since(began));

    let begin = json!({ "begin": {
        "execution": "arn:aws:states:eu-west-1:111111111111:execution:rds-refresh-source:nightly",
        "started": "2026-01-05T08:00:00.000Z",
        "input": {},
    }});
    let (path, begun) = api.invoke(waiting, &begin);
    assert_eq!((path.as_str(), &begun["next"]["is"]), ("invocation/one/response", &json!("look")), "{begun}");
    assert_eq!(server.fake().world().journal().len(), 0);

    let (_, looked) = api.invoke(api.next(), &json!({ "state": begun["state"], "event": "look" }));
    assert_eq!((&looked["next"]["step"], &looked["next"]["is"]), (&json!("snapshot-cluster"), &json!("look")), "{looked}");
    assert!(looked["next"]["seconds"].as_u64().unwrap() > 0, "{looked}");
    let effects: Vec<String> =
        server.fake().world().journal().iter().filter(|entry| entry.took_effect).map(|entry| entry.action.clone()).collect();
    assert_eq!(effects, ["CreateDBClusterSnapshot"]);

    let mut changed = looked["state"].clone();
    changed["steps"][0]["version"] = 99.into();
    for (event, error_type) in [
        (json!({ "state": looked["state"], "event": "wink" }), "RefreshRefused"),
        (json!({ "state": changed, "event": "look" }), "RefreshPlanChanged"),
    ] {
        let (path, error) = api.invoke(api.next(), &event);
        assert_eq!((path.as_str(), &error["errorType"]), ("invocation/one/error", &json!(error_type)), "{error}");
        assert!(error["errorMessage"].as_str().is_some_and(|message| message.len() > 10), "{error}");
    }
    let waiting = api.next();
    let logs = function.logs();
    drop(waiting);
    // Lines of JSON, with the run and the step, and without the key.
    let line = logs.lines().find(|line| line.contains("not done yet")).unwrap_or_else(|| panic!("{logs}"));
    let line: Value = serde_json::from_str(line).unwrap();
    let said = line.to_string();
    assert!(said.contains("nightly") && said.contains("snapshot-cluster"), "{said}");
    assert!(!logs.contains(account.secret_access_key.reveal()), "{logs}");
    server.shutdown().await;
}

#[test]
fn a_function_without_what_it_needs_says_so_and_ends() {
    let api = RuntimeApi::new();
    for (environment, says) in [
        (vec![], "RDS_REFRESH_ROLE of the function's environment is not set"),
        (vec![("RDS_REFRESH_ROLE", "sauce")], "is none of source, destination and settle, nor starter"),
        (vec![("RDS_REFRESH_ROLE", "source")], "RDS_REFRESH_REQUEST"),
        (vec![("RDS_REFRESH_ROLE", "source"), ("RDS_REFRESH_REQUEST", "{")], "RDS_REFRESH_REQUEST: EOF"),
        (
            vec![("RDS_REFRESH_ROLE", "settle"), ("RDS_REFRESH_ACKNOWLEDGEMENTS_MACHINE", "x")],
            "RDS_REFRESH_ACKNOWLEDGEMENTS_MACHINE: ",
        ),
    ] {
        let mut function = api.start(&environment);
        assert!(!function.0.wait().unwrap().success());
        let logs = function.logs();
        assert!(logs.contains(says), "{logs}");
    }
}
