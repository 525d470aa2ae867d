//! A process that is killed while it saves.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use rds_refresh_core::Store;
use rds_refresh_core::driver::StoreError;

use super::DURABLE;
use super::saves::stored;
use super::states::states;
use crate::suite::Broken;

const SAVED: &str = "saved version ";

/// What the process does that [`check_killed`] kills: saves, and says on standard output what was acknowledged.
///
/// # Errors
/// If a save fails.
pub async fn save_for_ever(store: &dyn Store) -> Result<(), StoreError> {
    let states = states("a", 30);
    let mut version = None;
    // Until it is killed, or whoever started it is gone.
    for state in states.iter().cycle() {
        let saved = store.save(state, version).await?;
        version = Some(saved);
        let mut out = std::io::stdout();
        if writeln!(out, "\n{SAVED}{saved}").and_then(|()| out.flush()).is_err() {
            break;
        }
    }
    Ok(())
}

/// Kills so many processes in the middle of [`save_for_ever`], with `kill -9`, and looks at what each leaves: a whole state, and none older
/// than the last that was acknowledged.
///
/// `process` is the command of the n-th process, which calls [`save_for_ever`] on an empty store; `open` is that store, as the next program
/// opens it. The command can be the test's own binary: `rds-refresh-core/tests/store` shows how.
///
/// # Errors
/// [`DURABLE`], if it does not hold.
pub async fn check_killed<S: Store>(lives: u64, process: impl Fn(u64) -> Command, open: impl Fn(u64) -> S) -> Result<(), Broken> {
    for life in 0..lives {
        let mut child = Killed(spawn(&mut process(life))?);
        let heard = hear(&mut child.0, 10 + 7 * life)?;
        child.kill();
        // What it said before it died, and nobody had read yet.
        let acknowledged = rest(&mut child.0).max(heard);

        let store = open(life);
        let (version, state) = stored(&store, "a", DURABLE).await?;
        DURABLE.holds_if(version >= acknowledged, || {
            format!("version {acknowledged} was acknowledged before the process was killed, and version {version} is stored")
        })?;
        let expected = &states("a", 30)[usize::try_from((version - 1) % 30).unwrap_or_default()];
        DURABLE.holds_if(state == *expected, || format!("version {version} is not the state that was saved under it"))?;
        DURABLE.done("the next save", store.save(&state, Some(version)).await)?;
    }
    Ok(())
}

fn spawn(command: &mut Command) -> Result<Child, Broken> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.spawn().map_err(|error| DURABLE.broken(format!("the process to kill cannot be started: {error}")))
}

/// Reads until so many saves were acknowledged.
fn hear(child: &mut Child, count: u64) -> Result<u64, Broken> {
    let mut last = 0;
    let Some(out) = child.stdout.as_mut() else { return Ok(0) };
    // Byte by byte, so that what is said later stays in the pipe.
    for line in BufReader::with_capacity(1, out).lines() {
        last = version(&line).unwrap_or(last);
        if last >= count {
            return Ok(last);
        }
    }
    Err(DURABLE.broken(format!("the process to kill ended by itself after version {last}")))
}

fn rest(child: &mut Child) -> u64 {
    let Some(out) = child.stdout.as_mut() else { return 0 };
    // A line that was torn has no end, and is no acknowledgement.
    let mut last = 0;
    let mut text = Vec::new();
    let mut out = BufReader::new(out);
    while out.read_until(b'\n', &mut text).is_ok_and(|read| read > 0) && text.ends_with(b"\n") {
        last = version(&Ok(String::from_utf8_lossy(&text).trim_end().to_owned())).unwrap_or(last);
        text.clear();
    }
    last
}

fn version(line: &std::io::Result<String>) -> Option<u64> {
    line.as_ref().ok()?.strip_prefix(SAVED)?.parse().ok()
}

/// It must not outlive the suite.
struct Killed(Child);

impl Killed {
    fn kill(&mut self) {
        // One that has ended by itself is no error here.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.kill();
    }
}
