//! What the columns of a table are.

use rustc_hash::FxHashMap;

use super::amounts::quantity_count::QuantityCount;
use super::answer::rival::Rival;
use super::cells::looks::Looks;
use super::headers::free_text;
use rxlint_model::record::{AdjustmentCodes, Field, Statement};

/// What a column was taken for.
#[derive(Clone, Debug)]
pub struct ColumnUse {
    /// Its name in a sentence: `drug_name` in quotes, or column 3.
    pub called: String,
    /// Its name, if it may be shown.
    pub name: Option<String>,
    /// Its header as written, which may be data: not to be shown.
    pub header: String,
    /// The fields that it serves; none if it is not read.
    pub fields: Vec<Field>,
    /// How it was found to serve them.
    pub found: Option<Found>,
    /// Whether its header says what it is, and that is not useful.
    pub is_of_no_use: bool,
    /// What its cells look like, if that is telling and nothing says what they are.
    pub looks_like: Option<Looks>,
    /// The column that it may contradict.
    pub rival: Option<Rival>,
    /// Whether its header says that people write sentences in it: notes, directions, reasons.
    pub is_free_text: bool,
    /// Whether nothing reads it, and its header says that people write remarks on the record in it.
    pub is_of_remarks: bool,
    /// Whether its header says that it names programmes or parts of a site, which may be named after a drug.
    pub is_of_places: bool,
    /// Whether it holds names of people, some of which are also names of drugs or statuses.
    pub is_of_people: bool,
    /// What its numbers count, if it is the column of the quantity.
    pub quantity_count: Option<QuantityCount>,
    /// Whether it is the code of a person within a shared number, which is the same however it is written.
    pub is_person_code: bool,
}

impl ColumnUse {
    /// What names the column in `--columns`: its header, or its number if the header may be data.
    pub fn argument(&self) -> String {
        let number = || self.called.trim_start_matches("column ").to_owned();
        self.name.clone().unwrap_or_else(number)
    }

    /// Whether it is not read.
    pub fn is_open(&self) -> bool {
        self.fields.is_empty()
    }

    /// The option that gives the column to a field, quoted for a shell.
    pub fn option(&self, field: Field) -> String {
        columns_option(&[(field, self)])
    }
}

/// The option that gives each of these columns to a field, quoted for a shell.
pub fn columns_option(columns: &[(Field, &ColumnUse)]) -> String {
    let pair =
        |(field, column): &(Field, &ColumnUse)| format!("{}={}", field.name(), column.argument());
    let argument = columns.iter().map(pair).collect::<Vec<_>>().join(",");
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '=' | '-' | '.' | '/' | ',');
    if argument.chars().all(is_plain) {
        format!("`--columns {argument}`")
    } else {
        format!("`--columns '{}'`", argument.replace('\'', r"'\''"))
    }
}

/// What the columns of a file are.
#[derive(Clone, Debug)]
pub struct TableLayout {
    /// The system that wrote the export, or `generic`.
    pub name: &'static str,
    /// Whether a row states a fill or a course.
    pub statement: Statement,
    /// Whether its rows start and stop orders, each on its own day.
    pub(crate) is_order_log: bool,
    /// The field that says whether a row orders or hands over, if there are rows of both kinds.
    pub(crate) order_rows: Option<Field>,
    /// Whose codes the column of adjustments holds.
    pub adjustment: AdjustmentCodes,
    /// The code system that the header of the codes names, if it is not one of the United States; otherwise empty.
    pub code_system: &'static str,
    /// What the plain numbers of the quantity count.
    pub quantity_count: QuantityCount,
    /// The headers, in order.
    pub headers: Vec<String>,
    /// The name of each column in messages, or its position if the name may be data.
    pub labels: Vec<String>,
    /// Which column serves which field, in the order of columns. A field has one column, apart from those that are [`Field::REPEATABLE`].
    pub columns: Vec<(usize, Field)>,
    /// Fields that further columns belong to, with all their columns in order.
    pub joined: Vec<JoinedColumns>,
    /// How the column of each field was found, in the same order.
    pub found: Vec<Found>,
    /// What the columns that serve no field look like, by index.
    pub(super) open: Vec<(usize, Option<Looks>)>,
    /// The columns that serve no field and may contradict one that does.
    pub(super) rivals: Vec<(usize, Rival)>,
    /// The columns that identify a person or hold free text: masked when a record is shown.
    pub private: Vec<usize>,
    /// Those of them that hold nothing but names of people.
    pub(super) of_people: Vec<usize>,
}

/// Columns that make one field together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedColumns {
    /// The field.
    pub field: Field,
    /// The columns in order.
    pub columns: Vec<usize>,
    /// The separator of their texts.
    pub separator: &'static str,
    /// Whether they are a number that people share, and the code of the person within it.
    pub is_family: bool,
}

impl JoinedColumns {
    /// The separator of amounts that are added up.
    pub(super) const SUM: &'static str = "+";
    /// The separator of columns of which the first filled one counts.
    pub(super) const FIRST: &'static str = " or ";

    /// The separator of the day of a dose, the one for which it was planned, and what became of it.
    pub(super) const PLANNED: &'static str = " or planned ";

    /// Columns that serve a field together, and are not a family.
    pub(crate) const fn of(field: Field, columns: Vec<usize>, separator: &'static str) -> Self {
        Self { field, columns, separator, is_family: false }
    }

    /// Whether the first filled one of them counts.
    pub(crate) fn is_first_given(&self) -> bool {
        self.field == Field::DaysSupply || self.separator == Self::FIRST
    }

    /// Whether they are the day of a dose, the one for which it was planned, and what became of it.
    pub(crate) fn is_planned(&self) -> bool {
        self.separator == Self::PLANNED
    }

    /// Whether they count what is taken at each time of day.
    pub(crate) fn is_sum(&self) -> bool {
        self.field == Field::Directions && self.separator == Self::SUM
    }
}

/// How the column of a field was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// By its header.
    Header,
    /// By what is in it.
    Content,
    /// The user said so: `--columns`, the configuration or a profile.
    Asked,
}

impl TableLayout {
    /// The name of a column in a sentence: `drug_name` in quotes, or column 3.
    pub fn called(&self, index: usize) -> String {
        let label = &self.labels[index];
        if *label == self.headers[index].trim() { format!("`{label}`") } else { label.clone() }
    }

    /// The column that serves a field.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().find(|(_, f)| *f == field).map(|(index, _)| *index)
    }

    /// The header of the column of a field.
    pub(crate) fn header(&self, field: Field) -> Option<&str> {
        self.column(field).map(|at| self.headers[at].as_str())
    }

    /// What each column was taken for, in order.
    pub fn uses(&self) -> Vec<ColumnUse> {
        // There are tables with many thousands of columns: each is looked up, not searched for.
        let open: FxHashMap<usize, Option<Looks>> = self.open.iter().copied().collect();
        let rivals: FxHashMap<usize, Rival> = self.rivals.iter().copied().collect();
        let of = |index: usize| ColumnUse {
            called: self.called(index),
            name: (self.labels[index] == self.headers[index].trim())
                .then(|| self.labels[index].clone()),
            header: self.headers[index].trim().to_owned(),
            fields: self.fields_of(index),
            found: self.found_of(index),
            is_of_no_use: self.fields_of(index).is_empty() && !open.contains_key(&index),
            looks_like: open.get(&index).copied().flatten(),
            rival: rivals.get(&index).copied(),
            is_free_text: free_text::is_header(&self.headers[index])
                || free_text::may_be_of_misuse(&self.headers[index])
                    && self.fields_of(index).is_empty(),
            is_of_remarks: self.fields_of(index).is_empty()
                && free_text::is_of_remarks(&self.headers[index]),
            is_of_places: self.fields_of(index).iter().all(|field| *field == Field::Pharmacy)
                && free_text::is_of_places(&self.headers[index]),
            is_of_people: self.of_people.binary_search(&index).is_ok(),
            quantity_count: (self.column(Field::Quantity) == Some(index))
                .then_some(self.quantity_count),
            is_person_code: self.is_person_code(index),
        };
        (0..self.headers.len()).map(of).collect()
    }

    fn is_person_code(&self, index: usize) -> bool {
        let mut families = self.joined.iter().filter(|joined| joined.is_family);
        families.any(|joined| joined.columns.last() == Some(&index))
    }

    /// The fields that a column serves, alone or with others.
    fn fields_of(&self, index: usize) -> Vec<Field> {
        let alone = self.columns.iter().filter(|(at, _)| *at == index).map(|(_, field)| *field);
        let with_others = self.joined.iter().filter(|joined| joined.columns[1..].contains(&index));
        alone.chain(with_others.map(|joined| joined.field)).collect()
    }

    /// How a column was found to serve its fields.
    fn found_of(&self, index: usize) -> Option<Found> {
        let fields = self.fields_of(index);
        let column = |(_, field): &(usize, Field)| fields.contains(field);
        self.columns.iter().position(column).and_then(|at| self.found.get(at)).copied()
    }

    /// The names of the columns that serve no field.
    pub fn unused(&self) -> impl Iterator<Item = String> {
        let used = |index: &usize| {
            !self.columns.iter().any(|(n, _)| n == index)
                && !self.joined.iter().any(|joined| joined.columns.contains(index))
        };
        (0..self.headers.len()).filter(used).map(|index| self.called(index))
    }
}
