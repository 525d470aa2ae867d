use rds_refresh_core::ids::{AccountId, Region};

/// Who in an account calls (IAM user guide, IAM identifiers).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// The account's root user.
    Root,
    /// An IAM user, by path and name, as `rds-refresh` or `teams/data/rds-refresh`.
    User(String),
    /// Somebody who has assumed an IAM role.
    Session {
        /// The role, by path and name.
        role: String,
        /// `RoleSessionName`.
        name: String,
    },
}

impl Identity {
    /// The ARN as `GetCallerIdentity` and messages of refusal show it. That of a session names its role without the path.
    #[must_use]
    pub fn arn(&self, account: &AccountId, region: &Region) -> String {
        match self {
            Self::Session { role, name } => {
                let role = role.rsplit('/').next().unwrap_or(role);
                format!("arn:{}:sts::{account}:assumed-role/{role}/{name}", region.partition())
            }
            Self::Root | Self::User(_) => self.principal(account, region),
        }
    }

    /// The ARN of the IAM identity behind it, which policies usually name and `aws:PrincipalArn` holds: of a session, its role.
    #[must_use]
    pub fn principal(&self, account: &AccountId, region: &Region) -> String {
        let iam = |resource: &str| format!("arn:{}:iam::{account}:{resource}", region.partition());
        match self {
            Self::Root => iam("root"),
            Self::User(user) => iam(&format!("user/{user}")),
            Self::Session { role, .. } => iam(&format!("role/{role}")),
        }
    }
}
