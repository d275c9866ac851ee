//! Which headers may be shown: the one rule for errors, hints, dry runs, configurations, reports
//! and logs.
//!
//! The first row may hold headers or a patient, and an export without a header, or with lines above it, has a patient where the
//! header is expected. So a header is shown only if all its words are words of headers; any other is named by its position, which
//! `--columns` accepts too.

use crate::layout::headers::fold::words;
use crate::layout::headers::{generic, private, tokens};

/// Text with more words than this is not a header.
const MOST_WORDS: usize = 6;
/// Numbers longer than this are data.
const LONGEST_NUMBER: usize = 2;
/// A row with fewer words of headers may be about anything.
const FEWEST: usize = 3;
/// At most this many are listed in a message.
const LISTED: usize = 40;

/// The label of each header: its name if that may be shown, else its position.
pub(in crate::layout) fn labels(headers: &[String]) -> Vec<String> {
    let shown = names(headers);
    let label = |(name, at): (Option<String>, usize)| name.unwrap_or_else(|| position(at));
    shown.into_iter().zip(0..).map(label).collect()
}

/// `column 3`
pub(super) fn position(index: usize) -> String {
    format!("column {}", index + 1)
}

/// The names that may be shown. If most are not headers, the row is not a header row, and the few that look like headers do so by
/// chance. If nearly all are, so are the others that contain a word of headers.
pub fn names(headers: &[String]) -> Vec<Option<String>> {
    let names: Vec<Option<String>> =
        headers.iter().map(|header| is_header(header).then(|| header.trim().to_owned())).collect();
    let filled = headers.iter().filter(|header| !header.trim().is_empty()).count();
    let known = names.iter().flatten().count();
    if known * 2 < filled {
        return vec![None; headers.len()];
    }
    let is_plainly_header = known >= FEWEST && known * 3 >= filled * 2;
    let or_alike = |(name, header): (Option<String>, &String)| {
        name.or_else(|| (is_plainly_header && is_alike(header)).then(|| header.trim().to_owned()))
    };
    names.into_iter().zip(headers).map(or_alike).collect()
}

/// Whether a text is two or three words of which one is a word of headers, and none may be a person's.
fn is_alike(text: &str) -> bool {
    const OF_PERSONS: [&str; 5] = ["patient", "prescriber", "name", "birth", "personal"];
    let is_plain = |c: char| c.is_alphabetic() || matches!(c, ' ' | '_' | '-');
    let words = words(text);
    text.trim().chars().all(is_plain)
        && (2..=3).contains(&words.len())
        && words.iter().any(|word| word.len() > 3 && is_known(word, 0))
        && !tokens::says_any(text, &OF_PERSONS)
        && !private::is_private(text)
}

/// All of them in a message: the names that may be shown, and the positions of the others.
pub(crate) fn list(headers: &[String]) -> String {
    let names = names(headers);
    let quoted = names.iter().flatten().take(LISTED).map(|name| format!("`{name}`"));
    let mut parts: Vec<String> = quoted.collect();
    let more = names.iter().flatten().count().saturating_sub(LISTED);
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    let hidden: Vec<String> = (1..)
        .zip(&names)
        .filter(|(_, name)| name.is_none())
        .map(|(at, _): (usize, _)| at.to_string())
        .collect();
    let columns = if hidden.len() == 1 { "column" } else { "columns" };
    if parts.is_empty() {
        return format!(
            "its {} {columns}, whose names are not shown as they may be data",
            hidden.len()
        );
    }
    if !hidden.is_empty() {
        let shown = hidden[..hidden.len().min(LISTED)].join(", ");
        let cut = if hidden.len() > LISTED { " …" } else { "" };
        parts.push(format!(
            "{} {columns} of which the name is not shown as it may be data ({shown}{cut})",
            hidden.len()
        ));
    }
    match parts.split_last() {
        Some((last, before)) if !before.is_empty() => {
            format!("{} and {last}", before.join(", "))
        }
        _ => parts.concat(),
    }
}

/// Whether a text can be a header and nothing else.
pub(in crate::layout) fn is_header(text: &str) -> bool {
    // No control characters and no direction marks: what is shown is safe to print.
    if !text.trim().chars().all(|c| c.is_alphanumeric() || c == ' ' || c.is_ascii_punctuation()) {
        return false;
    }
    let words = words(text);
    if !words.iter().any(|word| word.chars().any(char::is_alphabetic)) || words.len() > MOST_WORDS {
        return false;
    }
    generic::header_meaning(text).is_some()
        || words.iter().all(|word| is_known(word, 2) || tokens::is_known(word))
}

/// A word of headers, or a few written as one: `filldate`, `drugnm`.
fn is_known(word: &str, further: u32) -> bool {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.len() <= LONGEST_NUMBER;
    }
    let listed = |word: &str| WORDS.contains(&word) || private::is_word(word);
    if listed(word) || word.len() > 1 && word.strip_suffix('s').is_some_and(listed) {
        return true;
    }
    let digits = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if digits.len() < word.len() && word.len() - digits.len() <= LONGEST_NUMBER {
        return listed(digits);
    }
    further > 0
        && (3..word.len()).filter(|&at| word.is_char_boundary(at)).any(|at| {
            let (head, tail) = word.split_at(at);
            let ends = ENDINGS.contains(&tail) || tail.len() > 2 && is_known(tail, further - 1);
            listed(head) && ends
        })
}

/// Short words that end longer ones.
const ENDINGS: [&str; 7] = ["id", "no", "dt", "cd", "nm", "ts", "qty"];

/// Words that occur in headers and are not names of people.
#[rustfmt::skip]
const WORDS: [&str; 362] = [
    "acc", "accion", "acción", "account", "acct", "actie", "action", "active", "activity", "actual",
    "adjustment", "admin", "administered", "administration", "admission", "age", "agent", "allergy",
    "allowed", "amount", "amt", "approved", "area", "atc", "attend", "attendance", "attended",
    "auth", "authority", "authorization", "azione", "base", "batch", "begin", "bene", "beneficiary",
    "benefit", "bewohner", "birth", "block", "bottles", "brand", "by", "cabinet", "campus", "care",
    "cart", "category", "cell", "change", "charge", "chart", "choice", "city", "claim", "class",
    "client", "clinic", "cnt", "code", "coding", "cohort", "completed", "concept", "condition",
    "container", "copay", "cost", "count", "country", "county", "course", "created", "credit",
    "cui", "currency", "current", "currently", "customer", "daily", "data", "date", "day", "dea",
    "debit", "default", "dep", "department", "dependant", "dependent", "dept", "desc",
    "description", "detail", "diagnosis", "discontinued", "disp", "dispense", "dispensed",
    "dispensing", "display", "disposition", "dob", "dos", "dosage", "dose", "dosed", "dosing",
    "drawer", "drug", "dt", "due", "duration", "dx", "effective", "enc", "encounter", "end",
    "entered", "entry", "episode", "error", "ethnicity", "event", "exception", "exceptions", "exp",
    "expiration", "expires", "expiry", "exposure", "external", "facility", "file", "fill", "filled",
    "first", "flag", "floor", "form", "format", "formulary", "formulation", "freq", "frequency",
    "from", "full", "gender", "generic", "given", "gp", "gpi", "group", "gsn", "gtin", "hadm",
    "hcpcs", "header", "health", "home", "hospital", "hour", "housing", "icd", "icustay", "id",
    "identifier", "in", "ind", "index", "indication", "indicator", "info", "ingredient",
    "instruction", "instructions", "insurance", "internal", "interval", "is", "issue", "issued",
    "item", "key", "label", "labeler", "last", "level", "limit", "line", "list", "location", "lot",
    "manufacturer", "mar", "massnahme", "max", "maßnahme", "mbr", "med", "medical", "medication",
    "medicine", "member", "method", "min", "moud", "mr", "mrn", "name", "nappi", "nbr", "ndc",
    "network", "next", "nhs", "nm", "no", "note", "npi", "num", "number", "nursing", "observed",
    "of", "on", "or", "order", "ordered", "ordering", "original", "outcome", "pack", "package",
    "packs", "packsize", "paid", "pat", "patient", "payer", "payment", "per", "period", "persnr",
    "person", "personnr", "pharmacy", "phase", "phone", "physician", "pickup", "pid", "place",
    "plan", "pod", "pregnancy", "pregnant", "presc", "prescribed", "prescriber", "prescribing",
    "prescription", "previous", "primary", "procedure", "product", "program", "programme",
    "protocol", "prov", "provider", "pt", "qty", "quantity", "race", "rank", "rate", "reason",
    "recipient", "reconciled", "reconciliation", "record", "ref", "reference", "refill",
    "registration", "resident", "result", "results", "returned", "reversal", "route", "row", "rx",
    "rxcui", "rxnorm", "schedule", "sent", "seq", "sequence", "service", "sex", "sig", "sink",
    "site", "sobriety", "source", "specialty", "staff", "start", "stat", "state", "station",
    "status", "stop", "store", "strength", "subject", "substance", "suite", "sup", "supplied",
    "supply", "system", "take", "takehome", "taking", "tax", "team", "text", "therapy", "tier",
    "time", "timestamp", "total", "tower", "track", "transaction", "type", "uds", "unit", "until",
    "uom", "updated", "use", "used", "user", "usual", "value", "variance", "variances", "version",
    "visit", "volume", "ward", "weight", "when", "window", "wing", "written", "year", "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_shown_and_data_is_not() {
        for header in [
            "claim_id",
            "Med_Desc",
            "Pt MRN",
            "PatientNumber",
            "DAYS_SUPPLY",
            "Fill Date",
            "NDC (11)",
            "DX 1",
            "drug_exposure_start_date",
            "REASONCODE",
            "Rx #",
            "icd10",
            "MBR_ID",
            "filldt",
            "D.O.B.",
            "Notes",
        ] {
            assert!(is_header(header), "{header}");
        }
        for data in [
            "7712345",
            "DOE JANE",
            "Patient: DOE JANE DOB 1961-04-23",
            "1961-04-23",
            "P1",
            "",
            "naltrexone 50 mg",
            "Paton",
            "12 Elm Street",
            "P12345",
            "id 7712345",
            "claim\u{202E}id",
            "drug\u{1B}[31m",
            "Zelda Name",
            "DOE^JANE",
        ] {
            assert!(!is_header(data), "{data}");
        }
    }

    #[test]
    fn lists_tell_names_and_positions() {
        let list =
            |headers: &[&str]| list(&headers.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>());
        assert_eq!(list(&["claim_id", "drug"]), "`claim_id` and `drug`");
        assert_eq!(
            list(&["claim_id", "DOE JANE", "drug", "7712345"]),
            "`claim_id`, `drug` and 2 columns of which the name is not shown as it may be data (2, 4)"
        );
        assert_eq!(
            list(&["7712345", "DOE JANE", "day"]),
            "its 3 columns, whose names are not shown as they may be data"
        );
        let plain = ["claim_id", "Code Term", "drug", "fill date", "days", "qty"];
        assert_eq!(
            list(&[&plain[..], &["Patient Doe"]].concat()),
            "`claim_id`, `Code Term`, `drug`, `fill date`, `days`, `qty` and 1 column of which the name is not shown as it may be data (7)"
        );
        assert!(list(&[&plain[..], &["DOE JANE"; 3]].concat()).contains("(2, 7, 8, 9)"));
    }
}
