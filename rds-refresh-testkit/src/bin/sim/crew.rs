//! Several threads for many simulations.

use std::num::NonZero;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rds_refresh_testkit::invariant::{self, Violation};
use rds_refresh_testkit::sim::{Figures, Record};

/// What came of some simulations.
#[derive(Debug, Default)]
pub(crate) struct Harvest {
    pub(crate) figures: Figures,
    pub(crate) violations: Vec<Violation>,
}

impl Harvest {
    pub(crate) fn add(&mut self, record: &Record) {
        self.figures.add(&record.figures);
        for violation in invariant::check(record) {
            self.find(violation);
        }
    }

    fn find(&mut self, violation: Violation) {
        println!("{violation}");
        self.violations.push(violation);
    }
}

/// Does every one of the jobs, each in the first thread that is free. What is found is printed at once, in any order; the figures do
/// not depend on it.
pub(crate) fn each<J: Sync>(
    jobs: &[J],
    threads: Option<NonZero<usize>>,
    options: impl Fn(&J) -> String + Sync,
    work: impl Fn(&J, &mut Harvest) + Sync,
) -> Harvest {
    let threads = threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let one = || {
        let mut harvest = Harvest::default();
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            // A panic is a find as well, and must not end the others. The hook has said what and where.
            let panicked = panic::catch_unwind(AssertUnwindSafe(|| work(job, &mut harvest))).is_err();
            if panicked {
                harvest.find(Violation {
                    options: options(job),
                    invariant: "no-panic",
                    what: "the simulation panicked".to_owned(),
                });
            }
        }
        harvest
    };
    thread::scope(|scope| {
        let crew: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let mut all = Harvest::default();
        for member in crew {
            match member.join() {
                Ok(harvest) => {
                    all.figures.add(&harvest.figures);
                    all.violations.extend(harvest.violations);
                }
                Err(panic) => panic::resume_unwind(panic),
            }
        }
        all
    })
}
