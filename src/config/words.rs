//! Errors of the configuration in a person's words: which key, what was given, and what is accepted. The parser's own words are
//! meant for those who know its types.

use std::ops::Range;

use rxlint_engine::file_error::{FileError, nearest};
use rxlint_model::record::Field;

/// Where an error is: the key before it on its line, what is there, and everything after the `=`.
struct Spot<'t> {
    key: &'t str,
    given: &'t str,
    rest: &'t str,
}

/// How findings and columns are accepted in one file.
const ACCEPT_BOTH: &str = "list all columns that were looked at once, before all lines in brackets: accept.columns = [\"…\", \"…\"]; after \
                           that each accepted finding begins with a line [[accept.findings]], in two brackets";

/// What is wrong, and what to do.
type Told = (String, String);

/// Says what the parser could not take. `text` is what errors may show of the file.
pub(super) fn error(path: &str, text: &str, error: &toml::de::Error) -> FileError {
    let spot = Spot::of(text, error.span().unwrap_or_default());
    match (spot.told(error.message()), error.span()) {
        (Some((what, help)), Some(span)) => FileError::span(path, text, span, what).with_help(help),
        _ => FileError::toml(path, text, error),
    }
}

/// Says that a Windows path in double quotes has become another text: `\r` ends a line there.
pub(super) fn spoilt_path(path: &str, text: &str, span: Range<usize>) -> FileError {
    let (what, help) = Spot::of(text, span.clone()).backslash();
    FileError::span(path, text, span, what).with_help(help)
}

/// Whether a value as written is a Windows path in double quotes.
pub(super) fn is_windows_path(written: &str) -> bool {
    written.starts_with('"') && written.contains(":\\")
}

impl<'t> Spot<'t> {
    fn of(text: &'t str, span: Range<usize>) -> Self {
        let begin = text.get(..span.start).and_then(|before| before.rfind('\n'));
        let line = text.get(begin.map_or(0, |at| at + 1)..).unwrap_or_default();
        let line = line.lines().next().unwrap_or_default();
        let (key, rest) = line.split_once('=').unwrap_or((line, ""));
        let key = key.trim().trim_matches(['[', ']', ' ']);
        Self { key, given: text.get(span).unwrap_or_default(), rest: rest.trim() }
    }

    fn name(&self) -> String {
        if self.key.is_empty() { "this".to_owned() } else { format!("`{}`", self.key) }
    }

    fn told(&self, message: &str) -> Option<Told> {
        let key = self.key;
        for type_or_value in ["invalid type: ", "invalid value: "] {
            if let Some(said) = message.strip_prefix(type_or_value) {
                return self.other_type(said.rsplit_once(", expected ")?.1);
            }
        }
        if is_windows_path(self.rest) {
            return Some(self.backslash());
        }
        if message.starts_with("unknown ") {
            return self.unknown(message);
        }
        if message.starts_with("string values must be quoted") {
            let quote = if self.rest.contains(['\\', '"']) { '\'' } else { '"' };
            let help = format!("write {key} = {quote}{}{quote}", self.rest);
            return Some((format!("what {} is set to needs quotes", self.name()), help));
        }
        if message.starts_with("invalid boolean") {
            return self.other_type("a boolean");
        }
        if message.starts_with("key with no value") {
            let what = "a setting is a key, an equals sign and a value".to_owned();
            return Some((what, "write it as in strict = true".to_owned()));
        }
        if message.starts_with("unexpected key or value") && self.key.contains(']') {
            let help = "what belongs to it begins on the next line".to_owned();
            return Some(("a line in brackets holds nothing else".to_owned(), help));
        }
        if message == "duplicate key" && key.split('.').next() == Some("accept") {
            return Some(("`accept` is set twice".to_owned(), ACCEPT_BOTH.to_owned()));
        }
        if message == "duplicate key" {
            let help = "leave one of the two out, or put them into one".to_owned();
            return Some((format!("{} is set twice", self.name()), help));
        }
        let help = match (message.contains("untagged enum"), key) {
            (true, "max-shown") => "write a number, or max-shown = \"all\"".to_owned(),
            (true, "until") => "write a day, as in until = 2026-12-31".to_owned(),
            (true, "patient" | "prescriber") => format!("write one identifier: {key} = \"…\""),
            _ => return None,
        };
        Some((format!("{} cannot be set to this", self.name()), help))
    }

    /// A Windows path in double quotes, where a backslash starts an escape.
    fn backslash(&self) -> Told {
        let path = self.rest.trim_matches('"');
        let what = "a backslash in double quotes starts an escape".to_owned();
        (what, format!("write the path in single quotes: {} = '{path}'", self.key))
    }

    /// A value of another type than its key takes.
    fn other_type(&self, expected: &str) -> Option<Told> {
        let (key, name, given) = (self.key, self.name(), self.given);
        let digits: String =
            given.trim_matches('"').chars().take_while(char::is_ascii_digit).collect();
        let told = match expected {
            "a sequence" if given.starts_with('[') || ["vocabulary", "profile"].contains(&key) => (
                format!("there may be several of {name}"),
                format!(
                    "begin each with a line [[{key}]], in two brackets; what belongs to it follows"
                ),
            ),
            "a sequence" => (format!("{name} is a list"), format!("write {key} = [{given}]")),
            "a boolean" => (
                format!("{name} is true or false"),
                format!("write {key} = true or {key} = false, in small letters and without quotes"),
            ),
            "a map" => (
                format!("{name} is a table"),
                format!("write a line [{key}], in single brackets; what belongs to it follows"),
            ),
            _ if expected.ends_with("string") => (
                format!("{name} is a text"),
                match given {
                    _ if given.starts_with(['[', '{']) => format!("write one text: {key} = \"…\""),
                    // Within a list only its own quotes are missing.
                    _ if given != self.rest => format!("put it in quotes: \"{given}\""),
                    _ => format!("put it in quotes: {key} = \"{given}\""),
                },
            ),
            _ => {
                let range = match expected {
                    "u8" => " from 0 to 255",
                    "u16" => " from 0 to 65535",
                    "u32" | "u64" | "usize" => " of 0 or more",
                    "i32" => "",
                    _ => return None,
                };
                let example =
                    if given.starts_with('"') && !digits.is_empty() { &digits } else { "7" };
                (
                    format!("{name} is a whole number{range}"),
                    format!("write it without quotes and without a unit, as in {key} = {example}"),
                )
            }
        };
        Some(told)
    }

    /// A key or word that is unknown.
    fn unknown(&self, message: &str) -> Option<Told> {
        /// No one reads more names than this.
        const MANY: usize = 20;
        let mut quoted = message.split('`').skip(1).step_by(2);
        let wrong = quoted.next()?;
        let known: Vec<&str> = quoted.collect();
        // In any letter case.
        let near = nearest(&wrong.to_lowercase(), known.iter().copied());
        let near = near.map(|near| format!("did you mean `{near}`?"));
        let list = || format!("known here: {}", known.join(", "));
        if !message.starts_with("unknown field") {
            let what = format!("{} cannot be `{wrong}`", self.name());
            return Some((what, near.unwrap_or_else(list)));
        }
        if known == ["findings", "columns"] {
            return Some((format!("[accept] has no `{wrong}`"), ACCEPT_BOTH.to_owned()));
        }
        if wrong == "columns" && known.contains(&"fingerprint") {
            let what = "[[accept]] has no `columns`: an entry is about findings".to_owned();
            return Some((what, ACCEPT_BOTH.to_owned()));
        }
        if wrong == "accept" {
            let what = "`accept` is below a line in brackets, and belongs to that".to_owned();
            return Some((what, "put it at the top, before the first such line".to_owned()));
        }
        if known.len() < MANY {
            return Some((format!("`{wrong}` is not known here"), near.unwrap_or_else(list)));
        }
        let help = match Field::from_name(wrong) {
            Some(_) => format!("columns are named below a line [columns]: {wrong} = \"HEADER\""),
            None => near.unwrap_or_else(|| "`rxlint config` prints every setting".to_owned()),
        };
        Some((format!("there is no setting `{wrong}`"), help))
    }
}
