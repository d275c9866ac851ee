//! A table while its columns are being recognised: by what was asked for, by headers, then by what the cells look like.

use super::amounts::beside::{duration_unit, length_beside_unit};
use super::amounts::{moments, quantity_count, refills, supplied, with_days};
use super::answer::essential::{Essential, LayoutError};
use super::answer::hint::{self, example, hint, looks_like_data};
use super::answer::{rival, shown, takes_back};
use super::assign::{
    add_days, add_diagnoses, add_drug_names, assign, counts_per_day, drop_doubtful_refills,
    drop_doubtful_returns, drop_vague_names, missing, override_with, statement,
};
use super::cells::content::{self, Content};
use super::cells::drug_look::DrugLook;
use super::columns::ColumnMap;
use super::days::span::{self, drop_doubtful_dates};
use super::days::{date_parts, discharge, hand_over, other_days};
use super::headers::known::{KNOWN, KnownLayout, OTHERS, Other};
use super::headers::{code_system, fold, free_text, generic, private, tokens};
use super::outcomes::{list_name, order_log, order_rows, original, own_row, processed, returned};
use super::persons::person::Persons;
use super::persons::{household, site};
use super::table::{JoinedColumns, TableLayout};
use super::{SampleRows, doses, found, how, open, says_per_day, without_header};
use rxlint_model::record::{AdjustmentCodes, Field};

/// Finds out what the columns are; what was `asked` for outranks any guess.
///
/// # Errors
/// If they are not those of a prescription export, or a column that was asked for is not among them.
pub(crate) fn recognise(
    headers: &[String],
    rows: &SampleRows,
    asked: &ColumnMap,
    drugs: &DrugLook,
) -> Result<TableLayout, LayoutError> {
    let bare = fold::with_numbered_twins(fold::without_common_table(headers));
    let mut table = Recognition::new(headers, &bare, rows, asked, drugs);
    // All headers of such a table may begin alike: `concept_id`, `concept_name`.
    let written: Vec<String> = headers.iter().map(|header| fold::fold(header)).collect();
    let is_other = |other: &&Other| other.fits(&table.folded) || other.fits(&written);
    let other = OTHERS.iter().find(|other| table.known.is_none() && is_other(other));
    if let Some(other) = other.filter(|other| other.in_any_case && asked.is_empty()) {
        return Err(LayoutError::Other(other.name, other.why));
    }
    if table.known.is_none() {
        table.by_headers();
    }
    table.as_asked()?;
    let is_lacking = !missing(&table.columns).is_empty();
    if table.known.is_none() {
        let length = length_beside_unit(&bare, &table.columns, &table.contents, asked);
        table.take_by_content(length);
        let cells = (&table.contents[..], table.rows);
        let unit = duration_unit(&bare, &table.columns, cells, asked);
        table.take_by_content(unit);
    }
    if is_lacking {
        if let Some(other) = other {
            return Err(LayoutError::Other(other.name, other.why));
        }
        table.essentials_by_content()?;
    }
    let names = table.further_by_content();
    table.number_of_rows();
    Ok(table.layout(&names))
}

/// The columns of people's names by their headers: a `Name` or an `Agent` below which most cells name drugs is none.
pub(super) fn of_people(headers: &[String], rows: &SampleRows, drugs: &DrugLook) -> Vec<usize> {
    const MOST: f64 = 0.5;
    let names_drugs = |at: &usize| Content::of(rows, *at, drugs).names_drugs(MOST);
    (0..headers.len())
        .filter(|at| private::is_of_people(&headers[*at]) && !names_drugs(at))
        .collect()
}

/// What is known of a table so far.
struct Recognition<'a> {
    /// The headers as they are written.
    written: &'a [String],
    /// The same without the table name that they have in common.
    headers: &'a [String],
    /// The headers, folded.
    folded: Vec<String>,
    rows: &'a SampleRows,
    asked: &'a ColumnMap,
    drugs: &'a DrugLook,
    known: Option<&'static KnownLayout>,
    contents: Vec<Content>,
    /// Which column serves which field.
    columns: Vec<(usize, Field)>,
    /// Those of them that were found by their cells.
    by_content: Vec<(usize, Field)>,
    joined: Vec<JoinedColumns>,
    /// The column that is called like the patient's but holds names.
    by_name: Option<usize>,
    /// Columns of ends that lie on the first day in every row, though days' supply says more.
    at_once: Vec<usize>,
    /// Columns that say in some rows how much was handed over.
    supplied: Vec<usize>,
    /// Whether its rows start and stop orders.
    is_order_log: bool,
    /// The field that says whether a row orders or hands over.
    order_rows: Option<Field>,
}

impl<'a> Recognition<'a> {
    fn new(
        written: &'a [String],
        headers: &'a [String],
        rows: &'a SampleRows,
        asked: &'a ColumnMap,
        drugs: &'a DrugLook,
    ) -> Self {
        let folded: Vec<String> = headers.iter().map(|header| fold::fold(header)).collect();
        let known = KNOWN.iter().find(|known| known.fits(&folded));
        let contents = content::of_columns(rows, headers.len(), &DrugLook::default());
        let columns = assign(headers, &folded, known, &contents);
        let (by_content, joined) = (Vec::new(), Vec::new());
        Self {
            written,
            headers,
            folded,
            rows,
            asked,
            drugs,
            known,
            contents,
            columns,
            by_content,
            joined,
            by_name: None,
            at_once: Vec::new(),
            supplied: Vec::new(),
            is_order_log: false,
            order_rows: None,
        }
    }

    /// A column `Active` below which drugs stand names ingredients, and is no answer to whether its rows are in force.
    fn leave_ingredients(&mut self) {
        const SOME: f64 = 0.3;
        let has_generic = self.columns.iter().any(|(_, field)| *field == Field::Generic);
        let (rows, drugs) = (self.rows, self.drugs);
        let is_ingredient = |(at, field): &(usize, Field)| {
            *field == Field::Active && Content::of(rows, *at, drugs).names_drugs(SOME)
        };
        let Some(place) = self.columns.iter().position(is_ingredient) else { return };
        let (at, _) = self.columns.remove(place);
        self.columns.extend((!has_generic).then_some((at, Field::Generic)));
    }

    /// Equivalents of morphine are no dose of the drug.
    fn leave_equivalents(&mut self) {
        let rows = self.rows;
        let is_amount =
            |field: Field| matches!(field, Field::Dose | Field::Strength | Field::Directions);
        self.columns
            .retain(|(at, field)| !is_amount(*field) || !content::are_equivalents(rows, *at));
    }

    /// What the headers of a table of no known system mean together.
    fn by_headers(&mut self) {
        self.leave_ingredients();
        self.leave_equivalents();
        let Self { headers, folded, contents, columns, joined, .. } = self;
        drop_vague_names(columns, folded);
        *joined = add_drug_names(headers, folded, columns, contents);
        joined.extend(add_diagnoses(headers, columns, contents));
        joined.extend(add_days(headers, folded, columns, contents));
        joined.extend(moments::add_moments(headers, columns, contents));
        joined.extend(household::join(headers, columns, contents, self.rows));
        with_days::place(headers, columns, self.rows);
        drop_doubtful_dates(columns, headers, self.rows);
        self.at_once = discharge::leave_to_supply(headers, columns, self.rows);
        drop_doubtful_returns(columns, folded, contents);
        drop_doubtful_refills(columns, folded, contents);
        joined.extend(date_parts::parts_of_date(folded, columns, contents));
        joined.extend(doses::place(headers, folded, columns, contents, self.rows));
        self.supplied = supplied::place(headers, columns, contents, self.rows, joined);
        returned::leave_to_others(headers, columns, contents, self.rows);
        joined.extend(span::add_nearest(headers, columns, contents, self.rows));
        joined.extend(hand_over::place(headers, columns, contents, self.rows));
        self.is_order_log = order_log::place(headers, columns, contents, self.rows);
        self.order_rows = order_rows::place(headers.len(), columns, self.rows);
        doses::counted::place(headers, columns, self.rows);
        list_name::place(headers, columns, self.rows);
        refills::place(headers, columns, contents);
        self.settle_patient();
        self.columns.extend(household::home(self.headers, &self.columns));
        let is_joined = |at: usize| self.joined.iter().any(|joined| joined.columns.contains(&at));
        let cells = (&self.contents[..], self.rows);
        original::place(self.headers, &mut self.columns, cells, is_joined);
        let site = site::place(&self.persons(&self.columns), is_joined);
        self.columns.extend(site);
        processed::place(self.headers, &mut self.columns, &self.contents, is_joined);
    }

    /// A column that is called like the patient's gives way to one that says better who it is.
    fn settle_patient(&mut self) {
        let mut columns = self.columns.iter();
        let patient = columns.find(|(_, field)| *field == Field::Patient).map(|(at, _)| *at);
        let is_joined = |at: usize| self.joined.iter().any(|joined| joined.columns.contains(&at));
        let Some(patient) = patient.filter(|at| !is_joined(*at)) else { return };
        let persons = self.persons(&self.columns);
        let is_name = persons.is_by_name_alone(patient);
        if let Some(other) = persons.instead_of(patient) {
            self.by_name = is_name.then_some(patient);
            self.columns.retain(|column| *column != (patient, Field::Patient));
            self.columns.extend(other.map(|other| (other, Field::Patient)));
        }
    }

    /// Gives fields the columns that were asked for.
    fn as_asked(&mut self) -> Result<(), LayoutError> {
        let asked_for = override_with(&mut self.columns, self.asked, self.written)?;
        let (columns, asked) = (&self.columns, self.asked);
        self.joined.retain(|joined| {
            columns.contains(&(joined.columns[0], joined.field))
                && !asked.chosen().iter().any(|(field, _)| *field == joined.field)
        });
        self.joined.extend(asked_for);
        Ok(())
    }

    fn take_by_content(&mut self, found: impl IntoIterator<Item = (usize, Field)>) {
        for column in found {
            self.columns.push(column);
            self.by_content.push(column);
        }
    }

    /// Finds the essentials that no header names.
    fn essentials_by_content(&mut self) -> Result<(), LayoutError> {
        let lacking = missing(&self.columns);
        if lacking.contains(&Essential::Drug) {
            self.contents = content::of_columns(self.rows, self.headers.len(), self.drugs);
        }
        let found = self.by_their_content(&lacking);
        self.take_by_content(found);
        let is_patient = |(_, field): &(usize, Field)| *field == Field::Patient;
        if self.known.is_none() && self.by_content.iter().any(is_patient) {
            let joined = household::join_by_content(self.headers, &self.columns, &self.contents);
            self.joined.extend(joined);
        }
        if missing(&self.columns).is_empty() {
            return Ok(());
        }
        let by_content = &self.by_content;
        self.columns.retain(|column| !by_content.contains(column));
        Err(self.not_found())
    }

    /// Finds lengths, directions and drug names that no header names. Returns the columns of names.
    fn further_by_content(&mut self) -> Vec<(usize, Content)> {
        let days = self.days_by_content();
        let directions = self.directions_by_content();
        self.take_by_content(days.into_iter().chain(directions));
        let names = self.names_by_content();
        if let [(only, content)] = &names[..] {
            let field = self.field_of_names(content);
            self.take_by_content(field.map(|field| (*only, field)));
        }
        names
    }

    /// The columns that alone tell a row from one that it names, and those whose words go with the signs of quantities.
    fn takes_back(&self) -> [Vec<usize>; 2] {
        let free = || (0..self.headers.len()).filter(|at| self.serves_nothing(*at));
        let rows = takes_back::Rows { columns: &self.columns, rows: self.rows };
        [rows.telling(free()), rows.by_sign(free())]
    }

    /// The number of each row takes the place of a claim's where no header names that.
    fn number_of_rows(&mut self) {
        let is_claim = |field: Field| matches!(field, Field::Claim | Field::Prescription);
        if self.known.is_some() || self.asked.chosen().iter().any(|(field, _)| is_claim(*field)) {
            return;
        }
        let cells = (&self.contents[..], self.rows);
        let number =
            own_row::find(self.headers, &self.columns, cells, |at| self.serves_nothing(at));
        self.columns.extend(number.map(|at| (at, Field::Claim)));
    }

    /// The resulting layout.
    fn layout(mut self, names: &[(usize, Content)]) -> TableLayout {
        self.columns.sort_unstable();
        self.columns.dedup();
        let [telling, by_sign] = self.takes_back();
        let Self {
            written,
            headers,
            folded,
            rows,
            asked,
            drugs,
            known,
            contents,
            columns,
            by_content,
            joined,
            at_once,
            supplied,
            is_order_log,
            order_rows,
            ..
        } = self;
        let open = open(headers, &contents, &columns, &joined, names);
        let persons = Persons { headers, rows, contents: &contents, columns: &columns };
        let persons = persons.beside_patient(&by_content, asked);
        let rivals = rival::rivals(&rival::Recognised {
            headers,
            folded: &folded,
            contents: &contents,
            columns: &columns,
            joined: &joined,
            open: &open,
            persons: &persons,
            original: original::by_content(&columns, rows, open.iter().map(|(at, _)| *at)),
            at_once: &at_once,
            supplied: &supplied,
            telling: &telling,
            by_sign: &by_sign,
            is_known: known.is_some(),
        });
        // What decides about a record must be shown, whatever its header; prescriber and birth date need not be.
        let telling = |index: usize| {
            columns.iter().any(|(n, field)| {
                *n == index && !matches!(field, Field::BirthDate | Field::Prescriber)
            })
        };
        let private = (0..headers.len())
            .filter(|&index| private::is_private(&headers[index]) && !telling(index))
            .collect();
        let of_people = of_people(headers, rows, drugs);
        let column =
            |wanted: Field| columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at);
        let code = column(Field::Code).filter(|_| column(Field::CodeSystem).is_none());
        TableLayout {
            code_system: code.map_or("", |index| code_system::of_header(&headers[index])),
            name: known.map_or("generic", |known| known.name),
            statement: known
                .map_or_else(|| statement(&columns, headers, &by_content), |known| known.statement),
            is_order_log,
            order_rows,
            adjustment: match (column(Field::Adjustment), column(Field::Original)) {
                (Some(index), _) => generic::adjustment_codes(&headers[index]),
                (None, Some(index)) if original::says_replaces(&headers[index]) => {
                    AdjustmentCodes::Replaces
                }
                _ => AdjustmentCodes::default(),
            },
            quantity_count: quantity_count::of(headers, &columns, rows),
            labels: shown::labels(written),
            headers: written.to_vec(),
            found: columns.iter().map(|column| how(column, &by_content, asked)).collect(),
            columns,
            joined,
            open,
            rivals,
            private,
            of_people,
        }
    }

    /// Columns for what no header names: for each essential, the only one whose cells fit it.
    fn by_their_content(&self, lacking: &[Essential]) -> Vec<(usize, Field)> {
        let mut found = Vec::new();
        for essential in lacking.iter().filter(|essential| **essential != Essential::Patient) {
            let fits =
                content::candidates(*essential, self.headers, self.rows, &self.contents, |index| {
                    self.is_free(index)
                });
            if let [only] = fits[..]
                && !(*essential == Essential::FirstDay && self.may_be_ends(only))
            {
                let field = match essential {
                    Essential::Drug if self.contents[only].is_code() => Field::Code,
                    essential => essential.guess().0,
                };
                found.push((only, field));
            }
        }
        if lacking.contains(&Essential::Patient) {
            let columns = [&self.columns[..], &found].concat();
            let persons = self.persons(&columns);
            if let [only] = persons.candidates(|index| self.is_free(index))[..]
                && persons.is_plain(only)
            {
                found.push((only, Field::Patient));
            }
        }
        found
    }

    /// Whether the only column that may hold the first day may just as well hold the end or an expiry date: it follows other days.
    fn may_be_ends(&self, index: usize) -> bool {
        other_days::may_be_ends(self.rows, &self.contents, index)
            || other_days::expiries(self.rows, &self.contents).contains(&index)
    }

    /// The columns, when the patient's is sought among those that serve no field yet.
    fn persons<'t>(&'t self, columns: &'t [(usize, Field)]) -> Persons<'t> {
        Persons { headers: self.headers, rows: self.rows, contents: &self.contents, columns }
    }

    /// The days' supply, if it was not asked for, no header names it, and one column fits whose header speaks of a length: `4W` is a
    /// ward as often as four weeks, and many other things have a duration.
    fn days_by_content(&self) -> Option<(usize, Field)> {
        let says_length = |field: Field| matches!(field, Field::DaysSupply | Field::Stop);
        if self.known.is_some()
            || self.columns.iter().any(|(_, field)| says_length(*field))
            || self.asked.chosen().iter().any(|(field, _)| says_length(*field))
        {
            return None;
        }
        let counts = self.columns.iter().any(|(_, field)| *field == Field::Quantity);
        let is_free = |index: usize| self.is_free(index);
        let stated = content::stated_lengths(self.headers, &self.contents, is_free);
        let counted = content::days_candidates(self.headers, &self.contents, counts, is_free);
        match (&stated[..], &counted[..]) {
            (&[only], []) => Some(only).filter(|at| tokens::speaks_of_length(&self.headers[*at])),
            ([], &[only]) => Some(only),
            _ => None,
        }
        .map(|only| (only, Field::DaysSupply))
    }

    /// The columns that hold drug names, whatever they are called, next to a column that says which drug it is: those whose names go
    /// with what it says. Of several, one that says how much of the drug there is.
    fn names_by_content(&self) -> Vec<(usize, Content)> {
        if self.known.is_some() {
            return Vec::new();
        }
        let is_free = |index: usize| {
            self.is_free(index)
                && !self.joined.iter().any(|joined| joined.columns.contains(&index))
                && !private::is_of_no_drug(&self.headers[index])
                && !free_text::is_header(&self.headers[index])
        };
        let said =
            |field: &Field| Essential::Drug.fields().contains(field) && *field != Field::Ordered;
        let goes_with = |index: usize| {
            let others = self.columns.iter().filter(|(_, field)| said(field));
            others.map(|(at, _)| *at).all(|at| content::go_together(self.rows, index, at))
        };
        let is_nameless = !self.columns.iter().any(|(_, field)| *field == Field::Drug);
        let drugs = Some(self.drugs).filter(|_| is_nameless);
        let mut names =
            content::named_drugs(self.rows, self.headers, &self.contents, drugs, is_free);
        names.retain(|(index, _)| goes_with(*index));
        if names.iter().filter(|(_, content)| content.has_strengths()).count() == 1 {
            names.retain(|(_, content)| content.has_strengths());
        }
        names
    }

    /// The field that a column of names serves: the drug's name, if nothing does; next to names without strengths the brand, if it
    /// says how much of the drug there is. None if the user said what the columns are.
    fn field_of_names(&self, content: &Content) -> Option<Field> {
        let column = |wanted: Field| {
            self.columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at)
        };
        let said = |wanted: Field| self.asked.chosen().iter().any(|(field, _)| *field == wanted);
        if said(Field::Drug) || said(Field::Brand) {
            return None;
        }
        let Some(drug) = column(Field::Drug) else { return Some(Field::Drug) };
        let says_more = content.has_strengths() && !self.contents.get(drug)?.has_strengths();
        (says_more && column(Field::Brand).is_none()).then_some(Field::Brand)
    }

    /// The directions, if they were not asked for, no header names them, and one column fits. A `dosage` that says how often is not a
    /// strength; and a column that names other drugs than its row is about something else.
    fn directions_by_content(&mut self) -> Option<(usize, Field)> {
        let is_said = |field: Field| self.asked.chosen().iter().any(|(chosen, _)| *chosen == field);
        let is_found = self.columns.iter().any(|(_, field)| *field == Field::Directions);
        if self.known.is_some() || is_found || is_said(Field::Directions) {
            return None;
        }
        let is_amount = |(index, field): &&(usize, Field)| {
            matches!(field, Field::Strength | Field::Dose)
                && !is_said(*field)
                && self.contents.get(*index).is_some_and(Content::is_directions)
        };
        let identity = self.columns.iter().filter(|(_, field)| Field::IDENTITY.contains(field));
        let of_row: Vec<usize> = identity.map(|(at, _)| *at).collect();
        let is_of_row =
            |index: &usize| !content::names_other_drugs(self.rows, *index, &of_row, self.drugs);
        let dosage =
            self.columns.iter().find(is_amount).copied().filter(|(index, _)| is_of_row(index));
        if let Some((index, field)) = dosage {
            self.columns.retain(|column| *column != (index, field));
            return Some((index, Field::Directions));
        }
        // A `daily dose` in tablets is not a dose in mg.
        let is_dose = |index: usize| {
            let is_one = |(at, field): &(usize, Field)| {
                *at == index && matches!(field, Field::Dose | Field::Strength) && !is_said(*field)
            };
            tokens::says_pieces(&self.headers[index]) && self.columns.iter().any(is_one)
        };
        let per_day = (0..self.headers.len()).find(|&index| {
            (self.is_free(index) || is_dose(index))
                && self
                    .contents
                    .get(index)
                    .is_none_or(|content| counts_per_day(&self.headers[index], content))
                && says_per_day(&self.headers[index])
                && !content::are_equivalents(self.rows, index)
        });
        if let Some(index) = per_day {
            self.columns.retain(|(at, _)| *at != index);
            return Some((index, Field::Directions));
        }
        let mut fits = content::directions_candidates(self.headers, &self.contents, |index| {
            self.is_free(index)
        });
        fits.retain(is_of_row);
        match fits[..] {
            [only] => Some((only, Field::Directions)),
            _ => None,
        }
    }

    /// Whether a column serves nothing yet, and is not known to be useless.
    fn is_free(&self, index: usize) -> bool {
        !self.columns.iter().any(|(at, _)| *at == index)
            && !self.known.is_some_and(|known| known.ignored.contains(&self.folded[index].as_str()))
    }

    /// The same, and is no part of a field of several columns either.
    fn serves_nothing(&self, index: usize) -> bool {
        self.is_free(index) && !self.joined.iter().any(|joined| joined.columns.contains(&index))
    }

    /// Why the table is refused, with the option that would help.
    fn not_found(&self) -> LayoutError {
        let lacking = missing(&self.columns);
        if self.columns.is_empty() && looks_like_data(self.headers) {
            return without_header(self.rows, &lacking, &self.contents);
        }
        let (hint, plainly) = hint(self.known.is_some(), &self.columns, &lacking);
        let is_half = |index: usize| {
            household::is_half_a_person(&self.headers[index], self.contents.get(index))
        };
        let is_free = |index: usize| self.is_free(index) && !is_half(index);
        let (mut fits, mut might, mut names_some) = (Vec::new(), false, false);
        let mut ends = None;
        for essential in &lacking {
            let mut by_content = match essential {
                Essential::Patient => self.persons(&self.columns).candidates(is_free),
                _ => content::candidates(
                    *essential,
                    self.headers,
                    self.rows,
                    &self.contents,
                    is_free,
                ),
            };
            might |= *essential == Essential::Drug && !by_content.is_empty();
            if *essential == Essential::Drug && by_content.is_empty() {
                // A header about something else, such as a service, decides what the table is, not where its drugs are.
                let is_it = |&index: &usize| {
                    is_free(index)
                        && self.contents.get(index).is_some_and(Content::is_drug)
                        && !hint::is_a_name(&self.headers[index])
                };
                by_content = (0..self.headers.len()).filter(is_it).collect();
                names_some = !by_content.is_empty();
            }
            if let (Essential::FirstDay, &[only]) = (essential, &by_content[..]) {
                ends = Some(only).filter(|only| self.may_be_ends(*only));
            }
            fits.push(by_content);
        }
        // A column of drug names, whatever it is called, does not suggest another kind of table.
        let (hint, plainly) = match (might, names_some) {
            (true, _) => (None, false),
            (false, true) => (None, plainly),
            (false, false) => (hint, plainly),
        };
        let names = shown::names(self.written);
        let mut other_days = other_days::births(self.rows, &self.contents);
        other_days.extend(other_days::expiries(self.rows, &self.contents));
        other_days.extend(ends);
        let named = hint::Named {
            headers: self.headers,
            names: &names,
            by_name: self.by_name,
            other_days: &other_days,
        };
        let example = example(named, &lacking, &fits, &self.contents, is_free);
        let is_name = |index: usize| {
            (hint::is_a_name(&self.headers[index]) || self.by_name == Some(index)) && is_free(index)
        };
        let has_names =
            lacking.contains(&Essential::Patient) && (0..self.headers.len()).any(is_name);
        let hint = hint.or_else(|| {
            has_names.then_some(
                "a name is not an identifier, since two people may share it: have a patient number exported too, or use the name if no two \
                 people here share one",
            )
        });
        let found = (0..self.headers.len())
            .map(|index| found(index, &self.columns, &self.contents))
            .collect();
        LayoutError::Missing { missing: lacking, hint, example, plainly, found }
    }
}
