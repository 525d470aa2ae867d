use std::fmt;

/// Something that whoever implements a trait of the core has promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Promise {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    /// Where to read about it.
    pub read: &'static str,
}

impl Promise {
    pub(super) const fn new(name: &'static str, says: &'static str, read: &'static str) -> Self {
        Self { name, says, read }
    }

    /// It does not hold.
    pub(super) fn broken(self, seen: impl Into<String>) -> Broken {
        Broken { promise: self, seen: seen.into() }
    }

    /// It does not hold, unless this does.
    pub(super) fn holds_if(self, holds: bool, seen: impl FnOnce() -> String) -> Result<(), Broken> {
        if holds { Ok(()) } else { Err(self.broken(seen())) }
    }
}

/// A promise that does not hold.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken {
    /// Which.
    pub promise: Promise,
    /// What was seen.
    pub seen: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { promise: Promise { name, says, read }, seen } = self;
        write!(f, "the promise `{name}` is broken: {says}\n  seen: {seen}\n  read: {read}")
    }
}

/// As text: tests show it so.
impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Broken {}
