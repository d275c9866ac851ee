//! Baselines: findings that are in a baseline are counted, not shown.
//!
//! A finding is known if its fingerprint and its premise are. The fingerprint covers rule, patient, drugs and the first days
//! of both eras, so that another drug or a new episode is new; the premise covers how severe the rule itself considers it
//! and which dose was exceeded, so that a higher dose in the same episode is new too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Write};

use serde::Deserialize;

use rxlint_model::finding::{Finding, Fingerprint, Known};
use rxlint_report::MASKED_PREMISE;

/// The name and version of the baseline's own format.
pub const SCHEMA: &str = "rxlint/baseline/1";
/// The schema of reports that can serve as a baseline.
pub const REPORT_SCHEMA: &str = "rxlint/report/1";

/// The findings of an earlier run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeSet<Known>,
    /// Whether it was read from a report rather than from a baseline file.
    pub from_report: bool,
}

/// The comparison of a run with a baseline.
#[derive(Debug, Default)]
pub struct Compared {
    /// The findings that are not in it, in the order in which they came.
    pub new: Vec<Finding>,
    /// How many are in it.
    pub known: u64,
    /// What is in it and was not found again, for the rules that were applied.
    pub gone: Vec<Known>,
}

/// Why a file is not a baseline.
#[derive(Debug)]
#[non_exhaustive]
pub enum BaselineError {
    /// It is not JSON, or does not have the right structure.
    Json(serde_json::Error),
    /// It is JSON of another kind: the schema that it names.
    Schema(String),
    /// It is a masked report, whose fingerprints are not those of the findings.
    Masked,
}

impl Baseline {
    /// The baseline that knows these findings.
    pub fn of(findings: &[Finding]) -> Self {
        Self { entries: findings.iter().map(Known::of).collect(), from_report: false }
    }

    /// Reads a baseline file, or a report in the format `json` or `jsonl`.
    ///
    /// # Errors
    /// If it is neither.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let from_report = |schema: &str| match schema {
            SCHEMA => Ok(false),
            REPORT_SCHEMA => Ok(true),
            other => Err(BaselineError::Schema(other.to_owned())),
        };
        let (schema, entries) = match serde_json::from_str::<BaselineDocument>(text) {
            Ok(document) => (document.schema, document.findings.into_iter().collect()),
            // A report in lines ends with the line that names the schema: without that line the report is truncated.
            Err(error) => lines(text).ok_or(BaselineError::Json(error))?,
        };
        let from_report = from_report(&schema)?;
        let is_masked = |entry: &Known| entry.premise.as_deref() == Some(MASKED_PREMISE);
        if entries.iter().any(is_masked) {
            return Err(BaselineError::Masked);
        }
        Ok(Self { entries, from_report })
    }

    /// Writes the baseline, one entry per line, so that a change of one finding changes one line.
    ///
    /// # Errors
    /// A failed write.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\"schema\":\"{SCHEMA}\",\n \"findings\":[")?;
        for (at, entry) in self.entries.iter().enumerate() {
            write!(out, "{}\n  {}", if at > 0 { "," } else { "" }, serde_json::to_string(entry)?)?;
        }
        writeln!(out, "\n ]}}")
    }

    /// How many findings are in it.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is in it.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The baseline without these entries.
    pub fn without(mut self, gone: &[Known]) -> Self {
        self.entries.retain(|entry| !gone.contains(entry));
        self
    }

    /// Separates what is known from what is new. `found` are findings of the run that are not shown, or are
    /// reported anyway: they are not gone.
    /// `applied` says whether a rule judged in this run; nothing can be said about the findings of other rules.
    pub fn compare<'f>(
        &self,
        findings: Vec<Finding>,
        found: impl IntoIterator<Item = &'f Finding>,
        applied: impl Fn(&str) -> bool,
    ) -> Compared {
        let mut by_fingerprint: BTreeMap<Fingerprint, Vec<&Known>> = BTreeMap::new();
        for entry in &self.entries {
            by_fingerprint.entry(entry.fingerprint).or_default().push(entry);
        }
        let mut seen: BTreeSet<&Known> = BTreeSet::new();
        let mut recognise = |finding: &Finding| {
            let entries =
                by_fingerprint.get(&finding.fingerprint).map(Vec::as_slice).unwrap_or_default();
            let known: Vec<&Known> =
                entries.iter().copied().filter(|entry| entry.knows(finding)).collect();
            seen.extend(&known);
            !known.is_empty()
        };
        let mut compared = Compared::default();
        for finding in found {
            recognise(finding);
        }
        for finding in findings {
            if recognise(&finding) {
                compared.known += 1;
            } else {
                compared.new.push(finding);
            }
        }
        compared.gone = self
            .entries
            .iter()
            .filter(|entry| !seen.contains(entry) && applied(&entry.rule))
            .cloned()
            .collect();
        compared
    }
}

#[derive(Deserialize)]
struct BaselineDocument {
    schema: String,
    findings: Vec<Known>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum ReportLine {
    Finding(Known),
    Summary { schema: String },
}

fn lines(text: &str) -> Option<(String, BTreeSet<Known>)> {
    let mut entries = BTreeSet::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str(line).ok()? {
            ReportLine::Finding(entry) => entries.insert(entry),
            ReportLine::Summary { schema } => return Some((schema, entries)),
        };
    }
    None
}

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => {
                write!(f, "it is neither a baseline nor a whole JSON report: {error}")
            }
            Self::Schema(schema) => {
                write!(f, "its schema is `{schema}`, not {SCHEMA} or {}", REPORT_SCHEMA)
            }
            Self::Masked => f.write_str(
                "it is a masked report, whose fingerprints are not those of the findings: write one without --phi mask",
            ),
        }
    }
}

impl std::error::Error for BaselineError {}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::finding::Severity;

    #[test]
    fn a_report_of_today_serves_as_a_baseline() {
        assert_eq!(REPORT_SCHEMA, rxlint_report::json::SCHEMA);
    }

    #[test]
    fn what_is_no_baseline_says_so() {
        assert!(Baseline::parse("").unwrap_err().to_string().contains("neither"));
        assert!(
            Baseline::parse(r#"{"schema":"other/1","findings":[]}"#)
                .unwrap_err()
                .to_string()
                .contains("other/1")
        );
        // A report in lines whose end is missing is not a shorter report.
        let finding = r#"{"type":"finding","rule":"r","severity":"high","fingerprint":"00000000000000000000000000000007"}"#;
        assert!(Baseline::parse(finding).is_err());
        let whole = format!("{finding}\n{}", r#"{"type":"summary","schema":"rxlint/report/1"}"#);
        assert_eq!(Baseline::parse(&whole).unwrap().len(), 1);
        assert!(Baseline::parse(r#"{"schema":"rxlint/baseline/1","findings":[{"rule":"r","severity":"low","fingerprint":"7"}]}"#).is_err());
        let masked = whole.replace("\"severity\"", "\"premise\":\"masked\",\"severity\"");
        assert!(Baseline::parse(&masked).unwrap_err().to_string().contains("masked report"));
    }

    #[test]
    fn a_baseline_reads_back_as_it_was_written() {
        let entry = Known {
            rule: "r".into(),
            fingerprint: Fingerprint(7),
            severity: Severity::High,
            premise: Some("high".into()),
        };
        let baseline = Baseline { entries: [entry].into(), from_report: false };
        let mut text = Vec::new();
        baseline.write(&mut text).unwrap();
        assert_eq!(Baseline::parse(std::str::from_utf8(&text).unwrap()).unwrap(), baseline);
    }
}
