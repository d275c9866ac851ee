//! The documents of a run: one on standard output, and as many files as are asked for.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::check::terms;
use super::paths::Paths;
use super::session::Session;
use super::{Failure, finish, style};
use crate::cli::{CheckArgs, Color};
use crate::config::{Config, Most};
use crate::excerpt::{Dates, People, SiteKey, Terms};
use crate::finding::{Finding, Severity};
use crate::input::Input;
use crate::record::Place;
use crate::report::{
    self, Document, Findings, Format, RuleText, Style, View, file::write_whole,
    statistics::statistics,
};
use crate::summary::Summary;

/// How many findings a terminal is shown unless it asks for more.
const SHOWN_ON_TERMINAL: usize = 50;

/// What is to be written, settled before anything is read for long.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    args: &'a CheckArgs,
    key: Option<SiteKey>,
    root: Option<PathBuf>,
}

impl<'a> Plan<'a> {
    /// The plan of a command line.
    ///
    /// # Errors
    /// An output in the place of what is read or of another output, a site key that cannot be used.
    pub(super) fn new(
        args: &'a CheckArgs,
        config: &Config,
        inputs: &[Input],
    ) -> Result<Self, Failure> {
        let mut paths = Paths::default();
        paths.reading(&args.paths, &args.past.history, &args.reading);
        paths.book(&args.book, config);
        paths.settings(config);
        config.ledger.iter().for_each(|path| paths.ledger(path));
        paths.reports(&args.report);
        paths.check(inputs)?;
        let key = config.site_key.as_deref().map(read_key).transpose()?;
        Ok(Self { args, key, root: std::env::current_dir().ok() })
    }

    /// The summary as it may be told on standard error.
    pub(super) fn told(session: &Session) -> Cow<'_, Summary> {
        People::default().summary(&session.outcome.summary, terms(&session.config))
    }

    /// Writes the files, then the document for standard output.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn write(&self, color: Color, session: &Session) -> Result<(), Failure> {
        let Session { config, book, outcome, .. } = session;
        let sources = session.sources();
        let people = People::new(&outcome.findings, self.key);
        let paths: Vec<String> = sources.paths().into_iter().map(str::to_owned).collect();
        let visible: Vec<&Finding> = outcome
            .findings
            .iter()
            .filter(|finding| config.show.is_none_or(|least| finding.severity >= least))
            .collect();
        let rules: Vec<RuleText<'_>> = book
            .active()
            .map(|rule| RuleText {
                info: &rule.info,
                severity: rule.file.severity,
                why: &rule.file.why,
                remedy: &rule.file.remedy,
            })
            .collect();
        let reread = |place: &Place| sources.reread(place);
        let write =
            |format: Format, style: &Style, max_shown: Option<usize>, out: &mut dyn Write| {
                let terms = Terms {
                    privacy: config.phi.unwrap_or_else(|| format.privacy()),
                    dates: config.dates.unwrap_or_default(),
                };
                let document = Document {
                    version: env!("CARGO_PKG_VERSION"),
                    rules_digest: book.digest(),
                    rules: &rules,
                    as_of: outcome.as_of.filter(|_| terms.dates == Dates::Calendar),
                    summary: &people.summary(&outcome.summary, terms),
                    fail_on: config.fail_on.unwrap_or(Severity::Moderate),
                    root: self.root.as_deref(),
                };
                let view = View {
                    paths: &paths,
                    terms,
                    people: &people,
                    drugs: book.dictionary(),
                    authority: session.outcome.ambiguous,
                };
                report::write(
                    format,
                    &document,
                    &Findings::new(&visible, view, &reread),
                    style,
                    max_shown,
                    out,
                )
            };
        for file in &self.args.report {
            let written =
                write_whole(&file.path, |out| write(file.format, &Style::default(), None, out));
            written.map_err(|error| Failure::Other { what: error.to_string(), help: None })?;
        }
        if config.quiet.unwrap_or(0) > 1 {
            return Ok(());
        }
        let terminal = std::io::stdout().is_terminal();
        let format = config.format.unwrap_or(if terminal { Format::Full } else { Format::Concise });
        let max_shown = config.max_shown.map_or(terminal.then_some(SHOWN_ON_TERMINAL), Most::limit);
        let mut out = std::io::stdout().lock();
        finish(if config.statistics == Some(true) && format.is_text() {
            out.write_all(statistics(&outcome.findings, &outcome.summary).as_bytes())
        } else {
            write(format, &style(color, terminal), max_shown, &mut out)
        })
    }
}

fn read_key(path: &Path) -> Result<SiteKey, Failure> {
    let secret = std::fs::read(path).map_err(|error| {
        Failure::new(
            format!("the site key {} cannot be read: {error}", path.display()),
            "name a file that you may read",
        )
    })?;
    SiteKey::new(&secret).ok_or_else(|| {
        let what = format!("the site key {} is too short to be a secret", path.display());
        Failure::new(
            what,
            format!(
                "keep {} random bytes or more in it: head -c 32 /dev/urandom > {}",
                SiteKey::SHORTEST,
                path.display()
            ),
        )
    })
}
