//! The `errorType`s of the function, which state machines match.

/// The input is wrong: nothing was begun, and the same input never will be.
pub const REFUSED: &str = "RefreshRefused";

/// This program cannot go on with the run, as after a deployment that changed the plan.
pub const PLAN_CHANGED: &str = "RefreshPlanChanged";

/// The function cannot work at present, as where something of its environment is missing.
pub const UNABLE: &str = "RefreshUnable";
