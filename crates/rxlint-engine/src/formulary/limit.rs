//! Quantity limits as formularies write them: `30` with days beside it, `QL (60 EA/30 DAYS)`, `4/day`, `360/90`, `26 per year`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::CoverageTerms;
use rxlint_model::record::SEVERAL_CODES;

/// In what a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitUnit {
    /// Units of the product: tablets, patches; mL of a liquid where nothing else is said.
    Units,
    /// Milligrams.
    Mg,
    /// Millilitres.
    Ml,
    /// Packages, of which one holds several units.
    Packages,
}

/// An amount within a number of days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// How much.
    pub amount: f64,
    /// Of what.
    pub unit: LimitUnit,
    /// In how many days.
    pub days: f64,
}

const NUMBER: &str = r"(\d{1,3}(?:,\d{3})+|\d*\.?\d+)";
/// Words between an amount and its days.
const PER: &str = r"(?:/|\bper\b|\bin\b|\bevery\b|\beach\b|\ban?\b|\bpro\b|\bpar\b|\bpor\b|\ba\s+cada\b|\bcada\b|\bal\b|\bje\b|\balle\b|\btous\s+les\b|\bogni\b|\bfor\b|\bthru\b|\bq\b)";
const PERIOD: &str = r"-?\s*(days?\s*supply|days?|dys?|ds|da|d|weeks?|wks?|w|months?|mths?|mos?|m|years?|yrs?|y|annum|quarters?|hours?|hrs?|h|tage?n?|jours?|j|d[ií]as?|giorn[oi]|dag(?:en)?|monate?n?|mois|mes(?:es)?|m[eê]s|mes[ei]|maand(?:en)?|wochen?|semaines?|semanas?|settiman[ae]|weken|jahre?n?|ans?|a[ñn]os?|ann[oi]|jaar)\b";

#[allow(clippy::expect_used, reason = "fixed patterns, which a test reads")]
fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?i){text}")).expect("a valid pattern")
}

/// `60 EA/30 DAYS`, `2 per 28 days`, `4/day`.
static IN_DAYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"{NUMBER}\s*(\p{{L}}+(?:\([a-z]+\))?)?\.?\s*{PER}\s*{NUMBER}?\s*{PERIOD}"))
});
/// `4 daily`, `2 tablets daily`.
static DAILY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"{NUMBER}\s*(\p{{L}}+(?:\([a-z]+\))?)?\s*(daily|täglich|qd|diari[oa]s?|weekly|wöchentlich|semanal(?:es)?|monthly|monatlich|mensual(?:es)?|yearly|annually)\b"
    ))
});
/// `max daily dose: 4`, `MDD 4`.
static MOST_DAILY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:mdd|max(?:imum)?\.?\s*daily(?:\s*(?:dose|quantity|qty|limit))?|daily\s*(?:max(?:imum)?|limit|dose))\s*[:=]?\s*{NUMBER}\s*(\p{{L}}+)?"
    ))
});
/// `360/90`: an amount and its days.
static SLASH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[^\d./])(\d+(?:\.\d+)?)\s*/\s*(\d{1,3})\s*(?:$|[^\d./%a-z])"));

/// `180 per 30`, and nothing behind it.
static PER_DAYS: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"{NUMBER}\s*(\p{{L}}+)?\s*\bper\s*(\d{{1,3}})\s*\)?$")));
/// `q4wk`, `q28d`: every so many.
static EVERY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bq\s*(\d{1,3})\s*(d|days?|w|wks?|weeks?|mos?|months?)\b"));
/// `180 (30 days)`.
static BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"(\d\s*(?:\p{{L}}+)?)\s*\((?:per\s*)?(\d{{1,3}})\s*{PERIOD}\)"))
});
/// Words that say nothing of how many.
static IDLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:rolling|consecutive|calendar)\s+"));

/// Numbers in words, in the order of their numbers.
const NUMERALS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

/// A limit in the words that the patterns know.
fn plain(text: &str) -> String {
    let text = IDLE.replace_all(text, "");
    let text = EVERY.replace_all(&text, "every $1 $2");
    let text = BRACKETS.replace_all(&text, "$1 per $2 days");
    let numeral = |word: &str| {
        let at = NUMERALS.iter().position(|numeral| word.eq_ignore_ascii_case(numeral));
        at.map_or_else(|| word.to_owned(), |at| (at + 1).to_string())
    };
    text.split(' ').map(numeral).collect::<Vec<_>>().join(" ")
}

/// The days of an adverb that stands for a period.
fn days_of_adverb(word: &str) -> f64 {
    let word = word.to_lowercase();
    let begins = |heads: &[&str]| heads.iter().any(|head| word.starts_with(head));
    if begins(&["week", "wöch", "seman"]) {
        7.0
    } else if begins(&["month", "monat", "mens"]) {
        30.0
    } else if begins(&["year", "annual"]) {
        365.0
    } else {
        1.0
    }
}

/// Numbers of days that a limit without a word for them is written for.
const USUAL_DAYS: [f64; 15] =
    [1.0, 7.0, 10.0, 14.0, 15.0, 21.0, 28.0, 30.0, 31.0, 34.0, 60.0, 84.0, 90.0, 180.0, 365.0];

/// A period that a header gives to all limits below it: `QL per 30 days`, `Qty/30 days`, `Max 30 Days`.
static OF_DAYS: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?:{PER}\s*(\d{{1,3}})?|\b(\d{{1,3}}))\s*{PERIOD}")));

/// Adverbs for periods, with their days.
const ADVERBS: [(&str, &str); 14] = [
    ("daily", "1"),
    ("weekly", "7"),
    ("monthly", "30"),
    ("yearly", "365"),
    ("annual", "365"),
    ("täglich", "1"),
    ("monatlich", "30"),
    ("diario", "1"),
    ("diaria", "1"),
    ("mensual", "30"),
    ("mensal", "30"),
    ("mensuel", "30"),
    ("mensile", "30"),
    ("giornaliera", "1"),
];

/// What the header of a column of limits says of all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfHeader {
    /// The days that they are for.
    days: Option<f64>,
    /// Whether their numbers are mg.
    is_mg: bool,
    /// Whether they are doses, whose numbers may be mg or units.
    is_dose: bool,
    /// Whether limits stand among other things there, as in a column of restrictions.
    is_mixed: bool,
}

impl OfHeader {
    /// What a header says.
    pub fn of(header: &str) -> Self {
        let header = header.replace(['_', '-'], " ").to_lowercase();
        let words: Vec<&str> = header.split(|c: char| !c.is_alphanumeric()).collect();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
        let by_adverb = || {
            let adverb = ADVERBS.iter().find(|(adverb, _)| words.contains(adverb));
            adverb.and_then(|(_, days)| days.parse().ok())
        };
        let days = OF_DAYS.captures(&header).and_then(|found| {
            let count = found.get(1).or_else(|| found.get(2));
            let count = count.map_or(Some(1.0), |count| number(count.as_str()))?;
            Some(count * period(found.get(3)?.as_str())?)
        });
        let is_limit = has(&[
            "ql",
            "limit",
            "limits",
            "qty",
            "quantity",
            "max",
            "maximum",
            "units",
            "menge",
            "limite",
            "cantidad",
            "quantidade",
            "qll",
            "lmt",
        ]);
        let is_glued = words.iter().any(|word| {
            ["limit", "quantity", "qty", "maxim", "menge"].iter().any(|part| word.contains(part))
        });
        Self {
            days: days.or_else(by_adverb),
            is_mg: has(&["mg"]),
            is_dose: has(&["dose", "doses"]),
            is_mixed: !header.is_empty()
                && !is_limit
                && !is_glued
                && words.iter().all(|word| !word.starts_with("ql")),
        }
    }

    /// A limit and its days as the cells and the header together say them.
    pub fn applied(self, limit: &str, days: &str) -> (String, String) {
        let trimmed = limit.trim();
        let is_number = !trimmed.is_empty()
            && trimmed.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
        if self.is_mixed && !says_limit(trimmed) {
            return (String::new(), String::new());
        }
        let Some(of_header) = self.days else { return (limit.to_owned(), days.to_owned()) };
        match (is_number, self.is_mg, self.is_dose) {
            (true, true, _) => (format!("{trimmed} mg"), of_header.to_string()),
            // Four a day, or 4 mg a day: nobody knows.
            (true, false, true) => (limit.to_owned(), String::new()),
            _ => (limit.to_owned(), of_header.to_string()),
        }
    }
}

/// Whether a text among other restrictions is a limit.
fn says_limit(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let names = ["ql", "qty", "quantity", "limit", "limits", "limited", "max", "maximum", "mdd"];
    text.bytes().any(|b| b.is_ascii_digit())
        && (words.iter().any(|word| names.contains(word)) || IN_DAYS.is_match(text))
}

impl Limit {
    /// The limit in these terms; `None` if they set none that can be read together with its days.
    pub fn of(terms: &CoverageTerms) -> Option<Self> {
        Self::all(terms).into_iter().next()
    }

    /// All limits in these terms, where several plans have one each.
    pub fn all(terms: &CoverageTerms) -> Vec<Self> {
        let parts = terms.limit.split(SEVERAL_CODES);
        parts.filter_map(|text| Self::one(text, terms)).collect()
    }

    fn one(text: &str, terms: &CoverageTerms) -> Option<Self> {
        let text = plain(text.trim());
        let text = text.as_str();
        if let Ok(amount) = text.replace(',', "").parse::<f64>() {
            let days = terms.days.trim();
            let days = match days.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ') {
                "" => period(days),
                count => count.parse::<f64>().ok(),
            }?;
            return Self { amount, unit: LimitUnit::Units, days }.sensible();
        }
        let beside = || {
            terms
                .days
                .trim()
                .trim_end_matches(|c: char| c.is_alphabetic() || c == ' ')
                .parse::<f64>()
                .ok()
        };
        Self::in_text(text).or_else(|| {
            // `30 tablets` with its days in a cell of their own.
            let (amount, unit) = text.split_once(' ')?;
            Self { amount: number(amount)?, unit: unit_of(unit.trim()), days: beside()? }.sensible()
        })
    }

    fn in_text(text: &str) -> Option<Self> {
        if let Some(found) = IN_DAYS.captures(text) {
            let count = found.get(3).map_or(Some(1.0), |count| number(count.as_str()))?;
            let days = count * period(found.get(4)?.as_str())?;
            return Self { amount: amount(&found)?, unit: unit(&found), days }.sensible();
        }
        if let Some(found) = DAILY.captures(text) {
            let days = found.get(3).map_or(1.0, |word| days_of_adverb(word.as_str()));
            return Self { amount: amount(&found)?, unit: unit(&found), days }.sensible();
        }
        if let Some(found) = MOST_DAILY.captures(text) {
            return Self { amount: amount(&found)?, unit: unit(&found), days: 1.0 }.sensible();
        }
        // `180 per 30`, which ends there.
        if let Some(found) = PER_DAYS.captures(text) {
            let days = number(found.get(3)?.as_str()).filter(|days| USUAL_DAYS.contains(days))?;
            return Self { amount: amount(&found)?, unit: unit(&found), days }.sensible();
        }
        let found = SLASH.captures(text)?;
        let days = number(found.get(2)?.as_str()).filter(|days| USUAL_DAYS.contains(days))?;
        Self { amount: amount(&found)?, unit: LimitUnit::Units, days }.sensible()
    }

    fn sensible(self) -> Option<Self> {
        let is_amount = |value: f64| value > 0.0 && value.is_finite();
        (is_amount(self.amount) && is_amount(self.days)).then_some(self)
    }
}

/// Whether terms say a limit that cannot be compared with anything: a number without its days, words that nobody knows.
pub fn is_unread(terms: &CoverageTerms) -> bool {
    let text = plain(&terms.limit);
    let says = text.bytes().any(|b| b.is_ascii_digit()) && text.trim() != "0";
    says && Limit::of(terms).is_none()
}

fn number(text: &str) -> Option<f64> {
    text.replace(',', "").parse().ok()
}

/// The amount, in mg where it is a weight.
fn amount(found: &Captures<'_>) -> Option<f64> {
    let amount = number(found.get(1)?.as_str())?;
    let unit = found.get(2).map(|unit| unit.as_str().to_lowercase()).unwrap_or_default();
    Some(match unit.as_str() {
        "g" | "gm" | "gram" | "grams" => amount * 1000.0,
        "mcg" | "ug" | "µg" => amount / 1000.0,
        _ => amount,
    })
}

fn unit(found: &Captures<'_>) -> LimitUnit {
    unit_of(found.get(2).map_or("", |unit| unit.as_str()))
}

fn unit_of(text: &str) -> LimitUnit {
    match text.to_lowercase().trim_end_matches('.') {
        "mg" | "g" | "gm" | "gram" | "grams" | "mcg" | "ug" | "µg" => LimitUnit::Mg,
        "ml" | "mls" | "cc" => LimitUnit::Ml,
        "bottle" | "bottles" | "box" | "boxes" | "pack" | "packs" | "package" | "packages"
        | "carton" | "cartons" | "fill" | "fills" | "rx" | "claim" | "claims" => {
            LimitUnit::Packages
        }
        _ => LimitUnit::Units,
    }
}

/// The days of a word for a period.
fn period(word: &str) -> Option<f64> {
    let word = word.trim().to_lowercase();
    let begins = |heads: &[&str]| heads.iter().any(|head| word.starts_with(head));
    Some(match word.as_str() {
        "" => return None,
        "h" => 1.0 / 24.0,
        "m" | "mo" | "mos" => 30.0,
        "an" | "ans" | "ano" | "anos" => 365.0,
        _ if begins(&["hour", "hr"]) => 1.0 / 24.0,
        _ if begins(&["quarter"]) => 91.0,
        _ if begins(&["y", "jahr", "jaar", "ann", "año"]) => 365.0,
        _ if begins(&["mon", "mth", "mois", "mes", "mês", "maand"]) => 30.0,
        _ if begins(&["w", "semaine", "semana", "settiman"]) => 7.0,
        _ => 1.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use LimitUnit::{Mg, Ml, Packages, Units};

    fn terms(limit: &str, days: &str) -> CoverageTerms {
        CoverageTerms { limit: limit.to_owned(), days: days.to_owned(), ..CoverageTerms::default() }
    }

    #[test]
    fn limits_are_read_with_their_days_or_not_at_all() {
        let read = |limit: &str, days: &str| {
            Limit::of(&terms(limit, days)).map(|limit| (limit.amount, limit.unit, limit.days))
        };
        for (limit, days, expected) in [
            ("30", "30", (30.0, Units, 30.0)),
            ("30.0", "30 days", (30.0, Units, 30.0)),
            ("30", "month", (30.0, Units, 30.0)),
            ("30 tablets", "30", (30.0, Units, 30.0)),
            ("1,000", "30", (1000.0, Units, 30.0)),
            ("2 per 28 days", "", (2.0, Units, 28.0)),
            ("QL (60 EA/30 DAYS)", "", (60.0, Units, 30.0)),
            ("PA, QL (120 per 30 days)", "", (120.0, Units, 30.0)),
            ("4/day", "", (4.0, Units, 1.0)),
            ("4 daily", "", (4.0, Units, 1.0)),
            ("2 tablets daily", "", (2.0, Units, 1.0)),
            ("360/90", "", (360.0, Units, 90.0)),
            ("QL 120/30", "", (120.0, Units, 30.0)),
            ("120 EA/30 DY", "", (120.0, Units, 30.0)),
            ("4 EA/DY", "", (4.0, Units, 1.0)),
            ("0.2 g per day", "", (200.0, Mg, 1.0)),
            ("26 per year", "", (26.0, Units, 365.0)),
            ("120 tablets per month", "", (120.0, Units, 30.0)),
            ("1 kit every 4 weeks", "", (1.0, Units, 28.0)),
            ("4 mL per 28 days", "", (4.0, Ml, 28.0)),
            ("760 mg per 28 days", "", (760.0, Mg, 28.0)),
            ("12 tablet(s) per 30 days", "", (12.0, Units, 30.0)),
            ("1 box per 30 days", "", (1.0, Packages, 30.0)),
            ("Max daily dose: 4", "", (4.0, Units, 1.0)),
            ("8 in 24 hours", "", (8.0, Units, 1.0)),
            ("120 Tabletten pro Monat", "", (120.0, Units, 30.0)),
            ("4 comprimidos por día", "", (4.0, Units, 1.0)),
            ("1 cada 28 días", "", (1.0, Units, 28.0)),
            ("2 comprimés par jour", "", (2.0, Units, 1.0)),
            ("30 per 30 days supply", "", (30.0, Units, 30.0)),
            ("180 EA per 30 DS", "", (180.0, Units, 30.0)),
            ("180 (30 days)", "", (180.0, Units, 30.0)),
            ("180 per rolling 30 days", "", (180.0, Units, 30.0)),
            ("QL = 180 per 30", "", (180.0, Units, 30.0)),
            ("1 weekly", "", (1.0, Units, 7.0)),
            ("1 q2w", "", (1.0, Units, 14.0)),
            ("760 mg q4wk", "", (760.0, Mg, 28.0)),
            ("six tablets daily", "", (6.0, Units, 1.0)),
            ("Max 6 tablets per day", "", (6.0, Units, 1.0)),
            ("6 cp/j", "", (6.0, Units, 1.0)),
        ] {
            assert_eq!(read(limit, days), Some(expected), "{limit} {days}");
        }
        for (limit, days) in [
            ("30", ""),
            ("Y", ""),
            ("true", "30"),
            ("0", "30"),
            ("30 per fill", ""),
            ("", "30"),
            ("30", "0"),
            ("1e999", "1"),
            ("5/325", ""),
            ("PA", ""),
        ] {
            assert_eq!(read(limit, days), None, "{limit} {days}");
        }
    }

    #[test]
    fn a_header_gives_the_days_of_its_limits() {
        let read = |header: &str, limit: &str| {
            let (limit, days) = OfHeader::of(header).applied(limit, "");
            Limit::of(&terms(&limit, &days)).map(|limit| (limit.amount, limit.unit, limit.days))
        };
        for (header, limit, expected) in [
            ("QL per 30 days", "180", Some((180.0, Units, 30.0))),
            ("QL/30 days", "180", Some((180.0, Units, 30.0))),
            ("Quantity Limit per Month", "180", Some((180.0, Units, 30.0))),
            ("QL_PER_28_DAYS", "2", Some((2.0, Units, 28.0))),
            ("Max Qty 30 Days", "180", Some((180.0, Units, 30.0))),
            ("Monthly Limit", "180", Some((180.0, Units, 30.0))),
            ("Max Daily Qty", "6", Some((6.0, Units, 1.0))),
            ("Maximale hoeveelheid per dag", "6", Some((6.0, Units, 1.0))),
            ("Max Daily Dose (mg)", "300", Some((300.0, Mg, 1.0))),
            ("Max Daily Dose", "300 mg", Some((300.0, Mg, 1.0))),
            ("Max Daily Dose", "300", None),
            ("Restrictions", "PA; QL (180 per 30 days)", Some((180.0, Units, 30.0))),
            ("Restrictions", "Age above 18", None),
            ("QL", "180", None),
        ] {
            assert_eq!(read(header, limit), expected, "{header} {limit}");
        }
        assert_eq!(
            OfHeader::of("Notes").applied("from 18 years", ""),
            (String::new(), String::new())
        );
    }

    #[test]
    fn a_limit_that_cannot_be_read_is_told_from_none() {
        for limit in ["30 per fill", "30", "see page 12"] {
            assert!(is_unread(&terms(limit, "")), "{limit}");
        }
        for limit in ["", "PA", "QL", "N", "0", "4/day"] {
            assert!(!is_unread(&terms(limit, "")), "{limit}");
        }
    }
}
