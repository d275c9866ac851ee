//! How the cells of a table are read: the order of day and month, and the forms of columns.

use rxlint_model::date;
use rxlint_model::record::{DateOrder, Field};

use super::forms::{self, ColumnForm, Forms};
use super::meanings::words;
use super::order::{self, OrderEvidence, OrderVerdict, Watched};
use super::shape::FieldDateOrders;
use crate::layout::{self, JoinedColumns, QuantityCount, TableLayout};
use crate::options::InputOptions;

/// How the cells of a table are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) orders: FieldDateOrders,
    pub(crate) forms: Forms,
    /// The fields whose days may be counted from a day other than a spreadsheet's.
    pub(crate) odd_days: Vec<Field>,
    /// The number that a claim's first version has.
    pub(crate) first_version: u32,
}

impl Reading {
    /// A cancellation, which may be a flag, is a date in the order of the other dates.
    pub(super) fn follow_order(&mut self) {
        self.orders[Field::Cancelled as usize] =
            Field::FIRST_DAY.iter().find_map(|field| self.orders[*field as usize]);
    }

    /// Sets the form of each watched column.
    pub(super) fn set_forms(
        &mut self,
        fields: &[Field],
        evidence: &[OrderEvidence],
        pivot: Option<u32>,
    ) {
        for (field, evidence) in fields.iter().zip(evidence) {
            let numbers = evidence.numbers().map(ColumnForm::Mostly);
            self.forms.set(*field, numbers.or(pivot.map(ColumnForm::ShortYears)));
        }
    }
}

/// Which date columns to watch, and how cells are read until the whole file has been seen.
pub(super) fn expected(
    layout: &TableLayout,
    rows: &[Vec<Vec<u8>>],
    delimiter: u8,
    asked: Option<DateOrder>,
    options: &InputOptions,
) -> (Watched, Reading) {
    let mut reading = Reading {
        orders: [None; Field::COUNT],
        forms: Forms::default(),
        odd_days: Vec::new(),
        first_version: 1,
    };
    let dates = reading.dates_without_format(layout, asked, options);
    let cells = rows.iter().flat_map(|row| {
        let cell = |(index, field): &(usize, Field)| Some((*field, row.get(*index)?.as_slice()));
        let further = layout.joined.iter().filter(|joined| joined.is_first_given());
        let further = further
            .flat_map(|joined| joined.columns[1..].iter().map(|column| (*column, joined.field)));
        let all: Vec<(usize, Field)> = layout.columns.iter().copied().chain(further).collect();
        all.iter().filter_map(cell).collect::<Vec<_>>()
    });
    let head: Vec<(Field, &[u8])> = cells.collect();
    if let Some(header) = layout.header(Field::Drug) {
        reading.forms.note_drug(header);
    }
    reading.forms.note_guards(&head);
    if head.iter().any(|(field, text)| *field == Field::Version && date::is_zeros(text)) {
        reading.first_version = 0;
    }
    let head: Vec<(Field, &[u8])> =
        head.into_iter().map(|(field, text)| (field, forms::unguarded(field, text))).collect();
    let commas = forms::decimal_commas(&head, delimiter);
    for field in commas.into_iter().filter(|field| layout.column(*field).is_some()) {
        reading.forms.set(field, Some(ColumnForm::DecimalComma));
    }
    reading.count(layout, options);
    for (field, words) in words(layout, &head, options) {
        if !words.is_empty() {
            reading.forms.set(field, Some(ColumnForm::Words(words)));
        }
    }
    let mut watched = Watched::choose(dates.into_iter(), &head);
    if !watched.fields().is_empty() {
        let serves = |at: usize| layout.columns.iter().any(|(index, _)| *index == at);
        let others = (0..layout.headers.len()).filter(|at| !serves(*at));
        watched.beside = order::shown_by(rows, others);
    }
    let mut evidence = watched.evidence();
    for (field, evidence) in watched.fields().iter().zip(&mut evidence) {
        let texts = head.iter().filter(|(f, _)| f == field);
        texts.for_each(|(_, text)| evidence.note_text(*field, text, 0));
    }
    reading.set_forms(watched.fields(), &evidence, options.date_pivot);
    reading.odd_days = odd_days(&watched, &evidence);
    reading.settle_orders(&watched, &evidence, asked);
    reading.follow_order();
    (watched, reading)
}

impl Reading {
    /// Uses the date formats that were stated; returns the fields of the other dates.
    fn dates_without_format(
        &mut self,
        layout: &TableLayout,
        asked: Option<DateOrder>,
        options: &InputOptions,
    ) -> Vec<Field> {
        let mut dates = Vec::new();
        for (_, field) in layout.columns.iter().filter(|(_, field)| field.is_date()) {
            self.orders[*field as usize] = asked;
            match options.date_format.iter().find(|(of, _)| of == field) {
                Some((_, pattern)) => self
                    .forms
                    .set(*field, Some(ColumnForm::Stated(pattern.clone(), options.date_pivot))),
                None => dates.push(*field),
            }
        }
        dates
    }

    /// Sets what the numbers of columns count, as headers or a profile say.
    fn count(&mut self, layout: &TableLayout, options: &InputOptions) {
        let supply = layout.header(Field::DaysSupply);
        let is_bare =
            layout.column(Field::StrengthUnit).is_none() && !self.forms.concern(&[Field::Strength]);
        let strength = layout.header(Field::Strength).filter(|_| is_bare);
        let counted = match layout.quantity_count {
            QuantityCount::Pieces => None,
            QuantityCount::Packs => Some("packs"),
            QuantityCount::PiecesOrPacks => Some("pieces or packs"),
        };
        let said = [
            (Field::DaysSupply, supply.and_then(layout::counted)),
            (Field::Quantity, counted),
            (Field::Age, layout.header(Field::Age).and_then(layout::age_unit)),
            (Field::Strength, strength.and_then(layout::strength_unit)),
        ];
        let mut set = |field: Field, form: ColumnForm| self.forms.set(field, Some(form));
        for (field, unit) in said {
            if let Some(unit) = unit {
                set(field, ColumnForm::Counts(unit));
            }
        }
        let is_given = layout.column(Field::Administered).is_some();
        if is_given && supply.is_some_and(layout::says_take_home) {
            set(Field::DaysSupply, ColumnForm::OneMore);
        }
        let is_time =
            |header: &str| layout::says_time_given(header) || layout::says_only_time(header);
        if is_given && layout.header(Field::Status).is_some_and(is_time) {
            set(Field::Status, ColumnForm::GivenAt);
        }
        let says_given =
            |field: &Field| layout.header(*field).is_some_and(layout::says_amount_given);
        let of_given = [Field::Dose, Field::Quantity].into_iter().filter(|_| is_given);
        of_given.filter(says_given).for_each(|field| set(field, ColumnForm::Given));
        if is_given && layout.header(Field::Dose).is_some_and(layout::says_plain_dose) {
            set(Field::Dose, ColumnForm::Planned);
        }
        let is_sum = layout.joined.iter().any(JoinedColumns::is_sum);
        if is_sum || layout.header(Field::Directions).is_some_and(layout::says_per_day) {
            set(Field::Directions, ColumnForm::PerDay);
        }
        if let Some(unit) = options.supply_unit {
            set(Field::DaysSupply, ColumnForm::Counts(unit));
        }
    }

    /// Uses the orders of day and month that the head of the file shows.
    fn settle_orders(
        &mut self,
        watched: &Watched,
        evidence: &[OrderEvidence],
        asked: Option<DateOrder>,
    ) {
        let verdicts: Vec<OrderVerdict> = evidence.iter().map(OrderEvidence::verdict).collect();
        for (field, settled) in
            watched.fields().iter().zip(order::settle(&verdicts, watched.beside, asked))
        {
            self.orders[*field as usize] = match settled {
                Err(_) if *field == Field::BirthDate => None,
                settled => settled.ok().flatten().or(asked).or(Some(DateOrder::Mdy)),
            };
        }
    }
}

/// The fields of current dates whose days may be counted from a day other than a spreadsheet's.
fn odd_days(watched: &Watched, evidence: &[OrderEvidence]) -> Vec<Field> {
    let odd = watched
        .fields()
        .iter()
        .zip(evidence)
        .filter(|(field, evidence)| evidence.are_odd_days() && **field != Field::BirthDate);
    odd.map(|(field, _)| *field).collect()
}
