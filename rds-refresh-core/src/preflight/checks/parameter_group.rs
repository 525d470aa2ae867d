//! Whether a parameter group is for the engine version.

use super::{About, Check, Finding, Observed};
use crate::preflight::observed::{EngineVersion, ParameterGroup};
use crate::step::Side;

/// Which kind of parameter group it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of an instance.
    Instance,
    /// Of a cluster.
    Cluster,
}

/// The group's family against the version's.
#[must_use]
pub fn decide(
    side: Side,
    kind: Kind,
    name: &str,
    group: &Observed<Option<ParameterGroup>>,
    version: &Observed<Option<EngineVersion>>,
) -> Finding {
    let (describe, create) = match kind {
        Kind::Instance => {
            ("describe-db-parameter-groups --db-parameter-group-name", "create-db-parameter-group --db-parameter-group-name")
        }
        Kind::Cluster => (
            "describe-db-cluster-parameter-groups --db-cluster-parameter-group-name",
            "create-db-cluster-parameter-group --db-cluster-parameter-group-name",
        ),
    };
    let about = About {
        check: Check::ParameterGroup,
        side,
        resource: name.to_owned(),
        needed: "a parameter group of the engine version's family".into(),
        document: "RDS user guide, working with parameter groups",
    };
    let show = || format!("aws rds {describe} {name}");
    let list = || format!("aws rds {}", describe.split(' ').next().unwrap_or_default());
    let family = match about.read(version, show) {
        Ok(version) => version.map(|version| version.family),
        Err(unread) => return *unread,
    };
    let group = match about.read(group, show) {
        Ok(Some(group)) => group,
        Ok(None) => {
            let fix = match family {
                Some(family) => format!("aws rds {create} {name} --db-parameter-group-family {family} --description {name}"),
                None => format!("{}  # then name one of them, or none", list()),
            };
            return about.wrong("does not exist", fix);
        }
        Err(unread) => return *unread,
    };
    match family {
        Some(family) if family == group.family => about.ok(format!("of family {family}")),
        Some(family) => about.wrong(format!("of family {}, and the version's is {family}", group.family), {
            let another = format!("{}-{family}", name.replace('.', "-"));
            format!("aws rds {create} {another} --db-parameter-group-family {family} --description {another}  # then name it")
        }),
        None => about.cannot_see(format!("of family {}, and the version's is not known", group.family), show()),
    }
}
