//! What a cell says about amounts and their days, each clause separately.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Limit, LimitUnit};

const NUMBER: &str = r"(\d{1,3}(?:,\d{3})+|\d*\.?\d+)";
/// Words between an amount and its days.
pub(super) const PER: &str = r"(?:/|\bper\b|\bin\b|\bevery\b|\beach\b|\ban?\b|\bpro\b|\bpar\b|\bpor\b|\ba\s+cada\b|\bcada\b|\bal\b|\bje\b|\balle\b|\btous\s+les\b|\bogni\b|\bfor\b|\bthru\b|\bq\b)";
pub(super) const PERIOD: &str = r"-?\s*(days?\s*(?:of\s*)?supply|days?|dys?|dos|ds|da|d|weeks?|wks?|w|months?|mths?|mos?|m|years?|yrs?|y|annum|quarters?|hours?|hrs?|h|tage?n?|jours?|j|d[ií]as?|giorn[oi]|die|dag(?:en)?|monate?n?|mois|mes(?:es)?|m[eê]s|mes[ei]|maand(?:en)?|wochen?|semaines?|semanas?|settiman[ae]|weken|jahre?n?|ans?|a[ñn]os?|ann[oi]|jaar)\b";

#[allow(clippy::expect_used, reason = "fixed patterns, which a test reads")]
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?i){text}")).expect("a valid pattern")
}

/// `60 EA/30 DAYS`, `2 per 28 days`, `4/day`.
pub(super) static IN_DAYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"{NUMBER}\s*(\p{{L}}+(?:\([a-z]+\))?)?\.?\s*{PER}\s*{NUMBER}?\s*{PERIOD}"))
});
/// `4 daily`, `2 tablets daily`.
static DAILY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"{NUMBER}\s*(\p{{L}}+(?:\([a-z]+\))?)?\s*(daily|täglich|tgl|qd|di[aá]ri[oa]s?|giornalier[oaie]|quotidien(?:ne)?s?|journali[eè]re?s?|dagelijks|weekly|wöchentlich|semanal(?:es)?|monthly|monatlich|mensual(?:es)?|yearly|annually)\b"
    ))
});
/// `max daily dose: 4`, `MDD 4`, `MDL (4)`.
static MOST_DAILY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:mdd|mdl|ddl|max(?:imum)?\.?\s*daily(?:\s*(?:dose|quantity|qty|limit))?|daily\s*(?:max(?:imum)?|limit|dose)|tages(?:höchst|maximal)(?:dosis|menge)|maximale?\s*tagesdosis)\s*[:=(]?\s*{NUMBER}\s*(\p{{L}}+)?"
    ))
});
/// `360/90`, `5 mL/30`: an amount and its days.
static SLASH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[^\d./])(\d+(?:\.\d+)?)\s*(ea|each|tab(?:let)?s?|cap(?:sule)?s?|mls?|units?|patch(?:es)?|films?|kits?|vials?|syringes?|doses?)?\s*/\s*(\d{1,3})\s*(?:$|[^\d./%a-z])",
    )
});

/// `180 per 30`, at the end.
static PER_DAYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"{NUMBER}\s*(\p{{L}}+)?\s*\b(?:per|in)\s*(\d{{1,3}})\s*\)?$"))
});
/// `q4wk`, `q28d`: an interval.
static EVERY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bq\s*(\d{1,3})\s*(d|days?|w|wks?|weeks?|mos?|months?)\b"));
/// `120 x 30 days`.
static MADE_OF: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(\d\s*(?:\p{L}+)?)\s+x\s*(\d{1,3})\s*(?:days?|ds)\b"));
/// `180 (30 days)`.
static BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"(\d\s*(?:\p{{L}}+)?)\s*\((?:per\s*)?(\d{{1,3}})\s*{PERIOD}\)"))
});
/// Words that do not give a number, and a number in words after the number.
static IDLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"\b(?:rolling|consecutive|calendar)\s+|\s*\((?:{})\)", NUMERALS.join("|")))
});
/// A number in words before the same in digits: `Four (4)`.
static SPELT: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"\b(?:{})\s*\((\d+)\)", NUMERALS.join("|"))));
/// `2 tablets BID`.
static LATIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b([btq])\.?i\.?d\b\.?"));
/// `30 day supply = 120 tablets`, `120 per fill 30 day`: an amount per fill with the days of one.
static SUPPLIED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(\d{1,3})[\s-]*days?(?:['’]?\s*supply)?\s*[=:]\s*(\d+\s*(?:\p{L}+)?)")
});
static FILLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(\d+\s*(?:\p{L}+\s+)?)per\s+fill[\s/(]+(?:per\s+)?(\d{1,3})[\s-]*(?:days?|ds)\b")
});
/// `2 tablets twice daily`, `twice monthly`, `3 times a day`.
static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?:{NUMBER}\s*(\p{{L}}+(?:\([a-z]+\))?)?\s+)?\b(?:(once)|(twice)|(\d)\s*(?:x|times))\s+((?:daily|weekly|monthly|(?:a|per|each)\s+(?:day|week|month))\b)"
    ))
});
/// Amounts of opioids in morphine equivalents, which are not units of the product.
static EQUIVALENTS: LazyLock<Regex> = LazyLock::new(|| {
    let (a_day, word) = (
        r"(?:\s*(?:(?:/|per|a)\s*d(?:ay)?\b|daily\b))?",
        r"(?:mmed?|medd|omeq?|omedd?|morphine\s+(?:mg\s+|milligram\s+)?equivalents?)s?",
    );
    pattern(&format!(
        r"[<>≤≥=]*\s*\d[\d,.]*\s*(?:mg\s*)?(?:{word}|med)\b{a_day}|\b{word}\b\W{{0,4}}\d[\d,.]*{a_day}"
    ))
});
/// Ages: `AL (18 and older)`, `Age ≥ 12`, `under 12 years`, `6 to 17 years old`.
static AGES: LazyLock<Regex> = LazyLock::new(|| {
    let (years, onward) = (
        r"(?:y/?o|y|ye?a?rs?|months?|mos?)\b",
        r"(?:\+|(?:of\s+age|old)?\W{0,2}(?:(?:and|or|&)\W{0,2})?(?:older|over|above|up|younger|under|below|of\s+age|old)\b)",
    );
    let bound = r"(?:[<>≤≥=]+|\b(?:min(?:imum)?|max(?:imum)?|at\s+least|under|over|above|below|from|up\s+to|older\s+than|younger\s+than)\b)";
    let range = r"\d{1,3}(?:\s*(?:-|–|to|through)\s*\d{1,3})?";
    pattern(&format!(
        r"\b(?:(?:min(?:imum)?|max(?:imum)?)\s+)?(?:al|ages?|aged|age\s+limits?|age\s+edit)\b\W{{0,3}}{bound}?\W{{0,2}}{range}\s*(?:{years})?\W{{0,2}}(?:{onward})?|{bound}\s*{range}\s*{years}\W?(?:{onward})?|\b{range}\s*{years}\s*{onward}|\b\d{{1,3}}\s*yo\b"
    ))
});
/// What applied before, in brackets or to the end of its clause, and a limit that was removed: `(was 180/30)`, `180/30 removed 2024`.
static PAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:was|were|previously|formerly)\b[^;)]*|[^;]*\b(?:removed|lifted|rescinded|retired|ended)\b[\W\d]*$",
    )
});
/// Only how long a fill may last: `30 DS max`, `34 days supply`, `DS 30`.
static SUPPLY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:(?:max(?:imum)?|up\s+to|limit(?:ed)?(?:\s+to)?|per)\W*)*(?:(?:ds|days?\s*supply)\W*(\d{1,3})|(\d{1,3})\W*(?:ds|days?'?(?:\s*supply)?)\b)\W*(?:(?:max(?:imum)?|limit)\W*)?$",
    )
});
/// Only how long the first fill may last.
static FIRST_SUPPLY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\D*(?:\b(?:initial|first)\b\D*\d{1,3}\s*-?\s*(?:ds|days?)|\d{1,3}\s*-?\s*(?:ds|days?)\b\D*\b(?:initial|first)\b)\D*$",
    )
});
/// Only an amount per fill: `180 EA per fill`, `#120`, `QL 4`.
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^\W*(?:(?:ql|qty|quantity|limit|max(?:imum)?|up\s+to|of)\W*)*{NUMBER}\s*(\p{{L}}+(?:\([a-z]+\))?)?\s*(?:(?:per|/|each|a)\s*(?:1\s*)?(?:fill|rx|prescription|dispensing|script|claim))?\W*$"
    ))
});

/// Numbers in words, in numerical order.
const NUMERALS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

/// A limit in the words that the patterns expect, without ages and equivalents.
fn plain(text: &str) -> String {
    let text = PAST.replace_all(text, " ");
    let text = AGES.replace_all(&text, " ");
    let text = EQUIVALENTS.replace_all(&text, " ");
    let text = SPELT.replace_all(&text, "$1");
    let text = IDLE.replace_all(&text, "");
    let text = SUPPLIED.replace_all(&text, "$2 per $1 days");
    let text = FILLED.replace_all(&text, "$1 per $2 days");
    let text = LATIN.replace_all(&text, |found: &Captures<'_>| match &found[1] {
        "b" | "B" => "twice daily",
        "t" | "T" => "3 times daily",
        _ => "4 times daily",
    });
    let text = EVERY.replace_all(&text, "every $1 $2");
    let text = MADE_OF.replace_all(&text, "$1 per $2 days");
    let text = BRACKETS.replace_all(&text, "$1 per $2 days");
    let numeral = |word: &str| {
        let at = NUMERALS.iter().position(|numeral| word.eq_ignore_ascii_case(numeral));
        at.map_or_else(|| word.to_owned(), |at| (at + 1).to_string())
    };
    let text = text.split(' ').map(numeral).collect::<Vec<_>>().join(" ");
    TIMES.replace_all(&text, times).into_owned()
}

/// The days of an adverb for a period.
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

/// Numbers of days that are usual in limits without a word for days.
const USUAL_DAYS: [f64; 15] =
    [1.0, 7.0, 10.0, 14.0, 15.0, 21.0, 28.0, 30.0, 31.0, 34.0, 60.0, 84.0, 90.0, 180.0, 365.0];

/// `2 tablets twice daily` as `4 tablets daily`.
fn times(found: &Captures<'_>) -> String {
    let each = found.get(1).and_then(|each| number(each.as_str())).unwrap_or(1.0);
    let counted = found.get(5).and_then(|count| number(count.as_str()));
    let count = counted.unwrap_or(if found.get(4).is_some() { 2.0 } else { 1.0 });
    let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
    format!("{} {} {}", each * count, part(2), part(6))
}

/// What a cell says.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Limits with their days.
    pub(super) limits: Vec<Limit>,
    /// The amount of a fill, whose days are elsewhere.
    pub(super) amount: Option<(f64, LimitUnit)>,
    /// How many days a fill may last.
    pub(super) supply: Option<f64>,
    /// Whether it has an unexplained number.
    pub(super) is_unclear: bool,
}

impl Said {
    pub(super) fn of(cell: &str) -> Self {
        let mut said = Self::default();
        for clause in plain(cell).replace(", ", ";").split([';', '\n', '|']) {
            said.clause(clause.trim());
        }
        said
    }

    fn clause(&mut self, text: &str) {
        let before = self.limits.len();
        self.limits.extend(in_text(text));
        if self.limits.len() > before || FIRST_SUPPLY.is_match(text) {
            return;
        }
        if let Some(found) = SUPPLY.captures(text) {
            let days = found.get(1).or_else(|| found.get(2));
            self.supply = self.supply.or(days.and_then(|days| number(days.as_str())));
        } else if let Some(found) = AMOUNT.captures(text).filter(|_| self.amount.is_none()) {
            self.amount = amount(&found).map(|amount| (amount, unit(&found)));
        } else {
            self.is_unclear |= text.bytes().any(|b| b.is_ascii_digit()) && text != "0";
        }
    }
}

/// The limits that a clause gives with their days.
fn in_text(text: &str) -> Vec<Limit> {
    let mut limits: Vec<Limit> =
        IN_DAYS.captures_iter(text).filter_map(|found| in_days(&found)).collect();
    let rest = IN_DAYS.replace_all(text, " ");
    limits.extend(MOST_DAILY.captures(&rest).and_then(|found| most_daily(&found, &rest)));
    if limits.is_empty() {
        limits.extend(DAILY.captures(text).and_then(|found| {
            let days = found.get(3).map_or(1.0, |word| days_of_adverb(word.as_str()));
            Limit { amount: amount(&found)?, unit: unit(&found), days }.sensible()
        }));
    }
    if limits.is_empty() {
        limits.extend(without_words(text));
    }
    limits
}

fn in_days(found: &Captures<'_>) -> Option<Limit> {
    let count = found.get(3).map_or(Some(1.0), |count| number(count.as_str()))?;
    let days = count * period(found.get(4)?.as_str())?;
    Limit { amount: amount(found)?, unit: unit(found), days }.sensible()
}

fn most_daily(found: &Captures<'_>, text: &str) -> Option<Limit> {
    let said = found.get(0)?.as_str().to_lowercase();
    let is_dose = found.get(2).is_none() && (said.contains("dose") || said.contains("mdd"));
    let unit = if is_dose { LimitUnit::Dose } else { unit(found) };
    // `4 GM APAP` is a weight of one ingredient, not of the product.
    let next = text[found.get(0)?.end()..].trim_start();
    let is_of_another = unit == LimitUnit::Mg && next.starts_with(char::is_alphabetic);
    let limit = Limit { amount: amount(found)?, unit, days: 1.0 };
    limit.sensible().filter(|_| !is_of_another)
}

/// `180 per 30` at the end, and `360/90`.
fn without_words(text: &str) -> Option<Limit> {
    let usual = |days: &str| number(days).filter(|days| USUAL_DAYS.contains(days));
    if let Some(found) = PER_DAYS.captures(text) {
        let days = usual(found.get(3)?.as_str())?;
        return Limit { amount: amount(&found)?, unit: unit(&found), days }.sensible();
    }
    let found = SLASH.captures(text)?;
    let days = usual(found.get(3)?.as_str())?;
    Limit { amount: amount(&found)?, unit: unit(&found), days }.sensible()
}

pub(super) fn number(text: &str) -> Option<f64> {
    text.replace(',', "").parse().ok()
}

/// The amount, in mg if it is a weight.
fn amount(found: &Captures<'_>) -> Option<f64> {
    let amount = number(found.get(1)?.as_str())?;
    let unit = found.get(2).map(|unit| unit.as_str().to_lowercase()).unwrap_or_default();
    Some(match unit.as_str() {
        "g" | "gm" | "gram" | "grams" | "г" => amount * 1000.0,
        "mcg" | "ug" | "µg" | "мкг" => amount / 1000.0,
        _ => amount,
    })
}

fn unit(found: &Captures<'_>) -> LimitUnit {
    unit_of(found.get(2).map_or("", |unit| unit.as_str()))
}

pub(super) fn unit_of(text: &str) -> LimitUnit {
    match text.to_lowercase().trim_end_matches('.') {
        "mg" | "g" | "gm" | "gram" | "grams" | "mcg" | "ug" | "µg" | "мг" | "г" | "мкг" => {
            LimitUnit::Mg
        }
        "ml" | "mls" | "cc" => LimitUnit::Ml,
        "bottle" | "bottles" | "box" | "boxes" | "pack" | "packs" | "package" | "packages"
        | "carton" | "cartons" | "fill" | "fills" | "refill" | "refills" | "rx" | "claim"
        | "claims" => LimitUnit::Packages,
        _ => LimitUnit::Units,
    }
}

/// The days of a word for a period.
pub(super) fn period(word: &str) -> Option<f64> {
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
