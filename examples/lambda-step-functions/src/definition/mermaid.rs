//! A picture of a definition: the steps, and the ways between them.

use std::fmt::Write as _;

use super::asl::{State, StateMachine};

impl StateMachine {
    /// The definition as a Mermaid state diagram, without the ways that errors take.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("stateDiagram-v2\n");
        // Writing to a string cannot fail.
        let _ = self.draw(&mut text);
        text
    }

    fn draw(&self, text: &mut String) -> std::fmt::Result {
        let states = &self.states.0;
        let id = |name: &str| states.iter().position(|(known, _)| known == name).unwrap_or(states.len());
        for (index, (name, state)) in states.iter().enumerate() {
            match state {
                State::Choice(_) => writeln!(text, "    state s{index} <<choice>>")?,
                _ => writeln!(text, "    s{index}: {}", name.replace(':', "#58;"))?,
            }
        }
        writeln!(text, "    [*] --> s{}", id(&self.start_at))?;
        for (index, (_, state)) in states.iter().enumerate() {
            for (next, by_error) in state.successors() {
                if !by_error {
                    writeln!(text, "    s{index} --> s{}", id(next))?;
                }
            }
            if matches!(state, State::Succeed(_) | State::Fail(_) | State::Pass(_)) {
                writeln!(text, "    s{index} --> [*]")?;
            }
        }
        Ok(())
    }
}
