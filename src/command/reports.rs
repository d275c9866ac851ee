//! The reports of a run: one on standard output, and any number of files.

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use super::judging::CommandRun;
use super::paths::{Paths, may_be_worklist};
use super::settings::terms;
use super::{Failure, finish, style};
use crate::cli::guess::shell_word;
use crate::cli::{Color, ReportFile, ReportingArgs};
use crate::config::{Config, Most};
use crate::dispositions::{Decided, worklist};
use crate::drug_words::BookDrugWords;
use crate::run::timeline::drawn;
use rxlint_input::Input;
use rxlint_model::finding::{Finding, PatientKey, Severity};
use rxlint_model::place::Place;
use rxlint_report::file::write_whole;
use rxlint_report::redaction::{
    DateDisplay, Privacy, Pseudonyms, RedactionTerms, ShownSummary, SiteKey, safe,
};
use rxlint_report::statistics::statistics;
use rxlint_report::summary::{account_lines, groups_text};
use rxlint_report::{Document, Findings, Format, Medium, RuleText, Style, View};

/// The formats of a worklist.
const WORKLISTS: [&str; 2] = ["xlsx", "csv"];

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

    /// What to say of worklists that cannot be imported.
    pub(super) fn masked_worklists(&self, config: &Config) -> Vec<String> {
        let is_masked = |file: &&ReportFile| {
            WORKLISTS.contains(&file.format.name())
                && config.phi.unwrap_or_else(|| file.format.privacy()) == Privacy::Mask
        };
        let told = |file: &ReportFile| {
            format!(
                "{} is masked: `rxlint dispositions import` cannot import what is filled in there. Write a worklist to work with without \
                 --phi mask.",
                safe(&file.path.to_string_lossy())
            )
        };
        self.args.report.iter().filter(is_masked).map(told).collect()
    }

    /// The summary, redacted for standard error.
    pub(super) fn shown_summary(run: &CommandRun) -> ShownSummary<'_> {
        Pseudonyms::default().summary(&run.outcome.summary, terms(&run.config))
    }

    /// The summary for a log, which holds no word of a record, whatever a person may see.
    pub(super) fn logged_summary(run: &CommandRun) -> ShownSummary<'_> {
        let terms = RedactionTerms { privacy: Privacy::Mask, ..terms(&run.config) };
        Pseudonyms::default().summary(&run.outcome.summary, terms)
    }

    /// Writes the report files, then the report for standard output.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn write(&self, color: Color, run: &CommandRun) -> Result<(), Failure> {
        let CommandRun { config, outcome, .. } = run;
        let pages = Pages::of(run, self.key);
        let write =
            |format: Format, style: &Style, max_shown: Option<usize>, out: &mut dyn Write| {
                pages.write(format, self.root.as_deref(), style, max_shown, out)
            };
        for file in &self.args.report {
            keep_what_is_filled_in(file, &run.decided)?;
        }
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
        if let (Some(groups), Medium::Terminal) =
            (&Self::shown_summary(run).groups, format.about().medium)
        {
            out.write_all(groups_text(groups).as_bytes())?;
            return finish(out.write_all(account_lines(&Self::shown_summary(run)).as_bytes()));
        }
        finish(if config.statistics == Some(true) && format.about().medium == Medium::Terminal {
            out.write_all(statistics(&outcome.findings, &outcome.summary).as_bytes())
        } else {
            let style = style(color, terminal);
            let style = Style { unicode: style.unicode && !self.args.ascii, ..style };
            write(format, &style, max_shown, &mut out)
        })
    }
}

/// Refuses to overwrite a worklist with entries that have not been imported yet.
fn keep_what_is_filled_in(file: &ReportFile, decided: &Decided) -> Result<(), Failure> {
    let path = &file.path;
    if !(may_be_worklist(path) || WORKLISTS.contains(&file.format.name()) && path.is_file()) {
        return Ok(());
    }
    let name = safe(&path.to_string_lossy()).into_owned();
    let Ok(cells) = worklist::not_taken_in(path, decided) else {
        return Err(Failure::new(
            format!("{name} cannot be read, so it may have been filled in: it is not overwritten"),
            "move it away, or give the new worklist another name",
        ));
    };
    let Some(first) = cells.first() else { return Ok(()) };
    let rows = match cells.len() {
        1 => format!("a row that was filled in and not yet imported, at {}", safe(first)),
        all => format!(
            "{all} rows that were filled in and not yet imported, the first at {}",
            safe(first)
        ),
    };
    Err(Failure::new(
        format!("{name} holds {rows}: it is not overwritten"),
        format!(
            "import it with `rxlint dispositions import {}`, which names what has to be completed, or move it away, or give the new \
             worklist another name",
            shell_word(&path.to_string_lossy())
        ),
    ))
}

/// What the documents of a run have in common.
pub struct Pages<'r> {
    run: &'r CommandRun,
    people: Pseudonyms,
    paths: Vec<String>,
    visible: Vec<&'r Finding>,
    changed_settings: Vec<String>,
}

impl<'r> Pages<'r> {
    /// The documents of a run. `key` is the site's, for patients' codes.
    pub fn of(run: &'r CommandRun, key: Option<SiteKey>) -> Self {
        let CommandRun { config, engine, outcome, .. } = run;
        let is_shown =
            |finding: &&Finding| config.show.is_none_or(|least| finding.severity >= least);
        Self {
            run,
            people: Pseudonyms::new(&outcome.findings, key),
            paths: run.sources().paths().into_iter().map(str::to_owned).collect(),
            visible: outcome.findings.iter().filter(is_shown).collect(),
            changed_settings: engine.changed_settings(),
        }
    }

    /// Writes one of them.
    ///
    /// # Errors
    /// A failed write.
    pub fn write(
        &self,
        format: Format,
        root: Option<&Path>,
        style: &Style,
        max_shown: Option<usize>,
        out: &mut dyn Write,
    ) -> std::io::Result<()> {
        let CommandRun { config, engine, outcome, .. } = self.run;
        let sources = self.run.sources();
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
        let terms = RedactionTerms {
            privacy: config.phi.unwrap_or_else(|| format.privacy()),
            dates: config.dates.unwrap_or_default(),
        };
        let document = Document {
            version: env!("CARGO_PKG_VERSION"),
            digest: engine.digest(),
            changed_settings: &self.changed_settings,
            rules: &rules,
            as_of: outcome.as_of.filter(|_| terms.dates == DateDisplay::Calendar),
            summary: &self.people.summary(&outcome.summary, terms),
            fail_on: config.fail_on.unwrap_or(Severity::Moderate),
            root,
        };
        let view = View {
            paths: &self.paths,
            terms,
            people: &self.people,
            drugs: &BookDrugWords(engine.book()),
            authority: outcome.ambiguous,
        };
        let reread = |place: &Place| sources.reread(place);
        let dictionary = engine.book().dictionary();
        let exposures = |patient: PatientKey| {
            let days = outcome.exposures.get(&patient).into_iter().flatten();
            days.map(|days| drawn(dictionary, days)).collect()
        };
        let findings = Findings::new(&self.visible, view, &reread).with_exposures(&exposures);
        rxlint_report::write(format, &document, &findings, style, max_shown, out)
    }
}

/// The site's key.
///
/// # Errors
/// A file that cannot be read, or is too short.
pub fn read_key(path: &Path) -> Result<SiteKey, Failure> {
    // No key is longer than that.
    const LONGEST: u64 = 1 << 20;
    let mut secret = Vec::new();
    let read =
        rxlint_input::open_file(path).and_then(|file| file.take(LONGEST).read_to_end(&mut secret));
    read.map_err(|error| {
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
                shell_word(&path.to_string_lossy())
            ),
        )
    })
}
