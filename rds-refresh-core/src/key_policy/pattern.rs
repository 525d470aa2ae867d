/// Whether a text matches a pattern in which `*` stands for any characters and `?` for one (IAM user guide, wildcards).
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // reached[t]: whether the pattern so far matches the first t characters.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for wanted in pattern {
        if wanted == '*' {
            let from = reached.iter().position(|here| *here).unwrap_or(reached.len());
            reached[from..].fill(true);
        } else {
            for t in (0..text.len()).rev() {
                reached[t + 1] = reached[t] && (wanted == '?' || wanted == text[t]);
            }
            reached[0] = false;
        }
    }
    reached[text.len()]
}
