//! How the cells of a table are to be read: the order of day and month, and the forms of columns.

use rxlint_model::record::{AdjustmentCodes, DateOrder, Field};

use super::forms::{self, ColumnForm, Forms};
use super::order::{self, OrderEvidence, OrderVerdict, Watched};
use super::shape::FieldDateOrders;
use crate::layout::{self, TableLayout};
use crate::options::InputOptions;

/// How the cells of a table are to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) orders: FieldDateOrders,
    pub(crate) forms: Forms,
    /// The fields whose days may be counted from another day than a spreadsheet's.
    pub(crate) odd_days: Vec<Field>,
}

impl Reading {
    /// A cancellation, which may be a flag, is a day in the order of the other dates.
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

/// What a flag that says whether something was handed over means as a status.
const HANDED_OVER: [(&str, &str); 27] = [
    ("n", "not dispensed"),
    ("no", "not dispensed"),
    ("0", "not dispensed"),
    ("false", "not dispensed"),
    ("f", "not dispensed"),
    ("nein", "not dispensed"),
    ("non", "not dispensed"),
    ("nee", "not dispensed"),
    ("nao", "not dispensed"),
    ("nie", "not dispensed"),
    ("nej", "not dispensed"),
    ("nei", "not dispensed"),
    ("não", "not dispensed"),
    ("y", "dispensed"),
    ("yes", "dispensed"),
    ("1", "dispensed"),
    ("true", "dispensed"),
    ("t", "dispensed"),
    ("x", "dispensed"),
    ("j", "dispensed"),
    ("ja", "dispensed"),
    ("s", "dispensed"),
    ("si", "dispensed"),
    ("sim", "dispensed"),
    ("o", "dispensed"),
    ("oui", "dispensed"),
    ("tak", "dispensed"),
];

/// What the letters of such a flag mean. `F` beside `N` is no *false*: it is *filled* or *final*, as
/// it always is of a claim's final action.
fn handed_over(head: &[(Field, &[u8])], header: &str) -> Vec<(String, String)> {
    let is_no = head_has_letter(head, Field::Status, b"N");
    let is_final = layout::says_final(header);
    let mut words = of_flag(&HANDED_OVER);
    for (word, means) in &mut words {
        if word == "f" && (is_no || is_final) {
            "dispensed".clone_into(means);
        }
    }
    words
}

fn of_flag(words: &[(&str, &str)]) -> Vec<(String, String)> {
    words.iter().map(|(word, means)| ((*word).to_owned(), (*means).to_owned())).collect()
}

/// What words of a column of payments mean that say of a claim that it was not taken: the money is still to come.
fn payments(header: &str) -> Vec<(String, String)> {
    const OF_MONEY: [&str; 5] = ["payment", "pay", "pmt", "pymt", "billing"];
    const TO_COME: [&str; 7] =
        ["pending", "unpaid", "not paid", "open", "outstanding", "due", "overdue"];
    let words = layout::words_of(header);
    let is_of_money = words.iter().any(|word| OF_MONEY.contains(&word.as_str()));
    let to_come = TO_COME.iter().filter(|_| is_of_money);
    of_flag(&to_come.map(|word| (*word, "billed")).collect::<Vec<_>>())
}

/// The numbers of a claim's status in T-MSIS (X12's claim status codes) with which CMS leaves a claim out as denied.
fn denials(header: &str) -> Vec<(String, String)> {
    const DENIED: [&str; 7] = ["26", "026", "87", "087", "542", "585", "654"];
    let is_of_claims = header.trim().eq_ignore_ascii_case("CLM_STUS_CD");
    let denied = DENIED.iter().filter(|_| is_of_claims);
    of_flag(&denied.map(|code| (*code, "denied")).collect::<Vec<_>>())
}

/// What the letter `R` of a column of statuses means where nothing in it says that that is *rejected*: beside `N`, `O` or `I` it
/// is a refill; alone it may be either. A site may say otherwise (`StatusTable::with`).
fn letters(head: &[(Field, &[u8])], header: &str) -> Vec<(String, String)> {
    const OF_CLAIMS: [&str; 4] = ["claim", "response", "trans", "adjudicat"];
    let header = header.to_lowercase();
    let has = |letters: &[u8]| head_has_letter(head, Field::Status, letters);
    if has(b"O") && has(b"V") && has(b"R") {
        // An original, its void and what replaces it.
        return of_flag(&[("r", "replacement claim"), ("o", "original")]);
    }
    let (refills, fills) = (has(b"R"), has(b"NOI"));
    let is_told = has(b"PACD") || OF_CLAIMS.iter().any(|word| header.contains(word));
    match (refills, fills) {
        _ if is_told => Vec::new(),
        (true, true) => of_flag(&[("r", "refill r")]),
        (true, false) | (false, true) => of_flag(&[("r", "refill or rejected")]),
        (false, false) => Vec::new(),
    }
}

/// What the letter `R` of a column of adjustments means: a reversal beside `P`, `A`, `C` or `D`, a replacement beside `V`, which
/// takes back; else it may be either.
fn adjustment_letters(head: &[(Field, &[u8])]) -> Vec<(String, String)> {
    let has = |letters: &[u8]| head_has_letter(head, Field::Adjustment, letters);
    match (has(b"V"), has(b"PACD")) {
        (true, _) => of_flag(&[("r", "replacement")]),
        (false, true) => Vec::new(),
        (false, false) => of_flag(&[("r", "replacement or reversal")]),
    }
}

/// What the letters of a column mean that asks whether a record was taken back. The first letter of its header says yes. `S` and `O`
/// are *sí* and *oui* beside `N` or nothing; beside other letters, or in every row, they are *sale* and *original*.
fn taken_back_letters(
    head: &[(Field, &[u8])],
    field: Field,
    header: &str,
) -> Vec<(String, String)> {
    let words = layout::words_of(header);
    let asks = words.iter().find(|word| !["is", "was"].contains(&word.as_str()));
    let initial = asks.and_then(|word| word.bytes().next()).filter(u8::is_ascii_alphabetic);
    let own = initial.unwrap_or(b'V').to_ascii_uppercase();
    let has = |letters: &[u8]| head_has_letter(head, field, letters);
    let is_blank = |(of, text): &(Field, &[u8])| *of == field && text.is_empty();
    let may_be_no = has(b"N") || has(b"SO") && head.iter().any(is_blank);
    let has_others = (b'A'..=b'Z').any(|letter| !b"SON".contains(&letter) && has(&[letter]));
    let text = |letter: u8| char::from(letter.to_ascii_lowercase()).to_string();
    let mut words = Vec::new();
    if has(&[own]) && own != b'N' {
        words.push((text(own), "yes".to_owned()));
    }
    if has_others || !may_be_no {
        let no = b"SO".iter().filter(|letter| **letter != own && has(&[**letter]));
        words.extend(no.map(|letter| (text(*letter), "no".to_owned())));
    }
    words
}

/// Whether some cell of a field in the head of the file is one of these letters.
fn head_has_letter(head: &[(Field, &[u8])], field: Field, letters: &[u8]) -> bool {
    head.iter().any(|(of, text)| {
        let is_one = matches!(text, [letter] if letters.contains(&letter.to_ascii_uppercase()));
        *of == field && is_one
    })
}

/// Whether some cell of a field in the head of the file is that text.
fn head_says(head: &[(Field, &[u8])], field: Field, text: &[u8]) -> bool {
    head.iter().any(|(of, cell)| *of == field && *cell == text)
}

/// Which date columns to watch, and how cells are read until the whole file has been seen.
pub(super) fn expected(
    layout: &TableLayout,
    rows: &[Vec<Vec<u8>>],
    delimiter: u8,
    asked: Option<DateOrder>,
    options: &InputOptions,
) -> (Watched, Reading) {
    let mut reading =
        Reading { orders: [None; Field::COUNT], forms: Forms::default(), odd_days: Vec::new() };
    let dates = reading.dates_without_format(layout, asked, options);
    let cells = rows.iter().flat_map(|row| {
        let cell = |(index, field): &(usize, Field)| Some((*field, row.get(*index)?.as_slice()));
        layout.columns.iter().filter_map(cell)
    });
    let head: Vec<(Field, &[u8])> = cells.collect();
    if let Some(header) = layout.header(Field::Drug) {
        reading.forms.note_drug(header);
    }
    reading.forms.note_guards(&head);
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
    let watched = Watched::choose(dates.into_iter(), &head);
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
    /// Takes the formats of dates that were stated; the fields of the other dates are returned.
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
        let counts_packs = layout.header(Field::Quantity).is_some_and(layout::says_packs);
        let said = [
            (Field::DaysSupply, supply.and_then(layout::counted)),
            (Field::Quantity, counts_packs.then_some("packs")),
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
        if layout.header(Field::Directions).is_some_and(layout::says_per_day) {
            set(Field::Directions, ColumnForm::PerDay);
        }
        if let Some(unit) = options.supply_unit {
            set(Field::DaysSupply, ColumnForm::Counts(unit));
        }
    }

    /// Takes the orders of day and month that the head of the file shows.
    fn settle_orders(
        &mut self,
        watched: &Watched,
        evidence: &[OrderEvidence],
        asked: Option<DateOrder>,
    ) {
        let verdicts: Vec<OrderVerdict> = evidence.iter().map(OrderEvidence::verdict).collect();
        for (field, settled) in watched.fields().iter().zip(order::settle(&verdicts, asked)) {
            self.orders[*field as usize] = match settled {
                Err(_) if *field == Field::BirthDate => None,
                settled => settled.ok().flatten().or(asked).or(Some(DateOrder::Mdy)),
            };
        }
    }
}

/// What words of a site's own mean, by the columns in which they stand.
fn words(
    layout: &TableLayout,
    head: &[(Field, &[u8])],
    options: &InputOptions,
) -> Vec<(Field, Vec<(String, String)>)> {
    let mut words = Vec::new();
    if let Some(header) = layout.header(Field::Status) {
        let more = if layout::says_handed_over(header) || layout::says_not_denied(header) {
            handed_over(head, header)
        } else {
            letters(head, header)
        };
        let own = options.status_words.clone();
        let more = [more, payments(header), denials(header)].concat();
        words.push((Field::Status, [own, more].concat()));
    }
    if layout.column(Field::Adjustment).is_some()
        && matches!(layout.adjustment, AdjustmentCodes::Claim | AdjustmentCodes::ClaimType)
    {
        words.push((Field::Adjustment, adjustment_letters(head)));
    }
    for field in [Field::Voided, Field::Cancelled] {
        let header = layout.header(field);
        let more = header.map(|header| taken_back_letters(head, field, header));
        words.push((field, more.unwrap_or_default()));
    }
    if head_has_letter(head, Field::Active, b"A") {
        words.push((Field::Active, of_flag(&[("i", "no"), ("d", "no")])));
    }
    // NCPDP's pregnancy indicator (335-2C): 1 is not pregnant, 2 is.
    let pregnant = |text: &[u8]| head_says(head, Field::Pregnancy, text);
    let header = layout.header(Field::Pregnancy);
    let is_by_number = header.is_some_and(|header| header.to_uppercase().contains("335-2C"));
    if is_by_number || pregnant(b"2") && !pregnant(b"0") {
        words.push((Field::Pregnancy, of_flag(&[("1", "no"), ("2", "yes")])));
    }
    words
}

/// The fields of now whose days may be counted from another day than a spreadsheet's.
fn odd_days(watched: &Watched, evidence: &[OrderEvidence]) -> Vec<Field> {
    let odd = watched
        .fields()
        .iter()
        .zip(evidence)
        .filter(|(field, evidence)| evidence.are_odd_days() && **field != Field::BirthDate);
    odd.map(|(field, _)| *field).collect()
}
