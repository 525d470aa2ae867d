//! How the process ends, for whoever started it.

/// The exit code of the command. Scripts rely on the numbers: they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: the run succeeded, or the command did what it was asked.
    Success,
    /// 1: the run failed, or something outside it did, as the disk; or `doctor` found something wrong.
    Failed,
    /// 2: what was given is wrong. Nothing was called.
    BadInput,
    /// 3: the run is parked: it waits for a person, and then goes on.
    Parked,
    /// 130: interrupted, as by Ctrl-C. The run can be resumed.
    Interrupted,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::BadInput => 2,
            Self::Parked => 3,
            Self::Interrupted => 130,
        }
    }
}

/// What `--help` says of them.
pub(crate) const HELP: &str = "\
Exit codes:
    0  refreshed, or the command did what it was asked
    1  the run failed; what it left is named. doctor: something is wrong
    2  what was given is wrong; nothing was called
    3  the run is parked: mend what it names, then resume it
  130  interrupted; the run can be resumed";
