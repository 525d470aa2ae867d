//! What lies behind the trait: what outlives a handle, and what somebody has damaged.

use rds_refresh_core::Store;
use rds_refresh_core::driver::{Signal, StoreError};

use super::saves::stored;
use super::states::{run, states};
use super::{DAMAGE, DURABLE, Subject};
use crate::suite::Broken;

pub(super) async fn durable<S: Subject>(subject: &S) -> Result<(), Broken> {
    let store = subject.open().await;
    let state = states("a", 5).remove(4);
    let version = DURABLE.done("a save", store.save(&state, None).await)?;
    DURABLE.done("a nudge", store.signal(&run("a"), Signal::Nudge).await)?;
    let Some(next) = subject.reopen(&store).await else { return Ok(()) };
    drop(store);
    let found = stored(&next, "a", DURABLE).await?;
    DURABLE.holds_if(found == (version, state), || "the state is another one when the store is opened again".to_owned())?;
    let signals = DURABLE.done("reading signals", next.signals(&run("a")).await)?;
    DURABLE.holds_if(signals.nudge, || "a signal is gone when the store is opened again".to_owned())
}

pub(super) async fn damage<S: Subject>(subject: &S) -> Result<(), Broken> {
    let store = subject.open().await;
    let two = states("a", 2);
    let version = DAMAGE.done("a save", store.save(&two[0], None).await)?;
    let Some(whole) = subject.read(&store, &run("a")).await else { return Ok(()) };
    let text = String::from_utf8_lossy(&whole);
    let cases: [(&str, Vec<u8>); 7] = [
        ("nothing", Vec::new()),
        ("half of it", whole[..whole.len() / 2].to_vec()),
        ("no JSON", b"hello".to_vec()),
        ("no run", b"{\"version\": 1, \"state\": {}}".to_vec()),
        ("no UTF-8", b"{\"version\": 1, \"state\": \"\xff\"}".to_vec()),
        ("another run", text.replace("\"run\": \"a\"", "\"run\": \"b\"").replace("\"run\":\"a\"", "\"run\":\"b\"").into_bytes()),
        (
            "another format",
            text.replace("\"format\": 1", "\"format\": 999").replace("\"format\":1", "\"format\":999").into_bytes(),
        ),
    ];
    for (what, damaged) in cases {
        if damaged == whole {
            return Err(DAMAGE.broken(format!("this suite cannot make {what} of what is stored: {text}")));
        }
        subject.write(&store, &run("a"), &damaged).await;
        refused(what, "a load", store.load(&run("a")).await)?;
        refused(what, "a save", store.save(&two[1], Some(version)).await)?;
        let found = subject.read(&store, &run("a")).await;
        DAMAGE.holds_if(found.as_deref() == Some(damaged.as_slice()), || format!("{what} was stored, and did not stay"))?;
        let listed = DAMAGE.done("a listing", store.list().await)?;
        DAMAGE.holds_if(listed == [run("a")], || format!("{what} is stored, and it lists {listed:?}"))?;
    }
    Ok(())
}

fn refused<T: std::fmt::Debug>(what: &str, which: &str, answer: Result<T, StoreError>) -> Result<(), Broken> {
    match answer {
        Err(StoreError::Damaged { .. } | StoreError::Format { .. }) => Ok(()),
        answer => Err(DAMAGE.broken(format!("{what} is stored, and {which} got {answer:?}"))),
    }
}
