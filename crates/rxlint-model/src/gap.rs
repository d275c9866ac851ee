//! What a run did not check, so that it is not complete.

/// Something that a run did not check, and the one thing to do about it. It never contains anything from a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Which of the conditions of a complete run is not met.
    pub kind: GapKind,
    /// The input that it is about, if it is about one.
    pub path: Option<String>,
    /// The first line that it is about, if it is about lines.
    pub line: Option<u32>,
    /// What was not checked, as a sentence.
    pub what: String,
    /// What to do about it, as a sentence.
    pub remedy: String,
}

/// The conditions of a complete run. A run is complete if all of them are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// Some record was checked.
    NothingChecked,
    /// There are as many records as the sender stated.
    Expected,
    /// Every file was read.
    UnreadFile,
    /// At most `--max-rejects` records could not be understood.
    Rejected,
    /// At most `--max-unresolved` records name no drug that can be read.
    Unresolved,
    /// Every mention of a watched drug was judged as that drug, or is where it is not a prescription.
    StrayMention,
    /// No column that could hold what is missing was left unread.
    OpenColumn,
    /// The drug column holds drug names.
    UnknownNames,
}

impl GapKind {
    /// The name in reports: `unread-file`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NothingChecked => "nothing-checked",
            Self::Expected => "expected-records",
            Self::UnreadFile => "unread-file",
            Self::Rejected => "rejected-records",
            Self::Unresolved => "unresolved-records",
            Self::StrayMention => "stray-mention",
            Self::OpenColumn => "open-column",
            Self::UnknownNames => "unknown-names",
        }
    }
}

impl Gap {
    /// A gap that is about the run as a whole.
    pub fn new(kind: GapKind, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind, path: None, line: None, what: what.into(), remedy: remedy.into() }
    }

    /// The same gap for one input.
    #[must_use]
    pub fn of(self, path: &str) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    /// The same gap, from this line on.
    #[must_use]
    pub fn at(self, line: u32) -> Self {
        Self { line: Some(line), ..self }
    }
}
