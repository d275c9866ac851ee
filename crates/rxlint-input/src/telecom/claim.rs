//! The records of a transmission: one per claim, or per ingredient of a compound.

use rxlint_model::record::{AdjustmentCodes, Field};

use super::links::{ClaimKey, key};
use super::transmission::{TelecomField, TelecomHeader};
use crate::drafts::{Draft, name_and_birth};

/// What a transaction does with what it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It bills or reports what was dispensed.
    Fill,
    /// It reverses a claim.
    Reversal,
    /// It bills a claim again.
    Rebill,
    /// It asks what would be paid.
    Quote,
    /// It is about no drug.
    Nothing,
}

impl Effect {
    pub(super) fn of(code: &str) -> Self {
        match code {
            "B1" | "N1" | "C1" | "S1" | "P1" => Self::Fill,
            "B2" | "N2" | "C2" | "S2" | "P2" => Self::Reversal,
            "B3" | "N3" | "C3" | "S3" => Self::Rebill,
            "D1" => Self::Quote,
            _ => Self::Nothing,
        }
    }
}

/// The person of a transmission: identifiers with their rank, the best first, and name and birth date in one text.
#[derive(Clone, Debug, Default)]
pub(super) struct TelecomPatient {
    pub(super) identifiers: Vec<(u8, String)>,
    pub(super) name: Option<String>,
    pub(super) born: String,
    /// The cardholder's number, if nothing says which person of the family it is.
    pub(super) family: Option<String>,
    /// The same, regardless of other identifiers.
    pub(super) cardholder: String,
}

impl TelecomPatient {
    pub(super) fn of(fields: &[TelecomField<'_>]) -> Self {
        let text = |name: &[u8; 2]| {
            let field = fields.iter().find(|field| field.name == *name && field.group == 0);
            field.map(TelecomField::text).unwrap_or_default()
        };
        let born = text(b"C4");
        let mut patient = Self {
            name: name_and_birth(&text(b"CB"), &text(b"CA"), &born),
            born,
            ..Self::default()
        };
        let (kind, number) = (text(b"CX"), text(b"CY"));
        // Social security numbers are never shown.
        if !number.is_empty() && !matches!(kind.as_str(), "01" | "05") {
            patient.identifiers.push((0, number));
        }
        let (cardholder, person) = (text(b"C2"), text(b"C3"));
        match (cardholder.is_empty(), person.is_empty()) {
            (true, _) => {}
            (false, false) => patient.identifiers.push((1, format!("{cardholder}-{person}"))),
            (false, true) => {
                patient.identifiers.push((2, cardholder.clone()));
                patient.family = Some(cardholder.clone());
            }
        }
        patient.cardholder = cardholder;
        patient
    }

    /// Whether it is someone else, by the card or the birth date: names are spelled in many ways.
    pub(super) fn is_not(&self, other: &Self) -> bool {
        let differ = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && a != b;
        differ(&self.cardholder, &other.cardholder) || differ(&self.born, &other.born)
    }
}

/// The fields of one claim that serve a field.
const FIELDS: [(&[u8; 2], Field); 7] = [
    (b"D2", Field::Prescription),
    (b"D3", Field::FillNumber),
    (b"D5", Field::DaysSupply),
    (b"DE", Field::Written),
    (b"E7", Field::Quantity),
    (b"DB", Field::Prescriber),
    (b"DO", Field::Diagnosis),
];

/// The claims of a transmission, each with its own fields and those that all share.
pub(super) fn claims<'f, 'b>(
    fields: &'f [TelecomField<'b>],
) -> impl Iterator<Item = Vec<&'f TelecomField<'b>>> {
    let last = fields.last().map_or(0, |field| field.group);
    (0..=last).filter_map(move |group| {
        // Groups follow each other.
        let from = fields.partition_point(|field| field.group < group);
        let own: Vec<&TelecomField<'b>> =
            fields[from..].iter().take_while(|field| field.group == group).collect();
        own.iter().any(|field| field.segment == *b"07").then_some(own)
    })
}

/// The records of one claim.
pub(super) fn drafts(
    header: &TelecomHeader,
    effect: Effect,
    own: &[&TelecomField<'_>],
    patient: &dyn Fn(&ClaimKey) -> (String, String),
    rejected: bool,
) -> Vec<Draft> {
    let of_claim = || own.iter().filter(|field| field.segment == *b"07");
    let (Some(first), Some(last)) = (of_claim().next(), of_claim().next_back()) else {
        return Vec::new();
    };
    let mut draft = Draft { range: first.range.start..last.range.end, ..Draft::default() };
    let (identifier, born) = patient(&key(header, own));
    draft.put(Field::Patient, identifier, None, "302-C2");
    draft.put(Field::BirthDate, born, None, "304-C4");
    draft.put(Field::Dispensed, &*header.date, Some(header.date_range.clone()), "401-D1");
    for (name, field) in FIELDS {
        for found in own.iter().filter(|found| found.name == *name && found.segment != *b"10") {
            let text = match field {
                Field::Quantity => thousandths(&found.text()),
                Field::Prescription => found.text().trim_start_matches('0').to_owned(),
                _ => found.text(),
            };
            if field == Field::Diagnosis {
                draft.also(field, &text, Some(found.value_range()), label(*name));
            } else {
                draft.put(field, text, Some(found.value_range()), label(*name));
            }
        }
    }
    draft.adjustment = AdjustmentCodes::Claim;
    let said = match effect {
        Effect::Reversal => "reversal",
        Effect::Rebill => "revision",
        _ => "original",
    };
    draft.put(Field::Adjustment, said, None, "103-A3");
    if rejected {
        draft.put(Field::Status, "rejected", None, "112-AN");
    } else if effect == Effect::Quote {
        draft.put(Field::Status, "quote", None, "103-A3");
    }
    let ingredients = ingredients(&draft, own);
    if !ingredients.is_empty() {
        return ingredients;
    }
    let qualifier = of_claim().find(|field| field.name == *b"E1").map(|field| field.text());
    if let Some(code) = of_claim().find(|field| field.name == *b"D7") {
        product(&mut draft, qualifier.as_deref().unwrap_or_default(), code, "407-D7");
    }
    vec![draft]
}

/// The ingredients of a compound, each with the days of the whole.
fn ingredients(whole: &Draft, own: &[&TelecomField<'_>]) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut qualifier = String::new();
    for field in own.iter().filter(|field| field.segment == *b"10") {
        match &field.name {
            b"RE" => qualifier = field.text(),
            b"TE" => {
                let mut part = Draft { range: field.range.clone(), ..whole.clone() };
                part.cells.retain(|cell| cell.field != Field::Quantity);
                product(&mut part, &qualifier, field, "489-TE");
                drafts.push(part);
            }
            b"ED" => {
                if let Some(part) = drafts.last_mut() {
                    part.range.end = field.range.end;
                    let amount = thousandths(&field.text());
                    part.put(Field::Quantity, amount, Some(field.value_range()), "448-ED");
                }
            }
            _ => {}
        }
    }
    drafts
}

fn product(draft: &mut Draft, qualifier: &str, field: &TelecomField<'_>, label: &'static str) {
    let system = match qualifier {
        "01" | "1" => "UPC",
        "02" | "2" => "HRI",
        _ => return draft.put(Field::Ndc, field.text(), Some(field.value_range()), label),
    };
    draft.put(Field::Code, field.text(), Some(field.value_range()), label);
    draft.put(Field::CodeSystem, system, None, "436-E1");
}

/// A quantity without its decimal point: three decimals are implied.
fn thousandths(text: &str) -> String {
    let Some(number) = text.parse::<u64>().ok() else { return text.to_owned() };
    let (whole, rest) = (number / 1000, number % 1000);
    if rest == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{rest:03}").trim_end_matches('0').to_owned()
    }
}

/// A field's number as the data dictionary writes it.
fn label(name: [u8; 2]) -> &'static str {
    match &name {
        b"D2" => "402-D2",
        b"D3" => "403-D3",
        b"D5" => "405-D5",
        b"DE" => "414-DE",
        b"E7" => "442-E7",
        b"DB" => "411-DB",
        _ => "424-DO",
    }
}
