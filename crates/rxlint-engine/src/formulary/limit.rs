//! Quantity limits as formularies write them: `30` with days next to it, `QL (60 EA/30 DAYS)`, `4/day`, `360/90`, `26 per year`.

mod clause;

use std::sync::LazyLock;

use regex::Regex;

use super::CoverageTerms;
use clause::{IN_DAYS, PER, PERIOD, Said, number, pattern, period};
use rxlint_model::record::SEVERAL_CODES;

/// The unit of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitUnit {
    /// Units of the product: tablets, patches; mL of a liquid if nothing else is said.
    Units,
    /// A number in a dose limit that may be mg or units: `MDD 4`.
    Dose,
    /// Milligrams.
    Mg,
    /// Millilitres.
    Ml,
    /// Packages, each of which holds several units.
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

/// A period that a header gives to all limits below it: `QL per 30 days`, `Qty/30 days`, `Max 30 Days`.
static OF_DAYS: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?:{PER}\s*(\d{{1,3}})?|\b(\d{{1,3}}))\s*{PERIOD}")));

/// The same by a bare number: `Qty/30`, `QL30`.
static OF_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:(?:/|\bper\b|\bql)\s*|\bql\b.*\s)(28|30|31|34|60|84|90)\b"));

/// Words for periods, with their days.
const ADVERBS: [(&str, &str); 21] = [
    ("mdd", "1"),
    ("mdl", "1"),
    ("ddl", "1"),
    ("qd", "1"),
    ("diem", "1"),
    ("week", "7"),
    ("month", "30"),
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

/// Word parts that mean a day, in compounds and scripts without spaces: `Tageshöchstdosis`, `dagdosering`.
const DAILY: [&str; 15] = [
    "tagesd",
    "tagesh",
    "tageshö",
    "giornalier",
    "diari",
    "diári",
    "journali",
    "dagd",
    "dygn",
    "døgn",
    "dobow",
    "суточ",
    "1日",
    "日剂量",
    "每日",
];
/// The same for a limit and for a dose.
const BOUND: [&str; 8] = ["höchst", "max", "máx", "maks", "massim", "макс", "最大", "最高"];
const DOSE: [&str; 6] = ["dos", "dawk", "posolog", "доз", "剂量", "用量"];

/// What the header of a limit column says about all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfHeader {
    /// The number of days that they cover.
    days: Option<f64>,
    /// Whether their numbers are mg.
    is_mg: bool,
    /// Whether they are doses, whose numbers may be mg or units.
    is_dose: bool,
    /// Whether limits are mixed with other things there, as in a column of restrictions.
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
        let by_number =
            || OF_NUMBER.captures(&header).and_then(|found| number(found.get(1)?.as_str()));
        let is_counted = has(&["tabs", "tablets", "caps", "capsules", "units", "ea"]);
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
            "mdd",
            "mdl",
            "ddl",
            "tabs",
            "tablets",
        ]);
        let holds = |list: &[&str]| list.iter().any(|part| header.contains(part));
        let is_glued = holds(&BOUND) && (holds(&DOSE) || header.contains('量'))
            || words.iter().any(|word| {
                ["limit", "quantity", "qty", "maxim", "menge"]
                    .iter()
                    .any(|part| word.contains(part))
            });
        Self {
            days: days
                .or_else(by_number)
                .or_else(by_adverb)
                .or_else(|| holds(&DAILY).then_some(1.0)),
            is_mg: has(&["mg"]),
            is_dose: (has(&["mdd"]) || holds(&DOSE)) && !is_counted,
            is_mixed: !header.is_empty()
                && !is_limit
                && !is_glued
                && words.iter().all(|word| !word.starts_with("ql")),
        }
    }

    /// A limit and its days as the cells and the header give them together. Cells of further columns, whose headers are `further`, give their days
    /// themselves or by their headers, and may be about other things.
    pub fn applied(self, further: &[Self], limit: &str, days: &str) -> (String, String) {
        let mut cells = limit.split(SEVERAL_CODES);
        let (first, days) = self.of_cell(cells.next().unwrap_or_default(), days);
        let others = cells.enumerate().map(|(at, cell)| {
            let header = further.get(at).copied().unwrap_or_default();
            let (cell, days) = match header.days {
                Some(_) => header.of_cell(cell, ""),
                None => (cell.to_owned(), String::new()),
            };
            let is_bare = !cell.trim().is_empty() && !days.is_empty() && !says_limit(&cell);
            if is_bare { format!("{} per {days} days", cell.trim()) } else { cell }
        });
        let others = others.filter(|cell| says_limit(cell.trim()));
        let all: Vec<String> = std::iter::once(first).chain(others).collect();
        (all.join(SEVERAL_CODES), days)
    }

    fn of_cell(self, limit: &str, days: &str) -> (String, String) {
        let trimmed = limit.trim();
        let is_number = !trimmed.is_empty()
            && trimmed.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
        if self.is_mixed && !says_limit(trimmed) {
            return (String::new(), String::new());
        }
        let Some(of_header) = self.days else { return (limit.to_owned(), days.to_owned()) };
        match (is_number, self.is_mg, self.is_dose) {
            (true, true, _) => (format!("{trimmed} mg"), of_header.to_string()),
            // Four a day, or 4 mg a day: the product decides.
            (true, false, true) if of_header.total_cmp(&1.0).is_eq() => {
                (format!("MDD {trimmed}"), String::new())
            }
            (true, false, true) => (limit.to_owned(), String::new()),
            _ => (limit.to_owned(), of_header.to_string()),
        }
    }
}

/// An amount and its days by themselves, or in brackets: `#120/30`, `Q (120/30)`, `4/1`, `120 x 30 days`.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:^|[;,(])\s*#?\d+(?:\.\d+)?\s*(?:/|x|per|in)\s*\d{1,3}\s*(?:days?)?\s*(?:$|[;,)])")
});

/// Whether a text among other restrictions is a limit.
fn says_limit(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let names = [
        "ql", "qll", "dl", "qty", "quantity", "limit", "limits", "limited", "max", "maximum",
        "mdd", "mdl", "ddl",
    ];
    // `dose massima`, `höchstens`, `not to exceed`, `Tageshöchstdosis`.
    let is_bound = |word: &str| {
        ["max", "massim", "höchst", "exceed"].iter().any(|begin| word.starts_with(begin))
            || word.starts_with("tages") && BOUND.iter().any(|bound| word.contains(bound))
    };
    text.bytes().any(|b| b.is_ascii_digit())
        && (words.iter().any(|word| names.contains(word) || is_bound(word))
            || IN_DAYS.is_match(text)
            || BARE.is_match(text))
}

impl Limit {
    /// The limit in these terms; `None` if they set none that can be read together with its days.
    pub fn of(terms: &CoverageTerms) -> Option<Self> {
        Self::all(terms).into_iter().next()
    }

    /// All limits in these terms, if several plans have one each.
    pub fn all(terms: &CoverageTerms) -> Vec<Self> {
        let parts = terms.limit.split(SEVERAL_CODES);
        parts.flat_map(|text| Self::in_cell(text.trim(), terms)).collect()
    }

    fn in_cell(text: &str, terms: &CoverageTerms) -> Vec<Self> {
        let days = terms.days.trim();
        let count = days.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ');
        let beside = || count.parse::<f64>().ok();
        if let Ok(amount) = text.replace(',', "").parse::<f64>() {
            let days = if count.is_empty() { period(days) } else { beside() };
            let limit = days.map(|days| Self { amount, unit: LimitUnit::Units, days });
            return limit.and_then(Self::sensible).into_iter().collect();
        }
        let mut said = Said::of(text);
        if said.limits.is_empty() {
            // `30 tablets` with its days in another cell, `180 EA per fill; 30 DS max`.
            let whole = said.amount.zip(beside().or(said.supply));
            let limit = whole.map(|((amount, unit), days)| Self { amount, unit, days });
            said.limits.extend(limit.and_then(Self::sensible));
        }
        said.limits
    }

    fn sensible(self) -> Option<Self> {
        let is_amount = |value: f64| value > 0.0 && value.is_finite();
        (is_amount(self.amount) && is_amount(self.days)).then_some(self)
    }
}

/// Whether terms state a limit that cannot be compared with anything: a number without days, unknown words.
pub fn is_unread(terms: &CoverageTerms) -> bool {
    let is_left = |text: &str| {
        let said = Said::of(text);
        said.is_unclear || said.amount.is_some_and(|(amount, _)| amount > 0.0)
    };
    terms.limit.split(SEVERAL_CODES).any(is_left) && Limit::of(terms).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use LimitUnit::{Dose, Mg, Ml, Packages, Units};

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
            ("Max daily dose: 4", "", (4.0, Dose, 1.0)),
            ("MDD 4 tablets", "", (4.0, Units, 1.0)),
            ("120 x 30 days", "", (120.0, Units, 30.0)),
            ("120 per 30 DOS", "", (120.0, Units, 30.0)),
            ("120 per 30 days of supply", "", (120.0, Units, 30.0)),
            ("QL (120 per 1 Rx; 30 days)", "", (120.0, Units, 30.0)),
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
            ("QL (180 EA per fill; 30 DS max)", "", (180.0, Units, 30.0)),
            ("180 EA per fill; 7 DS initial fill; 30 DS", "", (180.0, Units, 30.0)),
            ("QL 4/28", "", (4.0, Units, 28.0)),
            ("#120/30", "", (120.0, Units, 30.0)),
            ("dose massima 200 mg/die", "", (200.0, Mg, 1.0)),
            ("Tageshöchstdosis 200 mg", "", (200.0, Mg, 1.0)),
            ("not to exceed 200 mg daily", "", (200.0, Mg, 1.0)),
            ("höchstens 200 mg täglich", "", (200.0, Mg, 1.0)),
            ("MDL 10", "", (10.0, Units, 1.0)),
            ("MDL (14)", "", (14.0, Units, 1.0)),
            ("30 per 30 days; PA > 90 MME", "", (30.0, Units, 30.0)),
            ("90 MME/day, 240 per 30 days", "", (240.0, Units, 30.0)),
            ("AL (12 and older) QL 300/30", "", (300.0, Units, 30.0)),
            ("2 (two) kits per 28 days", "", (2.0, Units, 28.0)),
            ("2 tablets twice daily", "", (4.0, Units, 1.0)),
            ("once monthly", "", (1.0, Units, 30.0)),
            ("Four (4) tablets per day", "", (4.0, Units, 1.0)),
            ("2 tablets BID", "", (4.0, Units, 1.0)),
            ("30 day supply = 120 tablets", "", (120.0, Units, 30.0)),
            ("120 per fill 30 day", "", (120.0, Units, 30.0)),
            ("180 in 30", "", (180.0, Units, 30.0)),
            ("30 per 30 days (was 180 per 30 days)", "", (30.0, Units, 30.0)),
            ("30/30; formerly 180 per 30 days", "", (30.0, Units, 30.0)),
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
            ("90 MME/day", ""),
            ("MDL 4 GM APAP/day", ""),
            ("180 per 30 days removed 2024", ""),
            ("PA", ""),
        ] {
            assert_eq!(read(limit, days), None, "{limit} {days}");
        }
    }

    #[test]
    fn a_header_gives_the_days_of_its_limits() {
        let read = |header: &str, limit: &str| {
            let (limit, days) = OfHeader::of(header).applied(&[], limit, "");
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
            ("MDD", "4 tabs", Some((4.0, Units, 1.0))),
            ("MDD", "4/day", Some((4.0, Units, 1.0))),
            ("MDD (tabs)", "4", Some((4.0, Units, 1.0))),
            ("MDD mg", "200", Some((200.0, Mg, 1.0))),
            ("MDD", "4", Some((4.0, Dose, 1.0))),
            ("MDL", "4", Some((4.0, Units, 1.0))),
            ("QD Limit", "4", Some((4.0, Units, 1.0))),
            ("Qty/Day", "4", Some((4.0, Units, 1.0))),
            ("Qty Per Diem", "4", Some((4.0, Units, 1.0))),
            ("Qty/30", "120", Some((120.0, Units, 30.0))),
            ("QL30", "120", Some((120.0, Units, 30.0))),
            ("Limit/30DS", "120", Some((120.0, Units, 30.0))),
            ("Tabs/month", "120", Some((120.0, Units, 30.0))),
            ("Month Limit", "120", Some((120.0, Units, 30.0))),
            ("Max Daily Dose (units)", "4", Some((4.0, Units, 1.0))),
            ("Maximale hoeveelheid per dag", "6", Some((6.0, Units, 1.0))),
            ("Max Daily Dose (mg)", "300", Some((300.0, Mg, 1.0))),
            ("Max Daily Dose", "300 mg", Some((300.0, Mg, 1.0))),
            ("Max Daily Dose", "300", Some((300.0, Dose, 1.0))),
            ("Dosis máxima diaria", "300 mg", Some((300.0, Mg, 1.0))),
            ("Dose máxima diária (mg)", "300", Some((300.0, Mg, 1.0))),
            ("Tageshöchstdosis", "300", Some((300.0, Dose, 1.0))),
            ("Tageshöchstdosis (mg)", "300", Some((300.0, Mg, 1.0))),
            ("Höchstdosis", "300 mg/Tag", Some((300.0, Mg, 1.0))),
            ("Höchstmenge", "180 pro 30 Tage", Some((180.0, Units, 30.0))),
            ("Maxdos per dygn", "300 mg", Some((300.0, Mg, 1.0))),
            ("Maks. dawka dobowa", "300 mg", Some((300.0, Mg, 1.0))),
            ("Максимальная суточная доза", "300 мг", Some((300.0, Mg, 1.0))),
            ("1日最大量", "300 mg", Some((300.0, Mg, 1.0))),
            ("Ceiling", "300 mg/day", Some((300.0, Mg, 1.0))),
            ("Notes", "max 300 mg daily", Some((300.0, Mg, 1.0))),
            ("Notes", "max daily dose 300 mg", Some((300.0, Mg, 1.0))),
            ("Restrictions", "PA; QL (180 per 30 days)", Some((180.0, Units, 30.0))),
            ("Restrictions", "Age above 18", None),
            ("QL", "180", None),
        ] {
            assert_eq!(read(header, limit), expected, "{header} {limit}");
        }
        assert_eq!(
            OfHeader::of("Notes").applied(&[], "from 18 years", ""),
            (String::new(), String::new())
        );
    }

    #[test]
    fn a_limit_that_cannot_be_read_is_told_from_none() {
        for limit in ["30 per fill", "30", "see page 12", "#120", "4 g APAP per day"] {
            assert!(is_unread(&terms(limit, "")), "{limit}");
        }
        for limit in [
            "",
            "PA",
            "QL",
            "N",
            "0",
            "4/day",
            "AL (18 and older)",
            "Age ≥ 12",
            "PA if < 18 years",
            "6 to 17 years old",
            "MME 90",
            "7 DS initial fill",
            "First fill 7 days",
            "Limited to 30 day supply",
        ] {
            assert!(!is_unread(&terms(limit, "")), "{limit}");
        }
    }

    #[test]
    fn a_cell_may_give_several_limits() {
        let cell = "QL (240 EA per 30 days retail; 1000 EA per 90 days mail)";
        let limits = Limit::all(&terms(cell, ""));
        let read: Vec<(f64, f64)> = limits.iter().map(|limit| (limit.amount, limit.days)).collect();
        assert_eq!(read, [(240.0, 30.0), (1000.0, 90.0)]);
    }
}
