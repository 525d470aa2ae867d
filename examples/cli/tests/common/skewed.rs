//! A service whose clock is not the caller's: what stands in front of a fake, and dates its answers otherwise.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

/// Passes everything on to the fake, and its answers back with this `Date`. Ends with the process.
pub(crate) fn in_front_of(fake: SocketAddr, date: &'static str) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let fake = TcpStream::connect(fake).unwrap();
            let (from, to) = (client.try_clone().unwrap(), fake.try_clone().unwrap());
            thread::spawn(move || pass(from, to, |_| {}));
            thread::spawn(move || pass(fake, client, |answer| redate(answer, date.as_bytes())));
        }
    });
    address
}

fn pass(mut from: TcpStream, mut to: TcpStream, change: impl Fn(&mut [u8])) {
    let mut buffer = vec![0; 1 << 20];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        change(&mut buffer[..read]);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// The server writes the head of an answer at once, and every date is as long as another.
fn redate(answer: &mut [u8], date: &[u8]) {
    const NAME: &[u8] = b"\r\ndate: ";
    if let Some(at) = answer.windows(NAME.len()).position(|part| part.eq_ignore_ascii_case(NAME)) {
        answer[at + NAME.len()..][..date.len()].copy_from_slice(date);
    }
}
