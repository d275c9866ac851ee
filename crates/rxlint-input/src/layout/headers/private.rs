//! Columns that identify a person or hold free text: they are masked when a record is shown.

use super::fold::{fold, words};

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

/// Whether the column with that header holds only names of people: `Patient`, `Referral Source`.
pub(in crate::layout) fn is_of_people(header: &str) -> bool {
    const BESIDE: [&str; 8] =
        ["name", "names", "full", "first", "last", "initials", "source", "in"];
    let words = words(header);
    let mut people = words.iter().filter(|word| !BESIDE.contains(&word.as_str())).peekable();
    is_name(header) || people.peek().is_some() && people.all(|word| PEOPLE.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_people_hold_nothing_else() {
        for header in ["Last Name", "Patient", "Consultant", "Referral Source", "Naam", "Name"] {
            assert!(is_of_people(header), "{header}");
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
