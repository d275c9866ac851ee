//! The records of a report: one per dispensing, or per ingredient of a compound.

use std::ops::Range;

use rxlint_model::record::{Field, decode};

use super::form::{AsapSegment, Form, Version};
use super::patient::AsapPatient;
use crate::drafts::{Draft, Drafted};
use crate::identifiers::KnownIdentifiers;

const CUT: &str = "the report ends inside this dispensing: it may have been cut off; send it again";
const FOREIGN: &str = "this is not a segment of the ASAP standard: the report may be damaged here, or two reports with other separators \
                       were put together; send it again";

/// Reads the patients of a piece.
pub(super) fn drafts(
    form: Form,
    persons: &KnownIdentifiers,
    bytes: &[u8],
    take: &mut dyn FnMut(Drafted),
) {
    let mut reading = Reading { form, patient: None, is_zero: false, dispensing: None };
    let mut order = Order::default();
    for segment in form.segments(bytes) {
        if let Some((at, why)) = order.next(&segment) {
            reading.flush(take);
            take(Drafted::broken(at, why));
        }
        match segment.name() {
            b"PAT" => {
                reading.flush(take);
                let patient = AsapPatient::of(&segment, form);
                reading.is_zero = is_zero_report(&segment);
                reading.patient = Some((patient.identifier(persons), patient.born));
            }
            b"DSP" | b"RX" if !segment.closed => {
                reading.flush(take);
                take(Drafted::broken(segment.start, CUT));
            }
            b"DSP" => {
                // In 3.0 an order comes before its dispensing.
                if reading.dispensing.as_ref().is_some_and(|d| d.is_order) {
                    reading.dispensing = None;
                }
                reading.flush(take);
                reading.dispensing = reading.dispensing(&segment);
            }
            b"RX" if form.version == Version::Three => {
                reading.flush(take);
                reading.dispensing = Some(reading.order(&segment));
            }
            b"CDI" => reading.ingredient(&segment),
            b"PRE" => reading.prescriber(&segment),
            b"TH" | b"PHA" | b"TP" | b"TT" => {
                reading.flush(take);
                reading.patient = None;
            }
            name if Form::knows(name) => {}
            _ => {
                reading.flush(take);
                take(Drafted::broken(segment.start, FOREIGN));
            }
        }
    }
    reading.flush(take);
    if let Some((at, why)) = order.close() {
        take(Drafted::broken(at, why));
    }
}

const NO_DISPENSING: &str = "this patient (PAT) has no dispensing (DSP): it may be elsewhere in the report, or have been lost; send the \
                             report again";
const BEFORE_PATIENT: &str = "the last dispensing (DSP) before this patient (PAT) has no prescriber, and this patient has one too many: it may be this patient's; send the report again in its order";

/// Checks the order of the segments: each patient has dispensings, and each dispensing its prescriber, before or after it.
#[derive(Default)]
struct Order {
    /// The patient being read.
    open: Option<Group>,
    /// Whether the previous patient ended with a dispensing, and has fewer prescribers than dispensings.
    is_short: bool,
}

/// What follows a patient.
#[derive(Default)]
struct Group {
    start: usize,
    is_zero: bool,
    dispensings: usize,
    prescribers: usize,
    begins_with_prescriber: bool,
    ends_with_dispensing: bool,
}

impl Order {
    /// Takes the next segment; returns what is wrong with the patient that it ends, and where that begins.
    fn next(&mut self, segment: &AsapSegment<'_>) -> Option<(usize, &'static str)> {
        let ends = matches!(segment.name(), b"PAT" | b"TH" | b"PHA" | b"TP" | b"TT");
        let wrong = if ends { self.close() } else { None };
        match segment.name() {
            b"PAT" => {
                let is_zero = is_zero_report(segment);
                self.open = Some(Group { start: segment.start, is_zero, ..Group::default() });
            }
            b"TH" | b"PHA" | b"TP" | b"TT" => self.is_short = false,
            name => {
                let Some(group) = &mut self.open else { return wrong };
                let is_first = group.dispensings == 0 && group.prescribers == 0;
                group.begins_with_prescriber |= is_first && name == b"PRE";
                group.prescribers += usize::from(name == b"PRE");
                // A damaged segment is reported as damaged.
                let is_dispensing = matches!(name, b"DSP" | b"RX") || !Form::knows(name);
                group.dispensings += usize::from(is_dispensing);
                group.ends_with_dispensing = matches!(name, b"DSP" | b"RX" | b"CDI");
            }
        }
        wrong
    }

    /// Ends the patient being read.
    fn close(&mut self) -> Option<(usize, &'static str)> {
        let group = self.open.take()?;
        let was_short = std::mem::replace(
            &mut self.is_short,
            group.ends_with_dispensing
                && group.prescribers > 0
                && group.prescribers < group.dispensings,
        );
        let has_more = group.begins_with_prescriber && group.prescribers > group.dispensings;
        match group.dispensings {
            0 if !group.is_zero => Some((group.start, NO_DISPENSING)),
            0 => None,
            _ => (was_short && has_more).then_some((group.start, BEFORE_PATIENT)),
        }
    }
}

/// A report of a day without dispensings has a patient called Zero Report.
pub(super) fn is_zero_report(segment: &AsapSegment<'_>) -> bool {
    let names = [segment.text(7), segment.text(8)].map(|name| name.to_ascii_lowercase());
    names.contains(&"zero".to_owned()) && names.contains(&"report".to_owned())
}

struct Reading {
    form: Form,
    /// Identifier and birth date.
    patient: Option<(Option<String>, String)>,
    is_zero: bool,
    dispensing: Option<Dispensing>,
}

/// A cell of an ingredient, and where it is.
type IngredientCell = (Field, String, Range<usize>);

/// A dispensing whose other segments are still being read.
struct Dispensing {
    draft: Draft,
    ingredients: Vec<(Range<usize>, Vec<IngredientCell>)>,
    is_order: bool,
}

impl Reading {
    fn draft(&self, segment: &AsapSegment<'_>) -> Draft {
        let mut draft = Draft { range: segment.start..segment.end, ..Draft::default() };
        if let Some((identifier, born)) = &self.patient {
            draft.put(Field::Patient, identifier.clone().unwrap_or_default(), None, "PAT");
            draft.put(Field::BirthDate, born.clone(), None, "PAT");
        }
        draft
    }

    fn dispensing(&self, segment: &AsapSegment<'_>) -> Option<Dispensing> {
        let fields = self.form.version.fields();
        if self.is_zero && segment.text(fields.product).is_empty() {
            return None;
        }
        let mut draft = self.draft(segment);
        for (field, number) in [
            (Field::Prescription, fields.prescription),
            (Field::FillNumber, fields.fill_number),
            (Field::Written, fields.written),
            (Field::Dispensed, fields.filled),
            (Field::Dispensed, fields.sold),
            (Field::Quantity, fields.quantity),
            (Field::DaysSupply, fields.days),
            (Field::Rxcui, fields.rxnorm),
            (Field::Directions, fields.directions),
            (Field::Diagnosis, fields.diagnosis),
        ] {
            set(&mut draft, field, segment, number);
        }
        let (status, range) = segment.part(fields.status);
        let meaning = self.status(status);
        draft.put(Field::Adjustment, meaning, Some(range), "DSP01");
        product(&mut draft, segment, fields.qualifier, fields.product);
        if fields.directions > 0 {
            draft.private.push(segment.part(fields.directions).1);
        }
        Some(Dispensing { draft, ingredients: Vec::new(), is_order: false })
    }

    /// An order of 3.0, which counts if no dispensing follows it.
    fn order(&self, segment: &AsapSegment<'_>) -> Dispensing {
        let mut draft = self.draft(segment);
        for (field, number) in [
            (Field::Prescription, 3),
            (Field::Written, 8),
            (Field::Diagnosis, 12),
            (Field::Drug, 15),
            (Field::Quantity, 17),
            (Field::DaysSupply, 18),
        ] {
            set(&mut draft, field, segment, number);
        }
        let (status, range) = segment.part(1);
        draft.put(Field::Adjustment, self.status(status), Some(range), "RX01");
        product(&mut draft, segment, 13, 14);
        Dispensing { draft, ingredients: Vec::new(), is_order: true }
    }

    /// What the reporting status does, in the words of the status list.
    fn status(&self, status: &[u8]) -> String {
        let meaning = match (self.form.version, status) {
            (Version::Three, b"01" | b"1") => "original",
            (Version::Three, b"02" | b"2") => "revision",
            (Version::Three, b"03" | b"3") => "reversal",
            (Version::Three, _) => return decode(status).into_owned(),
            (_, b"" | b"00" | b"0") => "original",
            (_, b"01" | b"1") => "revision",
            (_, b"02" | b"2") => "reversal",
            _ => return decode(status).into_owned(),
        };
        meaning.to_owned()
    }

    fn ingredient(&mut self, segment: &AsapSegment<'_>) {
        let Some(dispensing) = &mut self.dispensing else { return };
        let mut cells = Vec::new();
        // From 4.2 on, there is no description.
        let quantity = if self.form.version == Version::Three { 5 } else { 4 };
        for (field, number) in [(Field::Ndc, 3), (Field::Quantity, quantity)] {
            let (text, range) = segment.part(number);
            if !text.is_empty() {
                cells.push((field, decode(text).into_owned(), range));
            }
        }
        if cells.iter().any(|(field, ..)| *field == Field::Ndc) {
            dispensing.ingredients.push((segment.start..segment.end, cells));
        }
    }

    fn prescriber(&mut self, segment: &AsapSegment<'_>) {
        let number = self.form.version.fields().prescriber;
        if let Some(dispensing) = &mut self.dispensing {
            let text = segment.text(number);
            dispensing.draft.put(Field::Prescriber, text, None, "PRE");
        }
    }

    /// Hands the dispensing over: each ingredient of a compound with the days of the whole.
    fn flush(&mut self, take: &mut dyn FnMut(Drafted)) {
        let Some(Dispensing { draft, ingredients, .. }) = self.dispensing.take() else { return };
        if ingredients.is_empty() {
            return take(Drafted::record(draft));
        }
        for (range, cells) in ingredients {
            let mut part = Draft { range, ..draft.clone() };
            part.cells.retain(|cell| {
                !matches!(
                    cell.field,
                    Field::Ndc | Field::Code | Field::CodeSystem | Field::Quantity
                )
            });
            for (field, text, range) in cells {
                part.put(field, text, Some(range), "CDI");
            }
            take(Drafted::record(part));
        }
    }
}

fn set(draft: &mut Draft, field: Field, segment: &AsapSegment<'_>, number: usize) {
    if number > 0 {
        let (text, range) = segment.part(number);
        let name = decode(segment.name());
        draft.put(field, decode(text), Some(range), format!("{name}{number:02}"));
    }
}

/// The product: a national drug code unless its qualifier says that it is a different code.
fn product(draft: &mut Draft, segment: &AsapSegment<'_>, qualifier: usize, number: usize) {
    let system = match segment.part(qualifier).0 {
        b"02" => "UPC",
        b"03" => "HRI",
        b"04" => "UPN",
        b"05" => "DIN",
        _ => return set(draft, Field::Ndc, segment, number),
    };
    set(draft, Field::Code, segment, number);
    draft.put(Field::CodeSystem, system, None, "DSP07");
}
