//! Refreshes on AWS Lambda and Step Functions, in two accounts.
#![forbid(unsafe_code)]
