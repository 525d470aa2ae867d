use std::time::Duration;

use crate::ports::Tags;
use crate::resource::{EXPIRES_TAG, OWNER_TAG, Role, owner_tag};
use crate::step::Context;

/// The tags of something that the run makes: those of the request, and ours, which win.
pub(super) fn tags(request: &Tags, cx: &Context, role: Role, identifier: &str, expires_after: Duration) -> Tags {
    let mut tags = request.clone();
    tags.insert(OWNER_TAG.to_owned(), owner_tag(&cx.run, role, identifier));
    // A result never expires. The rest expires counted from now: what is made late, by a run that was parked or resumed, must not
    // expire at once.
    if role != Role::Result {
        tags.insert(EXPIRES_TAG.to_owned(), (cx.now + expires_after).to_string());
    }
    tags
}
