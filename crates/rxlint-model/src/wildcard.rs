//! Names with wildcards, as people write them for rules, prescribers and drugs.

/// Whether a text has that form: `*` stands for any characters, `?` for one. Upper and lower case are the same.
pub fn fits(pattern: &str, text: &str) -> bool {
    let fold = |text: &str| text.trim().to_lowercase().chars().collect::<Vec<char>>();
    let (pattern, text) = (fold(pattern), fold(text));
    let (mut at, mut p) = (0, 0);
    // Where the last star is, and how much of the text it stands for.
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, at));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[at] => {
                at += 1;
                p += 1;
            }
            _ => match star {
                Some((of, from)) => {
                    star = Some((of, from + 1));
                    (p, at) = (of + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Whether a word has a wildcard in it.
pub fn is_pattern(word: &str) -> bool {
    word.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters() {
        for (pattern, text, fitting) in [
            ("opioid-*", "opioid-antagonist-overlap", true),
            ("*-overlap", "opioid-antagonist-overlap", true),
            ("*antagonist*", "opioid-antagonist-overlap", true),
            ("recent-?pioid", "recent-opioid", true),
            ("Recent-Opioid", "recent-opioid", true),
            ("opioid-*", "recent-opioid", false),
            ("*a*b", "aab", true),
            ("*a*b", "aabc", false),
            ("", "x", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, text), fitting, "{pattern} {text}");
        }
        assert!(fits(&"*a".repeat(200), &"a".repeat(5000)));
    }
}
