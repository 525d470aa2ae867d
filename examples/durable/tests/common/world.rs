//! Production with a number of clusters and staging, on a fake RDS whose time is so many times as fast.

use std::path::Path;

use rds_refresh_testkit::fault::{Calls, Fault, FaultScript, Strike};
use rds_refresh_testkit::server::{Options, Server, StageFile};
use rds_refresh_testkit::world::{Entry, Operation};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub(crate) struct Fake {
    server: Server,
    // It serves as long as this lives.
    _runtime: Runtime,
}

const STAGE: &str = r#"
[timing]
cluster_snapshot = 60
snapshot = 60
snapshot_mib_per_second = 0
instance_restore = 240
crash_recovery = 0
baseline_delay = 10
baseline_minimum = 10
instance_deletion = 120
copy_queue = 10
copy = 60
copy_mib_per_second = 0
cluster_restore = 600
reader_lag = 10
cluster_baseline = 60

[switches]
daily_backups = false

[accounts.production]
id = "111111111111"
[accounts.production.regions.eu-west-1]
security_groups = ["sg-0a1b2c3d4e5f60718"]
kms_keys = { "alias/orders" = ["staging"] }
subnet_groups = { private = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
quotas = { instances = 400, clusters = 400, allocated_storage = 1000000 }

[accounts.staging]
id = "222222222222"
[accounts.staging.regions.eu-west-1]
security_groups = ["sg-0f1e2d3c4b5a69788"]
kms_keys = { "alias/staging" = [] }
subnet_groups = { private = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
quotas = { instances = 400, clusters = 400, allocated_storage = 1000000, copies_in_progress = 40 }
"#;

impl Fake {
    /// Writes the profiles `production` and `staging` into the directory.
    pub(crate) fn with_clusters(clusters: usize, clock: &str, dir: &Path) -> Self {
        let cluster = |n| {
            format!(
                "[[accounts.production.regions.eu-west-1.clusters]]\nidentifier = \"orders-{n}\"\nsubnet_group = \"private\"\n\
                 kms_key = \"alias/orders\"\nused_storage = 10\nrewritten_per_day = 1\n"
            )
        };
        let stage = STAGE.to_owned() + &(0..clusters).map(cluster).collect::<String>();
        let scenery = StageFile::parse(&stage).unwrap().into();
        let options = Options { clock: clock.parse().unwrap(), scenery, ..Options::default() };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let server = runtime.block_on(Server::bind(options)).unwrap();
        let profiles = server.ready().accounts.iter().map(|(name, account)| {
            let secret = account.secret_access_key.reveal();
            format!("[{name}]\naws_access_key_id = {}\naws_secret_access_key = {secret}\n", account.access_key_id)
        });
        std::fs::write(dir.join("credentials"), profiles.collect::<String>()).unwrap();
        std::fs::write(dir.join("config"), "").unwrap();
        Self { server, _runtime: runtime }
    }

    pub(crate) fn control(&self) -> String {
        self.server.control().to_owned()
    }

    /// What took effect for a run, in order: its name is in that of everything it makes, but for the cluster's.
    pub(crate) fn mutations(&self, run: &str) -> Vec<String> {
        let (part, cluster) = (format!("-{run}-"), format!("staging-{run}"));
        let is_of_run = |entry: &Entry| entry.resource.contains(&part) || entry.resource == cluster;
        let journal = self.server.fake().world();
        let entries = journal.journal().iter().filter(|entry| entry.took_effect && is_of_run(entry));
        entries.map(|entry| format!("{} {}", entry.action, entry.resource)).collect()
    }

    /// How many calls took effect.
    pub(crate) fn effects(&self) -> usize {
        self.server.fake().world().journal().iter().filter(|entry| entry.took_effect).count()
    }

    /// The world, for the time of the guard.
    pub(crate) fn world(&self) -> std::sync::MutexGuard<'_, rds_refresh_testkit::World> {
        self.server.fake().world()
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.server.address()
    }

    /// Puts a fault script in force, over the control API.
    pub(crate) fn suffer(&self, script: &FaultScript) {
        let script = serde_json::to_value(script).unwrap();
        let (status, answer) = super::http::send(self.address(), "POST", "/_fake/faults", Some(&script)).unwrap();
        assert!((200..300).contains(&status), "{status} {answer}");
    }

    /// Refuses every call that copies a snapshot under this name: the permission was taken away.
    pub(crate) fn deny_copy(&self, name: &str) {
        let copy = Calls::of(Operation::CopyDbSnapshot).about(name).always();
        self.server.fake().world().arm(FaultScript::new().with(Fault::new(copy, Strike::Denied)));
    }

    /// It is given back.
    pub(crate) fn permit_copy(&self) {
        self.server.fake().world().disarm();
    }

    /// The names of everything of a kind that an account holds, less automated snapshots.
    pub(crate) fn holds(&self, account: &str, kind: &str) -> Vec<String> {
        let (_, world) = super::http::send(self.server.address(), "GET", "/_fake/world", None).unwrap();
        let holdings = &world["places"][format!("{account}/eu-west-1")][kind];
        let names = holdings.as_object().map(|all| all.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        names.into_iter().filter(|name| !name.starts_with("rds:")).collect()
    }
}

/// What refreshes `staging-<run>` from the cluster `orders-<n>`.
pub(crate) fn request(run: &str, n: usize) -> Value {
    json!({
        "on_failure": "remove-all",
        "source": {
            "account": "111111111111",
            "region": "eu-west-1",
            "cluster": format!("orders-{n}"),
            "temporary": { "subnet_group": "private", "security_groups": ["sg-0a1b2c3d4e5f60718"], "class": "db.r6g.large" },
        },
        "destination": {
            "account": "222222222222",
            "region": "eu-west-1",
            "kms_key": "alias/staging",
            "cluster": {
                "identifier": format!("staging-{run}"),
                "class": "db.r6gd.large",
                "subnet_group": "private",
                "security_groups": ["sg-0f1e2d3c4b5a69788"],
            },
        },
    })
}
