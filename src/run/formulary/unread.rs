//! Columns of lists that nothing reads, in which a row about a drug that rules speak of may say that it is off the list.

use rustc_hash::FxHashSet;
use rxlint_engine::drug::Role;
use rxlint_engine::formulary::status::{SaysOff, says_off};
use rxlint_engine::formulary::{FormularyEntry, days};
use rxlint_engine::rule::formulary::{FormularyContext, companion};
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::layout::{ColumnUse, says_other_day, says_something_else};
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::place::RowKey;
use rxlint_model::record::Field;

use super::{kept_from_judging, looked_at, serves};

/// What unread columns leave open.
#[derive(Default)]
pub(super) struct Unread {
    pub(super) gaps: Vec<Gap>,
    pub(super) notes: Vec<String>,
}

/// What the rows about drugs that rules speak of say in one column.
#[derive(Default)]
struct Said {
    /// How many of the rows have a cell there.
    filled: usize,
    /// Rows that are plainly off, may be, or ended before today.
    off: Vec<RowKey>,
    perhaps: Vec<RowKey>,
    ended: Vec<RowKey>,
    /// Whether a cell that speaks of being off is a sentence.
    is_remark: bool,
}

impl Said {
    fn note(&mut self, cell: &str, entry: &FormularyEntry, context: &FormularyContext<'_>) {
        const SENTENCE: usize = 3;
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        let rows = match says_off(cell) {
            SaysOff::Plainly => &mut self.off,
            SaysOff::Perhaps => &mut self.perhaps,
            SaysOff::Nothing => {
                if days::latest(cell).is_some_and(|day| day < context.today) {
                    self.ended.push(entry.key);
                }
                return;
            }
        };
        rows.push(entry.key);
        self.is_remark |= cell.split_whitespace().count() > SENTENCE;
    }
}

/// Looks at the columns that nothing reads. Whether a drug is off the list is asked if a cell says only that; if one mentions being
/// off, or gives a day in the past, it is asked if the list would lack something without the drug, otherwise reported.
pub(super) fn look(
    context: &FormularyContext<'_>,
    inputs: &[Input],
    looked: &[String],
) -> Result<Unread, InputError> {
    let mut unread = Unread::default();
    for input in inputs {
        let columns = input.columns();
        let is_asked = |column: &ColumnUse| {
            // A class may be read, and still say what is off.
            let is_read = !column.is_open() && column.fields != [Field::Class];
            !is_read
                && !looked.contains(&column.argument())
                && !says_something_else(&column.header)
                && kept_from_judging(&columns, column).is_none()
        };
        let open: Vec<usize> = (0..columns.len()).filter(|&at| is_asked(&columns[at])).collect();
        // Of entries side by side only the first are read, and that is reported.
        if open.is_empty() || input.layout() == "side-by-side" {
            continue;
        }
        let entries: Vec<&FormularyEntry> = context
            .formulary
            .active()
            .filter(|entry| entry.list == input.index() && is_watched(context, entry))
            .collect();
        let mut said: Vec<Said> = open.iter().map(|_| Said::default()).collect();
        for entry in &entries {
            let cells = input.cells(entry.key.place())?;
            for (said, &at) in said.iter_mut().zip(&open) {
                said.note(cells.get(at).map_or("", String::as_str), entry, context);
            }
        }
        for (said, &at) in said.iter().zip(&open) {
            let column = Column { input, columns: &columns, column: &columns[at] };
            column.tell(context, said, entries.len(), &mut unread);
        }
    }
    Ok(unread)
}

fn is_watched(context: &FormularyContext<'_>, entry: &FormularyEntry) -> bool {
    let components = &context.formulary.product(entry).verdict.components;
    components.iter().any(|component| component.role != Role::Known)
}

/// A column of an input.
struct Column<'a> {
    input: &'a Input,
    columns: &'a [ColumnUse],
    column: &'a ColumnUse,
}

impl Column<'_> {
    fn tell(&self, context: &FormularyContext<'_>, said: &Said, rows: usize, unread: &mut Unread) {
        let lacks = |keys: &[RowKey]| {
            !keys.is_empty() && companion::would_lack(context, &keys.iter().copied().collect())
        };
        let ends = said.filled * 2 <= rows && !says_other_day(&self.column.header);
        if !said.off.is_empty() {
            unread.gaps.push(self.gap(&said.off, "that it is off the list", said));
        } else if lacks(&said.perhaps) {
            unread.gaps.push(self.gap(&said.perhaps, "something about being off", said));
        } else if ends && lacks(&said.ended) {
            unread.gaps.push(self.gap(&said.ended, "a day that is over", said));
        } else if !said.perhaps.is_empty() {
            unread.notes.push(self.told(&said.perhaps, "something about being off", said));
        } else if ends && !said.ended.is_empty() {
            unread.notes.push(self.told(&said.ended, "a day that is over", said));
        }
    }

    /// The field that reads the column.
    fn field(&self, said: &Said) -> Field {
        let is_free = |field: &Field| !serves(self.columns, *field);
        let fields = match (said.off.is_empty() && said.perhaps.is_empty(), said.is_remark) {
            (true, _) => [Field::Stop, Field::Discontinued, Field::Voided],
            (false, true) => [Field::Note, Field::Status, Field::Active],
            (false, false) => [Field::Status, Field::Active, Field::Note],
        };
        fields.into_iter().find(is_free).unwrap_or(fields[0])
    }

    fn gap(&self, keys: &[RowKey], says: &str, said: &Said) -> Gap {
        let line = keys.first().map_or(0, |key| key.place().line);
        let what = format!(
            "{} was not looked at, and says {says} beside a drug that rules speak of, first on line {line}.",
            self.column.called
        );
        let remedy = format!(
            "{} reads it; where it says something else, {} (rxlint.toml) has it told no more.",
            self.column.option(self.field(said)),
            looked_at(&[self.column])
        );
        Gap::new(GapKind::OpenColumn, what, remedy).of(self.input.path())
    }

    fn told(&self, keys: &[RowKey], says: &str, said: &Said) -> String {
        let lines: FxHashSet<u32> = keys.iter().map(|key| key.place().line).collect();
        let line = keys.first().map_or(0, |key| key.place().line);
        format!(
            "{}: {} was not looked at, and says {says} beside drugs that rules speak of: {}, first on line {line}; {} reads it.",
            self.input.path(),
            self.column.called,
            lines.len(),
            self.column.option(self.field(said))
        )
    }
}
