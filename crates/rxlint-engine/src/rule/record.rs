//! What is wrong with records themselves: names, codes, days and dates that cannot be relied on.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::book::Rule;
use super::context::{Context, FindingDraft, premise, side, with_evidence};
use super::kind::{Judges, KindInfo, Mentions, RuleKind, SetOff, WindowTablesMut};
use super::message::Words;
use crate::drug::{Role, Verdict};
use crate::exposure::person::{Fact, FactKind};
use crate::exposure::{Dispense, Marks};
use crate::timeline::era::LONGEST_GAP;
use crate::timeline::{Exposure, Timeline};
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, FindingPlace, Fingerprint, Side};
use rxlint_model::place::RowKey;
use rxlint_model::record::Field;

/// Where such rules are kept, and how one begins.
pub const ABOUT: KindInfo = KindInfo {
    folder: "record",
    judges: Judges::Patients,
    skeleton: r#"[record]
check = "missing-days-supply""#,
};

/// What is wrong with a record itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecordCheck {
    /// Which check.
    pub check: Check,
}

/// The checks of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Code and text name different drugs.
    NameCodeMismatch,
    /// A word one slip away from a watched name.
    NearMissDrugName,
    /// A brand that names different drugs in different countries.
    AmbiguousBrand,
    /// The days are assumed.
    MissingDaysSupply,
    /// Impossible dates.
    ImplausibleDate,
    /// Impossible days' supply.
    ImplausibleDaysSupply,
    /// Versions of one record that differ, none of which is known to be the last.
    ConflictingVersions,
    /// Two birth dates under one identifier.
    PatientConflict,
}

impl RuleKind for RecordCheck {
    fn judge(&self, context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule) -> Vec<Finding> {
        judge(context, timeline, rule, self)
    }

    fn set_off(&self) -> SetOff<'_> {
        match self.check {
            Check::NameCodeMismatch => SetOff::Verdict(|verdict| verdict.mismatch.is_some()),
            Check::NearMissDrugName => SetOff::Verdict(|verdict| verdict.slip.is_some()),
            Check::AmbiguousBrand => SetOff::Verdict(|verdict| verdict.ambiguity.is_some()),
            Check::MissingDaysSupply => SetOff::AssumedDays,
            Check::ImplausibleDate => SetOff::Dates,
            Check::ImplausibleDaysSupply => SetOff::Supply,
            Check::ConflictingVersions => SetOff::Versions,
            Check::PatientConflict => SetOff::Births,
        }
    }

    fn mentions(&self) -> Mentions<'_> {
        Mentions::default()
    }

    fn windows_mut(&mut self) -> WindowTablesMut<'_> {
        WindowTablesMut::None
    }

    fn words(&self) -> Vec<&'static str> {
        match self.check {
            Check::NameCodeMismatch => vec!["word", "meant"],
            Check::NearMissDrugName => vec!["word", "meant", "taken"],
            Check::AmbiguousBrand => vec!["word", "meant", "taken", "differs", "settles"],
            Check::ConflictingVersions => {
                vec!["subject", "versions", "judged", "count", "first", "last"]
            }
            Check::PatientConflict => vec!["subject", "count", "first", "last"],
            Check::MissingDaysSupply => vec!["subject", "assumed", "count", "first", "last"],
            Check::ImplausibleDaysSupply => vec!["subject", "count", "first", "last"],
            Check::ImplausibleDate => vec!["subject", "word", "judged", "first", "last"],
        }
    }

    fn describe(&self) -> String {
        match self.check {
            Check::NameCodeMismatch => "Text and code of a watched record name different drugs.",
            Check::NearMissDrugName => {
                "A word is one letter added, dropped or changed, or one swap, away from a watched \
                 name, and is no other known drug."
            }
            Check::AmbiguousBrand => {
                "A brand names different drugs in different countries, and neither `jurisdiction` nor `country` settles which is meant; or \
                 a word after a brand makes another product of it (Cold, Ultra), and no list has that product."
            }
            Check::MissingDaysSupply => {
                "The record of a watched drug gives neither stop date nor days' supply, nor \
                 quantity with certain directions."
            }
            Check::ImplausibleDate => {
                "A watched record ends before it starts, starts after today, or is a fill or an administration of more \
                 than 30 years before."
            }
            Check::ConflictingVersions => {
                "Versions of one watched resource or claim differ, and neither a time nor a number shows which is the last; or there are \
                 more identical bills than reversals of them, which may have come before the last of these bills, or a row that was reversed or \
                 cancelled may be about a record that stands, and an antagonist is on record beside them."
            }
            Check::PatientConflict => {
                "Two birth dates are on record under one identifier of one authority."
            }
            Check::ImplausibleDaysSupply => {
                "A watched record gives days' supply that is negative or above 366."
            }
        }
        .to_owned()
    }
}

/// Whether the first day is too late to be believed, or too early for a fill or an administration. A course may have begun
/// any time ago.
pub fn is_implausible(record: &Dispense, as_of: Day) -> bool {
    let is_course = record.marks.has_any(Marks::STATES_END.with(Marks::OPEN))
        && !record.marks.has(Marks::ADMINISTERED);
    record.first > as_of || !is_course && as_of.since(record.first) > LONGEST_AGO
}

/// What to do about a brand that means different drugs in different countries.
const SETTLES_COUNTRY: &str = "Set `country` or `jurisdiction` in rxlint.toml, and run again.";
/// What to do about a brand followed by another word, or one that no list has for the given country.
const SETTLES_PRODUCT: &str = "Check what the product contains: its code or its ingredient in the record settles it, and so does a line of \
                               your own in drugs/line-extensions.csv (`--rules`).";

/// What happened to a record with impossible dates.
const AS_WRITTEN: &str = "The record was judged as written.";
const END_LEFT_OUT: &str =
    "Its end date was ignored: its length was taken from the rest of the record, or assumed.";

/// Fills and administrations more than this many days (30 years) ago are not believed.
const LONGEST_AGO: i32 = 10_957;

/// One finding for each era, or for each run of records in doubt.
fn judge(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    condition: &RecordCheck,
) -> Vec<Finding> {
    let in_doubt = timeline.doubts.iter();
    match condition.check {
        Check::NameCodeMismatch => doubts(context, timeline, rule, in_doubt, doubt_of_code),
        Check::AmbiguousBrand => {
            doubts(context, timeline, rule, in_doubt, |verdict| doubt_of_brand(context, verdict))
        }
        Check::NearMissDrugName => {
            doubts(context, timeline, rule, in_doubt, |verdict| doubt_of_word(context, verdict))
        }
        Check::MissingDaysSupply => {
            let has_antagonist = timeline.exposures.iter().any(|e| e.role() == Role::Antagonist);
            let assumed =
                |e: &Exposure<'_>| e.assumed && (e.role() != Role::Other || has_antagonist);
            eras(context, timeline, rule, assumed, |e| {
                let words = Words::default().days("assumed", i64::from(e.end.since(e.first)), "");
                (Field::DaysSupply, words)
            })
        }
        Check::ImplausibleDaysSupply => {
            let wrong = |e: &Exposure<'_>| e.record.marks.has(Marks::UNBELIEVABLE_SUPPLY);
            eras(context, timeline, rule, wrong, |e| {
                (Field::DaysSupply, Words::default().days("count", i64::from(e.days), ""))
            })
        }
        Check::ConflictingVersions => versions(context, timeline, rule),
        Check::PatientConflict => {
            let births = births(timeline);
            let first = timeline.exposures.first().map(Exposure::key);
            let wrong = |e: &Exposure<'_>| births > 1 && Some(e.key()) == first;
            let mut found = eras(context, timeline, rule, wrong, |_| {
                (Field::BirthDate, Words::default().with("count", births.to_string()))
            });
            // Any of them may be the one that is wrong.
            let exposures = timeline.exposures.iter();
            let days: FxHashMap<RowKey, (Day, Day)> =
                exposures.map(|e| (e.key(), (e.first, e.last()))).collect();
            let facts = timeline.facts.iter();
            let giving = facts.filter(|fact| matches!(fact.what, FactKind::Born(_)));
            let giving = giving.map(|fact| (fact.key, days.get(&fact.key).copied()));
            if let Some(finding) = found.first_mut() {
                finding.counted.extend(giving);
            }
            found
        }
        Check::ImplausibleDate => {
            let wrong = |e: &Exposure<'_>| {
                e.record.marks.has(Marks::ENDS_EARLY) || is_implausible(&e.record, timeline.as_of)
            };
            eras(context, timeline, rule, wrong, |e| what_cannot_be(e, timeline.as_of))
        }
    }
}

/// Versions that differ, and identical bills one of which may have been made after the reversal that cancels them.
fn versions(context: &Context<'_>, timeline: &Timeline<'_>, rule: &Rule) -> Vec<Finding> {
    let reach = context.book.longest_window().unwrap_or(0);
    let is_version = |e: &Exposure<'_>| timeline.conflicts.binary_search(&e.key()).is_ok();
    // A depot matters for months, anything else for weeks.
    let reach_of = |e: &Exposure<'_>| match e.lasts_by_itself(context.dictionary()) {
        true => reach,
        false => reach.min(LONGEST_GAP),
    };
    let is_unclear = |e: &Exposure<'_>| {
        taken_back_by(timeline, e.key()).is_some()
            && matters(timeline, &e.record, e.product, reach_of(e))
    };
    let wrong = |e: &Exposure<'_>| is_version(e) || is_unclear(e);
    let mut found = eras(context, timeline, rule, wrong, |e| {
        let (versions, judged, count) = match is_version(e) {
            true => {
                let versions = "versions of one record differ, and nothing shows which is the last";
                (versions, "All of them were judged.", timeline.conflicts.len())
            }
            false => {
                let versions = "a row like it was reversed or cancelled, and nothing shows whether that takes it back";
                let judged = "It was judged: it may be what was taken back, or what was billed in its place.";
                (versions, judged, timeline.unclear.len())
            }
        };
        let words = Words::default()
            .with("versions", versions)
            .with("judged", judged)
            .with("count", count as i64);
        (e.product.decided, words)
    });
    for finding in &mut found {
        let by = finding.places.first().and_then(|place| taken_back_by(timeline, place.row));
        let other = by.zip(finding.places.first()).map(|(row, place)| FindingPlace {
            row,
            field: Field::Status,
            role: "reversed".to_owned(),
            days: None,
            carried: 0,
            ..place.clone()
        });
        finding.places.extend(other);
    }
    let matters =
        |(record, verdict): &&(Dispense, &Verdict)| matters(timeline, record, verdict, reach);
    found.extend(doubts(
        context,
        timeline,
        rule,
        timeline.uncertain.iter().filter(matters),
        |of| {
            let drug = context.book.dictionary().names(&of.components);
            let words = Words::default()
                .with("subject", &drug)
                .with(
                    "versions",
                    "identical bills stand beside a reversal, and nothing shows which is the last",
                )
                .with("judged", "One of them was judged, unless a file has the reversal after it.");
            Some(Doubt { against: drug.clone(), drug, words })
        },
    ));
    found
}

/// The row that may take a record back.
fn taken_back_by(timeline: &Timeline<'_>, claim: RowKey) -> Option<RowKey> {
    let at = timeline.unclear.binary_search_by_key(&claim, |of| of.claim).ok()?;
    Some(timeline.unclear[at].by)
}

/// Whether it matters that a bill counts: an antagonist is on record near it, or it is one near another drug, at most
/// `reach` days apart.
fn matters(timeline: &Timeline<'_>, record: &Dispense, verdict: &Verdict, reach: i32) -> bool {
    let is_antagonist = |verdict: &Verdict| {
        verdict.components.iter().any(|component| component.role == Role::Antagonist)
    };
    let own = is_antagonist(verdict);
    let is_near = |first: Day, end: Day| {
        first.since(record.first.plus(i32::from(record.days))) <= reach
            && record.first.since(end) <= reach
    };
    let beside =
        |e: &Exposure<'_>| (e.role() == Role::Antagonist) != own && is_near(e.first, e.end);
    timeline.exposures.iter().any(beside)
        || timeline.uncertain.iter().any(|(other, verdict)| {
            is_antagonist(verdict) != own
                && is_near(other.first, other.first.plus(i32::from(other.days)))
        })
}

fn doubt_of_code(verdict: &Verdict) -> Option<Doubt> {
    let mismatch = verdict.mismatch.as_ref()?;
    Some(Doubt {
        drug: mismatch.text.clone(),
        against: mismatch.code.clone(),
        words: Words::default().with("word", &mismatch.text).with("meant", &mismatch.code),
    })
}

fn doubt_of_brand(context: &Context<'_>, verdict: &Verdict) -> Option<Doubt> {
    let brand = verdict.ambiguity.as_ref()?;
    let taken = brand.drugs.first()?;
    let dictionary = context.dictionary();
    let meanings: Vec<String> =
        brand.drugs.iter().map(|meaning| meaning.in_words(dictionary)).collect();
    let meant = meanings.join(" or ");
    let taken = format!("It was taken for {}.", taken.in_words(dictionary));
    let (differs, settles) = if brand.is_line_extension() {
        ("may be another product of the brand", SETTLES_PRODUCT)
    } else {
        let settles = match dictionary.place().is_known() {
            true => SETTLES_PRODUCT,
            false => SETTLES_COUNTRY,
        };
        ("names different drugs in different countries", settles)
    };
    Some(Doubt {
        drug: brand.word.clone(),
        against: meant.clone(),
        words: Words::default()
            .with("word", &brand.word)
            .with("meant", meant)
            .with("taken", taken)
            .with("differs", differs)
            .with("settles", settles),
    })
}

fn doubt_of_word(context: &Context<'_>, verdict: &Verdict) -> Option<Doubt> {
    let slip = verdict.slip.as_ref()?;
    let meant = context.name(slip.meant);
    let taken = if slip.resolved {
        format!("It was taken for {meant}.")
    } else {
        "It was not taken for any drug, and the record was not judged.".to_owned()
    };
    Some(Doubt {
        drug: slip.word.clone(),
        against: meant.to_owned(),
        words: Words::default()
            .with("word", &slip.word)
            .with("meant", slip.in_words(context.dictionary()))
            .with("taken", taken),
    })
}

/// Which dates of a record are impossible, and what was done about it.
fn what_cannot_be(exposure: &Exposure<'_>, as_of: Day) -> (Field, Words) {
    let (field, what, judged) = if exposure.record.marks.has(Marks::ENDS_EARLY) {
        (Field::Stop, "it ends before it starts".to_owned(), END_LEFT_OUT)
    } else if exposure.first > as_of {
        let what = format!("it starts after {as_of}, the latest day that this run takes for today");
        (Field::Dispensed, what, AS_WRITTEN)
    } else {
        let what = format!(
            "it starts more than 30 years before {as_of}, the latest day that this run takes for today"
        );
        (Field::Dispensed, what, AS_WRITTEN)
    };
    (field, Words::default().with("word", what).with("judged", judged))
}

/// How many birth dates are on record. A year without a day is kept as its first day, and agrees with any day of it.
fn births(timeline: &Timeline<'_>) -> usize {
    distinct_births(timeline.facts.iter())
}

/// How many birth dates these facts give.
pub fn distinct_births<'f>(facts: impl Iterator<Item = &'f Fact>) -> usize {
    let mut days: Vec<Day> = facts
        .filter_map(|fact| if let FactKind::Born(day) = fact.what { Some(day) } else { None })
        .collect();
    days.sort_unstable();
    days.dedup();
    let is_year = |day: Day| matches!(day.ymd(), (_, 1, 1));
    let whole: Vec<Day> = days.iter().copied().filter(|&day| !is_year(day)).collect();
    let years = days
        .iter()
        .filter(|&&day| is_year(day) && !whole.iter().any(|other| other.ymd().0 == day.ymd().0));
    whole.len() + years.count()
}

/// A finding for the first exposure of each era that is in doubt.
fn eras(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    doubtful: impl Fn(&Exposure<'_>) -> bool,
    describe: impl Fn(&Exposure<'_>) -> (Field, Words),
) -> Vec<Finding> {
    let find = |era| {
        let members: Vec<&Exposure<'_>> = timeline.members(era).filter(|e| doubtful(e)).collect();
        let exposure = *members.first()?;
        let (field, words) = describe(exposure);
        let words = words.span(exposure.first, exposure.last());
        let also = members.len() as u64 - 1;
        Some(context.finding(
            rule,
            timeline,
            FindingDraft {
                words,
                also,
                also_exposures: members[1..].to_vec(),
                field: Some(field),
                ..FindingDraft::about(rule.file.severity, exposure)
            },
        ))
    };
    // One record about two ingredients is reported once.
    let mut reported = Vec::new();
    timeline
        .eras
        .iter()
        .filter_map(find)
        .filter(|finding: &Finding| {
            let place = finding.places.first().map(|place| place.row);
            let new = !reported.contains(&place);
            reported.push(place);
            new
        })
        .collect()
}

/// Records with the same doubt, without a long gap.
struct DoubtRun<'a> {
    doubt: Doubt,
    records: Vec<(Dispense, &'a Verdict)>,
    until: Day,
}

struct Doubt {
    drug: String,
    against: String,
    words: Words,
}

/// A finding for each run of records with the same doubt.
fn doubts<'t>(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    records: impl Iterator<Item = &'t (Dispense, &'t Verdict)>,
    doubt: impl Fn(&Verdict) -> Option<Doubt>,
) -> Vec<Finding> {
    let mut runs: Vec<DoubtRun<'_>> = Vec::new();
    for &(record, verdict) in records {
        let Some(found) = doubt(verdict) else { continue };
        let end = record.first.plus(i32::from(record.days.max(1)));
        let same = runs.iter_mut().rev().find(|run| {
            (&run.doubt.drug, &run.doubt.against) == (&found.drug, &found.against)
                && record.first.since(run.until) <= LONGEST_GAP
        });
        match same {
            Some(run) => {
                run.records.push((record, verdict));
                run.until = end.max(run.until);
            }
            None => {
                runs.push(DoubtRun { doubt: found, records: vec![(record, verdict)], until: end })
            }
        }
    }
    runs.into_iter()
        .map(|run| doubt_finding(context, timeline, rule, &run.doubt, &run.records))
        .collect()
}

fn doubt_finding(
    context: &Context<'_>,
    timeline: &Timeline<'_>,
    rule: &Rule,
    doubt: &Doubt,
    records: &[(Dispense, &Verdict)],
) -> Finding {
    let days = |record: &Dispense| {
        Some((record.first, record.first.plus(i32::from(record.days.max(1)) - 1)))
    };
    let place = |(record, verdict): &(Dispense, &Verdict)| FindingPlace {
        row: record.key,
        field: verdict.decided,
        role: verdict
            .components
            .first()
            .map_or_else(|| "name in doubt".to_owned(), |c| c.role.label().to_owned()),
        side: verdict.components.first().map_or(Side::Other, |c| side(c.role)),
        drug: if verdict.components.is_empty() {
            doubt.drug.clone()
        } else {
            context.book.dictionary().names(&verdict.components)
        },
        days: days(record),
        carried: 0,
    };
    let (message, first) = (&rule.file.message, records[0].0.first);
    Finding {
        rule: Arc::clone(&rule.info),
        severity: rule.file.severity,
        message: doubt.words.fill(&message.text),
        help: with_evidence(&rule.info, doubt.words.fill(&message.help)),
        days: None,
        clean_from: None,
        assumed: Vec::new(),
        places: vec![place(&records[0])],
        also: records.len() as u32 - 1,
        also_places: records[1..].iter().take(super::context::MOST_LISTED).map(place).collect(),
        counted: records[1..].iter().map(|(record, _)| (record.key, days(record))).collect(),
        fingerprint: Fingerprint::new(
            &rule.file.id,
            timeline.patient,
            &[(&doubt.drug, first), (&doubt.against, first)],
        ),
        patient: timeline.patient,
        fresh: records.iter().any(|(record, _)| context.is_today(record.key)),
        first_seen: None,
        stands_again: false,
        premise: premise(rule.file.severity, ""),
    }
}
