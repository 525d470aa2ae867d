use crate::World;
use crate::sim::Record;

/// What no run does in the source account: it changes no cluster, and no key but by grants.
const FORBIDDEN: [&str; 6] =
    ["ModifyDBCluster", "DeleteDBCluster", "RestoreDBClusterFromSnapshot", "PutKeyPolicy", "DisableKey", "EnableKey"];

pub(super) fn check(record: &Record) -> Vec<String> {
    let mut found = Vec::new();
    let Some(run) = record.runs.first() else { return found };
    let (source, destination) = (run.request.source(), run.request.destination());
    for entry in record.journal().iter().filter(|entry| !entry.somebody && entry.account == source.account) {
        if FORBIDDEN.contains(&entry.action.as_str()) {
            found.push(format!("{} was called in the source account, about {}", entry.action, entry.resource));
        }
    }
    for (snapshot, account) in &record.shares {
        if account != destination.account.as_str() {
            found.push(format!("{snapshot} was shared with {account}"));
        }
    }
    let granted_before: Vec<&String> = grantees(&record.before).collect();
    for (key, principal) in record.grantees.iter().filter(|(_, principal)| !granted_before.contains(&principal)) {
        if !principal.starts_with(&format!("arn:aws:iam::{}:", destination.account)) {
            found.push(format!("{key} was granted to {principal}"));
        }
    }
    let cluster = |world: &World| {
        let place = crate::world::Place { account: source.account.clone(), region: source.region.clone() };
        let mut cluster = world.at(&place).clusters.get(source.cluster.as_str()).cloned();
        // It is backed up every day, and its oldest backup expires.
        if let Some(cluster) = &mut cluster {
            cluster.status.clear();
            cluster.earliest_restorable_at = None;
        }
        cluster
    };
    if cluster(&record.before) != cluster(&record.after) {
        found.push(format!("the cluster {} is not what it was", source.cluster));
    }
    found
}

fn grantees(world: &World) -> impl Iterator<Item = &String> {
    world.places().flat_map(|(_, holdings)| holdings.keys.values()).flat_map(|key| &key.grants).map(|grant| &grant.grantee)
}
