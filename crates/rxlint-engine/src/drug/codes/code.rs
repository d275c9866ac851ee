//! Codes as exports write them: in which vocabulary and format.

use super::atc;

/// What is wrong with a code that looks like an NDC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NdcProblem {
    /// A spreadsheet turned it into a rounded number (`4.06055E+08`): digits are lost for good.
    Spreadsheet,
    /// Ten digits without hyphens: three readings are possible and none is better.
    TenDigits,
    /// All zeros, or another filler.
    Placeholder,
    /// A labeler and product without a package, or a length that no NDC has.
    Length,
    /// Not digits and hyphens.
    NotDigits,
}

impl NdcProblem {
    /// The problem in words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Spreadsheet => {
                "a spreadsheet has rounded the code; its last digits are lost: export it again as text"
            }
            Self::TenDigits => {
                "ten digits without hyphens can be read as three different codes: export it with hyphens or with 11 digits"
            }
            Self::Placeholder => "a filler, not a code",
            Self::Length => "no NDC has this length",
            Self::NotDigits => "an NDC has digits and hyphens only",
        }
    }
}

/// An NDC in its digits, and whether leading zeros had to be put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ndc {
    /// The 11 digits as a number; the nine of labeler and product if no package is given.
    pub number: u64,
    /// Fewer digits were written; true only when a spreadsheet or database dropped leading zeros.
    pub padded: bool,
    /// Only labeler and product were written.
    pub product_only: bool,
}

impl Ndc {
    /// Labeler and product, nine digits. A nine-digit code that may have lost its zeros is read as if it had.
    pub const fn product(&self) -> u32 {
        (if self.product_only { self.number } else { self.number / 100 }) as u32
    }
}

/// Reads an NDC in any of its spellings: 11 digits; 5-4-2; 10 digits as 4-4-2, 5-3-2 or 5-4-1; labeler and product only (4-4, 5-3, 5-4, nine digits);
/// 8 or 9 digits that lost their leading zeros, also as a float (`182138167.0`) or an exponent that lost nothing; with hyphens of any kind, spaces,
/// dots, underscores or slashes; after `NDC:` or `N4`; in a spreadsheet's guards (`'`, `="…"`). A bar code (`347335326833`, `(01)00347335326833`)
/// holds ten digits without hyphens.
///
/// # Errors
/// What is wrong with it. Nothing is guessed.
pub fn ndc(text: &str) -> Result<Ndc, NdcProblem> {
    let text = bare(text);
    if let Some(plain) = in_ascii(text) {
        return ndc(&plain);
    }
    if text.bytes().any(|b| b == b'e' || b == b'E') && text.parse::<f64>().is_ok() {
        let number = exponent(text).ok_or(NdcProblem::Spreadsheet)?;
        return ndc(&number);
    }
    let text = text.strip_suffix(".0").unwrap_or(text);
    if bar_code(text).is_some() {
        return Err(NdcProblem::TenDigits);
    }
    let between = |b: u8| matches!(b, b'-' | b' ' | b'.' | b'_' | b'/');
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit() || between(b)) {
        return Err(NdcProblem::NotDigits);
    }
    if text.bytes().all(|b| b == b'0' || between(b))
        || text.bytes().all(|b| b == b'9')
        || text == "00000000001"
    {
        return Err(NdcProblem::Placeholder);
    }
    let number = |digits: &str| digits.parse::<u64>().map_err(|_| NdcProblem::Length);
    let package = |number, padded| Ndc { number, padded, product_only: false };
    let product = |number| Ndc { number, padded: false, product_only: true };
    if text.bytes().any(between) {
        let mut parts: Vec<&str> = text.split(['-', ' ', '.', '_', '/']).collect();
        // The Department of Veterans Affairs writes 6-4-2, with a zero before the labeler.
        if let ([six, _, _], Some(five)) = (&parts[..], parts[0].strip_prefix('0'))
            && six.len() == 6
        {
            parts[0] = five;
        }
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        return match lengths[..] {
            // Parts that lost their zeros; a date has no part of three digits in its middle.
            [1..=5, 3..=4, 1..=2] => Ok(package(
                number(&format!("{:0>5}{:0>4}{:0>2}", parts[0], parts[1], parts[2]))?,
                false,
            )),
            [9, 2] => Ok(package(number(&parts.concat())?, false)),
            [4, 4] | [5, 3] | [5, 4] => {
                Ok(product(number(&format!("{:0>5}{:0>4}", parts[0], parts[1]))?))
            }
            _ => Err(NdcProblem::Length),
        };
    }
    match text.len() {
        11 => Ok(package(number(text)?, false)),
        10 => Err(NdcProblem::TenDigits),
        // A leading zero was not lost, so this is labeler and product.
        9 if text.starts_with('0') => Ok(product(number(text)?)),
        // Nor was it with eight digits: a German PZN.
        8 if text.starts_with('0') => Err(NdcProblem::Length),
        8 | 9 => Ok(package(number(text)?, true)),
        12 | 13 if is_filled_up(text) && !has_check_digit(text) => {
            Ok(package(number(text)?, false))
        }
        _ => Err(NdcProblem::Length),
    }
}

/// The text with plain hyphens, and without padding stars, commas between thousands or wide digits; `None` if there is nothing to change.
fn in_ascii(text: &str) -> Option<String> {
    let is_hyphen = |c: char| {
        matches!(
            c,
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{ad}'
        )
    };
    let thousands = text.contains(',')
        && text.split(',').enumerate().all(|(at, part)| {
            part.bytes().all(|b| b.is_ascii_digit())
                && (part.len() == 3 || at == 0 && (1..3).contains(&part.len()))
        });
    if text.is_ascii() && !text.contains('*') && !thousands {
        return None;
    }
    // `0406-0552-*01`: the star is more than the two digits of a package.
    let starred = text.rsplit_once('-').and_then(|(head, package)| {
        let package = package.strip_prefix('*').filter(|rest| rest.len() == 2)?;
        Some(format!("{head}-{package}"))
    });
    let plain: String = starred
        .as_deref()
        .unwrap_or(text)
        .chars()
        .filter(|&c| !(c == ',' && thousands || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')))
        .map(|c| match c {
            '*' => '0',
            '\u{ff10}'..='\u{ff19}' => char::from(b'0' + (c as u32 - 0xff10) as u8),
            c if is_hyphen(c) => '-',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    (plain != text).then_some(plain)
}

/// The ten digits of an NDC in a bar code: GTIN-12 (UPC), 13 (EAN) or 14, by itself or as `01` of a GS1 element string. The check digit must be
/// right, so that no other long number is taken for one.
pub fn bar_code(text: &str) -> Option<&str> {
    let text = text.trim();
    let element = text.strip_prefix("(01)").or_else(|| {
        let scanned = text.strip_prefix("]d2").or_else(|| text.strip_prefix("]C1"))?;
        scanned.trim_start_matches('\u{1d}').strip_prefix("01")
    });
    let digits = match element {
        Some(rest) => rest.get(..14)?,
        // `010034733532683317…`: a GTIN and what follows it, without brackets.
        None if text.len() > 16 => text.strip_prefix("01")?.get(..14)?,
        None => text,
    };
    if !(12..=14).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Drugs have the prefix 3 in a UPC, and so 03 in an EAN and after the indicator of a GTIN-14.
    let upc = digits.get(digits.len() - 12..)?;
    let before = &digits[..digits.len() - 12];
    let is_drug = upc.starts_with('3') && (before.is_empty() || before.ends_with('0'));
    (is_drug && has_check_digit(digits)).then(|| &upc[1..11])
}

/// Whether twelve or thirteen digits are eleven with zeros before them, as the Department of Veterans Affairs pads them. If the last is a valid check
/// digit, it is the bar code of another product.
pub(crate) fn is_filled_up(code: &str) -> bool {
    matches!(code.len(), 12 | 13)
        && code.bytes().all(|b| b.is_ascii_digit())
        && code[..code.len() - 11].bytes().all(|b| b == b'0')
}

/// Whether the last digit is a bar code's check digit. From the right, every second digit counts three times.
fn has_check_digit(digits: &str) -> bool {
    let weighed = |(at, b): (usize, u8)| u32::from(b - b'0') * if at % 2 == 1 { 3 } else { 1 };
    digits.bytes().rev().enumerate().map(weighed).sum::<u32>().is_multiple_of(10)
}

/// The ten digits of an NDC without hyphens, including those of a bar code.
pub fn ten_digits(text: &str) -> String {
    let text = bare(text);
    bar_code(text).unwrap_or(text).chars().filter(char::is_ascii_digit).collect()
}

/// Whether an NDC is written in groups that no NDC has, because a group lost its zeros: `115-1560-1`.
pub fn lost_zeros_of_groups(text: &str) -> bool {
    let lengths: Vec<usize> = bare(text).split('-').map(str::len).collect();
    lengths.len() == 3
        && !matches!(lengths[..], [5, 4, 2] | [4, 4, 2] | [5, 3, 2] | [5, 4, 1] | [6, 4, 2])
}

/// The three codes that ten digits without hyphens can be.
pub fn readings(digits: &str) -> Vec<u64> {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    [(4, 8), (5, 8), (5, 9)]
        .into_iter()
        .filter(|_| digits.len() == 10)
        .filter_map(|(product, package)| {
            let (labeler, product, package) =
                (part(0, product), part(product, package), part(package, 10));
            format!("{labeler:0>5}{product:0>4}{package:0>2}").parse().ok()
        })
        .collect()
}

/// A code without what is put around it: a spreadsheet's guards, the name of its system.
fn bare(text: &str) -> &str {
    let text = text.trim().trim_start_matches('=').trim_matches(['"', '\'']).trim();
    if let Some((Prefix::Ndc, code)) = token(text) {
        return code;
    }
    // A remark after it: `00406-0552-01 (100 ct)`.
    let text = text
        .strip_suffix(')')
        .and_then(|t| t.split_once(" ("))
        .map_or(text, |(code, _)| code.trim_end());
    let lower = text.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("ndc"));
    if lower {
        let rest = &text[3..];
        // `NDC11:00406051201` names the format too.
        let rest = rest
            .strip_prefix("11")
            .or_else(|| rest.strip_prefix("10"))
            .filter(|rest| rest.starts_with([':', ' ', '=']))
            .unwrap_or(rest);
        return rest.trim_start_matches([':', '#', ' ', '-', '=']).trim();
    }
    match text.strip_prefix("N4").or_else(|| text.strip_prefix("n4")).map(str::trim_start) {
        Some(rest) if rest.len() >= 9 && rest.as_bytes()[0].is_ascii_digit() => {
            // In a professional claim the unit and quantity follow the code: `N465757030001UN1`.
            let unit = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let is_unit = rest[unit..].get(..2).is_some_and(is_unit_of_claims);
            if is_unit { rest[..unit].trim_end() } else { rest }
        }
        _ => text,
    }
}

/// Whether it is a unit of measure as claims (X12 837) write it after an NDC.
fn is_unit_of_claims(text: &str) -> bool {
    ["UN", "ML", "GR", "F2", "ME"].iter().any(|unit| unit.eq_ignore_ascii_case(text))
}

/// A vocabulary named before a code: `RXCUI:7243`, `HCPCS J2315`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// RxNorm.
    Rxcui,
    /// ATC.
    Atc,
    /// HCPCS, with CPT.
    Hcpcs,
    /// National Drug Code.
    Ndc,
}

/// The vocabulary named before a code, and the code.
pub fn prefixed(text: &str) -> Option<(Prefix, &str)> {
    if let Some(token) = token(text) {
        return Some(token);
    }
    const PREFIXES: [(&str, Prefix); 11] = [
        ("rxcui", Prefix::Rxcui),
        ("rxnorm", Prefix::Rxcui),
        ("rxn", Prefix::Rxcui),
        ("atc", Prefix::Atc),
        ("hcpcs", Prefix::Hcpcs),
        ("cpt", Prefix::Hcpcs),
        ("cpt4", Prefix::Hcpcs),
        ("j code", Prefix::Hcpcs),
        ("j-code", Prefix::Hcpcs),
        ("jcode", Prefix::Hcpcs),
        ("ndc", Prefix::Ndc),
    ];
    let between = |c: char| matches!(c, ':' | '#' | ' ' | '-' | '=' | '|' | '/' | '_' | '.');
    let text = text.trim();
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let begins = |name: &str| {
        let first = text.as_bytes().first().map(u8::to_ascii_lowercase);
        name.as_bytes().first() == first.as_ref()
    };
    PREFIXES.iter().filter(|(name, _)| begins(name)).find_map(|&(name, prefix)| {
        let head = text.get(..name.len())?;
        let rest = &text[name.len()..];
        let code = rest.trim_start_matches(between).trim();
        let is_one = head.eq_ignore_ascii_case(name)
            && code.len() < rest.len()
            && code.bytes().any(|b| b.is_ascii_digit());
        // An NDC has slashes of its own: only the first one ends the name of the vocabulary.
        let is_whole = prefix == Prefix::Ndc && !rest.starts_with('/');
        is_one.then_some((prefix, if is_whole { text } else { code }))
    })
}

/// A code with the address of its system, as FHIR, HL7 and JSON write the two: `http://…/rxnorm|1010603`, `1010603^^RXNORM`,
/// `urn:oid:2.16.840.1.113883.6.88|1010603`, `{"system":"…/rxnorm","code":"1010603"}`.
pub fn token(text: &str) -> Option<(Prefix, &str)> {
    const BETWEEN: [char; 14] =
        ['|', '^', '#', '{', '}', '[', ']', '"', ',', ';', '(', ')', '=', '\''];
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let has = |sign: u8| text.as_bytes().contains(&sign);
    let may_be_one = text.bytes().any(|b| matches!(b, b'|' | b'^' | b'{' | b'(' | b';'))
        || has(b':') && text.contains("://")
        || has(b'.') && text.contains("113883")
        || text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("urn:"));
    if !may_be_one {
        return None;
    }
    let (mut prefix, mut code, mut after_code) = (None, None, false);
    for part in text.split(|c: char| BETWEEN.contains(&c) || c.is_whitespace()) {
        let part = part.trim_matches(':');
        let (named, rest) = match system(part) {
            Some(system) => (Some(system), None),
            // `…/rxnorm/1010603`, `urn:ndc:12496-1202-3`
            None => match part.rsplit_once(['/', ':']) {
                Some((head, rest)) if system(head).is_some() => (system(head), Some(rest)),
                _ => (None, Some(part)),
            },
        };
        if named.is_some_and(|named| prefix.is_some_and(|known| known != named)) {
            return None;
        }
        prefix = prefix.or(named);
        let is_shaped = |rest: &&str| {
            rest.bytes().any(|b| b.is_ascii_digit())
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        };
        if let Some(rest) = rest.filter(is_shaped) {
            // In JSON the code has a name; a version next to it is not a second one.
            if code.is_some() && !after_code {
                if text.contains('{') {
                    continue;
                }
                return None;
            }
            code = Some(rest);
        }
        after_code = part.eq_ignore_ascii_case("code") || after_code && part.is_empty();
    }
    prefix.zip(code)
}

/// The vocabulary that a name, an address or an OID stands for.
pub fn system(text: &str) -> Option<Prefix> {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "rxnorm" | "rxcui" | "rxn" => return Some(Prefix::Rxcui),
        "ndc" | "ndc11" | "ndc10" => return Some(Prefix::Ndc),
        "atc" | "whoatc" => return Some(Prefix::Atc),
        "hcpcs" | "cpt" => return Some(Prefix::Hcpcs),
        _ => {}
    }
    let oid = text.rsplit_once("2.16.840.1.113883.").map(|(_, rest)| rest.trim_end_matches('/'));
    match oid {
        Some("6.88") => return Some(Prefix::Rxcui),
        Some("6.69") => return Some(Prefix::Ndc),
        Some("6.73") => return Some(Prefix::Atc),
        Some("6.285" | "6.12" | "6.14") => return Some(Prefix::Hcpcs),
        _ => {}
    }
    if !is_address(&text) {
        return None;
    }
    let last = text.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    if last.contains("rxnorm") || last.contains("rxcui") {
        Some(Prefix::Rxcui)
    } else if last == "ndc" || last.ends_with("-ndc") {
        Some(Prefix::Ndc)
    } else if last == "atc" || last.ends_with("-atc") {
        Some(Prefix::Atc)
    } else if last.starts_with("hcpcs") || last == "cpt" {
        Some(Prefix::Hcpcs)
    } else {
        None
    }
}

/// Whether a part of a text is the address of a system: a URL or a URN.
pub fn is_address(part: &str) -> bool {
    let begins = |head: &str| part.get(..head.len()).is_some_and(|h| h.eq_ignore_ascii_case(head));
    part.contains("://") || begins("urn:") || begins("www.")
}

/// The digits of a number that is written with an exponent, if all of them are written: `4.06055201E+08`. Programs in Java leave out zeros at its
/// end, and nothing else: `5.140709593E10`. Spreadsheets, which round, write `E+10`.
fn exponent(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    const LEFT_OUT: usize = 2;
    let is_exact = exponent.starts_with(|c: char| c.is_ascii_digit());
    let exponent: usize = exponent.trim_start_matches('+').parse().ok()?;
    let mut digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let zeros = exponent.checked_add(1)?.saturating_sub(digits.len());
    if is_exact && zeros <= LEFT_OUT {
        digits.extend(std::iter::repeat_n('0', zeros));
    }
    // Decimals beyond the whole number are zeros that a format added: `4.0605520100E+08`.
    let (whole, decimals) = digits.split_at_checked(exponent.checked_add(1)?)?;
    let is_whole = mantissa.as_bytes().get(1) == Some(&b'.')
        && !whole.is_empty()
        && decimals.bytes().all(|b| b == b'0');
    is_whole.then(|| whole.to_owned())
}

/// Whether it is a number with an exponent, as a spreadsheet writes a long one.
pub fn is_exponent(text: &str) -> bool {
    exponent(bare(text)).is_some()
}

/// Whether these digits are few enough for a code of another country, as an NDC that lost its zeros, or as labeler and product only.
pub fn may_be_of_another_system(text: &str) -> bool {
    let text = text.trim();
    text.bytes().all(|b| b.is_ascii_digit())
        && (text.len() == 8 || text.len() == 9 && text.starts_with('0'))
}

/// Whether the name, or the address, of a system is that of a country's product list or of a vocabulary with long numbers as codes: none of them is
/// an NDC.
pub fn is_other_system(system: &str) -> bool {
    const OTHERS: [&str; 31] = [
        "pzn",
        "aic",
        "minsan",
        "cip",
        "cip7",
        "cip13",
        "ucd",
        "hpk",
        "prk",
        "gpk",
        "zi",
        "zindex",
        "cn",
        "cnk",
        "din",
        "vnr",
        "varenr",
        "nappi",
        "pbs",
        "sct",
        "snomed",
        "snomedct",
        "dmd",
        "dm+d",
        "vtm",
        "vmp",
        "amp",
        "vmpp",
        "ampp",
        "pharmacode",
        "sukl",
    ];
    let system = system.trim().trim_end_matches('/');
    let last = system.rsplit(['/', ':']).next().unwrap_or_default();
    OTHERS.iter().any(|other| last.eq_ignore_ascii_case(other))
}

/// Whether a cell of a code column holds words: a run of letters that no code has.
pub fn is_text(text: &str) -> bool {
    let mut row = 0;
    let rows = text.chars().any(|c| {
        row = if c.is_alphabetic() { row + 1 } else { 0 };
        row >= if c.is_ascii() { 4 } else { 2 }
    });
    rows && ndc(text).is_err() && !atc::is_one(text)
}

/// Whether the code is a HCPCS level II code: `J2315`.
pub fn is_hcpcs(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() == 5 && b[0].is_ascii_alphabetic() && b[1..].iter().all(u8::is_ascii_digit)
}

/// Whether the name, or the address, of a system is that of the codes of vaccines (HL7 table 0292).
pub fn is_of_vaccines(system: &str) -> bool {
    let last = system.trim().trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    last.eq_ignore_ascii_case("cvx") || last == "2.16.840.1.113883.12.292"
}

/// Whether the code could be an RxCUI: up to 8 digits, not zero, also as a float (`1483744.0`).
pub fn rxcui(text: &str) -> Option<u32> {
    let text = match prefixed(text) {
        Some((Prefix::Rxcui, code)) => code,
        _ => text.trim(),
    };
    let text = text.strip_suffix(".0").unwrap_or(text);
    if text.is_empty() || text.len() > 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|&n| n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_an_ndc() {
        for text in ["00406-0552-01", "00406055201", "0406-0552-01", "406055201", "406055201.0"] {
            assert_eq!(ndc(text).unwrap().number, 406_055_201, "{text}");
        }
        assert_eq!(ndc("63459-300-42").unwrap().number, 63_459_030_042);
        assert_eq!(ndc("65757-0300-1").unwrap().number, 65_757_030_001);
        assert!(ndc("406055201").unwrap().padded);
        for text in [
            "00406 0552 01",
            "NDC:00406-0552-01",
            "NDC 0406-0552-01",
            "N400406055201",
            "N400406055201UN1",
            "N400406055201 ML2.5",
            "'00406055201",
            "=\"00406055201\"",
            "00406.0552.01",
            "00406055201 ",
            "4.06055201E+08",
            "4.0605520100E+08",
            "0406-0552-*01",
            "00406-0552-*01",
            "000406055201",
            "0000406055201",
            "NDC11:00406055201",
            "N400406055201UN30",
            "N4 00406055201 UN30",
            "00406-0552-01 (100 ct)",
        ] {
            assert_eq!(ndc(text).unwrap().number, 406_055_201, "{text}");
        }
        for text in ["0406-0552", "00406-0552", "004060552", "NDC 0406-0552"] {
            let ndc = ndc(text).unwrap();
            assert_eq!(
                (ndc.number, ndc.product(), ndc.product_only),
                (4_060_552, 4_060_552, true),
                "{text}"
            );
        }
        assert_eq!(ndc("4.06055E+08"), Err(NdcProblem::Spreadsheet));
        assert_eq!(ndc("4.06055E08"), Err(NdcProblem::Spreadsheet));
        assert_eq!(ndc("5.140709593E10"), ndc("51407095930"));
        assert_eq!(ndc("5.140709593E+10"), Err(NdcProblem::Spreadsheet));
        assert_eq!(ndc("0406055201"), Err(NdcProblem::TenDigits));
        assert_eq!(ndc("0002-080"), Err(NdcProblem::Length));
        assert_eq!(ndc("00023-36136-70"), Err(NdcProblem::Length));
        assert_eq!(ndc("000000000"), Err(NdcProblem::Placeholder));
        // A bar code of another product, and rounded digits.
        assert_eq!(ndc("036000291452"), Err(NdcProblem::Length));
        assert_eq!(ndc("4.060552E+08"), Err(NdcProblem::Spreadsheet));
        assert_eq!(ndc("APAP-325T"), Err(NdcProblem::NotDigits));
    }

    #[test]
    fn a_code_is_read_with_the_address_of_its_system() {
        for text in [
            "http://www.nlm.nih.gov/research/umls/rxnorm|1010603",
            "1010603|http://www.nlm.nih.gov/research/umls/rxnorm",
            "http://www.nlm.nih.gov/research/umls/rxnorm#1010603",
            "http://www.nlm.nih.gov/research/umls/rxnorm/1010603",
            "http://www.nlm.nih.gov/research/umls/rxnorm 1010603",
            "urn:oid:2.16.840.1.113883.6.88|1010603",
            "2.16.840.1.113883.6.88:1010603",
            "RxNorm^1010603",
            "1010603^^RXNORM",
            "1010603 (RxNorm)",
            r#"{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","version":"2026","code":"1010603"}"#,
        ] {
            assert_eq!(token(text), Some((Prefix::Rxcui, "1010603")), "{text}");
        }
        for text in
            ["https://hl7.org/fhir/sid/ndc|00406-0552-01", "urn:ndc:00406055201", "00406055201^NDC"]
        {
            assert_eq!(ndc(text).unwrap().number, 406_055_201, "{text}");
        }
        assert_eq!(token("http://www.whocc.no/atc|N07BB04"), Some((Prefix::Atc, "N07BB04")));
        for text in [
            "http://snomed.info/sct|31684002",
            "http://www.nlm.nih.gov/research/umls/rxnorm|1010603 http://hl7.org/fhir/sid/ndc|00406055201",
            "oxycodone 5 mg | 30 tablets",
            "https://example.org/drugs/7",
        ] {
            assert_eq!(token(text), None, "{text}");
        }
    }

    #[test]
    fn an_ndc_is_read_in_the_spellings_of_other_systems() {
        for text in [
            "47335\u{2011}326\u{2011}83",
            "47335–0326–83",
            "47335_326_83",
            "47335/326/83",
            "473350326-83",
            "047335-0326-83",
            "47335-*326-83",
            "47,335,032,683",
        ] {
            assert_eq!(ndc(text).unwrap().number, 47_335_032_683, "{text}");
        }
        assert_eq!(ndc("115-1560-1").unwrap().number, 115_156_001);
        for text in [
            "347335326833",
            "0347335326833",
            "00347335326833",
            "(01)00347335326833(17)270131(10)AB1",
            "]d2010034733532683317270131",
        ] {
            assert_eq!(bar_code(text), Some("4733532683"), "{text}");
            assert_eq!(ndc(text), Err(NdcProblem::TenDigits), "{text}");
        }
        for text in ["347335326834", "4006381333931", "2026-03-01", "3/1/2026", "12-1560", "1,234"]
        {
            assert!(bar_code(text).is_none() && ndc(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ten_digits_have_three_readings() {
        assert_eq!(readings("0406055201"), [406_055_201, 4_060_055_201, 4_060_552_001]);
        assert_eq!(readings("1234567891"), [1_234_567_891, 12_345_067_891, 12_345_678_901]);
        assert!(readings("123").is_empty());
    }

    #[test]
    fn words_in_a_code_column_are_words() {
        for text in ["Oxycodone 5mg tab", "naltrexone", "モルヒネ", "ENDONE TAB 5MG"] {
            assert!(is_text(text), "{text}");
        }
        for text in
            ["00406-0552-01", "NDC:00406-0552-01", "N07BB04", "J2315", "MED001", "", "NTX50"]
        {
            assert!(!is_text(text), "{text}");
        }
    }

    #[test]
    fn other_codes() {
        assert!(is_hcpcs("J2315") && !is_hcpcs("J23150"));
        assert_eq!(rxcui("1483744.0"), Some(1_483_744));
        assert_eq!(rxcui("0"), None);
        assert_eq!(rxcui("RXCUI:7243"), Some(7_243));
        assert_eq!(rxcui("RxNorm 7243"), Some(7_243));
        assert_eq!(prefixed("HCPCS J2315"), Some((Prefix::Hcpcs, "J2315")));
        assert_eq!(prefixed("ATC:N07BB04"), Some((Prefix::Atc, "N07BB04")));
        assert_eq!(prefixed("atcwhatever 5"), None);
        assert!(is_of_vaccines("CVX") && is_of_vaccines("http://hl7.org/fhir/sid/cvx"));
        assert!(is_of_vaccines("urn:oid:2.16.840.1.113883.12.292") && !is_of_vaccines("NDC"));
        assert_eq!(ndc("02254963"), Err(NdcProblem::Length));
        assert!(is_other_system("PZN") && is_other_system("http://fhir.de/CodeSystem/ifa/pzn"));
        assert!(!is_other_system("NDC") && !is_other_system("local") && !is_other_system(""));
    }
}
