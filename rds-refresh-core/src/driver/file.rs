//! A store of files, for one computer.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;

use super::store::{Holder, Lease, Signal, Signals, Store, StoreError, Stored};
use crate::machine::{State, StoredState};
use crate::{RunId, Timestamp};

/// Keeps every run in one file that a person can read.
///
/// | in the directory | is |
/// |---|---|
/// | `<run>.json` | the run: version and state, mode 0600 |
/// | `<run>.cancel`, `<run>.nudge` | a signal, while it waits |
/// | `<run>.lock` | locked while a driver has the run; the lock dies with its process. Never remove it |
/// | `.lock` | locked for the moment of a save, or of taking a run or looking who has it |
///
/// A save writes another file, syncs it, renames it, and syncs the directory, so a crash leaves the old state or the new one. Locks are
/// those of [`File::try_lock`]: the directory must be on a file system that has them, and network file systems often do not.
///
/// Everything is done by the calling thread: states are small, and a write of a few milliseconds between waits of minutes does not
/// justify a pool of threads.
#[derive(Clone, Debug)]
pub struct FileStore {
    dir: PathBuf,
}

/// The end of the names of files that are being written. Their names begin with a dot, which no run's does.
const UNFINISHED: &str = ".json.tmp";

impl FileStore {
    /// The store in this directory, which is made (mode 0700) if it does not exist. What a killed save left in it is removed.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let store = Self { dir: dir.into() };
        make_dir(&store.dir).map_err(|error| cannot("making", &store.dir, error))?;
        // Whoever has this lock is the only one to write.
        let _saving = store.lock_saves()?;
        for name in store.names()? {
            if name.starts_with('.') && name.ends_with(UNFINISHED) {
                remove(&store.dir.join(name))?;
            }
        }
        Ok(store)
    }

    fn path(&self, run: &RunId, extension: &str) -> PathBuf {
        // The grammar of run ids has neither dots nor separators.
        self.dir.join(format!("{run}.{extension}"))
    }

    /// One save at a time, over all threads and processes: comparing and swapping must not be torn apart.
    fn lock_saves(&self) -> Result<File, StoreError> {
        let path = self.dir.join(".lock");
        let file = open_lock(&path)?;
        file.lock().map_err(|error| cannot("locking", &path, error))?;
        Ok(file)
    }

    fn read(&self, run: &RunId) -> Result<Option<Stored>, StoreError> {
        let path = self.path(run, "json");
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot("reading", &path, error)),
        };
        let damaged = |why: String| StoreError::Damaged { place: path.display().to_string(), why };
        // First: a state of another format may have any shape, and is not damaged for that.
        StoredState::check_format(&text).map_err(|source| StoreError::Format { place: path.display().to_string(), source })?;
        let stored: Stored = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        if stored.state.run() != run {
            return Err(damaged(format!("it holds the run {}", stored.state.run())));
        }
        Ok(Some(stored))
    }

    fn replace(&self, run: &RunId, stored: &Written<'_>) -> Result<(), StoreError> {
        let path = self.path(run, "json");
        let unfinished = self.dir.join(format!(".{run}{UNFINISHED}"));
        let replaced = serde_json::to_vec_pretty(stored)
            .map_err(io::Error::from)
            .and_then(|mut text| {
                text.push(b'\n');
                write_synced(&unfinished, &text)
            })
            .and_then(|()| fs::rename(&unfinished, &path))
            .and_then(|()| sync_dir(&self.dir));
        replaced.map_err(|error| {
            // The first error is the one to tell; the next save removes what this cannot.
            let _ = fs::remove_file(&unfinished);
            cannot("writing", &path, error)
        })
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let entries = fs::read_dir(&self.dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.map_err(|error| cannot("listing", &self.dir, error))?;
        Ok(entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok()).collect())
    }
}

#[derive(Serialize)]
struct Written<'s> {
    version: u64,
    state: &'s State,
}

#[async_trait]
impl Store for FileStore {
    async fn load(&self, run: &RunId) -> Result<Option<Stored>, StoreError> {
        self.read(run)
    }

    async fn save(&self, state: &State, expected: Option<u64>) -> Result<u64, StoreError> {
        let run = state.run();
        let _saving = self.lock_saves()?;
        let found = self.read(run)?.map(|stored| stored.version);
        if found != expected {
            return Err(StoreError::Conflict { run: run.clone(), expected, found });
        }
        let version = found.unwrap_or(0).saturating_add(1);
        self.replace(run, &Written { version, state })?;
        Ok(version)
    }

    async fn lease(&self, run: &RunId, _ttl: Duration) -> Result<Box<dyn Lease>, StoreError> {
        let path = self.path(run, "lock");
        // Whoever only looks locks the file for a moment as well, and is not to be mistaken for a driver.
        let _looking = self.lock_saves()?;
        let mut file = open_lock(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Leased { run: run.clone(), holder: holder(&mut file), since: changed(&file) });
            }
            Err(TryLockError::Error(error)) => return Err(cannot("locking", &path, error)),
        }
        let signed = file.set_len(0).and_then(|()| write!(file, "process {}", std::process::id()));
        signed.map_err(|error| cannot("writing", &path, error))?;
        Ok(Box::new(FileLease { file, path, run: run.clone() }))
    }

    async fn holder(&self, run: &RunId) -> Result<Option<Holder>, StoreError> {
        let path = self.path(run, "lock");
        let _looking = self.lock_saves()?;
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot("opening", &path, error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(Holder { name: holder(&mut file), since: changed(&file) })),
            Err(TryLockError::Error(error)) => Err(cannot("locking", &path, error)),
        }
    }

    async fn signal(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        let path = self.path(run, signal.as_str());
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        let left = private(&mut options).open(&path).and_then(|file| file.sync_all()).and_then(|()| sync_dir(&self.dir));
        left.map_err(|error| cannot("writing", &path, error))
    }

    async fn signals(&self, run: &RunId) -> Result<Signals, StoreError> {
        let has = |signal: Signal| {
            let path = self.path(run, signal.as_str());
            path.try_exists().map_err(|error| cannot("looking for", &path, error))
        };
        Ok(Signals { cancel: has(Signal::Cancel)?, nudge: has(Signal::Nudge)? })
    }

    async fn acknowledge(&self, run: &RunId, signal: Signal) -> Result<(), StoreError> {
        remove(&self.path(run, signal.as_str()))?;
        sync_dir(&self.dir).map_err(|error| cannot("syncing", &self.dir, error))
    }

    async fn list(&self) -> Result<Vec<RunId>, StoreError> {
        let names = self.names()?;
        let mut runs: Vec<RunId> = names.iter().filter_map(|name| name.strip_suffix(".json")?.parse().ok()).collect();
        runs.sort_unstable();
        Ok(runs)
    }
}

/// Held as long as its file is open and locked.
#[derive(Debug)]
struct FileLease {
    file: File,
    path: PathBuf,
    run: RunId,
}

#[async_trait]
impl Lease for FileLease {
    async fn renew(&mut self) -> Result<(), StoreError> {
        // The lock lasts as long as this process. But if its file is removed, the next driver locks another one.
        match is_at(&self.file, &self.path) {
            Ok(true) => Ok(()),
            Ok(false) => Err(StoreError::LeaseLost { run: self.run.clone() }),
            Err(error) => Err(cannot("looking for", &self.path, error)),
        }
    }
}

impl Drop for FileLease {
    fn drop(&mut self) {
        // A child process that was just forked may hold the same open file for a moment, so closing is not enough. Should this fail,
        // closing does it a little later.
        let _ = self.file.unlock();
    }
}

fn holder(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.take(100).read_to_string(&mut text).ok()?;
    (!text.is_empty()).then_some(text)
}

fn changed(file: &File) -> Option<Timestamp> {
    file.metadata().and_then(|metadata| metadata.modified()).ok().map(Timestamp::from)
}

fn open_lock(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    private(&mut options).open(path).map_err(|error| cannot("opening", path, error))
}

fn write_synced(path: &Path, text: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = private(&mut options).open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(cannot("removing", path, error)),
        _ => Ok(()),
    }
}

fn cannot(what: &str, path: &Path, error: io::Error) -> StoreError {
    StoreError::unavailable(format!("{what} {}", path.display()), error)
}

#[cfg(unix)]
fn make_dir(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_dir(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Makes renames and removals in the directory durable.
#[cfg(unix)]
fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether the open file is still the one at `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let open = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (open.dev(), open.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A file that is open cannot be removed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}
