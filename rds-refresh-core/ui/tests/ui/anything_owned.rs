//! Nobody outside decides what can show ownership.

use rds_refresh_core::ports::Ownable;

struct Bucket;

impl Ownable for Bucket {}

fn main() {}
