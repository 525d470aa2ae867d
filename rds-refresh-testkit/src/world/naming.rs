//! Names that RDS itself gives.

use rds_refresh_core::Timestamp;

use super::World;
use super::place::Place;
use crate::timing::Draw;

impl World {
    /// An id that stays with a resource for ever, as `db-` or `cluster-` and 26 letters and digits. A resource of the same name made
    /// at another time has another one.
    pub(crate) fn resource_id(&self, prefix: &str, place: &Place, id: &str, made: Timestamp) -> String {
        let letters = letters(self.draw(place, id, &format!("{prefix} made at {made}")), 26);
        format!("{prefix}-{}", letters.to_ascii_uppercase())
    }

    /// The host name of an instance.
    pub(crate) fn instance_endpoint(&self, place: &Place, id: &str) -> String {
        format!("{id}.{}.{}.rds.amazonaws.com", self.zone_name(place), place.region)
    }

    /// The host names of a cluster's writer and of its readers (RDS user guide, Multi-AZ DB cluster endpoints).
    pub(crate) fn cluster_endpoints(&self, place: &Place, id: &str) -> (String, String) {
        let (name, region) = (self.zone_name(place), &place.region);
        (format!("{id}.cluster-{name}.{region}.rds.amazonaws.com"), format!("{id}.cluster-ro-{name}.{region}.rds.amazonaws.com"))
    }

    /// What all host names of an account in a Region share.
    fn zone_name(&self, place: &Place) -> String {
        letters(self.draw(place, "", "dns zone"), 12)
    }
}

/// The name of an automated snapshot: `rds:<source>-YYYY-MM-DD-HH-MM`.
pub(crate) fn automated_snapshot(source: &str, at: Timestamp) -> String {
    let minute: String = at.to_string().chars().take(16).map(|c| if c == 'T' || c == ':' { '-' } else { c }).collect();
    format!("rds:{source}-{minute}")
}

/// The major version of an engine version: `16` for postgres 16.4, `8.0` for mysql 8.0.39.
pub(crate) fn major(engine: &str, version: &str) -> String {
    let parts = if engine == "mysql" { 2 } else { 1 };
    version.split('.').take(parts).collect::<Vec<_>>().join(".")
}

/// The parameter group family of an engine version, as `postgres16`.
pub(crate) fn family(engine: &str, version: &str) -> String {
    format!("{engine}{}", major(engine, version))
}

/// The port that an engine listens on by default.
pub(crate) fn default_port(engine: &str) -> u16 {
    if engine == "mysql" { 3306 } else { 5432 }
}

/// The security group that every VPC has from the beginning.
pub(crate) fn default_security_group(vpc: &str) -> String {
    format!("sg-{}", hexadecimal(Draw::named(0, &["default security group", vpc]), 17))
}

/// Hexadecimal digits.
pub(crate) fn hexadecimal(mut draw: Draw, length: usize) -> String {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::new();
    while text.len() < length {
        text.extend(
            draw.bits().to_be_bytes().iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| HEX[usize::from(digit)]),
        );
        draw = draw.next();
    }
    text.truncate(length);
    text
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Lower-case letters and digits.
pub(crate) fn letters(mut draw: Draw, length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut text = String::new();
    while text.len() < length {
        text.extend(draw.bits().to_be_bytes().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])));
        draw = draw.next();
    }
    text.truncate(length);
    text
}

/// The option group that an engine version has by default, as `default:postgres-16`.
pub(crate) fn default_option_group(engine: &str, version: &str) -> String {
    format!("default:{engine}-{}", major(engine, version).replace('.', "-"))
}
