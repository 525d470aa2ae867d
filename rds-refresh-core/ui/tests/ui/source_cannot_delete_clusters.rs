//! Production's cluster cannot be deleted: no port of the source account has such a method.

use rds_refresh_core::ids::DbIdentifier;
use rds_refresh_core::ports::{Source, SourceClusters};

async fn delete(clusters: &dyn SourceClusters, production: &DbIdentifier) {
    let _ = clusters.delete_db_cluster(production).await;
}

async fn modify(source: &dyn Source, production: &DbIdentifier) {
    let _ = source.modify_db_cluster(production).await;
}

fn main() {}
