//! What one look at raw values finds: mentions of watched drugs, and what the columns of a table seem to hold.

use rustc_hash::FxHashMap;

use super::columns::ColumnStats;
use rxlint_engine::drug::mention::Mention;
use rxlint_engine::drug::{DrugIx, Identity};
use rxlint_engine::rule::Book;
use rxlint_input::layout::ColumnUse;
use rxlint_input::raw::{RawContent, RawField, RawUnit, RawValue, RawVisitor};
use rxlint_model::record::Field;

/// Beyond this many different texts, all are forgotten: sentences hardly ever repeat.
const MOST: usize = 1 << 14;

/// A mention of a watched drug, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) unit: RawUnit,
    pub(super) drug: DrugIx,
    /// Its field, by index into [`Look::fields`].
    pub(super) field: u32,
    pub(super) is_product: bool,
    pub(super) is_free_text: bool,
}

/// Where a mention stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FoundField {
    Column(usize),
    Named(String),
}

/// Takes the values of a piece of an input.
pub(super) struct Look<'a> {
    book: &'a Book,
    columns: &'a [ColumnUse],
    known: FxHashMap<Box<str>, Box<[Mention]>>,
    pub(super) found: Vec<Found>,
    pub(super) fields: Vec<FoundField>,
    /// By column.
    pub(super) stats: Vec<ColumnStats>,
}

impl<'a> Look<'a> {
    pub(super) fn new(book: &'a Book, columns: &'a [ColumnUse]) -> Self {
        Self {
            book,
            columns,
            known: FxHashMap::default(),
            found: Vec::new(),
            fields: Vec::new(),
            stats: vec![ColumnStats::default(); columns.len()],
        }
    }

    /// Adds what the next piece shows.
    pub(super) fn absorb(&mut self, later: Self) {
        let fields: Vec<u32> = later
            .fields
            .iter()
            .map(|field| self.field(|known| known == field, || field.clone()))
            .collect();
        let renumbered = |found: Found| Found { field: fields[found.field as usize], ..found };
        self.found.extend(later.found.into_iter().map(renumbered));
        for (stats, later) in self.stats.iter_mut().zip(later.stats) {
            stats.absorb(later);
        }
    }

    fn field(
        &mut self,
        is: impl Fn(&FoundField) -> bool,
        make: impl FnOnce() -> FoundField,
    ) -> u32 {
        let at = self.fields.iter().position(is).unwrap_or_else(|| {
            self.fields.push(make());
            self.fields.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// The mentions of a text. Where it reads as a product, it counts only if some rule concerns that product: an ointment of
    /// a drug may be of no concern where its tablets are.
    fn of_text(&self, text: &str) -> Box<[Mention]> {
        let dictionary = self.book.dictionary();
        let mentions = dictionary.mentions(text);
        let is_product = mentions.iter().any(|mention| mention.is_product);
        if is_product {
            let texts = [text.into(), "".into(), "".into()];
            let verdict = dictionary.resolve(&Identity { texts, ..Identity::default() });
            if !verdict.components.is_empty() && !self.book.watches(&verdict) {
                return Box::default();
            }
        }
        mentions.into()
    }

    fn mentions(&mut self, text: &str) -> &[Mention] {
        if !may_mention(text) {
            return &[];
        }
        if self.known.len() >= MOST {
            self.known.clear();
        }
        // One look-up more for a new text, so that a known one is not copied.
        if !self.known.contains_key(text) {
            self.known.insert(text.into(), self.of_text(text));
        }
        self.known.get(text).map_or(&[], |mentions| mentions)
    }
}

impl RawVisitor for Look<'_> {
    fn value(&mut self, value: &RawValue<'_>) {
        let is_free_text = match value.field {
            RawField::Column(column) => {
                let about = self.columns.get(column);
                if let Some(about) = about
                    && (about.fields.is_empty() || about.fields.contains(&Field::Drug))
                {
                    self.stats[column].note(value.text, self.book.dictionary());
                }
                about.is_some_and(|about| {
                    about.is_free_text || about.fields.iter().any(|field| is_free_text(*field))
                })
            }
            RawField::Named(_, content) => content == RawContent::FreeText,
        };
        let mentions: Vec<Mention> = self.mentions(value.text).to_vec();
        for Mention { drug, is_product } in mentions {
            let field = match value.field {
                RawField::Column(column) => {
                    let field = FoundField::Column(column);
                    self.field(|known| *known == field, || field.clone())
                }
                RawField::Named(name, _) => self.field(
                    |known| matches!(known, FoundField::Named(known) if known == name),
                    || FoundField::Named(name.to_owned()),
                ),
            };
            self.found.push(Found { unit: value.unit, drug, field, is_product, is_free_text });
        }
    }
}

/// Fields in which people write sentences, and identifiers, which may be any word.
fn is_free_text(field: Field) -> bool {
    matches!(
        field,
        Field::Directions
            | Field::Note
            | Field::Diagnosis
            | Field::Pregnancy
            | Field::Class
            | Field::Patient
            | Field::Authority
            | Field::Claim
            | Field::Prescription
            | Field::Prescriber
            | Field::Plan
    )
}

/// Whether a text can name a drug or be the code of one: a glance that spares most cells the rest.
fn may_mention(text: &str) -> bool {
    let mut letters = 0;
    for byte in text.bytes() {
        letters = if byte.is_ascii_alphabetic() { letters + 1 } else { 0 };
        if letters >= 4 || !byte.is_ascii() {
            return true;
        }
    }
    // A billing code, a class code, a product code.
    matches!(text.len(), 5 | 7 | 11..=13)
}
