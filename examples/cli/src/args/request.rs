use clap::Args;
use serde_json::Value;

/// What is refreshed to where. Flags win over the configuration file.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Request")]
pub(crate) struct RequestArgs {
    /// The account of the source cluster: source.account
    #[arg(long, value_name = "ACCOUNT")]
    source_account: Option<String>,
    /// Its Region: source.region
    #[arg(long, value_name = "REGION")]
    source_region: Option<String>,
    /// The cluster to refresh from: source.cluster
    #[arg(long, value_name = "CLUSTER")]
    source_cluster: Option<String>,
    /// The account that gets the refreshed cluster: destination.account
    #[arg(long, value_name = "ACCOUNT")]
    destination_account: Option<String>,
    /// Its Region: destination.region
    #[arg(long, value_name = "REGION")]
    destination_region: Option<String>,
    /// The name of the refreshed cluster: destination.cluster.identifier
    #[arg(long, value_name = "CLUSTER")]
    destination_cluster: Option<String>,
    /// The key that encrypts it: `destination.kms_key`
    #[arg(long, value_name = "KEY")]
    kms_key: Option<String>,
    /// What a failed run removes: remove-costly, remove-all or keep-all
    #[arg(long, value_name = "WHAT")]
    on_failure: Option<String>,
    /// A tag for everything that is made; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    tag: Vec<String>,
    /// Any other field, as `--set destination.cluster.port=5433`; the value is TOML, or else text. May be repeated
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
}

/// A field that a flag sets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Override {
    /// The flag, as it is typed.
    pub(crate) flag: String,
    /// Where the field is.
    pub(crate) path: Vec<String>,
    /// Its value.
    pub(crate) value: Value,
}

impl RequestArgs {
    /// Every field that was given, in the order in which they count: a later one wins.
    ///
    /// # Errors
    /// A text that says what is wrong with a flag.
    pub(crate) fn overrides(&self) -> Result<Vec<Override>, String> {
        let named = [
            ("--source-account", &self.source_account, "source.account"),
            ("--source-region", &self.source_region, "source.region"),
            ("--source-cluster", &self.source_cluster, "source.cluster"),
            ("--destination-account", &self.destination_account, "destination.account"),
            ("--destination-region", &self.destination_region, "destination.region"),
            ("--destination-cluster", &self.destination_cluster, "destination.cluster.identifier"),
            ("--kms-key", &self.kms_key, "destination.kms_key"),
            ("--on-failure", &self.on_failure, "on_failure"),
        ];
        let mut all = Vec::new();
        for setting in &self.set {
            let (path, value) = pair("--set", setting, "FIELD=VALUE, as destination.cluster.port=5433")?;
            if let "connection" | "state_dir" = path.split('.').next().unwrap_or_default() {
                return Err(format!(
                    "--set {path}: it sets fields of the request; accounts and runs have flags, as --source-profile"
                ));
            }
            all.push(Override { flag: format!("--set {path}"), path: fields(path), value: toml_or_text(value) });
        }
        for tag in &self.tag {
            let (key, value) = pair("--tag", tag, "KEY=VALUE, as cost-centre=1234")?;
            all.push(Override { flag: format!("--tag {key}"), path: vec!["tags".into(), key.into()], value: value.into() });
        }
        for (flag, given, path) in named {
            if let Some(given) = given {
                all.push(Override { flag: flag.into(), path: fields(path), value: given.as_str().into() });
            }
        }
        Ok(all)
    }
}

fn pair<'a>(flag: &str, given: &'a str, form: &str) -> Result<(&'a str, &'a str), String> {
    match given.split_once('=') {
        Some((key, value)) if !key.is_empty() && !key.split('.').any(str::is_empty) => Ok((key, value)),
        _ => Err(format!("{flag} {given:?}: it must be {form}")),
    }
}

fn fields(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

fn toml_or_text(value: &str) -> Value {
    // What holds a second line would be more than one value.
    let read = |text: &str| toml::from_str::<Value>(&format!("value = {text}")).ok()?.get_mut("value").map(Value::take);
    Some(value).filter(|value| !value.contains('\n')).and_then(read).unwrap_or_else(|| value.into())
}
