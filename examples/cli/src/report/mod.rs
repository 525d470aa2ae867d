//! The run as a picture.
