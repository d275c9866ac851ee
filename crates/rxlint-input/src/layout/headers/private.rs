//! Columns that identify a person or hold free text: they are masked when a record is shown.

use super::fold::{fold, words};
use super::tokens;

/// Words that make a column private wherever they are in its name.
const WORDS: [&str; 24] = [
    "birth",
    "birthdate",
    "dob",
    "born",
    "ssn",
    "passport",
    "drivers",
    "driver",
    "licence",
    "license",
    "insurance",
    "policy",
    "subscriber",
    "cardholder",
    "medicaid",
    "medicare",
    "hicn",
    "comment",
    "comments",
    "note",
    "notes",
    "remark",
    "remarks",
    "memo",
];

/// Words for where someone lives or can be reached: private as well, and shared by several people.
const REACHED: [&str; 22] = [
    "address",
    "addr",
    "street",
    "city",
    "town",
    "zip",
    "zipcode",
    "postal",
    "postcode",
    "county",
    "lat",
    "latitude",
    "lon",
    "longitude",
    "phone",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "fax",
    "email",
    "mail",
];

/// Parts of names that are written as one word.
const PARTS: [&str; 16] = [
    "birthdate",
    "dateofbirth",
    "birthday",
    "streetaddress",
    "postalcode",
    "zipcode",
    "phonenumber",
    "freetext",
    "socialsecurity",
    "membercard",
    "firstname",
    "lastname",
    "surname",
    "familyname",
    "givenname",
    "maidenname",
];

/// Words that mark a name as not a person's.
const THINGS: [&str; 37] = [
    "drug",
    "medication",
    "medicine",
    "med",
    "brand",
    "generic",
    "plan",
    "pharmacy",
    "product",
    "trade",
    "proprietary",
    "label",
    "ingredient",
    "substance",
    "payer",
    "concept",
    "file",
    "class",
    "route",
    "form",
    "tier",
    "group",
    "facility",
    "hospital",
    "store",
    "item",
    "department",
    "clinic",
    "site",
    "source",
    "rx",
    "therapy",
    "species",
    "organization",
    "company",
    "system",
    "table",
];

/// Words for people, and for their names other than `name`.
const PEOPLE: [&str; 31] = [
    "patient",
    "pt",
    "client",
    "resident",
    "member",
    "consultant",
    "operator",
    "agent",
    "clerk",
    "owner",
    "nurse",
    "courier",
    "driver",
    "technician",
    "cashier",
    "referrer",
    "referral",
    "carer",
    "surname",
    "lastname",
    "naam",
    "nachname",
    "vorname",
    "achternaam",
    "apellido",
    "apellidos",
    "nom",
    "prenom",
    "cognome",
    "nazwisko",
    "sobrenome",
];

/// Further words that make a name a person's.
#[rustfmt::skip]
const OF_PERSONS: [&str; 76] = [
    "mother", "father", "parent", "guardian", "spouse", "husband", "wife", "partner", "child", "baby", "son", "daughter", "relative",
    "kin", "emergency", "contact", "caregiver", "caretaker", "person", "people", "human", "individual", "applicant", "dependent",
    "prescriber", "physician", "doctor", "provider", "practitioner", "clinician", "surgeon", "therapist", "counselor", "counsellor",
    "psychologist", "dentist", "veterinarian", "vet", "attending", "referring", "pharmacist", "rph", "tech", "preparer", "checker",
    "dispenser", "staff", "employee", "worker", "user", "username", "login", "author", "editor", "creator", "signer", "approver",
    "requester", "requestor", "witness", "manager", "supervisor", "coordinator", "assistant", "officer", "holder", "policyholder",
    "recipient", "given", "family", "sur", "fore", "nick", "preferred", "legal", "salutation",
];

/// Whether a header speaks of a person other than the patient: `mother.birth_date`.
pub(in crate::layout) fn is_of_another_person(header: &str) -> bool {
    const PATIENTS: [&str; 11] = [
        "child",
        "baby",
        "person",
        "people",
        "human",
        "individual",
        "recipient",
        "given",
        "family",
        "legal",
        "preferred",
    ];
    let is_other = |word: &str| OF_PERSONS.contains(&word) && !PATIENTS.contains(&word);
    words(header).iter().any(|word| is_other(word))
}

/// Names that are a person's by themselves.
const WHOLE: [&str; 9] =
    ["first", "last", "middle", "maiden", "prefix", "suffix", "forename", "initials", "fullname"];

/// Whether it is a word in names of columns that identify a person.
pub(in crate::layout) fn is_word(word: &str) -> bool {
    WORDS.contains(&word)
        || REACHED.contains(&word)
        || WHOLE.contains(&word)
        || THINGS.contains(&word)
        || PARTS.contains(&word)
}

/// Whether a header is that of a place, a thing, or where someone can be reached: several people share those.
pub(in crate::layout) fn is_of_place(header: &str) -> bool {
    const PLACES: [&str; 8] =
        ["room", "bed", "ward", "unit", "region", "location", "account", "acct"];
    let words = words(header);
    let shared = |word: &String| {
        REACHED.contains(&word.as_str())
            || PLACES.contains(&word.as_str())
            || THINGS.contains(&word.as_str())
                && !["source", "system", "plan", "rx"].contains(&word.as_str())
    };
    words.iter().any(shared)
}

/// Whether the column with that header is private.
pub(in crate::layout) fn is_private(header: &str) -> bool {
    let words = words(header);
    let folded = fold(header);
    is_name(header)
        || words
            .iter()
            .map(String::as_str)
            .any(|word| WORDS.contains(&word) || REACHED.contains(&word))
        || PARTS.iter().any(|part| folded.contains(part))
}

/// Whether the column with that header holds names of people.
pub(in crate::layout) fn is_name(header: &str) -> bool {
    let words = words(header);
    let folded = fold(header);
    let has = |word: &str| words.iter().any(|w| w == word);
    let of_a_person = (has("name") || has("nm") || folded.ends_with("name"))
        && !THINGS
            .iter()
            .any(|thing| has(thing) || folded.starts_with(thing) && folded.ends_with("name"));
    let last = header.rsplit('.').next().unwrap_or(header);
    of_a_person || has("initials") || WHOLE.contains(&fold(last).as_str())
}

/// Whether the column with that header holds only names of people: `Patient`, `Referral Source`, `Mother Name`.
pub(in crate::layout) fn is_of_people(header: &str) -> bool {
    const BESIDE: [&str; 8] =
        ["name", "names", "full", "first", "last", "initials", "source", "in"];
    let words = words(header);
    let mut people = words.iter().filter(|word| !BESIDE.contains(&word.as_str())).peekable();
    is_name(header) && says_whose(header)
        || people.peek().is_some() && people.all(|word| PEOPLE.contains(&word.as_str()))
}

/// Whether the header of a column of names says that they are people's: a word for people, a part of their names, or nothing else at
/// all. `Scientific Name`, `Service Name` and `Name_EN` may be a drug's.
fn says_whose(header: &str) -> bool {
    let words = words(header);
    let is_person = |word: &str| {
        [&PEOPLE[..], &WHOLE, &OF_PERSONS, &PARTS].iter().any(|list| list.contains(&word))
    };
    let rest = || words.iter().filter(|word| !["name", "names", "nm"].contains(&word.as_str()));
    let glued = |word: &String| word.strip_suffix("name").is_some_and(is_person);
    let folded = fold(header);
    rest().next().is_none()
        || rest().any(|word| is_person(word) || glued(word))
        || is_person(&folded)
        || PARTS.iter().any(|part| folded.contains(part))
        || tokens::says_any(header, &["patient", "prescriber"])
}

/// Whether the column with that header is private only because it holds names, and nothing says that they are people's.
pub(in crate::layout) fn may_name_a_thing(header: &str) -> bool {
    let says_more =
        |word: &String| WORDS.contains(&word.as_str()) || REACHED.contains(&word.as_str());
    is_name(header) && !is_of_people(header) && !words(header).iter().any(says_more)
}

/// Whether the column with that header is private and never about a drug.
pub(in crate::layout) fn is_of_no_drug(header: &str) -> bool {
    is_private(header) && !may_name_a_thing(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_people_hold_nothing_else() {
        for header in [
            "Last Name",
            "Patient",
            "Consultant",
            "Referral Source",
            "Naam",
            "Name",
            "Mother Name",
            "mothername",
            "PATIENT_NAME",
            "prescriber_name",
            "BENE_SRNM_NAME",
            "First Name",
            "Surname",
            "Full Name",
            "Dr Name",
            "Entered By User Name",
            "Emergency Contact Name",
        ] {
            assert!(is_of_people(header), "{header}");
        }
        for header in [
            "Scientific Name",
            "scientificName",
            "SCIENTIFIC NAME / STRENGTH",
            "Common Name",
            "Nonproprietary Name",
            "Name_EN",
            "name_en",
            "Service Name",
            "Charge Name",
            "Print Name",
            "Short Name",
            "BAN Name",
        ] {
            assert!(!is_of_people(header) && is_private(header), "{header}");
            assert!(!is_of_no_drug(header), "{header}");
        }
        for header in
            ["Patient Status", "Patient Medication", "Client Rx", "Source", "Drug", "Drug Name"]
        {
            assert!(!is_of_people(header), "{header}");
        }
    }

    #[test]
    fn people_are_private_and_things_are_not() {
        for header in [
            "patient_name",
            "First Name",
            "LAST",
            "BENE_SRNM_NAME",
            "name",
            "DOB",
            "BirthDate",
            "birthdate",
            "patient_dob",
            "Address 1",
            "city",
            "zip_code",
            "Phone#",
            "SSN",
            "DRIVERS",
            "physician_comment",
            "Notes",
            "prescriber_name",
            "patientfirstname",
            "insurance_id",
            "BENE_ZIP_CD",
        ] {
            assert!(is_private(header), "{header}");
        }
        for header in [
            "drug_name",
            "medication_name",
            "medicationname",
            "Brand Name",
            "generic_name",
            "plan name",
            "pharmacy_name",
            "patient_id",
            "ethnicity",
            "specificity",
            "capacity",
            "fill_date",
            "directions",
            "quantity",
            "claim_status",
            "last_fill_date",
            "first_fill",
            "denoted",
        ] {
            assert!(!is_private(header), "{header}");
        }
    }
}
