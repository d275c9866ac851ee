//! Check digits of the code systems that have them: a code that fails its check was mistyped or damaged.

/// Whether the last digit is the GS1 check digit of those before it: GTIN, EAN, UPC.
pub fn gs1(digits: &str) -> bool {
    let weighed = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, b)| u32::from(b.wrapping_sub(b'0')) * if at % 2 == 1 { 3 } else { 1 });
    digits.bytes().all(|b| b.is_ascii_digit()) && weighed.sum::<u32>() % 10 == 0
}

/// Whether the digits pass Verhoeff's check: SNOMED CT, and therefore dm+d.
pub fn verhoeff(digits: &str) -> bool {
    const TIMES: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const TURN: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    let step = |sum: u8, (at, b): (usize, u8)| {
        TIMES[usize::from(sum)][usize::from(TURN[at % 8][usize::from(b - b'0')])]
    };
    digits.bytes().all(|b| b.is_ascii_digit())
        && digits.bytes().rev().enumerate().fold(0, step) == 0
}

/// Whether a Pharmazentralnummer (PZN) of seven or eight digits ends in the right check digit.
pub fn pzn(digits: &str) -> bool {
    let Some((last, others)) =
        digits.as_bytes().split_last().filter(|_| matches!(digits.len(), 7 | 8))
    else {
        return false;
    };
    let first = if digits.len() == 8 { 1 } else { 2 };
    let sum: u32 = others
        .iter()
        .zip(first..)
        .map(|(b, weight)| u32::from(b.wrapping_sub(b'0')) * weight)
        .sum();
    digits.bytes().all(|b| b.is_ascii_digit()) && sum % 11 == u32::from(last.wrapping_sub(b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_pass_and_slips_fail() {
        // dm+d concepts of naltrexone and related drugs.
        for code in [
            "87617007",
            "34558611000001107",
            "13807711000001105",
            "30200311000001101",
            "89018006",
            "31684002",
            "425741009",
        ] {
            assert!(verhoeff(code), "{code}");
            let swapped = format!("{}{}{}", &code[1..2], &code[..1], &code[2..]);
            assert!(swapped == code || !verhoeff(&swapped), "{swapped}");
        }
        assert!(gs1("4006381333931") && !gs1("4006381333932") && gs1("036000291452"));
        assert!(pzn("27580899") && !pzn("27580898") && !pzn("123") && !pzn(""));
        assert!(!verhoeff("12a") && !gs1("x"));
    }
}
