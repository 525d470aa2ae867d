use crate::timing::Draw;
use crate::world::naming::letters;
use crate::world::{ApiError, Caller, Identity, Operation, Request, World};

/// `GetCallerIdentity` has no parameters, and nobody can be denied it (STS API reference).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GetCallerIdentity;

/// What `GetCallerIdentity` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    /// `UserId`: `AIDA…` of a user, `AROA…` and the session's name of a role, the account id of the root user.
    pub user_id: String,
    /// `Account`.
    pub account: String,
    /// `Arn`.
    pub arn: String,
}

impl Request for GetCallerIdentity {
    const OPERATION: Operation = Operation::GetCallerIdentity;
    type Answer = CallerIdentity;

    fn resource(&self) -> &'static str {
        ""
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<CallerIdentity, ApiError> {
        Ok(CallerIdentity { user_id: world.user_id(caller), account: caller.account.to_string(), arn: caller.arn() })
    }
}

impl World {
    /// The unique id of a caller (IAM user guide, unique identifiers). A user and a role have one each, a session adds its name.
    pub(super) fn user_id(&self, caller: &Caller) -> String {
        let unique = |prefix: &str| {
            let draw = Draw::named(self.seed, &[&caller.principal(), "unique id"]);
            format!("{prefix}{}", letters(draw, 17).to_ascii_uppercase())
        };
        match &caller.identity {
            Identity::Root => caller.account.to_string(),
            Identity::User(_) => unique("AIDA"),
            Identity::Session { name, .. } => format!("{}:{name}", unique("AROA")),
        }
    }
}
