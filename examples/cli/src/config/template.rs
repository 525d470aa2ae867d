/// The commented file that `init` writes.
pub(crate) const TEMPLATE: &str = r#"#:schema https://raw.githubusercontent.com/rds-refresh/rds-refresh/main/examples/cli/schema/rds-refresh.json

# What is refreshed, from where to where. Check it with `rds-refresh plan`, which makes no call.
# What is commented out shows its default, or an example. No secret belongs here: profiles and roles name them.

# What a failed run removes: "remove-costly" (what bills by the hour or exposes data), "remove-all" or "keep-all".
# on_failure = "remove-costly"

# How long snapshots may outlive the run.
# expires_after = "14d"

# Where runs are kept: without it, rds-refresh in the XDG state directory (~/.local/state).
# state_dir = "/var/lib/rds-refresh"

# Tags for everything that is made.
[tags]
# cost-centre = "1234"

# ---- Production: it is read, and never changed ----------------------------------------------------------------------

[source]
account = "111111111111"
region = "eu-west-1"
cluster = "orders-production"

# Which snapshot to start from: a new one, a manual one, or the newest automated one that is not older.
# snapshot = "create"
# snapshot = { named = "orders-before-release" }
# snapshot = { automated_within = "24h" }

# A customer managed key of this account, where the cluster is encrypted with aws/rds: its snapshot is copied under this key and shared.
# share_key = "alias/refresh"

# Whether the cluster may be unencrypted: with share_key what crosses is encrypted, without it is readable for whoever it is shared with.
# allow_unencrypted = false

# Whether the snapshots made in this account are kept until they expire.
# keep_snapshots = false

# How long the settlement waits for the other account's acknowledgement, if the halves run apart.
# ack_deadline = "48h"

# The temporary single-AZ instance. It holds production's data for the time of the run: put it where only you get to.
[source.temporary]
subnet_group = "private"
security_groups = ["sg-0123456789abcdef0"]
class = "db.r6g.large"
# parameter_group = "orders-postgres16"
# ca = "rds-ca-rsa2048-g1"

# ---- What is refreshed ----------------------------------------------------------------------------------------------

[destination]
account = "222222222222"
region = "eu-west-1"
# A key of this account: key id, key ARN, alias or alias ARN.
kms_key = "alias/staging"
# Which of production's keys are accepted; without it, any.
# source_keys = ["arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"]
# Whether a snapshot of production may be unencrypted. The copy of it never is.
# allow_unencrypted_source = false
# max_handover_age = "7d"

[destination.cluster]
# The name of the new cluster. A cluster of this name must not exist.
identifier = "orders-staging"
class = "db.r6gd.large"
# It must cover three Availability Zones.
subnet_group = "private"
security_groups = ["sg-0fedcba9876543210"]
# storage_type = "gp3"
# iops = 12000
# parameter_group = "orders-postgres16"
# port = 5432
# backup_retention_days = 1
# backup_window = "03:00-03:30"
# log_exports = ["postgresql"]
# extended_support = false
# copy_tags_to_snapshot = false
# deletion_protection = false

# [destination.cluster.monitoring]
# interval_seconds = 60
# role_arn = "arn:aws:iam::222222222222:role/rds-monitoring-role"

# An empty table switches it on.
# [destination.cluster.performance_insights]
# kms_key = "alias/insights"
# retention_days = 7

# ---- How the accounts are reached: without it, by the standard AWS environment and files ------------------------------

[connection.source]
# profile = "production"
# role_arn = "arn:aws:iam::111111111111:role/rds-refresh"
# external_id = "orders"
# endpoint_url = "http://127.0.0.1:4566"

[connection.destination]
# profile = "staging"
# role_arn = "arn:aws:iam::222222222222:role/rds-refresh"
# external_id = "orders"
# endpoint_url = "http://127.0.0.1:4566"
"#;
