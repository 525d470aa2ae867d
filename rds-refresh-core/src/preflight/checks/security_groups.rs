//! Whether the security groups exist, where they are wanted.

use super::{About, Check, Finding, Observed};
use crate::ids::Region;
use crate::preflight::observed::SecurityGroup;
use crate::step::Side;

/// The wanted groups against those that EC2 shows, `None` if EC2 was not asked; and the VPC of the subnet group, if that is known.
#[must_use]
pub fn decide(
    side: Side,
    region: &Region,
    wanted: &[String],
    found: Option<&Observed<Vec<SecurityGroup>>>,
    vpc: Option<&str>,
) -> Finding {
    let about = About {
        check: Check::SecurityGroups,
        side,
        resource: wanted.join(", "),
        needed: "security groups in the VPC of the subnet group".into(),
        document: "RDS user guide, controlling access with security groups",
    };
    let command = || format!("aws ec2 describe-security-groups --region {region} --group-ids {}", wanted.join(" "));
    let of_vpc = |vpc: &str| format!("aws ec2 describe-security-groups --region {region} --filters Name=vpc-id,Values={vpc}");
    let Some(found) = found else {
        return about.cannot_see("security groups are EC2's, which was not asked", command());
    };
    let found = match about.read(found, command) {
        Ok(found) => found,
        Err(unread) => return *unread,
    };
    let missing: Vec<&str> = wanted.iter().filter(|id| !found.iter().any(|group| group.id == **id)).map(String::as_str).collect();
    if !missing.is_empty() {
        let there_are = vpc.map_or_else(|| format!("aws ec2 describe-security-groups --region {region}"), of_vpc);
        return about.wrong(format!("do not exist: {}", missing.join(", ")), there_are);
    }
    let Some(vpc) = vpc else {
        return about.cannot_see("they exist, but the VPC of the subnet group could not be read", command());
    };
    let elsewhere: Vec<String> = found
        .iter()
        .filter(|group| wanted.contains(&group.id) && group.vpc != vpc)
        .map(|group| format!("{} in {}", group.id, group.vpc))
        .collect();
    if elsewhere.is_empty() {
        about.ok(format!("in {vpc}"))
    } else {
        about.wrong(format!("in another VPC than {vpc}: {}", elsewhere.join(", ")), of_vpc(vpc))
    }
}
