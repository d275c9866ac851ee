//! Which drug a segment is about: coded elements, and where to look if a sender has put them elsewhere.

use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::segments::{Hl7Part, Segment, field};
use rxlint_model::record::Field;

/// The fields of a segment about a drug, by number; 0 if it has none.
pub(super) struct DrugSegment {
    pub(super) drug: u8,
    pub(super) dose: u8,
    pub(super) dose_max: u8,
    pub(super) dose_unit: u8,
    pub(super) form: u8,
    pub(super) quantity: u8,
    /// The unit of the quantity.
    pub(super) quantity_unit: u8,
    pub(super) directions: u8,
    /// Instructions and notes, in which some systems write the directions.
    pub(super) notes: u8,
    pub(super) strength: u8,
    pub(super) strength_unit: u8,
    pub(super) volume: u8,
    pub(super) daily: u8,
    /// How often the order may be filled again.
    pub(super) refills: u8,
    pub(super) number: u8,
    pub(super) prescriber: u8,
    pub(super) indication: u8,
    /// More codes for the drug, each with its vocabulary.
    pub(super) supplementary: u8,
    /// Fields that name or describe people: prescribers, addresses, notes.
    pub(super) private: &'static [u8],
}

const NONE: DrugSegment = DrugSegment {
    drug: 0,
    dose: 0,
    dose_max: 0,
    dose_unit: 0,
    form: 0,
    quantity: 0,
    quantity_unit: 0,
    directions: 0,
    notes: 0,
    strength: 0,
    strength_unit: 0,
    volume: 0,
    daily: 0,
    refills: 0,
    number: 0,
    prescriber: 0,
    indication: 0,
    supplementary: 0,
    private: &[],
};

const ORDER: DrugSegment = DrugSegment {
    drug: 1,
    dose: 2,
    dose_max: 3,
    dose_unit: 4,
    form: 5,
    notes: 6,
    directions: 7,
    quantity: 11,
    quantity_unit: 12,
    refills: 13,
    prescriber: 14,
    strength: 18,
    strength_unit: 19,
    indication: 20,
    supplementary: 24,
    private: &[6, 8, 14, 15],
    ..NONE
};

const ENCODED: DrugSegment = DrugSegment {
    drug: 2,
    dose: 3,
    dose_max: 4,
    dose_unit: 5,
    form: 6,
    directions: 7,
    quantity: 10,
    quantity_unit: 11,
    refills: 12,
    prescriber: 13,
    number: 15,
    daily: 19,
    strength: 25,
    strength_unit: 26,
    indication: 27,
    supplementary: 31,
    volume: 33,
    private: &[8, 13, 14, 21, 40, 41, 42],
    ..NONE
};

const DISPENSED: DrugSegment = DrugSegment {
    drug: 2,
    quantity: 4,
    quantity_unit: 5,
    form: 6,
    number: 7,
    notes: 9,
    prescriber: 0,
    daily: 12,
    strength: 16,
    strength_unit: 17,
    indication: 21,
    supplementary: 25,
    private: &[9, 10, 13, 15],
    ..NONE
};

const GIVEN: DrugSegment = DrugSegment {
    drug: 4,
    dose: 5,
    dose_max: 6,
    dose_unit: 7,
    form: 8,
    strength: 17,
    strength_unit: 18,
    private: &[9, 11, 13],
    ..NONE
};

const ADMINISTERED: DrugSegment = DrugSegment {
    drug: 5,
    dose: 6,
    dose_unit: 7,
    form: 8,
    strength: 13,
    strength_unit: 14,
    indication: 19,
    private: &[9, 10, 11],
    ..NONE
};

/// The one segment of versions 2.1 and 2.2.
const OLD: DrugSegment = DrugSegment {
    drug: 14,
    quantity: 12,
    number: 26,
    directions: 30,
    strength: 6,
    private: &[23, 28, 29],
    ..NONE
};

/// The layout of a segment, and how specific it is: an order 1, an encoded order 2, a dispense or administration 3.
pub(super) fn shape(name: &[u8; 3]) -> Option<(&'static DrugSegment, u8)> {
    Some(match name {
        b"RXO" => (&ORDER, 1),
        b"RX1" => (&OLD, 1),
        b"RXE" => (&ENCODED, 2),
        b"RXD" => (&DISPENSED, 3),
        b"RXG" => (&GIVEN, 3),
        b"RXA" => (&ADMINISTERED, 3),
        _ => return None,
    })
}

/// The field that holds the drug, and by how much the sender has shifted it and all after it: a set id before an order's first field shifts it by
/// one; a give segment may hold its drug in the second field instead.
pub(super) fn place<'m>(
    message: &'m [u8],
    segment: &Segment,
    shape: &DrugSegment,
    delimiters: &Delimiters,
) -> (Hl7Part<'m>, u8) {
    let part = field(message, segment, shape.drug, delimiters);
    let names = |part: &Hl7Part<'_>| {
        let text = part.component(2, delimiters).text;
        text.iter().any(u8::is_ascii_alphabetic) || !text.is_ascii()
    };
    let is_counter =
        |part: &Hl7Part<'_>| part.text.len() <= 3 && part.text.iter().all(u8::is_ascii_digit);
    if names(&part) || !is_counter(&part) {
        return (part, 0);
    }
    match &segment.name {
        b"RXO" | b"RXE" => {
            let next = field(message, segment, shape.drug + 1, delimiters);
            if names(&next) { (next, 1) } else { (part, 0) }
        }
        b"RXG" => {
            let second = field(message, segment, 2, delimiters);
            if names(&second) { (second, 0) } else { (part, 0) }
        }
        _ => (part, 0),
    }
}

/// Which vocabulary the name of a coding system means.
#[derive(Clone, Copy, PartialEq)]
enum Hl7Vocabulary {
    Known(Field),
    /// Vaccines (CVX), none of which is a watched drug.
    Vaccines,
    /// Another system, from which no code is taken here.
    Other,
    /// Not stated.
    Untold,
}

fn vocabulary(system: &[u8]) -> Hl7Vocabulary {
    let system = system.trim_ascii();
    if system.is_empty() || system == b"\"\"" {
        return Hl7Vocabulary::Untold;
    }
    let is = |names: &[&str]| names.iter().any(|name| system.eq_ignore_ascii_case(name.as_bytes()));
    let ends = |tail: &str| system.ends_with(tail.as_bytes());
    if is(&["NDC", "NDC11", "NDC10", "NDC-11", "HL70292NDC"])
        || ends("113883.6.69")
        || ends("/sid/ndc")
    {
        Hl7Vocabulary::Known(Field::Ndc)
    } else if is(&["RXN", "RXNORM", "RXCUI", "RXNORMCUI"]) || ends("113883.6.88") || ends("/rxnorm")
    {
        Hl7Vocabulary::Known(Field::Rxcui)
    } else if is(&["ATC", "WC", "W-ATC"]) || ends("113883.6.73") || ends("/atc") {
        Hl7Vocabulary::Known(Field::Atc)
    } else if is(&["HCPCS", "HCPCSII", "HPC", "HCS"]) || ends("113883.6.285") {
        Hl7Vocabulary::Known(Field::Hcpcs)
    } else if is(&["CVX", "HL70292"]) || ends("113883.12.292") || ends("/sid/cvx") {
        Hl7Vocabulary::Vaccines
    } else {
        Hl7Vocabulary::Other
    }
}

/// Where a coded element has its codes, each before its text and its vocabulary: its own and the alternates.
const CODES: [u8; 3] = [1, 4, 10];

/// Takes the codes of a coded element, including the alternates.
pub(super) fn codes(draft: &mut Hl7Draft, part: Hl7Part<'_>, delimiters: &Delimiters) {
    for at in CODES {
        let code = part.component(at, delimiters).sub(1, delimiters);
        match vocabulary(part.component(at + 2, delimiters).text) {
            Hl7Vocabulary::Known(field) => draft.set(field, code, delimiters),
            Hl7Vocabulary::Vaccines if !draft.has(Field::Generic) => {
                draft.say(Field::Generic, format_args!("vaccine"), code);
            }
            Hl7Vocabulary::Untold => draft.set(Field::Code, code, delimiters),
            // A number of an unknown vocabulary must not be taken for one of a known vocabulary.
            Hl7Vocabulary::Other | Hl7Vocabulary::Vaccines => {}
        }
    }
}

/// Takes the texts of the deciding element: its own, the alternate, the original.
pub(super) fn texts(
    draft: &mut Hl7Draft,
    part: Hl7Part<'_>,
    message: &[u8],
    delimiters: &Delimiters,
) {
    let [own, alternate, original] = [2, 5, 9].map(|n| part.component(n, delimiters));
    draft.set(Field::Drug, own, delimiters);
    for more in [alternate, original] {
        if draft.has(Field::Drug) && draft.text(message, Field::Drug) == more.text.trim_ascii() {
            continue;
        }
        if draft.has(Field::Drug) {
            draft.add(Field::Generic, "; ", more, message, delimiters);
        } else {
            draft.set(Field::Drug, more, delimiters);
        }
    }
}

/// Takes more codes for the drug from a field next to the deciding one: those of a known vocabulary, and any code if nothing else names the drug.
pub(super) fn supplementary(
    draft: &mut Hl7Draft,
    part: Hl7Part<'_>,
    message: &[u8],
    delimiters: &Delimiters,
) {
    for one in part.repetitions(delimiters) {
        let is_known = CODES.iter().any(|at| {
            matches!(vocabulary(one.component(at + 2, delimiters).text), Hl7Vocabulary::Known(_))
        });
        if is_known || !(draft.has(Field::Drug) || has_known_code(draft)) {
            codes(draft, one, delimiters);
            also(draft, one, message, delimiters);
        }
    }
}

/// Takes what an earlier segment of the same order calls the drug: if the event names it too, this only confirms or contradicts that; if not, it is
/// used instead. Returns whether it contradicts nothing.
pub(super) fn earlier(
    draft: &mut Hl7Draft,
    part: Hl7Part<'_>,
    message: &[u8],
    delimiters: &Delimiters,
) -> bool {
    let named = draft.has(Field::Drug) || has_known_code(draft);
    let text =
        [2, 5, 9].map(|n| part.component(n, delimiters)).into_iter().find(|text| !text.is_empty());
    let Some(text) = text.filter(|_| named) else {
        if !named {
            codes(draft, part, delimiters);
            also(draft, part, message, delimiters);
        }
        return !named;
    };
    let confirms =
        draft.has(Field::Drug) && shares_word(draft.text(message, Field::Drug), text.text);
    if confirms {
        codes(draft, part, delimiters);
        also(draft, part, message, delimiters);
    } else {
        draft.set(Field::Ordered, text, delimiters);
    }
    confirms
}

/// Whether the drug has a code of a known vocabulary.
pub(super) fn has_known_code(draft: &Hl7Draft) -> bool {
    [Field::Ndc, Field::Rxcui, Field::Atc, Field::Hcpcs].into_iter().any(|field| draft.has(field))
}

/// Whether two texts have a word of five letters or more in common, as two names of one drug have.
fn shares_word(a: &[u8], b: &[u8]) -> bool {
    let words = |text: &'_ [u8]| -> Vec<Vec<u8>> {
        text.split(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii())
            .filter(|word| word.len() >= 5)
            .map(<[u8]>::to_ascii_lowercase)
            .filter(|word| !FORMS.iter().any(|form| word.starts_with(form.as_bytes())))
            .collect()
    };
    let (a, b) = (words(a), words(b));
    a.iter().any(|word| b.contains(word))
}

/// Words for forms and salts, which do not identify the drug.
const FORMS: [&str; 18] = [
    "table", "capsu", "solut", "injec", "patch", "relea", "exten", "hydro", "sulfa", "hcl", "oral",
    "susp", "acetat", "table", "prolo", "filmt", "retar", "mg",
];

/// Adds a name that is elsewhere in the same group: in a part of a compound.
pub(super) fn also(
    draft: &mut Hl7Draft,
    part: Hl7Part<'_>,
    message: &[u8],
    delimiters: &Delimiters,
) {
    for n in [2, 5, 9] {
        let text = part.component(n, delimiters);
        let said = text.text.trim_ascii();
        let has = |field: Field| memchr::memmem::find(draft.text(message, field), said).is_some();
        if said.is_empty() || [Field::Drug, Field::Generic, Field::Brand].into_iter().any(has) {
            continue;
        }
        if draft.has(Field::Drug) {
            draft.add(Field::Brand, "; ", text, message, delimiters);
        } else {
            draft.set(Field::Drug, text, delimiters);
        }
    }
}
