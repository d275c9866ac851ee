//! Letters that an export lost or wrote in another way: `Analg?siques opio?des`, `opio&iuml;des`.

/// Letters that bear accents in the languages of lists, without them.
const LETTERS: [char; 7] = ['i', 'e', 'o', 'a', 'c', 'u', 'n'];

/// Whether a text has an entity, or a sign between letters that no class has.
pub(super) fn is_damaged(text: &str) -> bool {
    text.contains('&') || signs(text).any(|is_lost| is_lost)
}

/// For each character, whether it stands in the place of a letter.
fn signs(text: &str) -> impl Iterator<Item = bool> {
    let letters: Vec<char> = text.chars().collect();
    let is_letter = |at: usize| letters.get(at).copied().is_some_and(char::is_alphabetic);
    let is_sign = |c: char| {
        matches!(c, '?' | '\u{fffd}' | '‚' | '‹' | '\u{80}'..='\u{9f}' | '¿' | '¡' | '†' | '‰')
    };
    let is_lost =
        |at: usize| is_sign(letters[at]) && at > 0 && is_letter(at - 1) && is_letter(at + 1);
    (0..letters.len()).map(is_lost).collect::<Vec<_>>().into_iter()
}

/// The text with its entities read, and with each letter in the place of what is lost.
pub(super) fn readings(text: &str) -> impl Iterator<Item = String> {
    let plain = without_entities(text);
    LETTERS.into_iter().map(move |letter| {
        plain
            .chars()
            .zip(signs(&plain))
            .map(|(c, is_lost)| if is_lost { letter } else { c })
            .collect()
    })
}

/// The text with plain letters for entities such as `&eacute;`.
fn without_entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        plain.push_str(before);
        let name = entity[1..].split_once(';').map(|(name, _)| name).filter(|name| name.len() < 8);
        let letter = name.and_then(|name| {
            let mut letters = name.chars();
            let first = letters.next().filter(char::is_ascii_alphabetic)?;
            let mark = letters.as_str();
            let is_mark = ["acute", "grave", "circ", "uml", "tilde", "cedil", "ring", "caron"]
                .contains(&mark);
            is_mark.then_some(first)
        });
        match (letter, name) {
            (Some(letter), Some(name)) => {
                plain.push(letter);
                rest = &entity[name.len() + 2..];
            }
            _ => {
                plain.push('&');
                rest = &entity[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_letters_are_tried_and_entities_are_read() {
        let has = |text: &str, wanted: &str| readings(text).any(|reading| reading.contains(wanted));
        for text in [
            "Analg?siques opio?des",
            "Analg\u{fffd}siques opio\u{fffd}des",
            "opio&iuml;des",
            "opio‹des",
        ] {
            assert!(is_damaged(text) && has(text, "opioides"), "{text}");
        }
        for text in ["Opioids?", "opioids / other", "L'opium", ""] {
            assert!(!is_damaged(text), "{text}");
        }
        assert_eq!(without_entities("a & b; c &amp; d"), "a & b; c &amp; d");
    }
}
