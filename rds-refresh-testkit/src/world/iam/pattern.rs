/// Whether a text matches a pattern in which `*` stands for any characters and `?` for one (IAM user guide, wildcards).
pub(in crate::world) fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where to go on if the present reading fails: just behind the last star, with one more character under it.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == b'?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((behind, under)) = retry else { return false };
                retry = Some((behind, under + 1));
                p = behind;
                t = under + 1;
            }
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}
