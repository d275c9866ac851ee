//! The cases of a rule. Those of built-in rules are most of what stands in their files, and only tests and the manual ask for
//! them: they are read when they do.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::rule::file::CaseFile;

/// What stands before the first case.
const BEGIN: &str = "\n[[case]]";

/// A rule's cases.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    /// The part of a built-in file that holds them, to be read when they are asked for.
    later: &'static str,
    read: OnceLock<Vec<CaseFile>>,
}

#[derive(Deserialize)]
struct Tail {
    #[serde(rename = "case")]
    cases: Vec<CaseFile>,
}

impl Cases {
    /// Cases that were read.
    pub fn read(cases: Vec<CaseFile>) -> Self {
        Self { later: "", read: OnceLock::from(cases) }
    }

    /// The cases of a built-in rule's file, where they stand last: a test sees to that.
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
