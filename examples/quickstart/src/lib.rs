//! The documents of this repository. Their examples are compiled and run as tests of this package, so that they stay true.

/// `README.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub mod readme {}

/// `docs/concepts.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/concepts.md")]
pub mod concepts {}
