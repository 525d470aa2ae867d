//! The CloudFormation templates: their policies say what the plans declare, and no more.

mod policies;
mod requests;
mod rules;
mod template;
