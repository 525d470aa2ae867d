use super::context::Context;
use crate::world::naming::{default_option_group, family};
use crate::world::ops::TagList;
use crate::world::place::Place;
use crate::world::{Caller, Operation, Service};

/// What a call asks of the caller's policies: actions, each on resources, and what of the request conditions may look at.
///
/// A call is authorised if every action is allowed on every one of its resources.
#[derive(Clone, Debug)]
pub struct Asks {
    place: Place,
    context: Context,
    asked: Vec<Ask>,
}

/// One action, on resources. Without any it is on `*`.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) action: String,
    pub(super) resources: Vec<String>,
    pub(super) context: Context,
}

impl Asks {
    /// The operation itself, on no resource in particular. Nobody can be denied `GetCallerIdentity`, and whoever uses a key is asked for
    /// the right when the key is found, together with its own policy.
    #[must_use]
    pub fn of(caller: &Caller, operation: Operation) -> Self {
        use Operation::{
            CreateAlias, CreateKey, DeleteAlias, GetCallerIdentity, ListAliases, ListKeys, ListRetirableGrants, UpdateAlias,
        };
        let prefix = operation.service().prefix();
        let is_asked = match operation {
            CreateAlias | CreateKey | DeleteAlias | ListAliases | ListKeys | ListRetirableGrants | UpdateAlias => true,
            GetCallerIdentity => false,
            other => other.service() != Service::Kms,
        };
        let own = Ask { action: format!("{prefix}:{}", operation.name()), resources: Vec::new(), context: Context::default() };
        Self { place: caller.place(), context: Context::default(), asked: is_asked.then_some(own).into_iter().collect() }
    }

    /// The operation on this resource as well: by its name in the caller's own place, or by its ARN.
    pub(crate) fn on(self, kind: &str, name: &str) -> Self {
        let arn = self.arn(kind, name);
        self.on_arn(&arn)
    }

    /// The operation on what this ARN names as well.
    pub(crate) fn on_arn(mut self, arn: &str) -> Self {
        if let Some(own) = self.asked.first_mut() {
            own.resources.push(arn.to_owned());
        }
        self
    }

    /// The same for each of what may be named.
    pub(crate) fn on_each(self, kind: &str, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        names.into_iter().fold(self, |asks, name| asks.on(kind, name.as_ref()))
    }

    /// The operation on something that it makes. With tags it is also asked for the right to tag that.
    pub(crate) fn making(self, kind: &str, name: &str, tags: &TagList) -> Self {
        let asks = self.on(kind, name).tagging(tags);
        if tags.is_empty() { asks } else { asks.also("rds:AddTagsToResource", kind, name) }
    }

    /// The operation with the parameter group named, or else the default one, and the default option group, of this engine in this
    /// version, where that is known.
    pub(crate) fn in_groups(self, kind: &str, named: Option<&str>, version: Option<(&str, &str)>) -> Self {
        let default = version.map(|(engine, version)| format!("default.{}", family(engine, version)));
        let options = version.map(|(engine, version)| default_option_group(engine, version));
        self.on_each(kind, named.or(default.as_deref())).on_each("og", options)
    }

    /// Another action on the three members of a cluster that does not exist yet.
    pub(crate) fn with_members(self, action: &str, cluster: &str) -> Self {
        (1..=3).fold(self, |asks, number| asks.also(action, "db", &format!("{cluster}-instance-{number}")))
    }

    /// Tags in the request.
    pub(crate) fn tagging(mut self, tags: &TagList) -> Self {
        for (key, value) in tags {
            self.context.set(&format!("aws:RequestTag/{key}"), [value.as_str()]);
            self.context.set(&format!("rds:req-tag/{key}"), [value.as_str()]);
        }
        self.tag_keys(tags.iter().map(|(key, _)| key))
    }

    /// The keys of tags in the request.
    pub(crate) fn tag_keys<'k>(mut self, keys: impl IntoIterator<Item = &'k String>) -> Self {
        let keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
        if !keys.is_empty() {
            self.context.set("aws:TagKeys", keys);
        }
        self
    }

    /// Another action that the call depends on, on one resource.
    pub(crate) fn also(mut self, action: &str, kind: &str, name: &str) -> Self {
        let resources = vec![self.arn(kind, name)];
        self.asked.push(Ask { action: action.to_owned(), resources, context: Context::default() });
        self
    }

    /// `iam:PassRole`, if the call gives a role to a service.
    pub(crate) fn passing(mut self, role: Option<&str>, service: &str) -> Self {
        if let Some(role) = role {
            let context = Context::default().with("iam:PassedToService", service);
            self.asked.push(Ask { action: "iam:PassRole".to_owned(), resources: vec![role.to_owned()], context });
        }
        self
    }

    /// A parameter of the request that conditions may look at, if it is sent.
    pub(crate) fn given(mut self, key: &str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.context.set(key, [value.to_string()]);
        }
        self
    }

    /// What all actions have in common, and the actions.
    pub(super) fn into_parts(mut self) -> (Context, Vec<Ask>) {
        for ask in &mut self.asked {
            if ask.resources.is_empty() {
                ask.resources.push("*".to_owned());
            }
        }
        (self.context, self.asked)
    }

    fn arn(&self, kind: &str, name: &str) -> String {
        if name.starts_with("arn:") { name.to_owned() } else { self.place.arn(kind, &name.to_ascii_lowercase()) }
    }
}
