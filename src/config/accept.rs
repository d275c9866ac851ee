//! `[[accept]]` as it is written.

use std::fmt;
use std::ops::Range;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::value::Datetime;

use super::source::ConfigSource;
use crate::accept::{Acceptance, EntryPosition};
use rxlint_engine::file_error::FileError;
use rxlint_model::day::Day;
use rxlint_model::finding::{Fingerprint, PatientKey, Severity};
use rxlint_model::place::Place;
use rxlint_model::record_text::RecordText;

/// What the site accepts: `[[accept]]` is one finding or kind of finding; `[accept]` lists what it has looked at. A file that
/// needs both writes the findings as `[[accept.findings]]`.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(with = "AcceptShape"))]
pub struct Accept {
    /// Findings that the site accepts.
    pub findings: Vec<AcceptEntry>,
    /// Columns that hold no prescriptions: their headers, or their numbers from 1.
    pub columns: Vec<String>,
}

/// `[accept]` as it is written.
#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct AcceptTable {
    /// Findings that the site accepts.
    findings: Vec<AcceptEntry>,
    /// Columns that hold no prescriptions: their headers, or their numbers from 1.
    columns: Vec<String>,
}

/// Both forms, for the schema.
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "a shape for the schema alone")]
enum AcceptShape {
    Findings(Vec<AcceptEntry>),
    Table(AcceptTable),
}

impl<'de> Deserialize<'de> for Accept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Decided by what is there, so that an error still points at its place in the file.
        deserializer.deserialize_any(AcceptVisitor)
    }
}

struct AcceptVisitor;

impl<'de> Visitor<'de> for AcceptVisitor {
    type Value = Accept;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[[accept]] entries, or a table [accept]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, entries: A) -> Result<Accept, A::Error> {
        let findings = Vec::deserialize(SeqAccessDeserializer::new(entries))?;
        Ok(Accept { findings, ..Accept::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Accept, A::Error> {
        let table = AcceptTable::deserialize(MapAccessDeserializer::new(table))?;
        Ok(Accept { findings: table.findings, columns: table.columns })
    }
}

/// Findings that the site accepts. All criteria that are given must match; at least one of fingerprint, patient, drugs,
/// prescriber and path is needed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AcceptEntry {
    /// The id of the rule.
    #[cfg_attr(test, schemars(with = "String"))]
    pub rule: Spanned<String>,
    /// Why the site accepts it.
    #[cfg_attr(test, schemars(with = "String", length(min = 1)))]
    pub reason: Spanned<String>,
    /// The finding's fingerprint, as the reports show it.
    #[cfg_attr(test, schemars(with = "Option<String>", regex(pattern = "^[0-9a-fA-F]{32}$")))]
    pub fingerprint: Option<Spanned<String>>,
    /// The patient's identifier, as it is in the input.
    #[cfg_attr(test, schemars(with = "Option<Identifier>"))]
    pub patient: Option<Spanned<Identifier>>,
    /// Who issued that identifier, if several authorities issue the same ones.
    pub authority: Option<String>,
    /// One drug or a pair, by the names shown in findings.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>", length(min = 1, max = 2)))]
    pub drugs: Option<Spanned<Vec<String>>>,
    /// The prescriber's identifier, as it is in the input.
    pub prescriber: Option<Identifier>,
    /// The input: a pattern for its name, or for its path if the pattern contains a slash; `*`, `**`, `?` and `[…]` as in a shell.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub path: Option<Spanned<String>>,
    /// How severe the findings may be: a more severe one is reported again.
    pub severity: Option<Severity>,
    /// The last day on which it is accepted; needed for a patient or a fingerprint.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date")))]
    pub until: Option<Spanned<Until>>,
    /// Who accepted it.
    pub by: Option<String>,
    /// What the pharmacist did: NCPDP 440-E5, such as `M0`.
    #[cfg_attr(test, schemars(with = "Option<String>", regex(pattern = "^[0-9A-Z]{2}$")))]
    pub service: Option<Spanned<String>>,
    /// The outcome: NCPDP 441-E6, such as `1G`.
    #[cfg_attr(test, schemars(with = "Option<String>", regex(pattern = "^[0-9A-Z]{2}$")))]
    pub outcome: Option<Spanned<String>>,
}

/// An identifier, with or without quotes.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Identifier {
    /// `"P0007"`
    Text(String),
    /// `1003000126`
    Number(i64),
}

impl Identifier {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// A day, with or without quotes.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Until {
    /// `2026-12-31`
    Day(Datetime),
    /// `"2026-12-31"`
    Text(String),
}

impl Until {
    fn day(&self) -> Option<Day> {
        match self {
            Self::Day(day) => Day::from_iso(&day.to_string()),
            Self::Text(text) => Day::from_iso(text),
        }
    }
}

impl AcceptEntry {
    /// Checks that the entry makes sense.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub(super) fn check(&self, source: &ConfigSource) -> Result<(), FileError> {
        if self.reason.get_ref().trim().is_empty() {
            return Err(source
                .error_at(self.reason.span(), "the reason is empty")
                .with_help("say why the site accepts it, for the next person who reads this"));
        }
        let for_one = self
            .patient
            .as_ref()
            .map(Spanned::span)
            .or(self.fingerprint.as_ref().map(Spanned::span));
        if for_one.is_none()
            && self.drugs.is_none()
            && self.prescriber.is_none()
            && self.path.is_none()
        {
            let what = "this would accept every finding of the rule";
            let help = "limit it by fingerprint, patient, drugs, prescriber or path; to switch a rule off everywhere, use `ignore`";
            return Err(source.error_at(self.rule.span(), what).with_help(help));
        }
        match &self.until {
            Some(until) if until.get_ref().day().is_none() => {
                return Err(source
                    .error_at(until.span(), "`until` is not a valid date")
                    .with_help("write it as 2026-12-31"));
            }
            None if for_one.is_some() => {
                let span = for_one.unwrap_or_default();
                let help = "give the last day on which it is valid, so that someone reviews this patient again: until = 2026-12-31";
                return Err(source
                    .error_at(span, "an acceptance for one patient needs `until`")
                    .with_help(help));
            }
            _ => {}
        }
        if let Some(fingerprint) =
            self.fingerprint.as_ref().filter(|text| text.get_ref().parse::<Fingerprint>().is_err())
        {
            let help = "a fingerprint is 32 hexadecimal digits; copy it from a report: rxlint check --format json";
            return Err(source
                .error_at(fingerprint.span(), "this is not a fingerprint")
                .with_help(help));
        }
        if let Some(drugs) =
            self.drugs.as_ref().filter(|drugs| !(1..=2).contains(&drugs.get_ref().len()))
        {
            return Err(source
                .error_at(drugs.span(), "a finding is about one drug or two")
                .with_help("name one or both of them: drugs = [\"…\", \"…\"]"));
        }
        if let Some((path, error)) = self
            .path
            .as_ref()
            .and_then(|path| Some((path, glob::Pattern::new(path.get_ref()).err()?)))
        {
            return Err(source
                .error_at(path.span(), format!("this is not a path pattern: {error}"))
                .with_help("`*` stands for a part of a name, `**` for any folders"));
        }
        for (code, name, field) in
            [(&self.service, "service", "440-E5"), (&self.outcome, "outcome", "441-E6")]
        {
            let plain = |text: &str| {
                text.len() == 2
                    && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
            };
            if let Some(code) = code.as_ref().filter(|code| !plain(code.get_ref())) {
                let help =
                    format!("`{name}` is a code of NCPDP {field}: two digits or capital letters");
                return Err(source
                    .error_at(code.span(), format!("this is not a {name} code"))
                    .with_help(help));
            }
        }
        Ok(())
    }

    /// The entry as the engine takes it.
    pub(super) fn acceptance(&self, number: u32, source: &ConfigSource) -> Acceptance {
        let text =
            |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.get_ref().clone());
        let patient = self.patient.as_ref().map(|patient| {
            let key = PatientKey::new(&patient.get_ref().text(), "");
            self.authority.as_deref().map_or(key, |authority| key.under(authority))
        });
        let rule = self.rule.span().start;
        let until = self.until.as_ref().map_or(rule, |until| until.span().start);
        Acceptance {
            rule: self.rule.get_ref().clone(),
            fingerprint: self.fingerprint.as_ref().and_then(|text| text.get_ref().parse().ok()),
            patient,
            drugs: self
                .drugs
                .iter()
                .flat_map(|drugs| drugs.get_ref())
                .map(|drug| drug.to_lowercase())
                .collect(),
            prescriber: self.prescriber.as_ref().map(Identifier::text),
            path: self.path.as_ref().and_then(|path| glob::Pattern::new(path.get_ref()).ok()),
            severity: self.severity,
            until: self.until.as_ref().and_then(|until| until.get_ref().day()),
            by: self.by.clone(),
            service: text(&self.service),
            outcome: text(&self.outcome),
            at: EntryPosition {
                number,
                line: source.line_at(rule),
                rule,
                until_line: source.line_at(until),
                until,
            },
        }
    }

    /// The entry's line as a record to show. The reason may describe a patient, as a note does.
    pub fn record(&self, place: &Place, source: &ConfigSource) -> RecordText {
        let private: Vec<Range<usize>> = vec![self.reason.span()];
        let patient =
            self.patient.as_ref().map(|patient| (patient.get_ref().text(), patient.span()));
        source.record(place, private, patient)
    }
}
