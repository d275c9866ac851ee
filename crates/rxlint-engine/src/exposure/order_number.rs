//! The numbers of orders (HL7 v2), hashed so that a number without its namespace is recognised as the same number
//! with one: the upper bits are the number's, the lower ones the namespace's.

const NAMESPACE: u32 = 0xFF;

/// Hashes an order's number as the reader of messages writes it, `NUMBER^NAMESPACE` or `NUMBER^`; any other text as a whole.
pub fn of(text: &[u8], hash: impl Fn(&[u8]) -> u32) -> u32 {
    let Some(at) = text.iter().rposition(|&byte| byte == b'^') else { return hash(text) };
    let number = bare(hash(&text[..at])).max(NAMESPACE + 1);
    let namespace = &text[at + 1..];
    if namespace.is_empty() { number } else { number | (hash(namespace) & NAMESPACE).max(1) }
}

/// The same number without a namespace.
pub const fn bare(number: u32) -> u32 {
    number & !NAMESPACE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_recognised_without_its_namespace() {
        let hash = |text: &[u8]| twox_hash::XxHash64::oneshot(0, text) as u32;
        let of = |text: &str| of(text.as_bytes(), hash);
        assert_eq!(bare(of("O1^EPIC")), of("O1^"));
        assert_eq!(bare(of("O1^EPIC")), bare(of("O1^RX")));
        assert_ne!(of("O1^EPIC"), of("O1^RX"));
        assert_ne!(of("O1^EPIC"), of("O1^"));
        assert_ne!(of("O1^"), of("O2^"));
        assert_eq!(
            of("C0012"),
            hash(b"C0012"),
            "what is no order of a message keeps all of its bits"
        );
    }
}
