//! What a person decided about a finding, and how long that settles it.

mod decided;

use std::fmt;

pub use self::decided::Decided;
use crate::day::Day;
use crate::finding::{Finding, Fingerprint, PatientKey};

/// The codes that a worklist offers, with their source.
const CODES: &str = include_str!("disposition/codes.csv");

/// What was done about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DispositionKind {
    /// The treatment continues unchanged.
    Accepted,
    /// The prescription was changed or cancelled.
    Changed,
    /// The prescriber was called and has not answered yet.
    Called,
    /// The patient was told what to look out for.
    Counselled,
    /// The finding is wrong.
    FalseAlarm,
    /// Someone will look at it again.
    Later,
}

impl DispositionKind {
    /// All of them, in the order of a worklist.
    pub const ALL: [Self; 6] = [
        Self::Accepted,
        Self::Changed,
        Self::Called,
        Self::Counselled,
        Self::FalseAlarm,
        Self::Later,
    ];

    /// The word in a worklist.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Changed => "changed",
            Self::Called => "called",
            Self::Counselled => "counselled",
            Self::FalseAlarm => "false alarm",
            Self::Later => "later",
        }
    }

    /// What it means, for the person who fills in a worklist.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Accepted => "looked at; the treatment goes on as it is: say why, and until when",
            Self::Changed => {
                "the prescription was changed or cancelled; the finding comes back if it is dispensed again"
            }
            Self::Called => {
                "the prescriber was called, the answer is still to come: say until when to wait"
            }
            Self::Counselled => {
                "the patient was told what to look out for; the treatment goes on: say until when"
            }
            Self::FalseAlarm => {
                "the finding is wrong: say why under `reason`; without `until` it comes back if more is dispensed"
            }
            Self::Later => "to be looked at again: say when under `until`",
        }
    }

    /// The one that a cell names, in any spelling: `False alarm`, `false-alarm`, `FALSE_ALARM`.
    pub fn from_text(text: &str) -> Option<Self> {
        let folded: String =
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        Self::ALL
            .into_iter()
            .find(|kind| kind.name().replace(' ', "") == folded)
            .or((folded == "counseled").then_some(Self::Counselled))
    }

    /// Whether an end date is required: nothing that continues is settled for good.
    pub fn needs_until(self) -> bool {
        !matches!(self, Self::Changed | Self::FalseAlarm)
    }

    /// Whether a reason is required.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Accepted | Self::FalseAlarm)
    }

    /// Whether it is undecided, so that a later disposition continues it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Called | Self::Later)
    }
}

impl fmt::Display for DispositionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An NCPDP code and its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceCode {
    /// The code: `1G`.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// For a result, the disposition that goes with it.
    pub kind: Option<DispositionKind>,
}

/// The results of a service (441-E6) that a worklist offers.
pub fn outcomes() -> impl Iterator<Item = ServiceCode> {
    codes("outcome")
}

/// The services (440-E5) that a worklist offers.
pub fn services() -> impl Iterator<Item = ServiceCode> {
    codes("service")
}

fn codes(field: &'static str) -> impl Iterator<Item = ServiceCode> {
    CODES.lines().filter(|line| !line.starts_with('#')).filter_map(move |line| {
        let mut cells = line.split(',');
        let is_it = cells.next()? == field;
        let (code, meaning) = (cells.next()?, cells.next()?);
        let kind = cells.next().and_then(DispositionKind::from_text);
        is_it.then_some(ServiceCode { code, meaning, kind })
    })
}

/// Whether a text has the form of such a code.
pub fn is_code(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// A few letters in each row of a worklist that tie its fingerprint, rule and patient together: a table in which only some columns were sorted would
/// settle other patients' findings. `None` if a spreadsheet has rounded the patient's number.
pub fn row_check(fingerprint: Fingerprint, rule: &str, patient: &str) -> Option<String> {
    let patient = patient.trim().trim_end_matches(".0");
    let is_rounded = |text: &str| {
        text.split_once(['E', 'e']).is_some_and(|(digits, power)| {
            digits.contains(['.', ',']) && power.trim_start_matches('+').parse::<u8>().is_ok()
        })
    };
    if is_rounded(patient) {
        return None;
    }
    // As a spreadsheet leaves it: leading zeros are lost, and all digits after the fifteenth.
    let patient: String =
        patient.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
    let mut patient: String = patient.trim_start_matches('0').to_owned();
    if patient.bytes().all(|byte| byte.is_ascii_digit()) {
        patient.truncate(15);
    }
    let print = fingerprint.to_string();
    let digest =
        Fingerprint::new(rule, PatientKey::new(&patient, ""), &[(&print, Day(0))]).to_string();
    // Letters only: a spreadsheet takes digits, and digits around an `e`, for a number.
    let letter =
        |digit: char| digit.to_digit(16).and_then(|value| char::from_u32(u32::from('a') + value));
    Some(digest.chars().take(8).filter_map(letter).collect())
}

/// A decision about a finding. It names no patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposition {
    /// The finding.
    pub fingerprint: Fingerprint,
    /// Its rule.
    pub rule: String,
    /// The premise of the finding; any, if it is not known.
    pub premise: Option<String>,
    /// How many further pairs of records broke the rule.
    pub also: u32,
    /// What was decided.
    pub kind: DispositionKind,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// The last day on which it is valid.
    pub until: Option<Day>,
    /// NCPDP 440-E5.
    pub service: Option<String>,
    /// NCPDP 441-E6.
    pub outcome: Option<String>,
    /// The day on which it was decided: what counted as today for the worklist, unless it was given.
    pub on: Option<Day>,
}

/// What a disposition does to a finding today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The finding is settled.
    Settled,
    /// The day until which it was settled has passed.
    Over,
    /// The premise of the finding has changed.
    OtherPremise,
    /// The prescription was changed, but was dispensed again.
    Again,
    /// The prescription was changed and the finding withdrawn, but it is found again.
    Back,
}

impl Standing {
    /// Why the finding is reported again; empty if it is not.
    pub fn why(self) -> &'static str {
        match self {
            Self::Settled => "",
            Self::Over => "that day has passed",
            Self::OtherPremise => "what it rests on has changed since",
            Self::Again => "more was dispensed since",
            Self::Back => "it was withdrawn since and is current again",
        }
    }
}

impl Disposition {
    /// What it does to this finding, which has its fingerprint. Without `today`, no date has passed.
    pub fn standing(&self, finding: &Finding, today: Option<Day>) -> Standing {
        if self.premise.as_ref().is_some_and(|premise| *premise != finding.premise) {
            Standing::OtherPremise
        } else if self.is_over(today) {
            Standing::Over
        } else if self.is_dispensed_again(finding) {
            Standing::Again
        } else if self.is_back(finding) {
            Standing::Back
        } else {
            Standing::Settled
        }
    }

    fn is_since(&self, day: Option<Day>) -> bool {
        self.on.zip(day).is_some_and(|(on, day)| day > on)
    }

    /// Whether more was dispensed since, if that reopens the case. What was changed must not be dispensed at all; a false alarm applied only to the
    /// records of that day.
    fn is_dispensed_again(&self, finding: &Finding) -> bool {
        let opens = match self.kind {
            DispositionKind::Changed => true,
            DispositionKind::FalseAlarm => self.until.is_none(),
            _ => false,
        };
        opens && (finding.also > self.also || self.is_since(finding.last_begun()))
    }

    /// Whether what was changed was withdrawn and is found again. A ledger knows that from its nights; without one, it shows while today moves on
    /// from one day to the next.
    fn is_back(&self, finding: &Finding) -> bool {
        self.kind == DispositionKind::Changed
            && (finding.stands_again || self.is_since(finding.first_seen))
    }

    /// Whether its last day has passed.
    pub fn is_over(&self, today: Option<Day>) -> bool {
        self.until.zip(today).is_some_and(|(until, today)| until < today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pharmacist_may_write_a_disposition_as_words_are_written() {
        for text in ["False alarm", "false-alarm", "FALSE_ALARM", " false  alarm "] {
            assert_eq!(DispositionKind::from_text(text), Some(DispositionKind::FalseAlarm));
        }
        assert_eq!(DispositionKind::from_text("counseled"), Some(DispositionKind::Counselled));
        assert_eq!(DispositionKind::from_text("done"), None);
        assert_eq!(DispositionKind::from_text(""), None);
    }

    #[test]
    fn what_a_spreadsheet_does_to_a_patients_number_does_not_matter_and_another_patient_does() {
        let check = |patient: &str| row_check(Fingerprint(7), "recent-opioid", patient);
        assert_eq!(check("00417"), check("417"));
        assert_eq!(check("00417"), check("417.0"));
        assert_eq!(check("12345678901234567"), check("12345678901234500"));
        assert_ne!(check("00417"), check("00966"));
        assert_ne!(check("00417"), row_check(Fingerprint(8), "recent-opioid", "417"));
        assert_eq!(check("1.23457E+15"), None);
    }

    #[test]
    fn every_result_says_what_was_done_about_the_finding() {
        assert!(outcomes().count() > 10 && outcomes().all(|code| code.kind.is_some()));
        assert!(services().count() >= 3 && services().all(|code| code.kind.is_none()));
        assert!(outcomes().chain(services()).all(|code| is_code(code.code)));
    }
}
