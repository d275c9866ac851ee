//! What a masked report shows of a cell: words that name a drug, days and codes. Everything else in a cell, even in that of
//! a drug's name, may be about a person.

use std::ops::Range;

use rxlint_model::date;
use rxlint_model::record::{DateOrder, Field};

/// A number with more digits than this may identify something.
const LONGEST_NUMBER: usize = 4;

/// What redaction has to know about drugs: how a text is split into words, and which words name a drug.
pub trait DrugWords: Sync + std::fmt::Debug {
    /// The words of a text, folded like the names of drugs.
    fn words(&self, text: &str) -> Vec<String>;

    /// Whether a word names a drug.
    fn has_word(&self, word: &str) -> bool;

    /// Whether a text names that drug, by whatever name.
    fn names(&self, text: &str, drug: &str) -> bool {
        let _ = (text, drug);
        false
    }
}

/// The parts of a cell that stay hidden in a masked report. `text` is the cell as it is in the input; `cell` is its
/// decoded text.
pub(super) fn unexplained(
    field: Field,
    text: &str,
    cell: &str,
    drugs: &dyn DrugWords,
) -> Vec<Range<usize>> {
    let whole = |shown: bool| std::iter::once(0..text.len()).filter(|_| !shown).collect();
    if field.is_date() {
        return whole(is_day(cell));
    }
    match field {
        Field::Ndc | Field::Rxcui | Field::Atc | Field::Hcpcs | Field::Code => whole(is_code(cell)),
        _ => {
            let is_name =
                matches!(field, Field::Drug | Field::Generic | Field::Brand | Field::Ordered);
            let parts = parts(text);
            let of_persons = of_persons(text);
            let shown = |at: usize| {
                let part = &text[parts[at].clone()];
                if of_persons.iter().any(|run| run.contains(&parts[at].start)) {
                    return false;
                }
                if part.starts_with(|c: char| c.is_ascii_digit()) {
                    is_amount(part) && (!is_name || is_strength(text, &parts, at))
                } else {
                    drugs.words(part).iter().all(|word| is_explained(word, drugs))
                }
            };
            (0..parts.len()).filter(|&at| !shown(at)).map(|at| parts[at].clone()).collect()
        }
    }
}

/// Where numbers are that may be a person's: days, telephone and insurance numbers. A strength, an amount and a time have
/// fewer digits, or a unit between them.
pub(super) fn of_persons(text: &str) -> Vec<Range<usize>> {
    runs(text).filter(|run| is_of_person(&text[run.clone()])).collect()
}

/// Digits in groups, with what may be between those of one number.
pub(super) fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let joins =
        |c: char| matches!(c, '-' | '/' | '.' | '(' | ')' | ' ' | '+' | '\u{2010}'..='\u{2013}');
    let is_of_run = |c: char| c.is_ascii_digit() || joins(c);
    let mut runs = Vec::new();
    let mut rest = 0;
    for run in text.split_inclusive(|c: char| !is_of_run(c)) {
        let start = rest;
        rest += run.len();
        let run = run.trim_end_matches(|c: char| !c.is_ascii_digit());
        let own = run.trim_start_matches(|c: char| !c.is_ascii_digit());
        if !own.is_empty() {
            runs.push(start + run.len() - own.len()..start + run.len());
        }
    }
    runs.into_iter()
}

/// Whether digits in groups are a day (`11/20/1957`), or a telephone or insurance number (`555-0117`, `411-11-0123`).
fn is_of_person(run: &str) -> bool {
    let groups = run.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
    let lengths: Vec<usize> = groups.map(str::len).collect();
    let is_number = match lengths[..] {
        // Not `100.0000`.
        [3, 4] => !run.contains('.'),
        _ => matches!(lengths[..], [3, 2, 4] | [.., 3, 3, 4] | [.., 3, 4, 4]),
    };
    lengths.iter().any(|length| *length > 6) || is_number || lengths.len() == 3 && is_day(run)
}

/// Whether a text is a day, whatever the order of day and month.
pub(super) fn is_day(text: &str) -> bool {
    [DateOrder::Dmy, DateOrder::Mdy]
        .iter()
        .any(|order| date::parse(text.as_bytes(), Some(*order)).is_ok())
}

/// Whether a cell that holds days or amounts holds something else, which may be anything: `until Mary calls` for the days'
/// supply. An amount is a number and at most one word, its unit.
pub(super) fn is_misplaced(field: Field, text: &str) -> bool {
    if field.is_date() {
        return !is_day(text);
    }
    if !matches!(field, Field::Quantity | Field::DaysSupply | Field::FillNumber | Field::Dose) {
        return false;
    }
    if !of_persons(text).is_empty() {
        return true;
    }
    let parts = parts(text);
    let words =
        parts.iter().filter(|part| !text[part.start..].starts_with(|c: char| c.is_ascii_digit()));
    let unknown = words.filter(|part| !is_common(&text[(*part).clone()].to_lowercase())).count();
    !parts.is_empty() && (unknown > 1 || unknown == parts.len())
}

/// Whether a text has the form of a drug's code: digits alone, an NDC with its hyphens, ATC, HCPCS.
fn is_code(text: &str) -> bool {
    let text = text.trim();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let is_ndc = match lengths[..] {
        [whole] => (4..=18).contains(&whole),
        [labeler, product] => (4..=5).contains(&labeler) && (3..=4).contains(&product),
        [labeler, product, package] => {
            (4..=5).contains(&labeler) && (3..=4).contains(&product) && package <= 2
        }
        _ => false,
    };
    if is_ndc && groups.iter().all(|group| digits(group)) {
        return true;
    }
    // A letter and digits, with letters between them in ATC.
    let shape: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                '9'
            } else if c.is_ascii_alphabetic() {
                'A'
            } else {
                '?'
            }
        })
        .collect();
    ["A9999", "A99", "A99A", "A99AA", "A99AA99"].contains(&shape.as_str())
}

/// The positions of words and numbers.
pub(super) fn parts(text: &str) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut last = None;
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next();
        let kind = if c.is_ascii_digit()
            || matches!(c, '.' | ',')
                && last == Some('9')
                && next.is_some_and(|c| c.is_ascii_digit())
        {
            Some('9')
        } else if c.is_alphanumeric() || !c.is_ascii() && !c.is_whitespace() {
            Some('A')
        } else {
            None
        };
        match parts.last_mut() {
            Some(part) if kind.is_some() && kind == last => part.end = at + c.len_utf8(),
            _ if kind.is_some() => parts.push(at..at + c.len_utf8()),
            _ => {}
        }
        last = kind;
    }
    parts
}

fn is_amount(number: &str) -> bool {
    number.split('.').next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count()
        <= LONGEST_NUMBER
}

/// Whether a number in a drug's name is a strength: a unit comes after it, perhaps after other numbers (`5-325 mg`), or it
/// is one of the old numbers of codeine (`#3`).
pub(super) fn is_strength(text: &str, parts: &[Range<usize>], at: usize) -> bool {
    if text[..parts[at].start].ends_with('#') {
        return true;
    }
    let mut later = parts[at + 1..].iter().map(|part| &text[part.clone()]);
    later
        .find(|part| !part.starts_with(|c: char| c.is_ascii_digit()))
        .is_some_and(|word| UNITS.contains(&word.to_lowercase().as_str()))
}

pub(super) fn is_explained(word: &str, drugs: &dyn DrugWords) -> bool {
    is_common(word) || drugs.has_word(word)
}

/// Whether a word is a unit, a form, a route, a time or a status, and so not about a person.
fn is_common(word: &str) -> bool {
    UNITS.contains(&word) || WORDS.contains(&word)
}

const UNITS: [&str; 25] = [
    "mg",
    "mcg",
    "ug",
    "µg",
    "μg",
    "g",
    "gm",
    "gram",
    "grams",
    "kg",
    "ml",
    "l",
    "hr",
    "h",
    "hour",
    "hours",
    "unit",
    "units",
    "iu",
    "meq",
    "mmol",
    "ea",
    "tab",
    "tabs",
    "microgram",
];

/// Forms, routes, salts, packings, times of the day, statuses and names of vocabularies.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "abandoned", "accepted", "acetate", "acid", "acting", "active", "adjusted", "administered",
    "amp", "ampoule", "ampule", "and", "anhydrous", "approved", "as", "atc", "base", "bedtime",
    "besylate", "bid", "billed", "bitartrate", "blister", "bnf", "bottle", "box", "bromide",
    "buccal", "by", "cancel", "canceled", "cancelled", "cap", "caps", "capsule", "capsules",
    "captured", "chew", "chewable", "chloride", "citrate", "claim", "coated", "code", "complete",
    "completed", "concentrate", "continuous", "controlled", "cpt", "cr", "cream", "daily", "day",
    "days", "declined", "delayed", "deleted", "denied", "depot", "dihydrate", "discontinued",
    "disintegrating", "dispensed", "dmd", "done", "dose", "dr", "draft", "drop", "drops", "drug",
    "each", "ec", "effervescent", "elixir", "ended", "entered", "enteric", "epidural", "er",
    "error", "evening", "every", "expired", "extended", "fhir", "filled", "film", "films", "final",
    "finished", "for", "four", "fumarate", "gel", "given", "gov", "granules", "gtin", "half", "hbr",
    "hcl", "hcpcs", "held", "high", "hl7", "hold", "hourly", "hs", "http", "https", "hydrobromide",
    "hydrochloride", "im", "immediate", "implant", "implants", "in", "inactive", "inhalation",
    "inhaled", "inhaler", "inj", "injectable", "injection", "injections", "intramuscular",
    "intrathecal", "intravenous", "ir", "iv", "kit", "la", "liquid", "long", "lotion", "low",
    "lozenge", "maleate", "mesylate", "microspheres", "min", "minutes", "mmsl", "monohydrate",
    "month", "monthly", "morning", "mouth", "nasal", "national", "ndc", "needed", "never", "new",
    "night", "nih", "nlm", "none", "noon", "not", "odt", "of", "ointment", "on", "once", "one", "ongoing",
    "ophthalmic", "option", "or", "oral", "orally", "order", "org", "original", "other", "otic",
    "out", "pack", "package", "packet", "paid", "pamoate", "patch", "patches", "pct", "pen",
    "pending", "per", "percent", "phosphate", "plan", "planned", "po", "potassium", "powder",
    "prefilled", "prn", "proposal", "proposed", "pzn", "q", "qam", "qd", "qhs", "qid", "qod", "qpm",
    "quote", "quoted", "qw", "qwk", "reconstitution", "rectal", "refused", "reject", "rejected",
    "release", "research", "return", "returned", "reversal", "reverse", "reversed", "rod", "rods",
    "rts", "rxcui", "rxn", "rxnorm", "sc", "sct", "sid", "single", "sl", "snomed", "sodium", "sol",
    "sold", "soln", "solution", "spray", "sq", "sr", "stat", "stock", "stopped", "strength",
    "strip", "strips", "subcut", "subcutaneous", "sublingual", "succinate", "sulfate", "sulphate",
    "suppositories", "suppository", "susp", "suspended", "suspension", "sustained", "syringe",
    "syrup", "tab", "tablet", "tablets", "tabs", "taken", "tartrate", "three", "tid", "time",
    "times", "to", "topical", "transdermal", "transferred", "trihydrate", "troche", "twice", "two",
    "ucum", "uk", "umls", "unknown", "us", "v", "vaginal", "verified", "vial", "vials", "void", "voided", "w",
    "week", "weekly", "weeks", "with", "www", "xl", "xr",
];
