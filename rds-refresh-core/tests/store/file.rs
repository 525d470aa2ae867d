//! What is particular to files: modes, damage, and processes that contend or are killed.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rds_refresh_core::driver::{Signal, StoreError};
use rds_refresh_core::{FileStore, RunId, Store};
use rds_refresh_testkit::suite::Broken;
use rds_refresh_testkit::suite::store as suite;
use rds_refresh_testkit::suite::store::states;
use tempfile::TempDir;

const TTL: Duration = Duration::from_mins(5);

/// Stores in directories of one directory.
struct Files {
    home: TempDir,
    count: AtomicU32,
}

#[async_trait::async_trait]
impl suite::Subject for Files {
    type Store = FileStore;

    async fn open(&self) -> FileStore {
        self.count.fetch_add(1, Ordering::Relaxed);
        FileStore::open(self.dir()).unwrap()
    }

    async fn reopen(&self, _: &FileStore) -> Option<FileStore> {
        Some(FileStore::open(self.dir()).unwrap())
    }

    async fn read(&self, _: &FileStore, run: &RunId) -> Option<Vec<u8>> {
        Some(fs::read(self.dir().join(format!("{run}.json"))).unwrap())
    }

    async fn write(&self, _: &FileStore, run: &RunId, stored: &[u8]) {
        fs::write(self.dir().join(format!("{run}.json")), stored).unwrap();
    }
}

impl Files {
    /// That of the store that was opened last.
    fn dir(&self) -> PathBuf {
        self.home.path().join(self.count.load(Ordering::Relaxed).to_string())
    }
}

#[tokio::test]
async fn every_promise_of_a_store_holds() -> Result<(), Broken> {
    suite::check(&Files { home: tempfile::tempdir().unwrap(), count: AtomicU32::new(0) }).await
}

fn run(name: &str) -> RunId {
    name.parse().unwrap()
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_a_run() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("deep/er");
    let store = FileStore::open(&dir).unwrap();
    let states = states("a", 2);
    let version = store.save(&states[0], None).await.unwrap();
    store.save(&states[1], Some(version)).await.unwrap();
    store.signal(&run("a"), Signal::Cancel).await.unwrap();
    let _lease = store.lease(&run("a"), TTL).await.unwrap();
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(dir.parent().unwrap()), 0o700);
    for name in ["a.json", "a.cancel", "a.lock", ".lock"] {
        assert_eq!(mode(&dir.join(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_person_can_read_the_file() {
    let home = tempfile::tempdir().unwrap();
    let store = FileStore::open(home.path()).unwrap();
    store.save(&states("a", 1)[0], None).await.unwrap();
    let text = fs::read_to_string(home.path().join("a.json")).unwrap();
    assert!(text.starts_with("{\n  \"version\": 1,\n  \"state\": {\n"), "{text}");
    assert!(text.ends_with("}\n"));
    assert!(text.contains("\n    \"run\": \"a\","), "{text}");
}

#[tokio::test]
async fn a_damaged_file_is_named() {
    let home = tempfile::tempdir().unwrap();
    let store = FileStore::open(home.path()).unwrap();
    let path = home.path().join("a.json");
    fs::write(&path, "hello").unwrap();
    let error = store.load(&run("a")).await.unwrap_err();
    assert!(matches!(&error, StoreError::Damaged { place, .. } if *place == path.display().to_string()), "{error}");
}

#[tokio::test]
async fn a_save_that_cannot_be_finished_leaves_the_old_state_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let store = FileStore::open(home.path()).unwrap();
    let states = states("a", 2);
    store.save(&states[0], None).await.unwrap();
    // A directory in the way of the file that is written first.
    let in_the_way = home.path().join(".a.json.tmp");
    fs::create_dir(&in_the_way).unwrap();
    let error = store.save(&states[1], Some(1)).await.unwrap_err();
    assert!(matches!(&error, StoreError::Unavailable { what, .. } if what.contains("a.json")), "{error}");
    fs::remove_dir(&in_the_way).unwrap();
    assert_eq!(store.load(&run("a")).await.unwrap().unwrap().version, 1);
    assert_eq!(store.save(&states[1], Some(1)).await.unwrap(), 2);
    assert_eq!(names(home.path()), [".lock", "a.json"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_lease_whose_file_is_removed_is_lost() {
    let home = tempfile::tempdir().unwrap();
    let store = FileStore::open(home.path()).unwrap();
    let mut lease = store.lease(&run("a"), TTL).await.unwrap();
    fs::remove_file(home.path().join("a.lock")).unwrap();
    let lost = |error: &StoreError| matches!(error, StoreError::LeaseLost { .. });
    assert!(lost(&lease.renew().await.unwrap_err()));
    let _other = store.lease(&run("a"), TTL).await.unwrap();
    assert!(lost(&lease.renew().await.unwrap_err()));
}

#[tokio::test]
async fn a_killed_process_frees_its_lease() {
    let home = tempfile::tempdir().unwrap();
    let store = FileStore::open(home.path()).unwrap();
    let mut other = Other::start("hold_a_lease", home.path());
    other.hear("leased");

    let error = store.lease(&run("a"), TTL).await.unwrap_err();
    let StoreError::Leased { holder, since, .. } = &error else { panic!("{error}") };
    assert_eq!(holder.as_deref(), Some(format!("process {}", other.0.id()).as_str()));
    assert!(since.is_some());

    other.kill();
    let mut lease = store.lease(&run("a"), TTL).await.unwrap();
    lease.renew().await.unwrap();
}

#[tokio::test]
async fn a_process_killed_in_a_save_leaves_a_whole_state() -> Result<(), Broken> {
    let home = tempfile::tempdir().unwrap();
    let dir = |life: u64| home.path().join(life.to_string());
    suite::check_killed(5, |life| other("save_for_ever", &dir(life)), |life| FileStore::open(dir(life)).unwrap()).await?;
    for life in 0..5 {
        assert_eq!(names(&dir(life)), [".lock", "a.json"]);
    }
    Ok(())
}

#[tokio::test]
async fn what_a_killed_save_left_is_removed_when_the_store_is_opened() {
    let home = tempfile::tempdir().unwrap();
    for name in [".a.json.tmp", ".profile", "notes.json.tmp"] {
        fs::write(home.path().join(name), "{").unwrap();
    }
    FileStore::open(home.path()).unwrap();
    assert_eq!(names(home.path()), [".lock", ".profile", "notes.json.tmp"]);
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Where another process finds the store; only set for one.
const DIR: &str = "STORE_TEST_DIR";

/// Another process: this program, with one of the tests below that do nothing unless they are told where.
struct Other(Child);

fn other(what: &str, dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("file::{what}"), "--nocapture"]).env(DIR, dir);
    command
}

impl Other {
    fn start(what: &str, dir: &Path) -> Self {
        Self(other(what, dir).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// Waits until it says the word.
    fn hear(&mut self, word: &str) {
        let mut lines = BufReader::new(self.0.stdout.as_mut().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains(word)), "the other process ended without a word");
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // A test that failed must not leave it behind; one that has ended is no error.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn say(word: &str) {
    println!("\n{word}");
    std::io::stdout().flush().unwrap();
}

#[tokio::test]
async fn hold_a_lease() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let store = FileStore::open(dir).unwrap();
    let _lease = store.lease(&run("a"), TTL).await.unwrap();
    say("leased");
    // Until it is killed, or whoever started it is gone.
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[tokio::test]
async fn save_for_ever() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    suite::save_for_ever(&FileStore::open(dir).unwrap()).await.unwrap();
}
