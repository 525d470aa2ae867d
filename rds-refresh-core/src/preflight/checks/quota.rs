//! Whether the quotas leave room for what a run makes.

use super::{About, Check, Finding, Observed};
use crate::ids::Region;
use crate::preflight::observed::Quota;
use crate::step::Side;

/// What a run adds to a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The quota, as `DescribeAccountAttributes` names it.
    pub quota: &'static str,
    /// How much; `None` where the size of the source is not known.
    pub more: Option<u64>,
}

/// One finding for each quota.
#[must_use]
pub fn decide(side: Side, region: &Region, needed: &[Needed], quotas: &Observed<Vec<Quota>>) -> Vec<Finding> {
    needed.iter().map(|needed| decide_one(side, region, *needed, quotas)).collect()
}

fn decide_one(side: Side, region: &Region, Needed { quota, more }: Needed, quotas: &Observed<Vec<Quota>>) -> Finding {
    let unit = if quota == "AllocatedStorage" { " GiB" } else { "" };
    let about = About {
        check: Check::Quota,
        side,
        resource: quota.to_owned(),
        needed: more.map_or_else(|| "room for the source's storage".to_owned(), |more| format!("room for {more}{unit} more")),
        document: "RDS user guide, quotas and constraints",
    };
    let command = || format!("aws rds describe-account-attributes --region {region}");
    let quotas = match about.read(quotas, command) {
        Ok(quotas) => quotas,
        Err(unread) => return *unread,
    };
    let Some(found) = quotas.into_iter().find(|found| found.name == quota) else {
        return about.cannot_see("RDS does not tell this quota", command());
    };
    let Quota { used, max, .. } = found;
    match more {
        None => about.cannot_see(format!("{used} of {max}{unit} used, and the size of the source is not known"), command()),
        Some(more) if used.saturating_add(more) > max => about.wrong(
            format!("{used} of {max}{unit} used"),
            format!(
                "aws service-quotas list-service-quotas --region {region} --service-code rds  # have it raised, or remove what is not needed"
            ),
        ),
        Some(_) => about.ok(format!("{used} of {max}{unit} used")),
    }
}
