use super::Taken;
use crate::args::{Global, ReportArgs};
use crate::exit::Exit;
use crate::failure::{self, Failure};
use crate::history::HistoryLog;
use crate::plans::Planned;
use crate::print;
use crate::report::{Subject, Timeline, page, picture};

pub(super) async fn execute(global: &Global, args: &ReportArgs) -> Result<Exit, Failure> {
    let run = &args.run;
    let taken = Taken::find(global, run).await?;
    let report = taken.stored.state.report();
    let facts = taken.stored.state.facts();
    let preview = Planned::of(&taken.stored).preview(facts, run, report.began)?;
    let timeline = Timeline::of(&report, &preview, &HistoryLog::read(&taken.home.dir, run));
    let subject = Subject { report: &report, facts, timeline };
    let drawn = if args.svg { picture(&subject) } else { page(&subject) };
    match &args.to {
        Some(path) => {
            std::fs::write(path, drawn).map_err(|error| failure::io("cannot write", path, &error))?;
            print::line(&format!("wrote {}", path.display()));
        }
        None => print::text(&drawn),
    }
    Ok(Exit::Success)
}
