use std::fmt;
use std::fmt::Write;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::Poll;

use async_trait::async_trait;
use rds_refresh_core::Outcome;

use super::site::Site;
use super::{Adapter, Host, Point, Program, Stand, Subject, Until};
use crate::fault::FaultScript;
use crate::world::Entry;

/// Runs of an [`Adapter`], each in a world of its own.
#[derive(Debug)]
pub struct InProcess<A> {
    adapter: Arc<A>,
    seed: u64,
    stride: usize,
}

impl<A: Adapter> InProcess<A> {
    /// Runs of this adapter.
    pub fn new(adapter: A) -> Self {
        Self { adapter: Arc::new(adapter), seed: 1, stride: 1 }
    }

    /// In worlds of another seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Kills at every n-th point only, and disturbs one mutation in n, or in four: a quick look. Default: all of them.
    #[must_use]
    pub fn with_stride(self, stride: usize) -> Self {
        Self { stride: stride.max(1), ..self }
    }
}

#[async_trait]
impl<A: Adapter> Host for InProcess<A> {
    type Run = InProcessRun<A>;

    async fn run(&mut self, _: u64) -> InProcessRun<A> {
        let (adapter, site) = (self.adapter.clone(), Site::new(self.seed));
        InProcessRun { adapter, site, stride: self.stride, process: None, program: Program::Usual, resumed: false }
    }

    fn sample(&self, calls: usize) -> Vec<usize> {
        (1..=calls).step_by(self.stride.min(4)).collect()
    }
}

type Process = Pin<Box<dyn Future<Output = Result<Outcome, String>> + Send>>;

/// One of them.
pub struct InProcessRun<A> {
    adapter: Arc<A>,
    site: Site,
    stride: usize,
    process: Option<Process>,
    program: Program,
    /// Somebody has asked for it to be resumed.
    resumed: bool,
}

impl<A: Adapter> InProcessRun<A> {
    /// The next process: it goes on with what is stored.
    async fn next_process(&mut self) -> Process {
        let (adapter, parts) = (self.adapter.clone(), self.site.parts(self.program));
        if !self.site.is_stored().await {
            // Whoever died before the first save has done nothing.
            return Box::pin(async move { adapter.start(parts).await });
        }
        if std::mem::take(&mut self.resumed) {
            return Box::pin(async move { adapter.resume(parts).await });
        }
        Box::pin(async move { adapter.go_on(parts).await })
    }

    fn kill(&mut self) {
        self.process = None;
        self.site.fuse.renew();
    }
}

/// So often a process may be asked in vain, while nothing of ours is pending, before it is said to be stuck.
const PATIENCE: u32 = 10_000;

#[async_trait]
impl<A: Adapter> Subject for InProcessRun<A> {
    async fn start(&mut self) -> Result<(), String> {
        let (adapter, parts) = (self.adapter.clone(), self.site.parts(self.program));
        let mut process: Process = Box::pin(async move { adapter.start(parts).await });
        if self.process.is_none() {
            self.process = Some(process);
            return Ok(());
        }
        // The first process stands still meanwhile. A second that is not refused at once does something.
        match poll_fn(|cx| Poll::Ready(process.as_mut().poll(cx))).await {
            Poll::Ready(Err(refused)) => Err(refused),
            Poll::Ready(Ok(_)) | Poll::Pending => Ok(()),
        }
    }

    async fn go(&mut self, until: Until) -> Stand {
        let fuse = self.site.fuse.clone();
        fuse.give_up();
        fuse.set(match until {
            Until::Stopped => None,
            Until::Held(point) | Until::Killed(point) => Some(point),
        });
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.next_process().await,
        };
        let mut asked = 0;
        let stand = poll_fn(|cx| match process.as_mut().poll(cx) {
            Poll::Ready(Ok(outcome)) => Poll::Ready(Stand::Stopped(Box::new(outcome))),
            Poll::Ready(Err(refused)) => Poll::Ready(Stand::Refused(refused)),
            Poll::Pending if fuse.is_blown() => Poll::Ready(Stand::Reached),
            Poll::Pending if asked == PATIENCE => Poll::Ready(Stand::Stuck),
            Poll::Pending => {
                asked += 1;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        })
        .await;
        fuse.set(None);
        if stand == Stand::Reached && matches!(until, Until::Held(_)) {
            self.process = Some(process);
        } else {
            drop(process);
            self.kill();
        }
        stand
    }

    async fn release(&mut self) {
        self.site.fuse.release();
    }

    async fn deploy(&mut self, program: Program) {
        self.kill();
        self.program = program;
    }

    async fn cancel(&mut self) -> Result<(), String> {
        self.adapter.cancel(self.site.parts_beside()).await
    }

    async fn nudge(&mut self) -> Result<(), String> {
        self.adapter.nudge(self.site.parts_beside()).await
    }

    async fn resume(&mut self) -> Result<(), String> {
        self.resumed = true;
        Ok(())
    }

    async fn arm(&mut self, script: FaultScript) {
        self.site.stage.fake.world().arm(script);
    }

    async fn calls(&mut self) -> Vec<Entry> {
        self.site.stage.fake.world().journal().to_vec()
    }

    async fn holds(&mut self) -> Vec<String> {
        let mut world = self.site.stage.fake.world();
        world.settle();
        // What RDS makes by itself depends on the day.
        let made = world.resources().into_iter().filter(|resource| !resource.id.starts_with("rds:"));
        made.map(|resource| resource.to_string()).collect()
    }

    async fn trace(&mut self) -> Option<String> {
        let mut trace = String::new();
        for state in self.site.saved.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // States are texts, numbers and lists: they serialise. Writing to a text does not fail.
            let _ = writeln!(trace, "{}", serde_json::to_string(state).unwrap_or_default());
        }
        for entry in self.calls().await {
            let _ = writeln!(trace, "{entry:?}");
        }
        Some(trace)
    }

    async fn points(&mut self) -> Vec<Point> {
        self.site.fuse.passed().into_iter().step_by(self.stride).collect()
    }
}

impl<A> fmt::Debug for InProcessRun<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcessRun").field("program", &self.program).field("fuse", &self.site.fuse).finish_non_exhaustive()
    }
}
