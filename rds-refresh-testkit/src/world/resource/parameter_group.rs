use serde::Serialize;

use super::Tags;
use crate::world::place::Place;

/// A DB parameter group or a DB cluster parameter group. The model knows no parameters in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParameterGroup {
    /// `DBParameterGroupName` or `DBClusterParameterGroupName`.
    pub name: String,
    /// `DBParameterGroupArn` or `DBClusterParameterGroupArn`.
    pub arn: String,
    /// `DBParameterGroupFamily`, as `postgres16`.
    pub family: String,
    /// `Description`.
    pub description: String,
    /// Its tags. Only `ListTagsForResource` shows them.
    pub tags: Tags,
}

impl ParameterGroup {
    /// The DB parameter group `default.<family>`, which RDS makes itself.
    #[must_use]
    pub fn default_for_instances(place: &Place, family: &str) -> Self {
        Self::default_of(place, "pg", family, format!("Default parameter group for {family}"))
    }

    /// The DB cluster parameter group `default.<family>`, which RDS makes itself.
    #[must_use]
    pub fn default_for_clusters(place: &Place, family: &str) -> Self {
        Self::default_of(place, "cluster-pg", family, format!("Default cluster parameter group for {family}"))
    }

    /// Whether it is one of those that RDS makes itself, which nobody can delete.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.name.starts_with("default.")
    }

    fn default_of(place: &Place, kind: &str, family: &str, description: String) -> Self {
        let name = format!("default.{family}");
        Self { arn: place.arn(kind, &name), name, family: family.to_owned(), description, tags: Tags::new() }
    }
}
