//! One row, message or resource about one drug and one patient, as its input wrote it, and where it
//! is.

use crate::place::RowKey;

/// What a cell means. Each input format knows which column, segment field or path provides which of
/// these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
#[allow(missing_docs, reason = "the names are the documentation; `label` spells them out")]
pub enum Field {
    Patient,
    Authority,
    Drug,
    Generic,
    Brand,
    Ordered,
    Ndc,
    Rxcui,
    Atc,
    Hcpcs,
    Code,
    CodeSystem,
    Strength,
    StrengthUnit,
    Dose,
    DoseUnit,
    Form,
    Route,
    Quantity,
    QuantityUnit,
    PackSize,
    DaysSupply,
    DaysUnit,
    Directions,
    Frequency,
    Administered,
    Dispensed,
    Start,
    Written,
    Stop,
    Discontinued,
    Status,
    Claim,
    Prescription,
    FillNumber,
    Adjustment,
    Voided,
    Cancelled,
    Active,
    Version,
    ClaimLine,
    Original,
    Processed,
    Prescriber,
    BirthDate,
    Age,
    AgeUnit,
    Diagnosis,
    Pregnancy,
    BreastFeeding,
    Pharmacy,
    Concept,
    Refills,
    Plan,
    Tier,
    Class,
    Note,
    Price,
}

/// The value of [`Field::CodeSystem`] where the text of [`Field::Drug`] comes from directions or notes, which contain more than drugs: words that
/// name no drug are not an unreadable name.
pub const FREE_TEXT: &str = "free text";

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Self::Price as usize + 1;

    /// Every field, in the order of declaration.
    pub const ALL: [Field; Self::COUNT] = [
        Self::Patient,
        Self::Authority,
        Self::Drug,
        Self::Generic,
        Self::Brand,
        Self::Ordered,
        Self::Ndc,
        Self::Rxcui,
        Self::Atc,
        Self::Hcpcs,
        Self::Code,
        Self::CodeSystem,
        Self::Strength,
        Self::StrengthUnit,
        Self::Dose,
        Self::DoseUnit,
        Self::Form,
        Self::Route,
        Self::Quantity,
        Self::QuantityUnit,
        Self::PackSize,
        Self::DaysSupply,
        Self::DaysUnit,
        Self::Directions,
        Self::Frequency,
        Self::Administered,
        Self::Dispensed,
        Self::Start,
        Self::Written,
        Self::Stop,
        Self::Discontinued,
        Self::Status,
        Self::Claim,
        Self::Prescription,
        Self::FillNumber,
        Self::Adjustment,
        Self::Voided,
        Self::Cancelled,
        Self::Active,
        Self::Version,
        Self::ClaimLine,
        Self::Original,
        Self::Processed,
        Self::Prescriber,
        Self::BirthDate,
        Self::Age,
        Self::AgeUnit,
        Self::Diagnosis,
        Self::Pregnancy,
        Self::BreastFeeding,
        Self::Pharmacy,
        Self::Concept,
        Self::Refills,
        Self::Plan,
        Self::Tier,
        Self::Class,
        Self::Note,
        Self::Price,
    ];

    /// The fields that only a formulary has.
    pub const FORMULARY: [Field; 5] =
        [Self::Plan, Self::Tier, Self::Class, Self::Note, Self::Price];

    /// The fields that say which drug a record is about, in the order in which they are compared.
    pub const IDENTITY: [Field; 15] = [
        Self::Drug,
        Self::Generic,
        Self::Brand,
        Self::Ordered,
        Self::Ndc,
        Self::Rxcui,
        Self::Atc,
        Self::Hcpcs,
        Self::Code,
        Self::CodeSystem,
        Self::Concept,
        Self::Strength,
        Self::StrengthUnit,
        Self::Form,
        Self::Route,
    ];

    /// The dates that can give a record's first day, in order of preference.
    pub const FIRST_DAY: [Field; 4] =
        [Self::Administered, Self::Dispensed, Self::Start, Self::Written];

    /// The name used on the command line, in configuration and in reports: `days_supply`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Authority => "authority",
            Self::Drug => "drug",
            Self::Generic => "generic",
            Self::Brand => "brand",
            Self::Ordered => "ordered_drug",
            Self::Ndc => "ndc",
            Self::Rxcui => "rxcui",
            Self::Atc => "atc",
            Self::Hcpcs => "hcpcs",
            Self::Code => "code",
            Self::CodeSystem => "code_system",
            Self::Strength => "strength",
            Self::StrengthUnit => "strength_unit",
            Self::Dose => "dose",
            Self::DoseUnit => "dose_unit",
            Self::Form => "form",
            Self::Route => "route",
            Self::Quantity => "quantity",
            Self::QuantityUnit => "quantity_unit",
            Self::PackSize => "pack_size",
            Self::DaysSupply => "days_supply",
            Self::DaysUnit => "days_unit",
            Self::Directions => "directions",
            Self::Frequency => "frequency",
            Self::Administered => "administered",
            Self::Dispensed => "fill_date",
            Self::Start => "start",
            Self::Written => "written",
            Self::Stop => "stop",
            Self::Discontinued => "discontinued",
            Self::Status => "status",
            Self::Claim => "claim",
            Self::Prescription => "prescription",
            Self::FillNumber => "fill_number",
            Self::Adjustment => "adjustment",
            Self::Voided => "voided",
            Self::Cancelled => "cancelled",
            Self::Active => "active",
            Self::Version => "version",
            Self::ClaimLine => "claim_line",
            Self::Original => "original_claim",
            Self::Processed => "processed",
            Self::Prescriber => "prescriber",
            Self::BirthDate => "birth_date",
            Self::Age => "age",
            Self::AgeUnit => "age_unit",
            Self::Diagnosis => "diagnosis",
            Self::Pregnancy => "pregnancy",
            Self::BreastFeeding => "breast_feeding",
            Self::Pharmacy => "pharmacy",
            Self::Concept => "concept",
            Self::Refills => "refills",
            Self::Plan => "plan",
            Self::Tier => "tier",
            Self::Class => "class",
            Self::Note => "note",
            Self::Price => "price",
        }
    }

    /// The field with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Whether the field has a meaning in prescriptions: all except those that only a formulary has.
    pub fn is_of_prescriptions(self) -> bool {
        !Self::FORMULARY.contains(&self)
    }

    /// The fields for which a table may have several columns (`voided`, `deleted_at`, `rts`): any that says something counts.
    pub const REPEATABLE: [Field; 2] = [Self::Voided, Self::Cancelled];

    /// Whether the field holds a date.
    pub const fn is_date(self) -> bool {
        matches!(
            self,
            Self::Administered
                | Self::Dispensed
                | Self::Start
                | Self::Written
                | Self::Stop
                | Self::Discontinued
                | Self::BirthDate
        )
    }
}

/// A cell as the input wrote it: its text without quotes and escapes, trimmed of white space, and
/// the position of that text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The text; empty if the record has none. Not always UTF-8.
    pub text: &'a [u8],
    /// Where the cell begins, in bytes from the record's first byte.
    pub start: u32,
    /// How many bytes of the record it covers, quotes and escapes included.
    pub len: u32,
}

impl Cell<'_> {
    /// Whether the cell is empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// What kind of statement a record makes, which decides how long it lasts if it gives no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Statement {
    /// A supply dispensed or given: claims, fills, dispenses, administrations.
    #[default]
    Fill,
    /// A course from a start to a stop that may still be open: Synthea, MIMIC, OMOP, FHIR requests and statements.
    Course,
    /// A line of a list of medication without any length: a course if its status says that it goes on, otherwise as a fill.
    Listed,
}

/// The order of day and month in an all-numeric date with the year last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// 31/12/2025
    #[serde(alias = "DMY")]
    Dmy,
    /// 12/31/2025
    #[serde(alias = "MDY")]
    Mdy,
}

/// The code set of a record's adjustment cell. What a code means depends on its column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AdjustmentCodes {
    /// `A` adjusts and `D` deletes, as in Medicare's drug events; and words.
    #[default]
    Claim,
    /// Transaction codes: `B2` reverses `B1`.
    Transaction,
    /// 0 is the original, 1 cancels it, 2 adjusts it.
    ClaimType,
    /// The frequency code of a bill: 7 replaces, 8 voids.
    Frequency,
    /// A flag that the row is a reversal.
    Indicator,
    /// The sign of an amount: -1 reverses.
    Sign,
    /// What a row does to an order: NEW, DISCONTINUE.
    Action,
    /// No codes: the header of the column of referenced claims says that the row replaces that claim.
    Replaces,
    /// What a reader of messages says of an order: `order`, `order-answer`, `order-status`, `order-change`, `order-ended`, `order-replaced`,
    /// `order-cancel`, `order-stop`, `order-hold`, `order-release`, or that something could not be done: `order-not-cancelled`. Tables never say
    /// this.
    Order,
}

/// Separates the codes of one record that a table has in several columns, and the names of their vocabularies.
pub const SEVERAL_CODES: &str = " \u{a6} ";

/// A record while it is being read. Cells borrow from the block in memory.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// The cells, by field. Cells of fields that the input does not have are empty.
    pub cells: [Cell<'a>; Field::COUNT],
    /// Whether it states a fill or a course.
    pub statement: Statement,
    /// The code set of the adjustment cell.
    pub adjustment: AdjustmentCodes,
    /// Whether it is a resource with its own id, of which there may be several versions.
    pub is_resource: bool,
    /// How all-numeric dates are to be read, by field; `None` if the input has none or the order is
    /// not settled.
    pub date_order: [Option<DateOrder>; Field::COUNT],
    /// The caller's key for the record.
    pub key: RowKey,
}

impl<'a> Record<'a> {
    /// A record without any cells.
    pub fn empty(key: impl Into<RowKey>, statement: Statement) -> Self {
        Self {
            cells: [Cell::default(); Field::COUNT],
            statement,
            adjustment: AdjustmentCodes::default(),
            is_resource: false,
            date_order: [None; Field::COUNT],
            key: key.into(),
        }
    }

    /// The cell of that field.
    pub fn cell(&self, field: Field) -> Cell<'a> {
        self.cells[field as usize]
    }

    /// The record without the cell of that field.
    #[must_use]
    pub fn without(&self, field: Field) -> Self {
        let mut rest = self.clone();
        rest.cells[field as usize] = Cell::default();
        rest
    }

    /// The text of that field; empty if the record has none.
    #[inline]
    pub fn text(&self, field: Field) -> &'a [u8] {
        self.cells[field as usize].text
    }

    /// The text of that field, trimmed; if it is not UTF-8, it is read as Windows-1252.
    pub fn string(&self, field: Field) -> std::borrow::Cow<'a, str> {
        decode(self.text(field))
    }
}

impl<'a> Record<'a> {
    /// A record with these cells, as any format might state it.
    pub fn of_cells(statement: Statement, cells: &[(Field, &'a str)]) -> Self {
        let mut record = Self::empty(RowKey::default(), statement);
        for &(field, text) in cells {
            record.cells[field as usize] = Cell { text: text.as_bytes(), ..Cell::default() };
        }
        record
    }
}

/// What an input says about a person besides prescriptions.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The patient's identifier.
    pub patient: &'a str,
    /// Who issued it; empty if that is not stated.
    pub authority: &'a str,
    /// What it says.
    pub what: PersonFact<'a>,
    /// The caller's key for the statement.
    pub key: RowKey,
}

/// A fact stated about a person. Dates are as written, and empty if there is none.
#[derive(Clone, Copy, Debug)]
pub enum PersonFact<'a> {
    /// The date of birth.
    Born(&'a str),
    /// A condition, by its codes, separated by semicolons.
    Condition {
        /// ICD-10 and SNOMED CT codes; its name where it has none.
        codes: &'a str,
        /// Since when.
        on: &'a str,
        /// Until when.
        until: &'a str,
        /// What the row says about it elsewhere: `refuted`, `family history`.
        said: &'a str,
    },
    /// The answer to a question.
    Observation {
        /// Codes of the question, separated by semicolons.
        question: &'a str,
        /// Codes of the answer, or `true`.
        answer: &'a str,
        /// When it was answered.
        on: &'a str,
    },
}

/// Bytes as text: UTF-8 if they are valid UTF-8, otherwise each byte above 127 as Latin-1.
pub fn decode(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().map(|&b| char::from(b)).collect::<String>().into(),
    }
}
