//! The code of a person within a family, made the same however its sources write it.

/// What the holder of a number is called when a relation to the holder is asked for.
const HOLDERS: [&[u8]; 14] = [
    b"self",
    b"subscriber",
    b"employee",
    b"cardholder",
    b"card holder",
    b"insured",
    b"policyholder",
    b"policy holder",
    b"member",
    b"enrollee",
    b"holder",
    b"primary",
    b"primary insured",
    b"primary cardholder",
];

/// Longer numbers are not codes within a family.
const MOST_DIGITS: usize = 3;

/// The code or relation of a person in the form in which it is compared: `1`, `001` and `1.0` are 01, a subscriber is the person that
/// others call self, and letter case is ignored.
pub(crate) fn canonical(text: Vec<u8>) -> Vec<u8> {
    let digits = text.strip_prefix(b"'").unwrap_or(&text);
    let digits = digits.strip_suffix(b".0").unwrap_or(digits);
    if (1..=MOST_DIGITS).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) {
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let number = &digits[zeros..];
        return [&b"00"[number.len().min(2)..], number].concat();
    }
    let is_holder = |name: &&&[u8]| text.eq_ignore_ascii_case(name);
    if HOLDERS.iter().any(|name| is_holder(&name)) {
        return b"Self".to_vec();
    }
    // `S` is a code, `SPOUSE` a word.
    if text.len() > 2 && text.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b' ') {
        let mut word = text.to_ascii_lowercase();
        word[..1].make_ascii_uppercase();
        return word;
    }
    text.to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_code_is_one_however_it_is_written() {
        for (written, is) in [
            ("01", "01"),
            ("1", "01"),
            ("001", "01"),
            ("1.0", "01"),
            ("'01", "01"),
            ("0", "00"),
            ("000", "00"),
            ("12", "12"),
            ("101", "101"),
            ("s", "S"),
            ("Self", "Self"),
            ("SUBSCRIBER", "Self"),
            ("Employee", "Self"),
            ("spouse", "Spouse"),
            ("SPOUSE", "Spouse"),
            ("1001", "1001"),
            ("", ""),
        ] {
            assert_eq!(canonical(written.into()), is.as_bytes(), "{written}");
        }
    }
}
