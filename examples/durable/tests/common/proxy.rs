//! Between a service and the fake: lets every request through, and holds the answer to a chosen one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

use rds_refresh_testkit::world::Operation;

/// The proxy. Its threads end with the connections that they serve.
#[derive(Clone)]
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    /// How many requests came that change something.
    mutations: usize,
    /// The one of them whose answer is to be held.
    hold: Option<usize>,
    /// After how many answers to them every request is to be held.
    hold_after: Option<usize>,
    /// How many of them were answered.
    answered: usize,
    /// Something is held.
    held: bool,
    /// How often whoever had sent it was killed.
    killed: usize,
}

impl Proxy {
    pub(crate) fn before(fake: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self { address: listener.local_addr().unwrap(), state: Arc::default() };
        let serving = proxy.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let proxy = serving.clone();
                let Ok(upstream) = TcpStream::connect(fake) else { break };
                std::thread::spawn(move || proxy.serve(&client, &upstream));
            }
        });
        proxy
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Counts from here.
    pub(crate) fn begin(&self) {
        self.change(|state| *state = State::default());
    }

    /// Is to hold the answer to the n-th request that changes something.
    pub(crate) fn hold(&self, number: usize) {
        self.change(|state| state.hold = Some(number));
    }

    /// Is to hold whatever comes after the answer to the n-th request that changes something: the next look.
    pub(crate) fn hold_after(&self, number: usize) {
        self.change(|state| state.hold_after = Some(number));
    }

    pub(crate) fn is_held(&self) -> bool {
        self.state.0.lock().unwrap().held
    }

    /// Lets through what was held, and holds nothing more.
    pub(crate) fn release(&self) {
        self.change(|state| (state.hold, state.hold_after, state.held) = (None, None, false));
    }

    /// Whoever had sent what is held is dead: a request that has not been let through goes with it.
    pub(crate) fn forget(&self) {
        self.change(|state| state.killed += 1);
        self.release();
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.0.lock().unwrap());
        self.state.1.notify_all();
    }

    fn serve(&self, client: &TcpStream, upstream: &TcpStream) {
        let (mut to_fake, mut requests) = (upstream.try_clone().unwrap(), BufReader::new(client.try_clone().unwrap()));
        let (mut to_client, mut answers) = (client.try_clone().unwrap(), BufReader::new(upstream.try_clone().unwrap()));
        // One request at a time, as HTTP/1.1 clients do.
        while let Some(request) = message(&mut requests) {
            let is_after = |state: &State| state.hold_after.is_some_and(|number| state.answered >= number);
            let holds_all = is_after(&self.state.0.lock().unwrap());
            if holds_all && !self.wait() {
                break;
            }
            let (mutates, holds) = self.counts(&request);
            if to_fake.write_all(&request).is_err() {
                break;
            }
            let answer = message(&mut answers);
            if holds {
                self.wait();
            }
            // The fake closes a connection in place of an answer that is to be lost.
            let Some(answer) = answer else { break };
            if mutates {
                self.change(|state| state.answered += 1);
            }
            if to_client.write_all(&answer).is_err() {
                break;
            }
        }
        let _ = client.shutdown(Shutdown::Both);
        let _ = upstream.shutdown(Shutdown::Both);
    }

    /// Counts a request, and says whether it changes something, and whether its answer is to be held.
    fn counts(&self, request: &[u8]) -> (bool, bool) {
        let text = String::from_utf8_lossy(request);
        let is = |operation: &Operation| {
            let (query, target) = (format!("Action={}&", operation.name()), format!("TrentService.{}\r\n", operation.name()));
            operation.mutates() && (text.contains(&query) || text.contains(&target))
        };
        if !Operation::ALL.iter().any(is) {
            return (false, false);
        }
        let mut state = self.state.0.lock().unwrap();
        state.mutations += 1;
        (true, state.hold == Some(state.mutations))
    }

    /// Waits, and says whether whoever sent it lives.
    fn wait(&self) -> bool {
        let mut state = self.state.0.lock().unwrap();
        state.held = true;
        let killed = state.killed;
        self.state.1.wait_while(state, |state| state.held).unwrap().killed == killed
    }
}

/// A request or an answer, whole; `None` at the end.
fn message(from: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let (mut message, mut length) = (Vec::new(), 0);
    loop {
        let begin = message.len();
        if from.read_until(b'\n', &mut message).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&message[begin..]).to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    let body = message.len();
    message.resize(body + length, 0);
    from.read_exact(&mut message[body..]).ok()?;
    Some(message)
}
