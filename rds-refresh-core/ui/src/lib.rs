//! Nothing: the tests of this crate hold what the compiler must refuse, each with the sentence that it says.
