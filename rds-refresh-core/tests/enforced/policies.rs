//! Generated policies, and the same with something taken out.

use std::sync::Arc;

use rds_refresh_core::iam::{self, PolicyDocument, Scope};
use rds_refresh_core::permission::Permission;
use rds_refresh_core::ports::{Destination, Source};
use rds_refresh_core::request::Request;
use rds_refresh_core::steps;
use rds_refresh_testkit::TwoAccounts;
use rds_refresh_testkit::world::Caller;

/// What both roles of a refresh are allowed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policies {
    pub(crate) source: PolicyDocument,
    pub(crate) destination: PolicyDocument,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Source,
    Destination,
}

pub(crate) const ROLES: [Role; 2] = [Role::Source, Role::Destination];

impl Policies {
    /// Those that `rds-refresh iam` prints for a request: for the whole plan, which includes both halves and the settlement.
    pub(crate) fn of(request: &Request, stage: &TwoAccounts, key: Option<&str>, custom: &[Permission]) -> Self {
        let mut of_source = Scope::source(request.source());
        if let Some(key) = key {
            of_source = of_source.with_source_key(&key.parse().unwrap());
        }
        let source: Arc<dyn Source> = Arc::new(stage.fake.source(stage.source.clone()));
        let destination: Arc<dyn Destination> = Arc::new(stage.fake.destination(stage.destination.clone()));
        let (_, worker) = steps::refresh(&source, &destination).build().unwrap();
        let asked = || worker.permissions().flat_map(|(_, asked)| asked).chain(custom.iter().cloned());
        Self {
            source: one(asked(), &of_source),
            destination: one(asked(), &Scope::destination(request.destination()).with_source_cluster(&request.source().cluster)),
        }
    }

    /// Gives them to the two callers of a stage, whose accounts allow nothing else from now on.
    pub(crate) fn enforce(&self, stage: &TwoAccounts) {
        for (caller, role) in [(&stage.source, Role::Source), (&stage.destination, Role::Destination)] {
            enforce(stage, caller, self.at(role));
        }
    }

    pub(crate) fn at(&self, role: Role) -> &PolicyDocument {
        match role {
            Role::Source => &self.source,
            Role::Destination => &self.destination,
        }
    }

    fn at_mut(&mut self, role: Role) -> &mut PolicyDocument {
        match role {
            Role::Source => &mut self.source,
            Role::Destination => &mut self.destination,
        }
    }
}

pub(crate) fn enforce(stage: &TwoAccounts, caller: &Caller, policy: &PolicyDocument) {
    let mut world = stage.fake.world();
    world.enforce_iam(&caller.account, true);
    world.put_identity_policy(&caller.principal(), "generated", &policy.to_json()).unwrap();
}

pub(crate) fn one(asked: impl IntoIterator<Item = Permission>, scope: &Scope) -> PolicyDocument {
    let mut all = iam::policies(asked, scope).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// One thing that a policy could do without, perhaps.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) role: Role,
    pub(crate) sid: String,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Action(String),
    Resource(String),
    /// One of several values of a condition.
    Value(String, String, String),
}

impl Policies {
    /// Every action, every one of several resources, every one of several values of a condition.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for role in ROLES {
            for statement in &self.at(role).statement {
                let mut add = |what| parts.push(Part { role, sid: statement.sid.clone(), what });
                statement.action.iter().cloned().for_each(|action| add(What::Action(action)));
                if statement.resource.len() > 1 {
                    statement.resource.iter().cloned().for_each(|resource| add(What::Resource(resource)));
                }
                for (operator, key, values) in
                    statement.condition.iter().flat_map(|(operator, keys)| keys.iter().map(move |(key, of)| (operator, key, of)))
                {
                    if values.len() > 1 {
                        for value in values {
                            add(What::Value(operator.clone(), key.clone(), value.clone()));
                        }
                    }
                }
            }
        }
        parts
    }

    pub(crate) fn without(&self, part: &Part) -> Self {
        let mut less = self.clone();
        let statements = &mut less.at_mut(part.role).statement;
        let position = statements.iter().position(|statement| statement.sid == part.sid).unwrap();
        let statement = &mut statements[position];
        match &part.what {
            What::Action(action) => statement.action.retain(|it| it != action),
            What::Resource(resource) => statement.resource.retain(|it| it != resource),
            What::Value(operator, key, value) => {
                statement.condition.get_mut(operator).unwrap().get_mut(key).unwrap().retain(|it| it != value);
            }
        }
        if statement.action.is_empty() {
            statements.remove(position);
        }
        assert_ne!(less, *self, "{part}");
        less
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { role, sid, what } = self;
        match what {
            What::Action(action) => write!(f, "{role:?} {sid} {action}"),
            What::Resource(resource) => write!(f, "{role:?} {sid} on {resource}"),
            What::Value(_, key, value) => write!(f, "{role:?} {sid} {key} {value}"),
        }
    }
}
