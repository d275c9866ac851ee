//! Whether what a question asks for occurs in any record at all: that someone who does not exist has no findings is not good news.

use super::{read_again, with_authority};
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record};
use rxlint_model::sink::RecordSink;
use rxlint_model::wildcard::fits;

/// What is looked for in one field.
pub(super) struct Wanted<'a> {
    /// The option that asks for it.
    pub(super) option: &'static str,
    /// The field.
    pub(super) field: Field,
    /// The texts that are asked for.
    pub(super) texts: &'a [String],
    /// Whether `*` stands for any characters.
    pub(super) has_wildcards: bool,
}

impl Wanted<'_> {
    fn is_met(&self, at: usize, said: &str) -> bool {
        let said = said.trim();
        let wanted = self.texts[at].trim();
        !said.is_empty() && if self.has_wildcards { fits(wanted, said) } else { wanted == said }
    }
}

/// For each that is wanted, how many of its texts no record has.
///
/// # Errors
/// An input that cannot be read to its end.
pub(super) fn missing(inputs: &[Input], wanted: &[Wanted<'_>]) -> Result<Vec<usize>, InputError> {
    let found = |wanted: &Wanted<'_>| vec![false; wanted.texts.len()];
    let mut all: Vec<Vec<bool>> = wanted.iter().map(found).collect();
    for input in inputs {
        let make = || Seen { wanted, found: wanted.iter().map(found).collect() };
        for block in read_again(input, &make)? {
            for (all, found) in all.iter_mut().flatten().zip(block.found.into_iter().flatten()) {
                *all |= found;
            }
        }
    }
    Ok(all.into_iter().map(|found| found.into_iter().filter(|found| !found).count()).collect())
}

struct Seen<'a> {
    wanted: &'a [Wanted<'a>],
    found: Vec<Vec<bool>>,
}

impl RecordSink for Seen<'_> {
    fn record(&mut self, record: &Record<'_>) {
        for (wanted, found) in self.wanted.iter().zip(&mut self.found) {
            let said = record.string(wanted.field);
            let authority = match wanted.field {
                Field::Patient => record.string(Field::Authority),
                _ => Default::default(),
            };
            for (at, found) in found.iter_mut().enumerate().filter(|(_, found)| !**found) {
                *found = wanted.is_met(at, &said)
                    || with_authority(&wanted.texts[at])
                        .is_some_and(|both| both == (said.trim(), authority.trim()));
            }
        }
    }

    fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {}

    fn shift(&mut self, _: RowKey) {}
}
