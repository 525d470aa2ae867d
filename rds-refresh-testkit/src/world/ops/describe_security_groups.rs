use crate::world::naming::default_security_group;
use crate::world::page::{Filter, Page, Paging};
use crate::world::{ApiError, Caller, Operation, Request, World};

/// The parameters of EC2's `DescribeSecurityGroups`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeSecurityGroups {
    /// `GroupId`: one that does not exist has the whole call refused.
    pub ids: Vec<String>,
    /// `Filter`: by `group-id` and `vpc-id`.
    pub filters: Vec<Filter>,
    /// `MaxResults`, 5–1000, and `NextToken`: without the first, all are on one page.
    pub paging: Paging,
}

/// A security group. The model knows no rules in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedSecurityGroup {
    /// `groupId`.
    pub id: String,
    /// `groupName`: `default` for that of the VPC; the model gives others no name but their id.
    pub name: String,
    /// `vpcId`.
    pub vpc: String,
    /// `ownerId`.
    pub owner: String,
}

impl Request for DescribeSecurityGroups {
    const OPERATION: Operation = Operation::DescribeSecurityGroups;
    type Answer = Page<DescribedSecurityGroup>;

    fn resource(&self) -> &str {
        self.ids.first().map_or("*", String::as_str)
    }

    fn apply(&self, world: &mut World, caller: &Caller) -> Result<Self::Answer, ApiError> {
        if !self.ids.is_empty() && self.paging.max_records.is_some() {
            return Err(ApiError::invalid_combination("The parameter GroupId cannot be used with the parameter MaxResults"));
        }
        let groups = &world.at(&caller.place()).security_groups;
        if let Some(missing) = self.ids.iter().find(|id| !groups.contains_key(*id)) {
            return Err(ApiError::refused("InvalidGroup.NotFound", format!("The security group '{missing}' does not exist")));
        }
        let known = |filter: &&Filter| ["group-id", "vpc-id"].contains(&filter.name.as_str());
        if let Some(unknown) = self.filters.iter().find(|filter| !known(filter)) {
            return Err(ApiError::invalid_value(format!("The filter '{}' is invalid", unknown.name)));
        }
        let matches = |id: &String, vpc: &String| {
            let value = |filter: &Filter| if filter.name == "vpc-id" { vpc } else { id };
            (self.ids.is_empty() || self.ids.contains(id)) && self.filters.iter().all(|it| it.values.contains(value(it)))
        };
        let found = groups.iter().filter(|(id, vpc)| matches(id, vpc));
        let found = found
            .map(|(id, vpc)| DescribedSecurityGroup {
                id: id.clone(),
                name: if *id == default_security_group(vpc) { "default".to_owned() } else { id.clone() },
                vpc: vpc.clone(),
                owner: caller.account.to_string(),
            })
            .collect();
        self.paging.ec2(found, |group: &DescribedSecurityGroup| group.id.clone())
    }
}
