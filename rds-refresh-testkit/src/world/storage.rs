//! Storage types, sizes, provisioned IOPS and throughput (RDS user guide, Amazon RDS DB instance storage).

use super::ApiError;
use super::check::number;
use super::origin::Origin;
use super::resource::Storage;

/// From this size on, in GiB, gp3 takes provisioned IOPS.
const STRIPED: u32 = 400;

/// The most that can be allocated, in GiB.
const LARGEST: u32 = 65_536;

/// The fewest and the most IOPS that io1 and io2 can be given.
pub(crate) const PROVISIONED_IOPS: (u32, u32) = (1000, 256_000);

/// How many IOPS io1 or io2 can have at most for each GiB that is allocated. (The RDS API reference still says 50 for both.)
pub(crate) fn most_iops_per_gib(storage_type: &str) -> u32 {
    if storage_type == "io2" { 1000 } else { 50 }
}

/// What a request says about storage.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StorageSettings<'a> {
    pub(crate) allocated: Option<i64>,
    pub(crate) storage_type: Option<&'a str>,
    pub(crate) iops: Option<i64>,
    pub(crate) throughput: Option<i64>,
}

impl StorageSettings<'_> {
    /// The storage of a new instance.
    pub(crate) fn of_instance(&self, engine: &str) -> Result<Storage, ApiError> {
        let default = if self.iops.is_some() { "io1" } else { "gp3" };
        let storage_type = instance_type(self.storage_type.unwrap_or(default))?;
        let allocated = self.size(engine, storage_type)?;
        self.of_size(storage_type, allocated)
    }

    /// The storage of each member of a new Multi-AZ DB cluster.
    pub(crate) fn of_cluster(&self, engine: &str) -> Result<Storage, ApiError> {
        let storage_type = cluster_type(self.storage_type.unwrap_or("io1"))?;
        let allocated = self.size(engine, storage_type)?;
        self.of_size(storage_type, allocated)
    }

    /// The storage of each member of a cluster that is restored: as large as that of the snapshot.
    pub(crate) fn of_restored_cluster(&self, origin: &Origin) -> Result<Storage, ApiError> {
        self.of_size(cluster_type(self.storage_type.unwrap_or("io1"))?, origin.allocated_storage)
    }

    /// The storage of an instance that is restored: what is not sent is inherited. Storage never shrinks, and grows by a tenth at
    /// least.
    pub(crate) fn of_restored_instance(&self, origin: &Origin) -> Result<Storage, ApiError> {
        if self.is_empty() {
            return Ok(Storage {
                allocated: origin.allocated_storage,
                storage_type: origin.storage_type.clone(),
                iops: origin.iops,
                throughput: origin.storage_throughput,
            });
        }
        let storage_type = instance_type(self.storage_type.unwrap_or(&origin.storage_type))?;
        let allocated = number("AllocatedStorage", self.allocated, 1, LARGEST)?.unwrap_or(origin.allocated_storage);
        if allocated != origin.allocated_storage && allocated < grown(origin.allocated_storage) {
            return Err(wrong_size(&origin.engine, storage_type, allocated.into()));
        }
        // Provisioned IOPS are inherited with the type that has them.
        let inherited = origin.iops.filter(|_| is_provisioned(storage_type)).map(i64::from);
        Self { iops: self.iops.or(inherited), ..*self }.of_size(storage_type, allocated)
    }

    /// What storage that exists becomes; `None` if it stays as it is. It never shrinks; what grows by less than a tenth grows by a
    /// tenth. Size and IOPS of provisioned storage are given together (RDS API reference, `AllocatedStorage` and `Iops` of
    /// `ModifyDBInstance`).
    pub(crate) fn change(&self, before: &Storage, engine: &str, in_cluster: bool) -> Result<Option<Storage>, ApiError> {
        if self.is_empty() {
            return Ok(None);
        }
        let named = self.storage_type.unwrap_or(&before.storage_type);
        let storage_type = if in_cluster { cluster_type(named)? } else { instance_type(named)? };
        let stays_provisioned = is_provisioned(storage_type) && storage_type == before.storage_type;
        if stays_provisioned && self.allocated.is_some() != self.iops.is_some() {
            return Err(ApiError::invalid_combination(
                "When modifying Provisioned IOPS storage, specify a value for both allocated storage and iops.",
            ));
        }
        let allocated = match number("AllocatedStorage", self.allocated, 1, LARGEST)? {
            Some(less) if less < before.allocated => return Err(wrong_size(engine, storage_type, less.into())),
            Some(more) if more > before.allocated => more.max(grown(before.allocated)),
            _ => before.allocated,
        };
        if !sizes(storage_type).contains(&allocated) {
            return Err(wrong_size(engine, storage_type, allocated.into()));
        }
        let after = Self { iops: self.iops.or_else(|| kept_iops(before, storage_type, allocated)), ..*self };
        after.of_size(storage_type, allocated).map(|after| (after != *before).then_some(after))
    }

    fn is_empty(&self) -> bool {
        self.allocated.is_none() && self.storage_type.is_none() && self.iops.is_none() && self.throughput.is_none()
    }

    fn size(&self, engine: &str, storage_type: &str) -> Result<u32, ApiError> {
        let asked = self.allocated.ok_or_else(|| ApiError::missing("AllocatedStorage"))?;
        let size = u32::try_from(asked).ok().filter(|size| sizes(storage_type).contains(size));
        size.ok_or_else(|| wrong_size(engine, storage_type, asked))
    }

    fn of_size(&self, storage_type: &str, allocated: u32) -> Result<Storage, ApiError> {
        let iops = iops(storage_type, allocated, self.iops)?;
        let throughput = throughput(storage_type, allocated, iops, self.throughput)?;
        Ok(Storage { allocated, storage_type: storage_type.to_owned(), iops, throughput })
    }
}

fn instance_type(name: &str) -> Result<&str, ApiError> {
    match name {
        "gp2" | "gp3" | "io1" | "io2" | "standard" => Ok(name),
        odd => Err(ApiError::invalid_value(format!("Invalid storage type: {odd}"))),
    }
}

fn cluster_type(name: &str) -> Result<&str, ApiError> {
    match name {
        "gp3" | "io1" | "io2" => Ok(name),
        odd => Err(ApiError::refused("StorageTypeNotSupported", format!("{odd} is not supported for DB clusters."))),
    }
}

fn is_provisioned(storage_type: &str) -> bool {
    matches!(storage_type, "io1" | "io2")
}

/// What can be allocated, in GiB (RDS API reference, `AllocatedStorage` of `CreateDBInstance`).
fn sizes(storage_type: &str) -> std::ops::RangeInclusive<u32> {
    match storage_type {
        "io1" | "io2" => 100..=LARGEST,
        "standard" => 5..=3072,
        _ => 20..=LARGEST,
    }
}

/// The least that storage grows to, if it grows.
fn grown(allocated: u32) -> u32 {
    allocated + allocated / 10
}

/// The IOPS that storage keeps which says nothing of them: those that a person provisioned, as long as the type stays.
fn kept_iops(before: &Storage, storage_type: &str, allocated: u32) -> Option<i64> {
    let settable = is_provisioned(storage_type) || storage_type == "gp3" && before.allocated >= STRIPED && allocated >= STRIPED;
    before.iops.filter(|_| settable && before.storage_type == storage_type).map(i64::from)
}

fn wrong_size(engine: &str, storage_type: &str, size: i64) -> ApiError {
    ApiError::invalid_combination(format!(
        "Invalid storage size for engine name {engine} and storage type {storage_type}: {size}"
    ))
}

/// The throughput that comes with storage for which none is asked, in MiB/s.
pub(crate) fn default_throughput(storage_type: &str, allocated: u32) -> Option<u32> {
    throughput(storage_type, allocated, None, None).ok().flatten()
}

/// The throughput that storage gets, in MiB/s: gp3 alone has one, and takes another from 400 GiB on, of at most a quarter of its IOPS.
fn throughput(storage_type: &str, allocated: u32, iops: Option<u32>, asked: Option<i64>) -> Result<Option<u32>, ApiError> {
    match (storage_type, asked) {
        ("gp3", None) if allocated < STRIPED => Ok(Some(125)),
        ("gp3", None) => Ok(Some(500)),
        ("gp3", Some(asked)) if allocated >= STRIPED => {
            let most = (iops.unwrap_or_default() / 4).min(4000);
            let fits = u32::try_from(asked).ok().filter(|throughput| (500..=most).contains(throughput));
            fits.map(Some).ok_or_else(|| {
                ApiError::invalid_combination(format!("Invalid storage throughput {asked}. It must be between 500 and {most}."))
            })
        }
        (_, None) => Ok(None),
        (_, Some(_)) => Err(ApiError::invalid_combination(
            "StorageThroughput can be specified for the storage type gp3 from 400 GiB on only.",
        )),
    }
}

/// `MaxAllocatedStorage`: up to where RDS would grow storage by itself; by a tenth at least (RDS user guide, storage autoscaling).
pub(crate) fn autoscaling(asked: Option<i64>, allocated: u32) -> Result<Option<u32>, ApiError> {
    let most = number("MaxAllocatedStorage", asked, allocated, LARGEST)?;
    match most {
        Some(most) if most < grown(allocated) && most != allocated => Err(ApiError::invalid_combination(format!(
            "Invalid max storage size: {most}. It must exceed the allocated storage by 10% at least."
        ))),
        // The same as what is allocated turns it off.
        most => Ok(most.filter(|most| *most != allocated)),
    }
}

/// The IOPS that storage of a type and size gets. `asked` is what the request says; io1 and io2 need it, gp3 takes it from 400 GiB
/// on, the others never.
fn iops(storage_type: &str, allocated_storage: u32, asked: Option<i64>) -> Result<Option<u32>, ApiError> {
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
        ("io1" | "io2", Some(iops)) => {
            let (fewest, most) = PROVISIONED_IOPS;
            let fewest = fewest.max(allocated_storage.div_ceil(2));
            let most = most.min(allocated_storage.saturating_mul(most_iops_per_gib(storage_type)));
            within(fewest, most, iops).map(Some).ok_or_else(|| wrong(&format!("It must be between {fewest} and {most}.")))
        }
        (_, None) => Ok(None),
        (_, Some(_)) => Err(wrong("This storage type has no provisioned IOPS.")),
    }
}
