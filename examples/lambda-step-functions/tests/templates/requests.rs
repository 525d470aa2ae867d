//! The request that the template gives the functions is one: with every parameter set, and with the optional ones left out.

use rds_refresh_core::request::{DestinationRequest, SourceRequest};
use serde_json::Value;

use crate::template::{STACK, read};

const PARAMETERS: [(&str, &str); 14] = [
    ("AWS::Region", "eu-west-1"),
    ("PeerRegion", "eu-west-1"),
    ("SourceClusterId", "orders-production"),
    ("SourceKeyArn", "arn:aws:kms:eu-west-1:111111111111:key/source"),
    ("KeyArn", "arn:aws:kms:eu-west-1:HERE:key/mine"),
    ("SubnetGroup", "rds-refresh"),
    ("SecurityGroupId", "sg-0123456789abcdef0"),
    ("InstanceClass", "db.r6gd.large"),
    ("ExpiresAfter", "14d"),
    ("AckDeadline", "48h"),
    ("ClusterId", "orders-staging"),
    ("StorageType", "gp3"),
    ("ClusterParameterGroup", "rds-refresh-postgres"),
    ("BackupRetentionDays", "1"),
];

fn substituted(text: &str, more: &[(&str, &str)]) -> String {
    let here = more.iter().find(|(name, _)| *name == "AWS::AccountId").unwrap().1;
    let put = |text: String, (name, value): &(&str, &str)| text.replace(&format!("${{{name}}}"), value);
    let text = PARAMETERS.iter().chain(more).fold(text.to_owned(), put).replace("HERE", here);
    assert!(!text.contains("${"), "{text}");
    text
}

#[test]
fn the_request_of_the_source_is_complete() {
    let template = read(STACK);
    let request = &template["Resources"]["SourceFunction"]["Properties"]["Environment"]["Variables"]["RDS_REFRESH_REQUEST"];
    let text = substituted(request.as_str().unwrap(), &[("AWS::AccountId", "111111111111"), ("PeerAccountId", "222222222222")]);
    let request: SourceRequest = serde_json::from_str(&text).unwrap();
    assert_eq!(request.temporary.class, "db.r6gd.large");
}

/// The starter and the sweep of the destination know its request as well; those of the source need none.
#[test]
fn whoever_needs_the_request_of_the_destination_has_it() {
    let template = read(STACK);
    let request =
        |function: &str| template["Resources"][function]["Properties"]["Environment"]["Variables"]["RDS_REFRESH_REQUEST"].clone();
    for function in ["StarterFunction", "SweepFunction"] {
        let given = request(function);
        assert_eq!((&given[0], &given[1], &given[2]), (&"IsSource".into(), &"".into(), &request("DestinationFunction")));
    }
}

#[test]
fn the_request_of_the_destination_is_complete_with_iops_and_without() {
    let template = read(STACK);
    let request = &template["Resources"]["DestinationFunction"]["Properties"]["Environment"]["Variables"]["RDS_REFRESH_REQUEST"];
    let iops = &request[1]["ProvisionedIops"];
    assert_eq!((&iops[0], &iops[2]), (&Value::from("HasIops"), &Value::from("")));
    for (iops, wanted) in [(iops[1].as_str().unwrap().replace("${Iops}", "12000"), Some(12_000)), (String::new(), None)] {
        let accounts =
            [("AWS::AccountId", "222222222222"), ("PeerAccountId", "111111111111"), ("ProvisionedIops", iops.as_str())];
        let text = substituted(request[0].as_str().unwrap(), &accounts);
        let request: DestinationRequest = serde_json::from_str(&text).unwrap();
        assert_eq!(request.cluster.iops, wanted);
        assert_eq!(request.source_keys.len(), 1);
    }
}
