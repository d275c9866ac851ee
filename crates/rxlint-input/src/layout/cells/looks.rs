//! What the cells of a column that serves no field look like.

/// What a column that nothing reads may be. In a list of drugs, each kind but the first four says what was not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// Names or codes of drugs.
    DrugsOrCodes,
    /// The names of the drugs of its rows, next to what says which drug each is.
    DrugNames,
    /// Dates.
    Dates,
    /// Numbers of days.
    Days,
    /// Names of drugs, in a list of drugs.
    ListedNames,
    /// Classes of drugs, in such a list.
    Classes,
    /// Words for opioids that may not be classes.
    OpioidWords,
    /// Entries next to those that were read.
    SecondBlock,
    /// Statuses by which a drug that rules are about is off.
    StatusesThatMatter,
    /// Other statuses.
    Statuses,
    /// Answers to an unknown question.
    Answers,
    /// The same, most of them no.
    RareAnswers,
    /// Codes of drugs.
    Codes,
    /// Tiers.
    Tiers,
    /// Limits.
    Limits,
}

impl Looks {
    /// What it is, in a sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::DrugsOrCodes => "drug names or codes",
            Self::DrugNames => "drug names",
            Self::Dates => "dates",
            Self::Days => "days",
            Self::ListedNames => "names of drugs",
            Self::Classes => "classes of opioids",
            Self::OpioidWords => "words for opioids",
            Self::SecondBlock => "names of a second block of entries",
            Self::StatusesThatMatter => "statuses by which watched drugs are off",
            Self::Statuses => "statuses of a list",
            Self::Answers => "answers of yes and no",
            Self::RareAnswers => "answers, most of them no,",
            Self::Codes => "codes of drugs",
            Self::Tiers => "tiers of a list",
            Self::Limits => "limits",
        }
    }
}
