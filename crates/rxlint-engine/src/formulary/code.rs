//! What is wrong with the codes of a formulary, judged only by format: lost zeros, spreadsheets, wrong lengths, check digits.

use std::borrow::Cow;

use crate::drug::billing::{billing_codes, is_cpt};
use crate::drug::code::{self, NdcProblem};
use crate::drug::code_cell::{is_exponent, parts};
use crate::drug::listed::ListedLook;
use crate::drug::{Identity, check};
use rxlint_model::record::Field;

/// A code that cannot be what its column says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field that holds it.
    pub field: Field,
    /// The code as it is written.
    pub code: String,
    /// The vocabulary that it should come from.
    pub system: &'static str,
    /// What is wrong, in words.
    pub why: Cow<'static, str>,
    /// What is wrong, as one word that never changes.
    pub kind: &'static str,
    /// The code as it must have been, if that is certain.
    pub restored: Option<String>,
}

impl Problem {
    /// Whether it is damage that spreadsheets and data frames do to whole columns.
    pub fn is_of_column(&self) -> bool {
        matches!(self.kind, "zeros" | "nine" | "spreadsheet" | "float" | "exponent" | "error")
    }

    /// Whether it is about nine digits, which may be a product in a column of products.
    pub(crate) fn is_of_nine(&self) -> bool {
        self.kind == "nine" || self.kind == "zeros" && self.code.len() == 9
    }

    /// What is shown next to the code.
    pub fn role(&self) -> String {
        match &self.restored {
            Some(restored) => format!("no {}: {restored}", self.system),
            None => format!("no {}", self.system),
        }
    }
}

/// Whether a number above 2^53 is one that a float holds; `None` for every other text.
pub fn large_is_float(code: &str) -> Option<bool> {
    let code = code.trim();
    if !(16..=19).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u64 = code.parse().ok().filter(|&number| number > 1 << 53)?;
    Some(number as f64 as u64 == number)
}

const SPREADSHEET: &str =
    "a spreadsheet took it for a number and rounded it, and its last digits are lost";
const LOSSLESS: &str = "a spreadsheet took it for a number and wrote it with an exponent, and all its digits are there";
const CELL_ERROR: &str = "a spreadsheet error has replaced the code";
const FLOAT: &str = "a spreadsheet or data frame took it for a number and added `.0`";
const ZEROS: &str = "its leading zeros are lost: it has fewer than 11 digits";
const NINE: &str = "it has nine digits: either its leading zeros are lost, or it is a product's code without a package, and no table here \
                    knows which";
const FILLED: &str = "it has 12 digits or more, which no NDC has, and without the zeros before it no table here knows it";
const CHECK: &str = "its check digit does not fit: a digit is wrong, or two are swapped";

/// The vocabulary that a column's header implies, if any; the header in lower case without
/// separators.
pub fn system_of_header(header: &str) -> &'static str {
    let is = |words: &[&str]| words.iter().any(|word| header.contains(word));
    if is(&["snomed", "dmd", "dm+d", "vmpid", "vmpcode", "ampid", "ampcode", "vtmid"])
        || matches!(header, "vpid" | "apid" | "vppid" | "appid")
    {
        "snomed"
    } else if is(&["gtin"])
        || matches!(header, "ean" | "ean1" | "ean13" | "eancode" | "upc" | "upccode")
    {
        "gtin"
    } else if header.starts_with("pzn") {
        "pzn"
    } else if matches!(
        header,
        "din" | "dinpin" | "drugidentificationnumber" | "pbscode" | "artg" | "aic" | "codiceaic"
    ) || is(&["sukl", "cip"])
    {
        "national"
    } else {
        ""
    }
}

/// The first code that cannot be what its column says. Fillers (zeros, nines) mean that there is no code, which is not a slip.
pub fn problem(identity: &Identity<'_>, look: &ListedLook<'_>) -> Option<Problem> {
    let checks: [(Field, &str, &'static str); 4] = [
        (Field::Ndc, &identity.ndc, "NDC"),
        (Field::Rxcui, &identity.rxcui, "RxCUI"),
        (Field::Atc, &identity.atc, "ATC code"),
        (Field::Hcpcs, &identity.hcpcs, "HCPCS code"),
    ];
    let open = (Field::Code, identity.code.as_ref(), named(&identity.system));
    checks.into_iter().chain([open]).filter(|(_, code, _)| !code.trim().is_empty()).find_map(
        |(field, code, system)| {
            let code = code.trim();
            let (part, (kind, why)) = parts(code, system).into_iter().find_map(|part| {
                let found = wrong(&part, system);
                let found = if system == "NDC" { weighed(found, &part, look) } else { found };
                found.map(|found| (part, found))
            })?;
            let restored = restored(&part, system, kind, look).filter(|_| part == code);
            let why = match &restored {
                Some(restored) => Cow::Owned(format!("{why}; it is {restored}")),
                None => Cow::Borrowed(why),
            };
            Some(Problem { field, code: code.to_owned(), system, why, kind, restored })
        },
    )
}

/// What is wrong with an NDC, if the code tables have a say: nine digits may be a product without its package, and an extra digit after a zero makes
/// eleven different ones.
fn weighed(found: Option<Fault>, code: &str, look: &ListedLook<'_>) -> Option<Fault> {
    let ndc = code::ndc(code);
    if code::is_filled_up(code)
        && !matches!(ndc, Err(NdcProblem::TenDigits | NdcProblem::Placeholder))
    {
        let is_known = code.parse().is_ok_and(|number| look.knows_package(number));
        return (!is_known).then_some(("filled", FILLED));
    }
    let Ok(ndc) = ndc else { return found };
    match found {
        Some(("zeros", _)) if ndc.padded && code.len() == 9 => nine_digits(ndc.number, look),
        found => found,
    }
}

/// What is wrong with nine digits that do not begin with zero: if no table knows them, they may be either.
fn nine_digits(number: u64, look: &ListedLook<'_>) -> Option<Fault> {
    let is_product = look.knows_product(number);
    if look.is_package(number) || look.knows_package(number) && !is_product {
        return Some(("zeros", ZEROS));
    }
    (!is_product).then_some(("nine", NINE))
}

/// What is wrong with a code: a word that never changes, and the reason.
type Fault = (&'static str, &'static str);

/// Whether a header is one of product codes without the package.
pub(crate) fn is_of_products(header: &str) -> bool {
    header.contains("ndc9") || header.contains("product")
}

/// The code before it was damaged, if only one is possible and the tables know it: an NDC with its zeros, a number without what was appended to it.
fn restored(code: &str, system: &str, kind: &str, look: &ListedLook<'_>) -> Option<String> {
    let digits = code.strip_suffix(".0").unwrap_or(code);
    let is_known = |ndc: &code::Ndc| !ndc.product_only && look.knows_package(ndc.number);
    match (system, kind) {
        ("NDC", "zeros" | "float") => {
            let ndc = code::ndc(digits).ok().filter(is_known)?;
            Some(format!("{:011}", ndc.number))
        }
        ("NDC", "exponent") => {
            code::ndc(code).ok().filter(is_known).map(|ndc| format!("{:011}", ndc.number))
        }
        ("RxCUI", "float") => Some(digits.to_owned()),
        _ => None,
    }
}

/// The vocabulary that a cell names, as messages call it.
fn named(system: &str) -> &'static str {
    let system = system.to_ascii_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| system.contains(word));
    match () {
        () if is(&["ndc"]) => "NDC",
        () if is(&["rxn", "rxcui"]) => "RxCUI",
        () if is(&["atc"]) => "ATC code",
        () if is(&["snomed", "sct", "dm+d", "dmd"]) => "SNOMED CT or dm+d code",
        () if is(&["gtin", "ean", "upc", "gs1"]) => "GTIN",
        () if is(&["pzn"]) => "PZN",
        () => "code",
    }
}

/// Whether codes of the vocabulary that a cell names may be looked up in the tables.
pub fn is_looked_up(system: &str) -> bool {
    // Digits of a charge, a revenue center or a national register could match an NDC by chance.
    const OTHERS: [&str; 10] =
        ["reference", "national", "cdm", "rc", "local", "ms-drg", "apc", "hipps", "apr-drg", "icd"];
    !matches!(named(system), "SNOMED CT or dm+d code" | "GTIN" | "PZN")
        && !OTHERS.contains(&system.to_ascii_lowercase().as_str())
}

fn wrong(text: &str, system: &str) -> Option<(&'static str, &'static str)> {
    if is_exponent(text) {
        let is_whole = system == "NDC" && code::ndc(text).is_ok_and(|ndc| !ndc.product_only);
        return Some(if is_whole { ("exponent", LOSSLESS) } else { ("spreadsheet", SPREADSHEET) });
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if text.strip_suffix(".0").is_some_and(is_number) {
        return Some(("float", FLOAT));
    }
    let is_error =
        ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#DIV/0!"].contains(&text);
    if is_error || text.len() > 2 && text.bytes().all(|b| b == b'#') {
        return Some(("error", CELL_ERROR));
    }
    // `none`, `pending`, `various`: words mean that there is no code.
    let filler = !text.bytes().any(|b| b.is_ascii_digit())
        || text.bytes().all(|b| b == b'0' || b == b'-')
        || text.bytes().all(|b| b == b'9' || b == b'-');
    match system {
        _ if filler => None,
        "NDC" => ndc(text),
        "RxCUI" => code::rxcui(text)
            .is_none()
            .then_some(("shape", "an RxCUI is a number of at most eight digits")),
        "ATC code" => (!is_atc(text)).then_some((
            "shape",
            "an ATC code has the shape of N07BB04, or its first part for a class",
        )),
        // The numbers of a chargemaster are its own codes.
        "HCPCS code" if is_number(text) && text.len() > 5 => None,
        "HCPCS code" => (!is_hcpcs(text)).then_some((
            "shape",
            "a HCPCS code is a letter and four digits, a CPT code five digits",
        )),
        "SNOMED CT or dm+d code" if !is_number(text) || !(6..=18).contains(&text.len()) => {
            Some(("length", "it has 6 to 18 digits"))
        }
        "SNOMED CT or dm+d code" if check::verhoeff(text) => None,
        // A spreadsheet keeps fifteen digits, and pads with zeros.
        "SNOMED CT or dm+d code"
            if text
                .get(15..)
                .is_some_and(|end| end.len() > 1 && end.bytes().all(|b| b == b'0')) =>
        {
            Some(("spreadsheet", SPREADSHEET))
        }
        "SNOMED CT or dm+d code" => Some(("check", CHECK)),
        "GTIN" if !is_number(text) || !matches!(text.len(), 8 | 12 | 13 | 14) => {
            Some(("length", "it has 8, 12, 13 or 14 digits"))
        }
        "GTIN" => (!check::gs1(text)).then_some(("check", CHECK)),
        "PZN" => pzn(text),
        _ => None,
    }
}

/// An NDC with or without its package, because formularies list products too.
fn ndc(text: &str) -> Option<(&'static str, &'static str)> {
    match code::ndc(text) {
        Ok(ndc) => (ndc.padded || code::lost_zeros_of_groups(text)).then_some(("zeros", ZEROS)),
        Err(NdcProblem::Placeholder) => None,
        Err(NdcProblem::Length) if is_product(text) => None,
        Err(NdcProblem::TenDigits) if code::bar_code(text).is_some() => Some((
            "length",
            "a bar code holds the digits of an NDC without its hyphens, and is not one itself",
        )),
        Err(NdcProblem::TenDigits) => Some((
            "length",
            "ten digits without hyphens can be read as three different codes, or have lost a zero",
        )),
        Err(NdcProblem::Length) if text.len() < 8 && !text.contains('-') => Some(("zeros", ZEROS)),
        Err(NdcProblem::Length) => Some(("length", "no NDC has this length or these groups")),
        Err(NdcProblem::NotDigits) => Some((
            "shape",
            "an NDC has digits and hyphens only; a local code needs a column of its own",
        )),
        Err(NdcProblem::Spreadsheet) => Some(("spreadsheet", SPREADSHEET)),
    }
}

/// Labeler and product without a package: `0069-4200`.
fn is_product(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    matches!(lengths[..], [4, 4] | [5, 3] | [5, 4])
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// An ATC code of any level: `N`, `N07`, `N07B`, `N07BB`, `N07BB04`.
fn is_atc(text: &str) -> bool {
    const SHAPE: [fn(&u8) -> bool; 7] = {
        const LETTER: fn(&u8) -> bool = u8::is_ascii_alphabetic;
        const DIGIT: fn(&u8) -> bool = u8::is_ascii_digit;
        [LETTER, DIGIT, DIGIT, LETTER, LETTER, DIGIT, DIGIT]
    };
    matches!(text.len(), 1 | 3 | 4 | 5 | 7)
        && text.as_bytes().iter().zip(SHAPE).all(|(byte, is)| is(byte))
}

/// A HCPCS or CPT code, with or without a modifier after it.
fn is_hcpcs(text: &str) -> bool {
    let code = text.split([' ', '-', ':']).next().unwrap_or_default();
    billing_codes(text).next().is_some() || is_cpt(code)
}

fn pzn(text: &str) -> Option<(&'static str, &'static str)> {
    let digits = text.trim_start_matches("PZN").trim_start_matches(['-', ' ']);
    match digits.len() {
        _ if !digits.bytes().all(|b| b.is_ascii_digit()) => {
            Some(("shape", "a PZN has digits only"))
        }
        7 | 8 => (!check::pzn(digits)).then_some(("check", CHECK)),
        _ => Some(("length", "a PZN has eight digits, or seven before 2013")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_that_are_codes_and_shapes_that_are_none() {
        for (system, good) in [
            ("NDC", "00406-0552-01"),
            ("NDC", "00406055201"),
            ("NDC", "0069-4200"),
            ("NDC", "00000000000"),
            ("RxCUI", "1483744"),
            ("RxCUI", "0"),
            ("ATC code", "N07BB"),
            ("ATC code", "N07BB04"),
            ("HCPCS code", "J2315"),
            ("HCPCS code", "96372"),
            ("SNOMED CT or dm+d code", "87617007"),
            ("GTIN", "4006381333931"),
            ("PZN", "PZN-27580899"),
            ("code", "ANY-THING"),
        ] {
            assert_eq!(wrong(good, system), None, "{system} {good}");
        }
        for (system, bad, kind) in [
            ("NDC", "406055201", "zeros"),
            ("NDC", "4.06055E+08", "spreadsheet"),
            ("NDC", "6.5757030001E10", "exponent"),
            ("NDC", "#REF!", "error"),
            ("NDC", "406055201.0", "float"),
            ("NDC", "4.06E+08", "spreadsheet"),
            ("NDC", "0406055201", "length"),
            ("NDC", "00023-36136-70", "length"),
            ("NDC", "004060552011", "length"),
            ("NDC", "APAP-325T", "shape"),
            ("RxCUI", "RXNORM_ID_1", "shape"),
            ("RxCUI", "123456789", "shape"),
            ("ATC code", "N07BB4", "shape"),
            ("HCPCS code", "J23150", "shape"),
            ("SNOMED CT or dm+d code", "87617008", "check"),
            ("GTIN", "4006381333932", "check"),
            ("PZN", "27580898", "check"),
            ("code", "1.23E+15", "spreadsheet"),
        ] {
            assert_eq!(wrong(bad, system).map(|(kind, _)| kind), Some(kind), "{system} {bad}");
        }
    }

    #[test]
    fn cells_with_several_codes_are_lists() {
        let kind = |cell: &str, system: &str| {
            parts(cell, system).iter().find_map(|part| wrong(part, system)).map(|(kind, _)| kind)
        };
        assert_eq!(kind("00406-1170-03; 00406117001", "NDC"), None);
        assert_eq!(kind("00406 1170 03", "NDC"), None);
        assert_eq!(kind("00406-1170-03, 406117001", "NDC"), Some("zeros"));
        assert_eq!(kind("7243|1483744", "RxCUI"), None);
        assert_eq!(kind("J2315 JZ", "HCPCS code"), None);
        assert_eq!(kind("4,06E+08", "NDC"), Some("spreadsheet"));
        assert_eq!(
            (kind("various", "NDC"), kind("n.a.", "RxCUI"), kind("", "NDC")),
            (None, None, None)
        );
    }

    #[test]
    fn headers_name_vocabularies() {
        assert_eq!(system_of_header("snomedcode"), "snomed");
        assert_eq!(system_of_header("gtin"), "gtin");
        assert_eq!(system_of_header("drugcode"), "");
    }
}
