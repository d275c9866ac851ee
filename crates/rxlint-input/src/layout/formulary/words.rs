//! What a header of a list means by its words, if it is not a listed name: `QL per 30 days`, `VA Drug Class`, `TERM_DT`.

mod lists;

use super::plain;
use crate::layout::headers::{fold, tokens};
use crate::layout::says_rxnorm;
use lists::*;
use rxlint_model::record::Field::{self, *};

pub(super) fn of(header: &str) -> Vec<String> {
    fold::words(header).iter().map(|word| plain(word)).collect()
}

pub(super) fn has(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

/// The field that the words of a header name.
pub(super) fn meaning(header: &str) -> Option<Field> {
    let words = of(header);
    let is = |list: &[&str]| has(&words, list);
    if let Some(field) = limit(header, &words) {
        return Some(field);
    }
    if is(&["tier", "tiers"])
        && !is(&["cost", "copay", "description", "exception", "date"])
        && words.len() < 5
    {
        return Some(Tier);
    }
    // A code by its word, in whatever language the rest of the header is; `ATC5` is the one of the fifth level.
    let stems: Vec<String> = words
        .iter()
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned())
        .collect();
    let is_of_code = |list: &[&str]| has(&stems, list);
    let is_atc_text = is_of_code(&["atc"]) && is(CODE_TEXTS);
    let is_glued = words.iter().any(|word| is_glued_class(word));
    // What is a class by its header may still hold codes: its cells show that.
    if is_of_code(&["atc", "атх", "atx"])
        && !is_atc_text
        && !is(OTHER_DRUGS)
        && !is(CLASSES)
        && !is_glued
    {
        return Some(Atc);
    }
    if is_of_code(&["ndc"]) && !is(NO_CODES) && !is(OTHER_DRUGS) {
        return Some(Ndc);
    }
    if is(&["gtin"]) && !is(NO_CODES) && !is(OTHER_DRUGS) {
        return Some(Code);
    }
    // The names that accompany keys of products and ingredients are drug names.
    const KEYS: &[&str] = &["gpi", "gpi14", "gpi12", "gpi10", "hicl", "hiclseqno"];
    let is_name = is(&["name", "description", "desc", "generic"]);
    if is(&["ahfs"]) {
        return Some(Class);
    }
    if is(KEYS) && is_name && !is(&["class", "group", "category", "subclass", "level", "code"]) {
        return Some(Drug);
    }
    if (is(CLASSES) || is_glued) && !is(OTHER_CLASSES) || is_atc_text {
        return Some(Class);
    }
    if let Some(field) = gone(&words) {
        return Some(field);
    }
    if is(LIVE)
        && words.iter().all(|word| {
            has(std::slice::from_ref(word), LIVE) || has(std::slice::from_ref(word), FLAGS)
        })
    {
        // `Orderable` by itself is what can be ordered.
        return (words != ["orderable"] && words != ["available"]).then_some(Active);
    }
    if is(STATUSES) && !is(OTHER_STATUSES) && words.len() < 5 {
        return Some(Status);
    }
    (tokens::says(header, "remark") && words.len() < 4).then_some(Note)
}

/// Whether a header is that of limits, or of their days.
fn limit(header: &str, words: &[String]) -> Option<Field> {
    // `QL30`, `Limit/30DS`.
    let words: Vec<String> = words.iter().flat_map(|word| digits_apart(word)).collect();
    let is = |list: &[&str]| has(&words, list);
    // `Per fill` names no days.
    let is_per_fill = |pair: &[String]| {
        pair[0] == "per" && has(&pair[1..], &["fill", "rx", "prescription", "script", "claim"])
    };
    let per = is(&["per"]) && !words.windows(2).any(is_per_fill);
    let rate = per || header.contains('/');
    let has_digit = words.iter().any(|word| word.bytes().all(|b| b.is_ascii_digit()));
    let is_limit = is(LIMITS)
        || is(BOUNDS) && is(LIMITED)
        || is(AMOUNTS) && is(&["plan", "benefit"])
        || is(BOUNDS)
            && (is(AMOUNTS)
                || is(PERIODS)
                || is(&[
                    "use",
                    "restrictions",
                    "dispensing",
                    "dispense",
                    "fill",
                    "dispensacion",
                    "dispensacao",
                    "dispensazione",
                    "delivrance",
                ]))
        || is(AMOUNTS) && rate && (is(PERIODS) || has_digit)
        || is(COUNTS) && is(ADVERBS) && words.len() < 4
        || is_glued_limit(&words.concat());
    // `QL Days`, `Limit Period (days)` are the days of a limit, `QL per 30 days` is the limit.
    const TIMES: &[&str] =
        &["days", "period", "frame", "timeframe", "duration", "interval", "time", "ds"];
    // `Quantity Limit Time` is the time of a quantity.
    let ends_in_time = words.len() > 2 && words.last().is_some_and(|last| TIMES.contains(&&**last));
    let of_days = (!is(AMOUNTS) || ends_in_time) && !per && !has_digit && is(TIMES);
    // `Plan Days` next to `Plan Limit`; such a column without a limit is dropped.
    let is_beside = is(BOUNDS) || is(LIMITED) || is(&["plan", "benefit", "time"]);
    let is_span = ["duration", "interval", "interval days", "per"].contains(&&*words.join(" "));
    if (is_limit || is_beside && of_days || is_span) && !is(NO_LIMITS) {
        return Some(if of_days || is_span { DaysSupply } else { Quantity });
    }
    None
}

/// Whether a header is that of limits, and says how many days they are for: `QL Mail (90 DS)`, `Daily Max`.
pub(super) fn says_own_days(header: &str) -> bool {
    const DAYS: [&str; 9] = ["7", "28", "30", "31", "34", "60", "84", "90", "100"];
    let words: Vec<String> = of(header).iter().flat_map(|word| digits_apart(word)).collect();
    meaning(header) == Some(Quantity)
        && (has(&words, &DAYS) || has(&words, ADVERBS) || has(&words, DAILY_LIMITS))
}

/// Whether a header speaks of a limit and of an amount or dose, in one word or a script without spaces: `Tageshöchstdosis`, `1日最大量`.
fn is_glued_limit(header: &str) -> bool {
    const BOUNDS: [&str; 9] =
        ["hochst", "max", "maks", "massim", "макс", "最大", "最高", "最多", "최대"];
    const AMOUNTS: [&str; 8] =
        ["dos", "dawk", "menge", "posolog", "доз", "量", "용량", "количеств"];
    let holds = |list: &[&str]| list.iter().any(|part| header.contains(part));
    holds(&BOUNDS) && holds(&AMOUNTS)
}

/// A word with its digits split off as separate words.
fn digits_apart(word: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for c in word.chars() {
        match parts.last_mut() {
            Some(part)
                if part.ends_with(|last: char| last.is_ascii_digit() == c.is_ascii_digit()) =>
            {
                part.push(c)
            }
            _ => parts.push(c.to_string()),
        }
    }
    parts
}

/// Whether a word is a compound for a class of drugs: `Arzneimittelgruppe`, `Therapieklasse`, `Geneesmiddelgroep`, `Terapigrupp`.
fn is_glued_class(word: &str) -> bool {
    const HEADS: [&str; 10] = [
        "therap",
        "terap",
        "pharma",
        "farma",
        "wirkstoff",
        "stof",
        "indikation",
        "arznei",
        "geneesmiddel",
        "lakemedel",
    ];
    const ENDS: [&str; 9] = [
        "gruppe",
        "gruppen",
        "grupp",
        "groep",
        "gruppering",
        "klasse",
        "klassen",
        "klass",
        "kategorie",
    ];
    let has = |list: &[&str], is: fn(&str, &str) -> bool| list.iter().any(|part| is(word, part));
    has(&HEADS, |word, head| word.starts_with(head)) && has(&ENDS, |word, end| word.ends_with(end))
        || word.ends_with("mittelgruppe")
}

/// Whether a header is that of classes, if the cells say so too: `GPI Description` may also hold names.
pub(super) fn may_be_class(header: &str) -> bool {
    let words = of(header);
    has(&words, CLASSES) && !has(&words, OTHER_CLASSES)
}

/// Whether a header is that of classes of something other than drugs.
pub(super) fn says_other_class(header: &str) -> bool {
    has(&of(header), OTHER_CLASSES)
}

/// Words by which a column that mentions a code does not hold codes.
const NO_CODES: &[&str] = &[
    "description",
    "desc",
    "name",
    "count",
    "status",
    "flag",
    "date",
    "type",
    "qualifier",
    "unit",
    "units",
    "uom",
    "manufacturer",
    "labeler",
    "price",
    "cost",
];

/// The vocabulary whose codes for the row's own drug a header says are below it, old and further ones too.
pub(super) fn code_of(header: &str) -> Option<Field> {
    const OF_OTHERS: &[&str] = &[
        "qty",
        "quantity",
        "tty",
        "version",
        "alternatives",
        "alternative",
        "substitute",
        "substitution",
        "interchange",
        "replaced",
        "replacement",
        "preferred",
        "equivalent",
        "related",
        "similar",
        "reference",
        "antidote",
        "comparator",
        "interacting",
    ];
    // A unit's code is one; other words express its quantity.
    const OF_UNITS: &[&str] = &["package", "pack", "inner", "outer"];
    let words = of(header);
    let stems: Vec<&str> =
        words.iter().map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit())).collect();
    let is_unit = has(&words, &["unit"]) && words.len() == 2;
    // `Mappings|SAME-AS|RxNORM` of OpenMRS is five words.
    if words.len() > 5
        || (has(&words, NO_CODES) || has(&words, OF_OTHERS)) && !is_unit && !has(&words, OF_UNITS)
    {
        return None;
    }
    let says = |list: &[&str]| stems.iter().any(|stem| list.contains(stem));
    match () {
        () if says(&["ndc"]) => Some(Ndc),
        () if says_rxnorm(header) => Some(Rxcui),
        () => None,
    }
}

/// A flag or a date that takes a drug off the list.
fn gone(words: &[String]) -> Option<Field> {
    let is_non =
        words.windows(2).any(|pair| pair[0] == "non" && pair[1] == "formulary") || words == ["nf"];
    if !(has(words, GONE) || is_non) || words.len() > 4 || has(words, OTHER_DRUGS) {
        return None;
    }
    let is_date =
        has(words, DATES) || words.len() > 1 && words.iter().any(|word| word.ends_with("date"));
    match (is_date, has(words, ENDS)) {
        (true, _) => Some(Stop),
        (false, true) => None,
        (false, false) => Some(Voided),
    }
}

/// Whether a header can be that of a name next to another, and names no other drug.
pub(super) fn says_name(header: &str) -> bool {
    let words = of(header);
    has(&words, NAMES) && !has(&words, OTHER_DRUGS) && !names_another(header)
}

/// A header without what distinguishes it from another of the same name: `Drug` for `Drug.1` and for `Drug (A-M)`.
pub(super) fn without_number(header: &str) -> String {
    let header = header.trim().to_lowercase();
    let bare = match header.rsplit_once('.') {
        Some((bare, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => bare,
        _ => header.as_str(),
    };
    let is_range = |range: &str| {
        let ends: Vec<&str> = range.split(['-', '–', ' ']).filter(|end| !end.is_empty()).collect();
        ends.len() == 2 && ends.iter().all(|end| end.chars().count() == 1)
    };
    let range = bare.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let bare = range.filter(|(_, range)| is_range(range)).map_or(bare, |(bare, _)| bare);
    bare.trim().to_owned()
}

/// Whether a header speaks of drugs other than the row's. The preferred term of a drug is its name.
pub(super) fn says_other_drug(header: &str) -> bool {
    let words = of(header);
    (has(&words, OTHER_DRUGS) || names_another(header)) && !has(&words, &["term"])
}

/// Whether a word of a header says that its drug or agent is not the row's: `Reversal agent`, `Prior drug`.
pub(super) fn names_another(header: &str) -> bool {
    let words = of(header);
    words.len() > 1 && has(&words, MODIFIERS)
}

/// Whether a header is that of the preferred agents of a class, or of the others.
pub(super) fn says_preferred(header: &str) -> bool {
    has(&of(header), &["preferred", "nonpreferred"])
}

/// Whether a header is one of restrictions or remarks, which may include limits.
pub(super) fn says_limits(header: &str) -> bool {
    const MIXED: &[&str] = &[
        "restriction",
        "restrictions",
        "limit",
        "limits",
        "limitations",
        "comment",
        "comments",
        "note",
        "notes",
        "criteria",
        "um",
        "utilization",
        "management",
        "coverage",
        "edit",
        "edits",
        "code",
        "codes",
        "information",
        "info",
        "requirement",
        "requirements",
        "quantity",
        "qty",
        "remarks",
        "remark",
        "rules",
        "rule",
        "details",
        "special",
        "bemerkung",
        "observaciones",
        "observacoes",
        "max",
        "maximum",
        "ceiling",
        "restricciones",
        "restriccion",
        "restricoes",
        "restrizioni",
        "einschrankung",
        "einschrankungen",
        "beperkingen",
        "condiciones",
        "condicoes",
        "condizioni",
        "conditions",
        "voorwaarden",
        "allowance",
        "access",
        "dispensing",
        "limite",
        "limites",
        "limiet",
        "cantidad",
        "quantite",
        "quantidade",
        "quantita",
        "menge",
        "hoeveelheid",
    ];
    has(&of(header), MIXED) || tokens::says(header, "remark")
}

/// Whether a header is that of what a drug is for.
pub(super) fn says_indication(header: &str) -> bool {
    has(&of(header), &["indication", "indications", "indicacion", "indikation", "indicacao", "use"])
}

/// Whether a header can be that of a strength.
pub(super) fn says_strength(header: &str) -> bool {
    let words = of(header);
    has(&words, STRENGTHS)
        && !has(&words, BOUNDS)
        && !has(&words, &["pack", "package", "price", "ddd", "daily"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_understood_by_their_words() {
        for (header, field) in [
            ("QL per 30 days", Some(Quantity)),
            ("Quantity Limit (per 30 days)", Some(Quantity)),
            ("Max Daily Qty", Some(Quantity)),
            ("Monthly Limit", Some(Quantity)),
            ("Maximale hoeveelheid per dag", Some(Quantity)),
            ("Necessary Actions, Restrictions, or Limits on Use", Some(Quantity)),
            ("MDD (tabs)", Some(Quantity)),
            ("MDL", Some(Quantity)),
            ("Tageshöchstdosis (mg)", Some(Quantity)),
            ("Maxdos per dygn", Some(Quantity)),
            ("Posologie maximale", Some(Quantity)),
            ("Максимальная суточная доза", Some(Quantity)),
            ("1日最大量", Some(Quantity)),
            ("Dose Cap", Some(Quantity)),
            ("QD Limit", Some(Quantity)),
            ("Qty/Day", Some(Quantity)),
            ("Qty/30", Some(Quantity)),
            ("QL30", Some(Quantity)),
            ("Limit/30DS", Some(Quantity)),
            ("Tabs/month", Some(Quantity)),
            ("Qty Per Diem", Some(Quantity)),
            ("Daily Quantity", Some(Quantity)),
            ("Monthly Qty", Some(Quantity)),
            ("Plan Limit", Some(Quantity)),
            ("Plan Limit Days", Some(DaysSupply)),
            ("Benefit Days", Some(DaysSupply)),
            ("Plan Qty", Some(Quantity)),
            ("Limit Duration", Some(DaysSupply)),
            ("Interval (days)", Some(DaysSupply)),
            ("MaxDS", Some(DaysSupply)),
            ("QL Time", Some(DaysSupply)),
            ("Quantity Limit Time", Some(DaysSupply)),
            ("Max DS Per Fill", Some(DaysSupply)),
            ("Max Qty Per Fill", Some(Quantity)),
            ("Daily Dose", None),
            ("Quantity", None),
            ("Limit Period (days)", Some(DaysSupply)),
            ("Time Frame", Some(DaysSupply)),
            ("Max Days Supply", Some(DaysSupply)),
            ("Dispensing Limits", Some(Quantity)),
            ("Qty per 30 DS", Some(Quantity)),
            ("Plan A Tier", Some(Tier)),
            ("PCG9 Description", Some(Class)),
            ("QL_YN", None),
            ("Age Limit", None),
            ("GPI Name", Some(Drug)),
            ("HICL Name", Some(Drug)),
            ("GPI Group Name", Some(Class)),
            ("VA Drug Class", Some(Class)),
            ("BNF Chapter", Some(Class)),
            ("Therapeutische groep", Some(Class)),
            ("ATC Name", Some(Class)),
            ("Arzneimittelgruppe", Some(Class)),
            ("Therapieklasse", Some(Class)),
            ("Terapigrupp", Some(Class)),
            ("Acción farmacológica", Some(Class)),
            ("Rubro", Some(Class)),
            ("STC_DESC", Some(Class)),
            ("Altersgruppe", None),
            ("Alternativa terapéutica", None),
            ("Legal Category", None),
            ("Price Group", None),
            ("TERM_DT", Some(Stop)),
            ("Date Removed", Some(Stop)),
            ("Fecha de baja", Some(Stop)),
            ("INACTIVE_YN", Some(Voided)),
            ("Void/Retire", Some(Voided)),
            ("Non-Formulary", Some(Voided)),
            ("Enabled", Some(Active)),
            ("Orderable", None),
            ("Inpatient Formulary Status", Some(Status)),
            ("P&T Decision", Some(Status)),
            ("Market Status", None),
            ("Agent", None),
        ] {
            assert_eq!(meaning(header), field, "{header}");
        }
        for (header, field) in [
            ("NDC2", Some(Ndc)),
            ("Alternate NDC", Some(Ndc)),
            ("Unit NDC", Some(Ndc)),
            ("ndc_formatted", Some(Ndc)),
            ("RxCUI SBD", Some(Rxcui)),
            ("rxnorm_concept_id", Some(Rxcui)),
            ("RxNorm TTY", None),
            ("NDC Count", None),
            ("NDC Unit Price", None),
            ("Replacement NDC", None),
        ] {
            assert_eq!(code_of(header), field, "{header}");
        }
        assert!(says_name("Nazwa, postać i dawka") && says_name("Concept Drug"));
        assert!(
            !says_name("Description")
                && !says_name("Formulary Alternative Drug")
                && says_other_drug("Preferred agent")
        );
        for header in ["Reversal agent", "Rescue Medication", "Conversion drug", "Prior Generic"] {
            assert!(says_other_drug(header) && !says_name(header), "{header}");
        }
    }
}
