//! Another account's use of a key, by the key's policy: shown first, written on demand.

use rds_refresh_core::aws::AwsSource;
use rds_refresh_core::key_policy::{ChangeError, PolicyChange};
use serde_json::json;

use crate::args::{Global, KmsArgs, KmsChange, Output};
use crate::aws;
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::print;
use crate::site;
use crate::text::{BAD, GOOD, styled};

pub(super) async fn execute(global: &Global, change: &KmsChange) -> Result<Exit, Failure> {
    let (KmsChange::AllowDestination(args) | KmsChange::RevokeDestination(args)) = change;
    let KmsArgs { key, account, apply, connection } = args;
    let connection = Config::find(global)?.connection().clone().with(connection).map_err(Failure::input)?;
    let owner = site::account("source", key.account(), key.region());
    let policies = AwsSource::new(&aws::config(&owner, &connection.source, "rds-refresh-kms").await?);
    let change = match change {
        KmsChange::AllowDestination(_) => PolicyChange::allow(&policies, key, account).await?,
        KmsChange::RevokeDestination(_) => PolicyChange::revoke(&policies, key, account).await?,
    };
    let written = *apply && change.apply(&policies).await?;
    match global.output {
        Output::Text => tell(&change, key, written),
        Output::Json => {
            let edited = change.edited();
            let said = json!({
                "key": key,
                "account": account,
                "changes": edited.changed,
                "written": written,
                "removed": edited.diff.removed,
                "added": edited.diff.added,
                "policy": edited.policy,
            });
            print::line(&said.to_string());
        }
    }
    Ok(Exit::Success)
}

fn tell(change: &PolicyChange, key: &impl std::fmt::Display, written: bool) {
    let edited = change.edited();
    if !edited.changed {
        print::line(&format!("the policy of {key} is so already: nothing changes"));
        return;
    }
    for line in edited.diff.to_string().lines() {
        print::line(&styled(if line.starts_with('-') { BAD } else { GOOD }, line));
    }
    print::error_line(&if written {
        format!("wrote the policy of {key}, and read it back")
    } else {
        format!("nothing is written to {key} yet: the same with --apply writes it")
    });
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        let what = error.to_string();
        match error {
            ChangeError::Edit(_) => Self::input(what),
            _ => Self::outside(what),
        }
    }
}
