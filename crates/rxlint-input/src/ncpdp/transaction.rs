//! The content of a message: which transaction it is, and the records in it.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::compound;
use super::denied::DeniedCancels;
use super::elements::{Element, elements};
use rxlint_model::record::Field;

/// A record: its cells, and the medication element that it comes from.
#[derive(Clone, Debug)]
pub(super) struct ScriptDraft {
    pub(super) range: Range<usize>,
    pub(super) cells: Vec<ScriptCell>,
    /// Notes and names in the element.
    pub(super) private: Vec<Range<usize>>,
    /// Whether it lasts exactly as long as stated, next to other records of the same supply: nothing of it is left over for a refill.
    pub(super) is_course: bool,
}

/// A cell of a record.
#[derive(Clone, Debug)]
pub(super) struct ScriptCell {
    pub(super) field: Field,
    pub(super) text: String,
    /// Where it is in the message; `None` if it was composed.
    pub(super) range: Option<Range<usize>>,
    pub(super) label: String,
}

/// What a transaction makes of the medications in it.
enum TransactionEffect {
    /// A prescription: an order.
    Order,
    /// A prescription that replaces another.
    Change,
    /// A supply.
    Fill,
    /// The prescription is cancelled.
    Cancel,
    /// Nothing, for a reason given in a word of the status list.
    Nothing(&'static str),
    /// The transaction is unknown.
    Unknown,
}

/// A medication element that is a record.
#[derive(Clone, Copy)]
struct Medication<'a> {
    element: &'a Element,
    kind: MedicationKind,
}

/// Why a medication is in a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MedicationKind {
    /// The message is about it.
    Own,
    /// The message says that it was handed out before, while it requests something else.
    HandedOut,
    /// A history lists it as prescribed, next to what was handed out.
    Listed,
}

/// Beginnings of the names of transactions that request, answer or manage, and hand nothing over.
const REQUESTS: [&str; 27] = [
    "RxRenewalRequest",
    "RefillRequest",
    "RxChangeRequest",
    "CancelRxResponse",
    "RxFillIndicator",
    "RxTransferRequest",
    "RxTransferConfirm",
    "RxHistoryRequest",
    "NewRxRequest",
    "NewRxResponseDenied",
    "RxResponse",
    "PA",
    "REMS",
    "Status",
    "Error",
    "Verify",
    "Census",
    "Recertification",
    "ClinicalInfo",
    "GetMessage",
    "Password",
    "Directory",
    "AddPrescriber",
    "AddPharmacy",
    "UpdatePrescriber",
    "UpdatePharmacy",
    "DrugAdministrationResponse",
];

const APPROVES_AND_DENIES: &str =
    "the response both approves and denies: it must say one of the two";

/// The records of a message; empty if it is about no medication.
///
/// # Errors
/// Why the message cannot be read.
pub(super) fn drafts(message: &str, refused: &DeniedCancels) -> Result<Vec<ScriptDraft>, String> {
    let all = elements(message)?;
    let Some(transaction) = all.iter().find_map(|element| transaction(&element.path)) else {
        return Ok(Vec::new());
    };
    if refused.is_late(&all) {
        return Ok(refusal(&all, transaction));
    }
    let (meaning, may_be_empty) = effect(&all, transaction, refused)?;
    let must_name = !may_be_empty
        && !matches!(meaning, TransactionEffect::Nothing(_) | TransactionEffect::Unknown);
    let mut about = medications(&all, transaction, &meaning);
    if about.is_empty() && matches!(meaning, TransactionEffect::Cancel) {
        // A cancellation names its prescription by number.
        let whole = all.iter().find(|e| e.path == format!("/Message/Body/{transaction}/"));
        about.extend(whole.map(|element| Medication { element, kind: MedicationKind::Own }));
    }
    if about.is_empty() && must_name {
        return Err(format!(
            "the {transaction} names no medication: it may have been cut; send the message again"
        ));
    }
    let common = common(&all, transaction);
    let mut all_drafts: Vec<ScriptDraft> = about
        .into_iter()
        .flat_map(|medication| medication_drafts(&all, medication, &common, transaction, &meaning))
        .collect();
    // Places count relative to the preceding one.
    all_drafts.sort_by_key(|draft| draft.range.start);
    Ok(all_drafts)
}

/// What a transaction means for its medications, and whether it may name none.
///
/// # Errors
/// When it contradicts itself.
fn effect(
    all: &[Element],
    transaction: &str,
    refused: &DeniedCancels,
) -> Result<(TransactionEffect, bool), String> {
    let has = |name: &str| {
        all.iter()
            .any(|element| element.path.contains(&format!("/Body/{transaction}/Response/{name}")))
    };
    let (approved, denied) = (has("Approved") || has("Validated") || has("Replace"), has("Denied"));
    let mut may_be_empty = false;
    let meaning = match transaction {
        // A resupply is requested for what is being taken.
        "NewRx" | "Resupply" => TransactionEffect::Order,
        "RxFill"
            if ["/FillStatus/NotDispensed/", "/FillStatus/Transferred/"]
                .iter()
                .any(|status| all.iter().any(|element| element.path.contains(status))) =>
        {
            TransactionEffect::Nothing("not dispensed")
        }
        "RxFill" | "DrugAdministration" => TransactionEffect::Fill,
        "RxHistoryResponse" => {
            // A history may be empty.
            may_be_empty = true;
            TransactionEffect::Fill
        }
        // What the pharmacy would not cancel remains valid.
        "CancelRx" if refused.holds(all) => TransactionEffect::Nothing("denied"),
        "CancelRx" => TransactionEffect::Cancel,
        "CancelRxResponse" if approved && !denied => {
            may_be_empty = true;
            TransactionEffect::Cancel
        }
        "RxRenewalResponse" | "RefillResponse" | "RxChangeResponse" | "RxTransferResponse" => {
            match (approved, denied) {
                (true, true) => {
                    return Err(APPROVES_AND_DENIES.to_owned());
                }
                (false, true) => TransactionEffect::Nothing("denied"),
                (true, false) if transaction == "RxChangeResponse" => TransactionEffect::Change,
                (true, false) => TransactionEffect::Order,
                // A transferred prescription exists from then on, whatever else is said.
                (false, false) if transaction == "RxTransferResponse" => {
                    may_be_empty = true;
                    TransactionEffect::Order
                }
                (false, false) => TransactionEffect::Nothing("proposed"),
            }
        }
        // Requests, denials, answers of payers: what they name is counted, but makes no exposure.
        name if REQUESTS.iter().any(|request| name.starts_with(request)) => {
            TransactionEffect::Nothing("proposed")
        }
        // It is unknown what it requests: it counts, and is reported like an unknown status.
        _ => TransactionEffect::Unknown,
    };
    Ok((meaning, may_be_empty))
}

/// The denial of a request that an earlier run had: its order is valid, whatever was requested for it before.
fn refusal(all: &[Element], transaction: &str) -> Vec<ScriptDraft> {
    let body = format!("/Message/Body/{transaction}/");
    let whole = all.iter().find(|element| element.path == body);
    let draft = whole.map(|whole| {
        let mut draft = ScriptDraft::at(whole.whole.clone());
        let common = common(all, transaction);
        let own = common.cells.into_iter().filter(|cell| cell.field != Field::Claim);
        draft.cells.extend(own.chain(common.sent));
        draft.say(Field::Adjustment, "order-not-cancelled", transaction.to_owned());
        draft.answers(all, "RelatesToMessageID");
        draft
    });
    draft.into_iter().collect()
}

/// The transaction's name: the element below the body.
fn transaction(path: &str) -> Option<&str> {
    let below = path.strip_prefix("/Message/Body/")?;
    below.strip_suffix('/').filter(|name| !name.is_empty() && !name.contains('/'))
}

/// The medications that are records. A fill is what was dispensed, and what was prescribed only if nothing else is given; a history is everything
/// that it lists. Any other message is about one medication, the one that a response grants, else the first prescribed; what a pharmacy says that it
/// handed out before, with the day, is a fill whatever the message requests.
fn medications<'a>(
    all: &'a [Element],
    transaction: &str,
    meaning: &TransactionEffect,
) -> Vec<Medication<'a>> {
    let named = |name: &str| -> Vec<&'a Element> {
        all.iter().filter(|element| element.path.ends_with(&format!("/{name}/"))).collect()
    };
    let of = |kind: MedicationKind| move |element| Medication { element, kind };
    let (own, handed_out) = (of(MedicationKind::Own), of(MedicationKind::HandedOut));
    let dispensed = named("MedicationDispensed").into_iter().chain(named("MedicationAdministered"));
    let dispensed: Vec<&Element> = dispensed.collect();
    let prescribed = named("MedicationPrescribed");
    // Something that a response approves, or a pharmacy hands over to another, has different names.
    let others =
        ["MedicationResponse", "MedicationTransferred", "MedicationRequested", "Medication"];
    let other = || -> Vec<&Element> {
        let known: Vec<&Element> = others.into_iter().flat_map(named).collect();
        if known.is_empty() { describing(all) } else { known }
    };
    let dated: Vec<&Element> =
        dispensed.iter().copied().filter(|element| has_fill_date(all, element)).collect();
    let asks = matches!(meaning, TransactionEffect::Nothing("proposed" | "denied"));
    match meaning {
        TransactionEffect::Fill if !dispensed.is_empty() => {
            let is_history = transaction == "RxHistoryResponse";
            let listed = prescribed.into_iter().filter(|_| is_history);
            let records = dispensed.into_iter().map(own);
            records.chain(listed.map(of(MedicationKind::Listed))).collect()
        }
        TransactionEffect::Fill if !prescribed.is_empty() => {
            prescribed.into_iter().map(own).collect()
        }
        TransactionEffect::Fill => other().into_iter().map(own).collect(),
        _ if asks && transaction != "CancelRx" => {
            let is_told = |element: &&Element| dated.iter().any(|told| told.whole == element.whole);
            let undated = dispensed.iter().copied().filter(|element| !is_told(element));
            let asked = prescribed.into_iter().chain(undated).chain(other()).take(1);
            asked.map(own).chain(dated.iter().copied().map(handed_out)).collect()
        }
        _ => {
            let states = matches!(meaning, TransactionEffect::Order | TransactionEffect::Change);
            let granted = named("MedicationResponse").into_iter().filter(|_| states);
            let first = granted.chain(prescribed).chain(dispensed).chain(other()).next();
            let is_first =
                |element: &&Element| first.is_some_and(|first| first.whole == element.whole);
            let beside = dated.into_iter().filter(|element| states && !is_first(element));
            first.into_iter().map(own).chain(beside.map(handed_out)).collect()
        }
    }
}

/// The elements that describe a drug, whatever their name; ingredients of a compound are not among them.
fn describing(all: &[Element]) -> Vec<&Element> {
    let mut open: FxHashMap<&str, &Element> = FxHashMap::default();
    let mut found = Vec::new();
    for element in all {
        open.insert(&element.path, element);
        let holder = element.path.strip_suffix("DrugDescription/");
        if let Some(holder) = holder.filter(|path| !path.contains("/CompoundInformation/")) {
            found.extend(open.get(holder));
        }
    }
    found
}

/// Whether a medication says when it was handed out.
fn has_fill_date(all: &[Element], medication: &Element) -> bool {
    let dates = FIELDS.iter().filter(|(field, _)| *field == Field::Dispensed);
    let ends: Vec<&str> = dates.flat_map(|(_, ends)| ends.iter().copied()).collect();
    within(all, medication)
        .any(|e| !e.text.trim().is_empty() && ends.iter().any(|end| e.path.ends_with(end)))
}

/// The elements in an element, and itself. Elements are in the order in which they begin.
fn within<'a>(all: &'a [Element], whole: &Element) -> impl Iterator<Item = &'a Element> {
    let from = all.partition_point(|e| e.whole.start < whole.whole.start);
    let end = whole.whole.end;
    all[from..].iter().take_while(move |e| e.whole.start < end)
}

/// The elements of a medication that serve a field, by the end of their path. The first that exists is taken.
const FIELDS: [(Field, &[&str]); 9] = [
    (Field::Drug, &["/DrugDescription/"]),
    (Field::Strength, &["/StrengthValue/"]),
    (Field::DaysSupply, &["/DaysSupply/"]),
    (Field::Directions, &["/SigText/", "/Directions/", "/Sig/"]),
    (Field::Route, &["/RouteOfAdministration/Text/"]),
    (
        Field::Dispensed,
        &[
            "/LastFillDate/Date/",
            "/LastFillDate/DateTime/",
            "/LastFillDate/",
            "/FillDate/Date/",
            "/FillDate/",
        ],
    ),
    (Field::Start, &["/EffectiveDate/Date/", "/EffectiveDate/DateTime/", "/EffectiveDate/"]),
    (Field::Written, &["/WrittenDate/Date/", "/WrittenDate/DateTime/", "/WrittenDate/"]),
    (Field::Stop, &["/PeriodEnd/Date/", "/PeriodEnd/DateTime/", "/PeriodEnd/"]),
];

/// The other dates of a medication in later versions of the standard: each is a date next to its qualifier.
const OTHER_DATES: [(&str, Field); 2] =
    [("EffectiveDate", Field::Start), ("PeriodEnd", Field::Stop)];

/// What all medications of a message share: who it is about, the prescriber, its numbers and when it was sent.
struct Common {
    cells: Vec<ScriptCell>,
    sent: Option<ScriptCell>,
}

fn common(all: &[Element], transaction: &str) -> Common {
    let mut draft = ScriptDraft::at(0..0);
    let anywhere =
        |end: &str| all.iter().find(|e| e.path.ends_with(end) && !e.text.trim().is_empty());
    draft.set(Field::Written, anywhere("/Header/SentTime/"));
    let sent = draft.cells.pop();
    draft.person(all);
    draft.set(
        Field::Prescriber,
        all.iter().find(|e| e.path.contains("/Prescriber/") && e.path.ends_with("/NPI/")),
    );
    let message = anywhere(if transaction == "NewRx" {
        "/Header/MessageID/"
    } else {
        "/Header/RelatesToMessageID/"
    });
    draft.set(Field::Claim, message);
    draft.set(
        Field::Prescription,
        anywhere("/Header/PrescriberOrderNumber/")
            .or_else(|| anywhere("/Header/RxReferenceNumber/")),
    );
    Common { cells: draft.cells, sent }
}

/// The records of a medication: itself, and each ingredient of a compound that is named only by a code.
fn medication_drafts(
    all: &[Element],
    medication: Medication<'_>,
    common: &Common,
    transaction: &str,
    meaning: &TransactionEffect,
) -> Vec<ScriptDraft> {
    let inside: Vec<&Element> = within(all, medication.element).collect();
    let (compound, own): (Vec<&Element>, Vec<&Element>) =
        inside.iter().partition(|e| e.path.contains("/CompoundInformation/"));
    let mut draft = ScriptDraft::at(medication.element.whole.clone());
    draft.cells_of(&own);
    draft.compound(&compound);
    // Histories have dates only next to the medication; other messages are sent as things happen.
    let own_day =
        [Field::Dispensed, Field::Start, Field::Written].into_iter().any(|field| draft.has(field));
    if !own_day && transaction != "RxHistoryResponse" {
        draft.cells.extend(common.sent.clone());
    }
    // What a history lists as prescribed has no number itself: that of the message belongs to everything in it.
    let is_listed = medication.kind == MedicationKind::Listed;
    let is_own = |cell: &&ScriptCell| {
        !(is_listed && matches!(cell.field, Field::Claim | Field::Prescription))
    };
    draft.cells.extend(common.cells.iter().filter(is_own).cloned());
    let name = transaction.to_owned();
    match meaning {
        _ if medication.kind != MedicationKind::Own => {
            draft.is_course = draft.has(Field::DaysSupply) || draft.has(Field::Stop);
        }
        TransactionEffect::Order => draft.say(Field::Adjustment, "order", name),
        // An approved change may be to another drug.
        TransactionEffect::Change => draft.say(Field::Adjustment, "order-exchange", name),
        TransactionEffect::Cancel => {
            draft.say(Field::Adjustment, "order-cancel", name);
            draft.answers(all, "MessageID");
        }
        TransactionEffect::Nothing(why) => draft.say(Field::Status, why, name),
        TransactionEffect::Unknown => draft.say(Field::Status, transaction, name),
        TransactionEffect::Fill => {}
    }
    draft.private = inside
        .iter()
        .filter(|e| {
            e.path.contains("/Note/")
                || e.path.contains("/Prescriber/")
                || e.path.contains("/Pharmacy/")
        })
        .map(|e| e.range.clone())
        .collect();
    let parts = compound::coded(&draft, &compound);
    std::iter::once(draft).chain(parts).collect()
}

impl ScriptDraft {
    /// Notes when a request or its answer was sent, and the request, in case no order number shows which they belong to.
    fn answers(&mut self, all: &[Element], number: &str) {
        let header = |name: &str| {
            let path = format!("/Message/Header/{name}/");
            all.iter().find(|e| e.path == path).map_or("", |e| e.text.trim())
        };
        let (sent, number) = (header("SentTime"), header(number));
        self.say(Field::FillNumber, sent, "Header/SentTime".to_owned());
        if !number.is_empty() {
            self.say(Field::Prescription, &format!("message {number}"), "Header".to_owned());
        }
    }

    fn at(range: Range<usize>) -> Self {
        Self { range, cells: Vec::new(), private: Vec::new(), is_course: false }
    }

    /// Takes the contents of a medication's elements.
    fn cells_of(&mut self, own: &[&Element]) {
        let find = |end: &str| {
            own.iter().copied().find(|e| e.path.ends_with(end) && !e.text.trim().is_empty())
        };
        for (field, ends) in FIELDS {
            self.set(field, ends.iter().find_map(|end| find(end)));
        }
        let part = |of: &Element, end: &str| {
            own.iter().copied().find(|e| of.whole.contains(&e.whole.start) && e.path.ends_with(end))
        };
        for date in own.iter().filter(|e| e.path.ends_with("/OtherMedicationDate/")) {
            let qualifier = part(date, "/OtherMedicationDateQualifier/").map(|e| e.text.trim());
            if let Some((_, field)) = OTHER_DATES.iter().find(|(name, _)| qualifier == Some(*name))
            {
                let day = part(date, "/Date/").or_else(|| part(date, "/DateTime/"));
                self.set(*field, day);
            }
        }
        self.codes(own);
        // Of several quantities, the rest of a transferred prescription (40) is not what is handed over.
        let quantities = own.iter().copied().filter(|e| e.path.ends_with("/Quantity/"));
        let mut stated = quantities
            .filter(|q| part(q, "/CodeListQualifier/").is_none_or(|e| e.text.trim() != "40"))
            .filter_map(|q| part(q, "/Value/"));
        let is_some = |e: &&Element| !e.text.trim().trim_matches(['0', '.']).is_empty();
        self.set(Field::Quantity, stated.find(is_some));
        for code in own.iter().filter(|e| {
            e.path.contains("/Diagnosis/")
                && e.path.ends_with("/Code/")
                && !e.text.trim().is_empty()
        }) {
            self.add(Field::Diagnosis, code);
        }
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.cells.iter().any(|cell| cell.field == field)
    }

    pub(super) fn say(&mut self, field: Field, text: &str, label: String) {
        if !text.is_empty() && !self.has(field) {
            self.cells.push(ScriptCell { field, text: text.to_owned(), range: None, label });
        }
    }

    pub(super) fn set(&mut self, field: Field, element: Option<&Element>) {
        let Some(element) =
            element.filter(|element| !element.text.trim().is_empty() && !self.has(field))
        else {
            return;
        };
        self.cells.push(ScriptCell {
            field,
            text: element.text.trim().to_owned(),
            range: Some(element.range.clone()),
            label: label(&element.path),
        });
    }

    fn add(&mut self, field: Field, element: &Element) {
        match self.cells.iter_mut().find(|cell| cell.field == field) {
            Some(cell) => cell.text += &format!(";{}", element.text.trim()),
            None => self.set(field, Some(element)),
        }
    }

    /// Codes with their qualifier, as an attribute or a neighbouring element.
    fn codes(&mut self, inside: &[&Element]) {
        for code in inside.iter().filter(|e| e.path.contains("/DrugCoded/")) {
            let parent = code.path.strip_suffix("Code/");
            let nested = parent
                .and_then(|parent| inside.iter().find(|e| e.path == format!("{parent}Qualifier/")));
            let qualifier =
                code.qualifier.as_deref().or(nested.map(|e| e.text.trim())).unwrap_or_default();
            if code.path.contains("/ProductCode/")
                && matches!(qualifier, "ND" | "NDC" | "")
                && !code.path.ends_with("/Qualifier/")
            {
                self.set(Field::Ndc, Some(code));
            } else if code.path.contains("/DrugDBCode/")
                && matches!(qualifier, "SCD" | "SBD" | "GPK" | "BPK" | "RXNORM" | "RxNorm")
            {
                self.set(Field::Rxcui, Some(code));
            }
        }
        let unit = inside
            .iter()
            .find(|e| e.path.contains("/StrengthUnitOfMeasure/") && !e.text.trim().is_empty());
        if let Some(unit) = unit {
            // Units come as codes of the NCI Thesaurus.
            let words = match unit.text.trim() {
                "C28253" => "mg",
                "C48152" => "mcg",
                "C48155" => "g",
                other => other,
            };
            self.say(Field::StrengthUnit, words, label(&unit.path));
        }
    }

    /// Who it is: a medical record number if there is one, else another identifier that is not a social security number, else a digest of name and
    /// birth date together. Two people are never treated as one because of a name alone.
    fn person(&mut self, all: &[Element]) {
        self.set(Field::BirthDate, birth(all));
        let number = number(all);
        self.set(Field::Patient, number);
        if let (None, Some(name)) = (number, name_and_birth(all)) {
            self.say(Field::Patient, &name, "Patient/Name and DateOfBirth".to_owned());
        }
    }
}

/// The elements about a message's patient that are not empty.
fn of_patient(all: &[Element]) -> impl Iterator<Item = &Element> + Clone {
    all.iter().filter(|e| e.path.contains("/Patient/") && !e.text.trim().is_empty())
}

fn birth(all: &[Element]) -> Option<&Element> {
    let ends = ["/DateOfBirth/Date/", "/DateOfBirth/DateTime/", "/DateOfBirth/"];
    ends.into_iter().find_map(|end| of_patient(all).find(|e| e.path.ends_with(end)))
}

/// The number of the patient.
fn number(all: &[Element]) -> Option<&Element> {
    let mut usable = of_patient(all).filter(|e| {
        (e.path.contains("/Identification/") || e.path.contains("/PatientIdentification/"))
            && !e.path.contains("SocialSecurity")
            && !e.path.ends_with("/SSN/")
    });
    let record = |e: &&Element| e.path.ends_with("/MedicalRecordIdentificationNumberEHR/");
    of_patient(all).find(record).or_else(|| usable.next())
}

/// The identifier of a patient without a number.
fn name_and_birth(all: &[Element]) -> Option<String> {
    let find = |end: &str| of_patient(all).find(|e| e.path.ends_with(end)).map(|e| &*e.text);
    let born = &birth(all)?.text;
    crate::drafts::name_and_birth(find("/Name/LastName/")?, find("/Name/FirstName/")?, born)
}

/// What would be the identifier of a message's patient without the number.
pub(super) fn numbered_name(message: &str) -> Option<String> {
    let all = elements(message).ok()?;
    number(&all).and_then(|_| name_and_birth(&all))
}

/// Whether a record identifies its patient only by a name and birth date that patients with a number have too: whose it is cannot be determined.
/// Records that make no exposure do not matter.
pub(super) fn is_somebodys(draft: &ScriptDraft, numbered: &FxHashSet<String>) -> bool {
    let says = |field: Field| draft.cells.iter().find(|cell| cell.field == field);
    says(Field::Status).is_none()
        && says(Field::Patient).is_some_and(|patient| numbered.contains(&patient.text))
}

/// The last two names of a path: `DrugCoded/ProductCode`.
pub(super) fn label(path: &str) -> String {
    let names: Vec<&str> = path.trim_matches('/').rsplit('/').take(2).collect();
    names.into_iter().rev().collect::<Vec<_>>().join("/")
}
