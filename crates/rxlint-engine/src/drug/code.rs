//! Codes as exports write them: which vocabulary, and in which format.

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

/// An NDC in its 11 digits, and whether leading zeros had to be put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ndc {
    /// The 11 digits as a number.
    pub number: u64,
    /// Fewer digits were written; true only when a spreadsheet or database dropped leading zeros.
    pub padded: bool,
}

/// Reads an NDC in any of its formats: 11 digits; 5-4-2; 10 digits as 4-4-2, 5-3-2 or 5-4-1; 8 or 9
/// digits that lost their leading zeros, also as a float (`182138167.0`).
///
/// # Errors
/// What is wrong with it. Nothing is guessed.
pub fn ndc(text: &str) -> Result<Ndc, NdcProblem> {
    let text = text.trim();
    if text.bytes().any(|b| b == b'e' || b == b'E') && text.parse::<f64>().is_ok() {
        return Err(NdcProblem::Spreadsheet);
    }
    let text = text.strip_suffix(".0").unwrap_or(text);
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return Err(NdcProblem::NotDigits);
    }
    if text.bytes().all(|b| b == b'0' || b == b'-')
        || text.bytes().all(|b| b == b'9')
        || text == "00000000001"
    {
        return Err(NdcProblem::Placeholder);
    }
    let number = |digits: &str| digits.parse::<u64>().map_err(|_| NdcProblem::Length);
    if text.contains('-') {
        let parts: Vec<&str> = text.split('-').collect();
        let [labeler, product, package] = parts[..] else { return Err(NdcProblem::Length) };
        return match (labeler.len(), product.len(), package.len()) {
            (5, 4, 2) | (4, 4, 2) | (5, 3, 2) | (5, 4, 1) => Ok(Ndc {
                number: number(&format!("{labeler:0>5}{product:0>4}{package:0>2}"))?,
                padded: false,
            }),
            _ => Err(NdcProblem::Length),
        };
    }
    match text.len() {
        11 => Ok(Ndc { number: number(text)?, padded: false }),
        10 => Err(NdcProblem::TenDigits),
        8 | 9 => Ok(Ndc { number: number(text)?, padded: true }),
        _ => Err(NdcProblem::Length),
    }
}

/// Whether the code is an ATC code of level 5: `N07BB04`.
pub fn is_atc(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() == 7
        && b[0].is_ascii_alphabetic()
        && b[1..3].iter().all(u8::is_ascii_digit)
        && b[3..5].iter().all(u8::is_ascii_alphabetic)
        && b[5..7].iter().all(u8::is_ascii_digit)
}

/// Whether the code is a HCPCS level II code: `J2315`.
pub fn is_hcpcs(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() == 5 && b[0].is_ascii_alphabetic() && b[1..].iter().all(u8::is_ascii_digit)
}

/// Whether the code could be an RxCUI: up to 8 digits, not zero, also as a float (`1483744.0`).
pub fn rxcui(text: &str) -> Option<u32> {
    let text = text.trim();
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
        assert_eq!(ndc("4.06055E+08"), Err(NdcProblem::Spreadsheet));
        assert_eq!(ndc("0406055201"), Err(NdcProblem::TenDigits));
        assert_eq!(ndc("0002-0800"), Err(NdcProblem::Length));
        assert_eq!(ndc("00023-36136-70"), Err(NdcProblem::Length));
        assert_eq!(ndc("000000000"), Err(NdcProblem::Placeholder));
        assert_eq!(ndc("APAP-325T"), Err(NdcProblem::NotDigits));
    }

    #[test]
    fn other_codes() {
        assert!(is_atc("N07BB04") && !is_atc("N07BB"));
        assert!(is_hcpcs("J2315") && !is_hcpcs("J23150"));
        assert_eq!(rxcui("1483744.0"), Some(1_483_744));
        assert_eq!(rxcui("0"), None);
    }
}
