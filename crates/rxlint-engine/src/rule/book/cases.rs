//! The cases of a rule. Those of built-in rules are most of their files, and only tests and the manual need
//! them: they are read on demand.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::rule::file::CaseFile;

/// What precedes the first case.
const BEGIN: &str = "\n[[case]]";

/// A rule's cases.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    /// The part of a built-in file that holds them, to be read on demand.
    later: &'static str,
    read: OnceLock<Vec<CaseFile>>,
}

#[derive(Deserialize)]
struct Tail {
    #[serde(rename = "case")]
    cases: Vec<CaseFile>,
}

impl Cases {
    /// Cases that have been read.
    pub fn read(cases: Vec<CaseFile>) -> Self {
        Self { later: "", read: OnceLock::from(cases) }
    }

    /// The cases of a built-in rule's file, where they come last: a test checks that.
    pub(super) fn later(text: &'static str) -> Self {
        let later = text.find(BEGIN).and_then(|at| text.get(at..)).unwrap_or_default();
        Self { later, read: OnceLock::new() }
    }

    /// All of them.
    pub fn all(&self) -> &[CaseFile] {
        self.read.get_or_init(|| {
            let tail: Option<Tail> = toml::from_str(self.later).ok();
            tail.map(|tail| tail.cases).unwrap_or_default()
        })
    }
}
