//! A fake of RDS and KMS on a port, two profiles for it, and a configuration that uses them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::MutexGuard;

use rds_refresh_testkit::World;
use rds_refresh_testkit::server::{Options, Ready, ReadyAccount, Server};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::Place;
use std::process::Command;

pub(crate) struct Fake {
    pub(crate) place: Place,
    server: Server,
    // It serves as long as this lives.
    _runtime: Runtime,
}

impl Fake {
    /// With a clock that is so many times as fast as the wall's.
    pub(crate) fn at(factor: &str) -> Self {
        Self::seeded(factor, 7)
    }

    /// The same, with other chances.
    pub(crate) fn seeded(factor: &str, seed: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let start = Some("2026-01-05T08:00:00Z".parse().unwrap());
        let options = Options { clock: factor.parse().unwrap(), seed: Some(seed), start, ..Options::default() };
        let server = runtime.block_on(Server::bind(options)).unwrap();
        let place = Place::new();
        place.write("rds-refresh.toml", &configuration(server.ready()));
        place.write("credentials", &credentials(server.ready()));
        place.write("config", "");
        Self { place, server, _runtime: runtime }
    }

    pub(crate) fn ready(&self) -> &Ready {
        self.server.ready()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.command(arguments);
        command
            .env("AWS_CONFIG_FILE", self.place.path("config"))
            .env("AWS_SHARED_CREDENTIALS_FILE", self.place.path("credentials"))
            .env("RDS_REFRESH_CLOCK", self.server.control());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> super::Ended {
        super::Ended::of(self.command(arguments).output().unwrap())
    }

    /// The world behind it.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.server.fake().world()
    }

    /// What the control API shows.
    pub(crate) fn control(&self, path: &str) -> Value {
        self.ask("GET", path, "")
    }

    /// What the control API answers.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let address = self.server.address();
        let mut connection = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(
            connection,
            "{method} /_fake/{path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        serde_json::from_str(body).unwrap()
    }

    /// The names of everything of a kind that an account holds, less what was there: automated snapshots.
    pub(crate) fn holds(&self, account: &str, kind: &str) -> Vec<String> {
        let world = self.control("world");
        let holdings = &world["places"][format!("{account}/eu-west-1")][kind];
        let names = holdings.as_object().map(|all| all.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        names.into_iter().filter(|name| !name.starts_with("rds:")).collect()
    }

    /// The mutations that took effect, as `action resource`, in order.
    pub(crate) fn mutations(&self) -> Vec<String> {
        let journal = self.control("journal");
        let entries = journal["entries"].as_array().unwrap().iter().filter(|entry| entry["took_effect"] == true);
        entries.map(|entry| format!("{} {}", entry["action"].as_str().unwrap(), entry["resource"].as_str().unwrap())).collect()
    }
}

fn credentials(ready: &Ready) -> String {
    let profile = |name: &str, account: &ReadyAccount| {
        let secret = account.secret_access_key.reveal();
        format!("[{name}]\naws_access_key_id = {}\naws_secret_access_key = {secret}\n", account.access_key_id)
    };
    profile("production", &ready.accounts["source"]) + &profile("staging", &ready.accounts["destination"])
}

pub(crate) fn configuration(ready: &Ready) -> String {
    let (source, destination) = (&ready.accounts["source"], &ready.accounts["destination"]);
    let group = destination.home.security_group_ids[0].clone();
    format!(
        r#"[source]
account = "{}"
region = "eu-west-1"
cluster = "orders-production"

[source.temporary]
subnet_group = "private"
security_groups = ["{}"]
class = "db.r6g.large"

[destination]
account = "{}"
region = "eu-west-1"
kms_key = "{}"

[destination.cluster]
identifier = "orders-staging"
class = "db.r6gd.large"
subnet_group = "private"
security_groups = ["{group}"]

[connection.source]
profile = "production"
endpoint_url = "{endpoint}"

[connection.destination]
profile = "staging"
endpoint_url = "{endpoint}"
"#,
        source.account_id,
        source.home.security_group_ids[0],
        destination.account_id,
        destination.home.kms_key_arn.as_deref().unwrap(),
        endpoint = ready.endpoint
    )
}
