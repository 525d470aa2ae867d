//! The documents of this repository. Their examples are compiled and run as tests of this package, so that they stay true.

/// `README.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub mod readme {}

/// `docs/adapters.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/adapters.md")]
pub mod adapters {}

/// `docs/concepts.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/concepts.md")]
pub mod concepts {}

/// `docs/conformance.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/conformance.md")]
pub mod conformance {}

/// `docs/testing-your-plan.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/testing-your-plan.md")]
pub mod testing_your_plan {}

/// `docs/writing-a-step.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/writing-a-step.md")]
pub mod writing_a_step {}
