//! Whose turn it is: a queue per source cluster, of which one refresh is under way at a time, and one per account, of which a few are.

use std::collections::VecDeque;

use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};

const QUEUE: &str = "queue";

/// A run asks for its turn.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ask {
    pub(crate) run: String,
    /// The awakeable that is resolved when it is the run's turn.
    pub(crate) awakeable: String,
    /// How many runs may have their turn at a time.
    pub(crate) at_once: u32,
}

/// Who has their turn, and who waits for it, first come, first served.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    at_once: u32,
    running: Vec<String>,
    waiting: VecDeque<Ask>,
}

impl Queue {
    /// Takes a run in. What came before is forgotten: a run asks once.
    fn join(&mut self, ask: Ask) {
        self.at_once = ask.at_once;
        self.leave(&ask.run);
        self.waiting.push_back(ask);
    }

    fn leave(&mut self, run: &str) {
        self.running.retain(|known| known != run);
        self.waiting.retain(|ask| ask.run != run);
    }

    /// Lets in who may go now.
    fn admit(&mut self) -> Vec<Ask> {
        let free = (self.at_once as usize).saturating_sub(self.running.len()).min(self.waiting.len());
        let admitted: Vec<Ask> = self.waiting.drain(..free).collect();
        self.running.extend(admitted.iter().map(|ask| ask.run.clone()));
        admitted
    }
}

/// One queue. Its key says what it is for: `cluster 111111111111/eu-west-1/orders`, `account 111111111111`.
#[derive(Debug)]
pub(crate) struct Turns;

#[restate_sdk::object(client_visibility = "pub(crate)")]
impl Turns {
    /// A run asks for its turn, and is told when it has it.
    #[handler(ingress_private)]
    async fn ask(&self, ctx: ObjectContext<'_>, ask: Json<Ask>) -> Result<(), HandlerError> {
        change(&ctx, |queue| queue.join(ask.into_inner())).await
    }

    /// A run has had its turn, or waits no more. By hand only for a run whose invocation was killed, which cannot say so itself.
    #[handler]
    async fn leave(&self, ctx: ObjectContext<'_>, run: String) -> Result<(), HandlerError> {
        change(&ctx, |queue| queue.leave(&run)).await
    }

    /// The queue as it is.
    #[handler]
    async fn show(&self, ctx: SharedObjectContext<'_>) -> Result<Json<Queue>, HandlerError> {
        Ok(ctx.get::<Json<Queue>>(QUEUE).await?.unwrap_or_else(|| Json(Queue::default())))
    }
}

async fn change(ctx: &ObjectContext<'_>, change: impl FnOnce(&mut Queue)) -> Result<(), HandlerError> {
    let mut queue = ctx.get::<Json<Queue>>(QUEUE).await?.map(Json::into_inner).unwrap_or_default();
    change(&mut queue);
    for admitted in queue.admit() {
        ctx.resolve_awakeable(&admitted.awakeable, true);
    }
    ctx.set(QUEUE, Json(queue));
    Ok(())
}
