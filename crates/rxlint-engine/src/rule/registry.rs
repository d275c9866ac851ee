//! The table of the kinds of rule.
//!
//! A new kind is a file next to this one with its keys, an `ABOUT` and a [`RuleKind`], plus a line
//! here. The compiler names what is missing in the file; a test in this module names what is
//! missing elsewhere.

use super::file::RuleFile;
use super::kind::{KindInfo, RuleKind};

/// Passes the table to a macro: the word used in rule files (also the name of the module), the
/// variant, and the type of the keys.
macro_rules! for_each_kind {
    ($then:ident) => {
        $then! {
            overlap: Overlap(Overlap),
            washout: Washout(Washout),
            blockade: Blockade(Blockade),
            restart: Restart(Restart),
            dose: Dose(Dose),
            duplicate: Duplicate(Duplicate),
            person: Person(Person),
            record: Record(RecordCheck),
            formulary: Formulary(FormularyCheck),
        }
    };
}
pub(super) use for_each_kind;

macro_rules! kinds {
    ($($key:ident: $Kind:ident($Keys:ident),)*) => {
        /// The kinds of rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
        #[serde(rename_all = "kebab-case")]
        #[allow(missing_docs, reason = "each names the condition of the same name")]
        pub enum Kind {
            $($Kind,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$Kind),*];

            /// As rule files write them.
            pub const NAMES: &[&str] = &[$(stringify!($key)),*];

            /// As rule files write it; the name of the condition table.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Kind => stringify!($key),)*
                }
            }

            /// What is known about the kind before a rule is read.
            pub const fn about(self) -> &'static KindInfo {
                match self {
                    $(Self::$Kind => &super::$key::ABOUT,)*
                }
            }
        }

        /// The condition of a rule.
        #[derive(Clone, Debug)]
        #[allow(missing_docs, reason = "each holds the condition of the same name")]
        #[allow(clippy::large_enum_variant, reason = "a book has some dozens of them")]
        pub enum Condition {
            $($Kind(super::$key::$Keys),)*
        }

        impl Condition {
            /// The condition of a file: its one table, which has the name of its kind.
            pub fn of(file: &RuleFile) -> Option<Self> {
                let found = [
                    $(file.$key.clone().map(|keys| (Kind::$Kind, Self::$Kind(keys))),)*
                ];
                let mut tables = found.into_iter().flatten();
                match (tables.next(), tables.next()) {
                    (Some((kind, condition)), None) if kind == file.kind => Some(condition),
                    _ => None,
                }
            }

            /// The kind's implementation.
            pub fn rule(&self) -> &dyn RuleKind {
                match self {
                    $(Self::$Kind(keys) => keys,)*
                }
            }

            /// The same, to be changed.
            pub fn rule_mut(&mut self) -> &mut dyn RuleKind {
                match self {
                    $(Self::$Kind(keys) => keys,)*
                }
            }
        }
    };
}
for_each_kind!(kinds);

impl Condition {
    /// The selectors of a condition about exposures: the subject, and the other side if there is
    /// one.
    pub fn selectors(&self) -> impl Iterator<Item = &super::select::Selector> {
        self.rule().set_off().selectors()
    }
}

#[cfg(test)]
mod tests;
