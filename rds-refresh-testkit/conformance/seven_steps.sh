#!/usr/bin/env bash
# The seven steps of a refresh across two accounts, by hand, with the aws CLI against fake-rds.
#
#   bash seven_steps.sh [path of fake-rds]
#
# Needs: aws, curl, jq. Ends with the status 0 and the restored cluster, or says what went wrong.
set -euo pipefail

FAKE_RDS=${1:-fake-rds}
READY=$(mktemp)
"$FAKE_RDS" --listen 127.0.0.1:0 --clock manual --seed 1 >"$READY" &
SERVER=$!
trap 'kill $SERVER; rm -f "$READY"' EXIT
until [[ -s $READY ]]; do kill -0 $SERVER && sleep 0.1; done

ready() { jq -r "$1" "$READY"; }
REGION=$(ready .region)

# One function for each account: `source rds describe-db-clusters`, `destination kms describe-key …`.
as() {
    local account=$1
    shift
    AWS_ACCESS_KEY_ID=$(ready ".accounts.$account.access_key_id") \
        AWS_SECRET_ACCESS_KEY=$(ready ".accounts.$account.secret_access_key") \
        AWS_ENDPOINT_URL=$(ready .endpoint) AWS_DEFAULT_REGION=$REGION AWS_PAGER="" \
        AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null \
        aws --output json "$@"
}
source_account() { as source "$@"; }
destination_account() { as destination "$@"; }

# Lets simulated time pass, five minutes at a time, until a command prints `available`; prints every status it saw.
until_available() {
    local status last=""
    for _ in $(seq 500); do
        status=$("$@")
        [[ $status == "$last" ]] || echo "    $status"
        last=$status
        case $status in
        available) return ;;
        failed | incompatible-* | inaccessible-*) return 1 ;;
        esac
        curl -sS -X POST "$(ready .control)clock/advance" -d '{"seconds": 300}' >/dev/null
    done
    echo "still $status after 41 simulated hours" >&2
    return 1
}

echo "who is who"
[[ $(source_account sts get-caller-identity | jq -r .Account) == "$(ready .accounts.source.account_id)" ]]
[[ $(destination_account sts get-caller-identity | jq -r .Account) == "$(ready .accounts.destination.account_id)" ]]

echo "1. snapshot the cluster"
source_account rds create-db-cluster-snapshot --db-cluster-identifier "$(ready .accounts.source.cluster_id)" \
    --db-cluster-snapshot-identifier refresh-1 --tags Key=purpose,Value=refresh >/dev/null
cluster_snapshot() {
    source_account rds describe-db-cluster-snapshots --db-cluster-snapshot-identifier refresh-1 | jq -r '.DBClusterSnapshots[0].Status'
}
until_available cluster_snapshot

echo "2. restore it to a temporary instance"
source_account rds restore-db-instance-from-db-snapshot --db-instance-identifier refresh-1-temporary \
    --db-cluster-snapshot-identifier refresh-1 --engine postgres --db-instance-class db.r6g.large --no-multi-az \
    --no-publicly-accessible --backup-retention-period 0 --db-subnet-group-name "$(ready .accounts.source.subnet_group)" \
    --vpc-security-group-ids "$(ready '.accounts.source.security_group_ids[0]')" --tags Key=purpose,Value=refresh >/dev/null
instance() {
    source_account rds describe-db-instances --db-instance-identifier refresh-1-temporary | jq -r '.DBInstances[0].DBInstanceStatus'
}
until_available instance

echo "3. snapshot the instance"
source_account rds create-db-snapshot --db-instance-identifier refresh-1-temporary --db-snapshot-identifier refresh-1-handover \
    --tags Key=purpose,Value=refresh >/dev/null
snapshot() {
    source_account rds describe-db-snapshots --db-snapshot-identifier refresh-1-handover | jq -r '.DBSnapshots[0].Status'
}
until_available snapshot
SNAPSHOT=$(source_account rds describe-db-snapshots --db-snapshot-identifier refresh-1-handover | jq -r '.DBSnapshots[0].DBSnapshotArn')

echo "4. share it with the destination account"
source_account rds modify-db-snapshot-attribute --db-snapshot-identifier refresh-1-handover --attribute-name restore \
    --values-to-add "$(ready .accounts.destination.account_id)" >/dev/null

echo "5. delete the temporary instance"
source_account rds delete-db-instance --db-instance-identifier refresh-1-temporary --skip-final-snapshot >/dev/null

echo "6. copy the snapshot under the destination's key"
curl -sS -X POST "$(ready .control)clock/advance" -d '{"seconds": 60}' >/dev/null # a share takes some seconds to show
destination_account rds copy-db-snapshot --source-db-snapshot-identifier "$SNAPSHOT" --target-db-snapshot-identifier refresh-1-copy \
    --kms-key-id "$(ready .accounts.destination.kms_key_arn)" --tags Key=purpose,Value=refresh >/dev/null
copy() {
    destination_account rds describe-db-snapshots --db-snapshot-identifier refresh-1-copy | jq -r '.DBSnapshots[0].Status'
}
until_available copy
COPY=$(destination_account rds describe-db-snapshots --db-snapshot-identifier refresh-1-copy)

echo "7. restore it as a Multi-AZ DB cluster"
destination_account rds create-db-subnet-group --db-subnet-group-name staging --db-subnet-group-description "three zones" \
    --subnet-ids $(ready '.accounts.destination.subnet_ids[]') >/dev/null
destination_account rds restore-db-cluster-from-snapshot --db-cluster-identifier orders-staging \
    --snapshot-identifier "$(jq -r '.DBSnapshots[0].DBSnapshotArn' <<<"$COPY")" --engine postgres \
    --engine-version "$(jq -r '.DBSnapshots[0].EngineVersion' <<<"$COPY")" --db-cluster-instance-class db.r6gd.large \
    --storage-type gp3 --db-subnet-group-name staging --no-publicly-accessible --no-deletion-protection \
    --vpc-security-group-ids "$(ready '.accounts.destination.security_group_ids[0]')" --tags Key=purpose,Value=refresh >/dev/null
cluster() {
    destination_account rds describe-db-clusters --db-cluster-identifier orders-staging | jq -r '.DBClusters[0].Status'
}
until_available cluster

# The temporary instance is gone by now.
if gone=$(source_account rds describe-db-instances --db-instance-identifier refresh-1-temporary 2>&1); then
    echo "the temporary instance is still there" >&2
    exit 1
fi
grep -q DBInstanceNotFound <<<"$gone"

destination_account rds describe-db-clusters --db-cluster-identifier orders-staging |
    jq '.DBClusters[0] | {DBClusterIdentifier, Status, Engine, EngineVersion, StorageType, StorageEncrypted, KmsKeyId, Members: [.DBClusterMembers[].DBInstanceIdentifier]}'
