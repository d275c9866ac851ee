//! The reports of a run: one on standard output, and any number of files.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::paths::Paths;
use super::shared::CommandRun;
use super::shared::terms;
use super::{Failure, finish, style};
use crate::cli::{Color, ReportingArgs};
use crate::config::{Config, Most};
use crate::drug_words::BookDrugWords;
use rxlint_input::Input;
use rxlint_model::finding::{Finding, Severity};
use rxlint_model::place::Place;
use rxlint_report::file::write_whole;
use rxlint_report::redaction::{DateDisplay, Pseudonyms, RedactionTerms, ShownSummary, SiteKey};
use rxlint_report::statistics::statistics;
use rxlint_report::{Document, Findings, Format, Medium, RuleText, Style, View};

/// How many findings a terminal is shown unless it asks for more.
const SHOWN_ON_TERMINAL: usize = 50;

/// What is to be written, decided before the inputs are read.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    args: &'a ReportingArgs,
    key: Option<SiteKey>,
    root: Option<PathBuf>,
}

impl<'a> Plan<'a> {
    /// The plan of a command line. `paths` are what the command reads and writes besides the reports and what the
    /// configuration names.
    ///
    /// # Errors
    /// An output that would overwrite an input or another output, or a site key that cannot be used.
    pub(super) fn new(
        args: &'a ReportingArgs,
        config: &Config,
        inputs: &[Input],
        mut paths: Paths,
    ) -> Result<Self, Failure> {
        paths.settings(config);
        config.ledger.iter().for_each(|path| paths.ledger(path));
        paths.reports(&args.report);
        paths.check(inputs)?;
        let key = config.site_key.as_deref().map(read_key).transpose()?;
        Ok(Self { args, key, root: std::env::current_dir().ok() })
    }

    /// The summary, redacted for standard error.
    pub(super) fn shown_summary(run: &CommandRun) -> ShownSummary<'_> {
        Pseudonyms::default().summary(&run.outcome.summary, terms(&run.config))
    }

    /// Writes the report files, then the report for standard output.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn write(&self, color: Color, run: &CommandRun) -> Result<(), Failure> {
        let CommandRun { config, engine, outcome, .. } = run;
        let sources = run.sources();
        let people = Pseudonyms::new(&outcome.findings, self.key);
        let paths: Vec<String> = sources.paths().into_iter().map(str::to_owned).collect();
        let visible: Vec<&Finding> = outcome
            .findings
            .iter()
            .filter(|finding| config.show.is_none_or(|least| finding.severity >= least))
            .collect();
        let rules: Vec<RuleText<'_>> = engine
            .book()
            .active()
            .map(|rule| RuleText {
                info: &rule.info,
                severity: rule.file.severity,
                why: &rule.file.why,
                remedy: &rule.file.remedy,
            })
            .collect();
        let changed_settings = engine.changed_settings();
        let reread = |place: &Place| sources.reread(place);
        let write =
            |format: Format, style: &Style, max_shown: Option<usize>, out: &mut dyn Write| {
                let terms = RedactionTerms {
                    privacy: config.phi.unwrap_or_else(|| format.privacy()),
                    dates: config.dates.unwrap_or_default(),
                };
                let document = Document {
                    version: env!("CARGO_PKG_VERSION"),
                    digest: engine.digest(),
                    changed_settings: &changed_settings,
                    rules: &rules,
                    as_of: outcome.as_of.filter(|_| terms.dates == DateDisplay::Calendar),
                    summary: &people.summary(&outcome.summary, terms),
                    fail_on: config.fail_on.unwrap_or(Severity::Moderate),
                    root: self.root.as_deref(),
                };
                let view = View {
                    paths: &paths,
                    terms,
                    people: &people,
                    drugs: &BookDrugWords(engine.book()),
                    authority: run.outcome.ambiguous,
                };
                rxlint_report::write(
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
        let format = config.format.unwrap_or(if terminal { Format::FULL } else { Format::CONCISE });
        let max_shown = config.max_shown.map_or(terminal.then_some(SHOWN_ON_TERMINAL), Most::limit);
        let mut out = std::io::stdout().lock();
        finish(if config.statistics == Some(true) && format.about().medium == Medium::Terminal {
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
        let what = format!("the site key {} is too short to be secret", path.display());
        Failure::new(
            what,
            format!(
                "it needs {} random bytes or more: head -c 32 /dev/urandom > {}",
                SiteKey::SHORTEST,
                path.display()
            ),
        )
    })
}
