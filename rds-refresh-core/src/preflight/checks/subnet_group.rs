//! Whether a DB subnet group can be used, and covers enough Availability Zones.

use super::{About, Check, Finding, Observed};
use crate::preflight::observed::SubnetGroup;
use crate::step::Side;

/// The group against the number of zones it must cover: three for a Multi-AZ DB cluster, one for an instance.
#[must_use]
pub fn decide(side: Side, name: &str, zones: usize, group: &Observed<Option<SubnetGroup>>) -> Finding {
    let about = About {
        check: Check::SubnetGroup,
        side,
        resource: name.to_owned(),
        needed: if zones == 1 {
            "a complete DB subnet group".into()
        } else {
            format!("a complete DB subnet group over {zones} Availability Zones")
        },
        document: "RDS user guide, creating a Multi-AZ DB cluster: prerequisites",
    };
    let show = || format!("aws rds describe-db-subnet-groups --db-subnet-group-name {name}");
    let group = match about.read(group, show) {
        Ok(Some(group)) => group,
        Ok(None) => return about.wrong("does not exist", "aws rds describe-db-subnet-groups"),
        Err(unread) => return *unread,
    };
    if group.status != "Complete" {
        return about.wrong(format!("is {}", group.status), show());
    }
    let found = format!("{} Availability Zones: {}", group.zones.len(), group.zones.join(", "));
    if group.zones.len() >= zones {
        about.ok(found)
    } else {
        let subnets = format!(
            "aws ec2 describe-subnets --filters Name=vpc-id,Values={} --query 'Subnets[].[AvailabilityZone,SubnetId]'",
            group.vpc
        );
        about.wrong(found, format!("{subnets}  # then modify-db-subnet-group, with one in each of {zones} zones"))
    }
}
