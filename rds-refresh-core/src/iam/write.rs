use std::collections::BTreeSet;

use super::document::{Conditions, Effect, MAX_POLICY_SIZE, PolicyDocument, PolicyTooLarge, Statement};
use super::scope::Scope;
use crate::key_policy::like;
use crate::permission::{Condition, Permission, Target};

/// The policies of one side: what the permissions ask for there and nothing else, in as many documents as IAM's limit of size takes. Mostly
/// it is one. A role needs all of them.
///
/// # Errors
/// If a single statement is larger than a policy may be.
pub fn policies(permissions: impl IntoIterator<Item = Permission>, scope: &Scope) -> Result<Vec<PolicyDocument>, PolicyTooLarge> {
    let mut lines: Vec<Line> = Vec::new();
    for line in permissions.into_iter().filter_map(|permission| Line::of(&permission, scope)) {
        // The same calls, or the same things under the same conditions, are one statement.
        if let Some(same) = lines.iter_mut().find(|known| known.is_alike(&line) && known.arns == line.arns) {
            same.actions.extend(line.actions);
        } else {
            lines.push(line);
        }
    }
    let mut merged: Vec<Line> = Vec::new();
    for line in lines {
        if let Some(same) = merged.iter_mut().find(|known| known.is_alike(&line) && known.actions == line.actions) {
            same.arns.extend(line.arns);
        } else {
            merged.push(line);
        }
    }
    split(statements(without_repeats(merged)))
}

/// What is allowed twice is said once: an action goes where other lines allow it on all of the same things, in all of the same
/// circumstances.
fn without_repeats(mut lines: Vec<Line>) -> Vec<Line> {
    for line in &mut lines {
        let all = line.arns.clone();
        line.arns.retain(|arn| !all.iter().any(|wider| wider != arn && covers(wider, arn)));
    }
    for index in 0..lines.len() {
        let line = &lines[index];
        let others = || lines.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
        let is_said = |action: &String| {
            line.arns.iter().all(|arn| {
                others().filter(|other| other.actions.contains(action) && other.holds_wherever(line)).any(|other| other.has(arn))
            })
        };
        let said: BTreeSet<String> = line.actions.iter().filter(|action| is_said(action)).cloned().collect();
        lines[index].actions.retain(|action| !said.contains(action));
    }
    lines.retain(|line| !line.actions.is_empty());
    lines
}

/// Whether a pattern of ARNs matches all that another one does.
fn covers(wider: &str, arn: &str) -> bool {
    // A `?` of the one could stand for a `*` of the other.
    !wider.contains('?') && like(wider, arn)
}

/// A statement in the making.
struct Line {
    subject: &'static str,
    verb: &'static str,
    actions: BTreeSet<String>,
    arns: BTreeSet<String>,
    conditions: Conditions,
}

impl Line {
    /// `None` if the permission is another side's, or is not needed for this request.
    fn of(permission: &Permission, scope: &Scope) -> Option<Self> {
        let Permission { side, actions, targets, conditions } = permission;
        let service = actions.first()?.split_once(':')?.0;
        if *side != scope.side() {
            return None;
        }
        let (mut arns, mut written) = (BTreeSet::new(), Conditions::new());
        for target in targets {
            let resolved = scope.resolve(target, service);
            if resolved.arns.is_empty() {
                return None;
            }
            arns.extend(resolved.arns);
            for (operator, keys) in resolved.conditions {
                written.entry(operator).or_default().extend(keys);
            }
        }
        for condition in conditions {
            scope.write(condition, targets.contains(&Target::SourceKey), &mut written);
        }
        Some(Self {
            subject: targets.first().map_or("", subject),
            verb: verb(actions, conditions),
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            arns,
            conditions: written,
        })
    }

    fn has(&self, arn: &str) -> bool {
        self.arns.iter().any(|wider| covers(wider, arn))
    }

    /// Whether its conditions are among those of another line.
    fn holds_wherever(&self, other: &Self) -> bool {
        self.conditions.iter().all(|(operator, keys)| {
            let others = other.conditions.get(operator);
            keys.iter().all(|(key, values)| others.and_then(|others| others.get(key)) == Some(values))
        })
    }

    /// Reading and changing stay apart: a person reads the second with other eyes.
    fn is_alike(&self, other: &Self) -> bool {
        (self.verb == "Read") == (other.verb == "Read") && self.conditions == other.conditions
    }
}

/// What a statement lets its holder do, for its name.
fn verb(actions: &[&str], conditions: &[Condition]) -> &'static str {
    let is_read = |action: &&str| {
        let name = action.split_once(':').map_or(*action, |(_, name)| name);
        ["Describe", "List", "Get"].iter().any(|start| name.starts_with(start))
    };
    if actions.iter().all(is_read) && conditions.is_empty() {
        return "Read";
    }
    match conditions.first() {
        Some(Condition::Tags(_)) if actions == ["rds:AddTagsToResource"] => "Tag",
        Some(Condition::Tags(_)) => "Make",
        Some(Condition::Owned(_)) => "Change",
        Some(Condition::ThroughRds) if !conditions.contains(&Condition::GrantForAws) => "Use",
        Some(Condition::ThroughRds | Condition::GrantForAws) => "Grant",
        Some(Condition::GrantToDestination) => "Share",
        Some(Condition::PassedTo(_)) => "Pass",
        _ => "Call",
    }
}

/// What a statement is about, for its name.
fn subject(target: &Target) -> &'static str {
    match target {
        Target::Any => "Account",
        Target::SourceCluster | Target::SnapshottedCluster => "SourceCluster",
        Target::MadeClusterSnapshots | Target::StartingSnapshot | Target::ListedClusterSnapshots | Target::AnyClusterSnapshot => {
            "ClusterSnapshots"
        }
        Target::TemporaryInstance => "TemporaryInstance",
        Target::TemporarySubnetGroup | Target::ClusterSubnetGroup => "SubnetGroup",
        Target::TemporaryParameterGroup | Target::ClusterParameterGroup => "ParameterGroup",
        Target::DefaultOptionGroups => "OptionGroups",
        Target::EncryptedSnapshots => "EncryptedSnapshots",
        Target::InstanceSnapshots | Target::SharableSnapshots => "InstanceSnapshots",
        Target::SourceKey | Target::SharedKey => "SourceKey",
        Target::ShareKey => "ShareKey",
        Target::SharedSnapshots => "SharedSnapshots",
        Target::SnapshotCopies => "SnapshotCopies",
        Target::DestinationKey => "DestinationKey",
        Target::Cluster => "Cluster",
        Target::ClusterMembers => "ClusterMembers",
        Target::AnyInstance => "Instances",
        Target::AnySnapshot => "Snapshots",
        Target::MonitoringRole => "MonitoringRole",
        Target::InsightsKey => "InsightsKey",
        Target::Named(_) => "Custom",
    }
}

fn statements(lines: Vec<Line>) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    for Line { subject, verb, actions, arns, conditions } in lines {
        let name = format!("{verb}{subject}");
        let taken = |sid: &String| statements.iter().any(|other| other.sid == *sid);
        let numbered = (2..).map(|number| format!("{name}{number}"));
        let sid = std::iter::once(name.clone()).chain(numbered).find(|sid| !taken(sid)).unwrap_or(name.clone());
        statements.push(Statement {
            sid,
            effect: Effect::Allow,
            action: actions.into_iter().collect(),
            // Everything includes the rest.
            resource: if arns.contains("*") { vec!["*".into()] } else { arns.into_iter().collect() },
            condition: conditions,
        });
    }
    statements
}

/// Statements only allow, so they mean the same in one document or in several.
fn split(statements: Vec<Statement>) -> Result<Vec<PolicyDocument>, PolicyTooLarge> {
    let mut documents: Vec<PolicyDocument> = Vec::new();
    for statement in statements {
        let alone = PolicyDocument::new(vec![statement.clone()]);
        let size = alone.size();
        if size > MAX_POLICY_SIZE {
            return Err(PolicyTooLarge { sid: statement.sid, size });
        }
        if let Some(last) = documents.last_mut() {
            last.statement.push(statement);
            if last.size() <= MAX_POLICY_SIZE {
                continue;
            }
            last.statement.pop();
        }
        documents.push(alone);
    }
    Ok(documents)
}
