//! Short forms, and words of other scripts: what is read in their place.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::file::RewriteFile;
use super::pattern::{Fault, regex};
use crate::exposure::days::narrow;

/// Patterns, each with what is read in its place.
pub(super) fn rewrites(files: &[RewriteFile]) -> Result<Vec<(Regex, String)>, Fault> {
    files
        .iter()
        .map(|one| Ok((regex(&one.pattern, &one.pattern)?, one.to.to_lowercase())))
        .collect()
}

/// Those of other scripts, compiled when the first text is met that needs them: most inputs have none.
#[derive(Debug)]
pub(super) struct Translations {
    files: Vec<RewriteFile>,
    ready: OnceLock<Vec<(Regex, String)>>,
}

impl Translations {
    pub(super) fn of(files: &[RewriteFile]) -> Self {
        Self { files: files.to_vec(), ready: OnceLock::new() }
    }

    pub(super) fn all(&self) -> &[(Regex, String)] {
        self.ready.get_or_init(|| rewrites(&self.files).unwrap_or_default())
    }

    /// Checks that each is a valid pattern.
    pub(super) fn check(&self) -> Result<(), Fault> {
        rewrites(&self.files).map(drop)
    }
}

/// The text without accents, and with full-width letters and digits in their usual form.
pub(super) fn without_accents(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let is_accent = |c: &char| ('\u{300}'..='\u{36F}').contains(c);
    Cow::Owned(narrow(text).nfd().filter(|c| !is_accent(c)).nfc().collect())
}
