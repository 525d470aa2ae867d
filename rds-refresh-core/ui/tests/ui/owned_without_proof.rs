//! What deletes takes an owned resource, and only an observation that shows all marks of ownership makes one.

use rds_refresh_core::ports::{DbInstance, Owned, TemporaryInstances};

fn construct(observed: DbInstance) -> Owned<DbInstance> {
    Owned(observed)
}

fn convert(observed: DbInstance) -> Owned<DbInstance> {
    observed.into()
}

async fn delete(instances: &dyn TemporaryInstances, observed: &DbInstance) {
    let _ = instances.delete_db_instance(observed).await;
}

fn main() {}
