//! Storage types and provisioned IOPS (RDS user guide, Amazon RDS DB instance storage).

use super::ApiError;

/// From this size on, in GiB, gp3 takes provisioned IOPS.
const STRIPED: u32 = 400;

/// The IOPS that storage of a type and size gets. `asked` is what the request says; io1 and io2 need it, gp3 takes it from 400 GiB
/// on, the others never.
pub(crate) fn iops(storage_type: &str, allocated_storage: u32, asked: Option<i64>) -> Result<Option<u32>, ApiError> {
    let wrong = |range: &str| {
        let iops = asked.unwrap_or_default();
        ApiError::invalid_combination(format!(
            "Invalid iops value for storage type {storage_type} and {allocated_storage} GiB: {iops}. {range}"
        ))
    };
    let within = |from: u32, to: u32, iops: i64| u32::try_from(iops).ok().filter(|iops| (from..=to).contains(iops));
    match (storage_type, asked) {
        ("gp3", None) if allocated_storage < STRIPED => Ok(Some(3000)),
        ("gp3", None) => Ok(Some(12_000)),
        ("gp3", Some(_)) if allocated_storage < STRIPED => Err(wrong("Iops cannot be specified below 400 GiB.")),
        ("gp3", Some(iops)) => within(12_000, 64_000, iops).map(Some).ok_or_else(|| wrong("It must be between 12000 and 64000.")),
        ("io1" | "io2", None) => {
            Err(ApiError::invalid_combination(format!("You must specify Iops for the storage type {storage_type}.")))
        }
        // Half to fifty times the size in GiB (RDS API reference, `Iops` of `RestoreDBClusterFromSnapshot`), and never below 1000.
        ("io1" | "io2", Some(iops)) => {
            within(1000.max(allocated_storage / 2), allocated_storage.saturating_mul(50).max(1000), iops)
                .map(Some)
                .ok_or_else(|| wrong("It must be between half and fifty times the allocated storage."))
        }
        (_, None) => Ok(None),
        (_, Some(_)) => Err(wrong("This storage type has no provisioned IOPS.")),
    }
}
