//! What leads to what: a run that always ends has no way back.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

/// The edges of the space, as they are explored.
#[derive(Debug, Default)]
pub(crate) struct Graph(Mutex<HashMap<String, HashSet<String>>>);

impl Graph {
    pub(crate) fn leads(&self, from: &str, to: &str) {
        let mut edges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        edges.entry(from.to_owned()).or_default().insert(to.to_owned());
    }

    /// The length of the longest path, or states that lead back to the first of them.
    pub(crate) fn longest_path(&self) -> Result<usize, String> {
        let edges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ways_in: HashMap<&str, usize> = HashMap::new();
        for to in edges.values().flatten() {
            *ways_in.entry(to).or_default() += 1;
        }
        // Kahn's order: a state whose every way in has been walked is walked next. What is never walked lies on or behind a cycle.
        let mut ready: Vec<(&str, usize)> =
            edges.keys().map(String::as_str).filter(|from| !ways_in.contains_key(from)).map(|from| (from, 0)).collect();
        let mut lengths: HashMap<&str, usize> = HashMap::new();
        let mut longest = 0;
        while let Some((from, length)) = ready.pop() {
            longest = longest.max(length);
            for to in edges.get(from).into_iter().flatten() {
                let farthest = lengths.entry(to).or_default();
                *farthest = (*farthest).max(length + 1);
                if let Some(ways) = ways_in.get_mut(to.as_str()) {
                    *ways -= 1;
                    if *ways == 0 {
                        ways_in.remove(to.as_str());
                        ready.push((to, lengths[to.as_str()]));
                    }
                }
            }
        }
        // Each of what remains has a way in from what remains: walking back, one comes by the same again.
        let Some(mut at) = ways_in.keys().min().copied() else { return Ok(longest) };
        let mut walked = Vec::new();
        while !walked.contains(&at) {
            walked.push(at);
            let from = ways_in.keys().find(|from| edges.get(**from).is_some_and(|to| to.contains(at)));
            at = from.copied().unwrap_or(at);
        }
        let first = walked.iter().position(|state| *state == at).unwrap_or_default();
        walked.drain(..first);
        walked.reverse();
        Err(walked.join("\n"))
    }
}
