//! People who share a number: a cardholder's, a family's, a home's. A code of the person next to it distinguishes them; together the
//! two identify the person.

use std::collections::{BTreeMap, BTreeSet};

use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::headers::fold::fold;
use crate::layout::headers::generic::without_field_number;
use crate::layout::headers::tokens::{says, says_more, words_have, words_of};
use crate::layout::table::JoinedColumns;
use rxlint_model::record::Field;

/// The separator of the two in an identifier.
const SEPARATOR: &str = " ";

/// Whose number several people may share.
const HOLDERS: [&str; 40] = [
    "cardholder",
    "cardhldr",
    "crdhldr",
    "card",
    "subscriber",
    "subscr",
    "sbscrbr",
    "sbscr",
    "sub",
    "insured",
    "insuredmember",
    "insrd",
    "policyholder",
    "policy",
    "plcy",
    "family",
    "fam",
    "household",
    "hh",
    "contract",
    "cntrct",
    "contractholder",
    "certificate",
    "cert",
    "case",
    "employee",
    "emp",
    "alternate",
    "alt",
    "member",
    "mbr",
    "memb",
    "membership",
    "enrollee",
    "medicare",
    "medicarecard",
    "titulaire",
    "titular",
    "medaid",
    "medicalaid",
];

/// The holders whose number may also be one person's own.
const PERSONAL: [&str; 7] =
    ["member", "mbr", "memb", "enrollee", "insured", "medaid", "medicalaid"];

/// Words for the person as distinct from the holder.
const PERSONS: [&str; 23] = [
    "person",
    "prsn",
    "pers",
    "dependent",
    "dependant",
    "dependents",
    "dependente",
    "dependiente",
    "depend",
    "dpndnt",
    "dep",
    "familymember",
    "fammember",
    "fammbr",
    "householdmember",
    "membersuffix",
    "mbrsuffix",
    "idsuffix",
    "suffix",
    "sfx",
    "irn",
    "individualreference",
    "c3",
];

/// Words for how the person is related to the holder. Without another code it distinguishes most members of a family.
const RELATIONS: [&str; 8] = [
    "relationship",
    "relation",
    "relationshiptosubscriber",
    "relationshiptocardholder",
    "relationshiptoinsured",
    "relationshiptomember",
    "relationshiptoholder",
    "relationshiptoemployee",
];

/// The words for numbers, at the ends of headers.
const NUMBERS: [&str; 17] = [
    "id", "ids", "idnumber", "idno", "no", "nr", "nbr", "num", "number", "numero", "code", "cd",
    "key", "ssn", "seq", "sequence", "suffix",
];

/// Longer texts are not the code of a person within a family.
const LONGEST: usize = 4;
/// No family has more different codes.
const MOST_CODES: usize = 60;
/// The maximum length of the words for relations, and how many there may be.
const LONGEST_RELATION: usize = 20;
const MOST_RELATIONS: usize = 16;

/// What a header says about a number that people share, or about the code next to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A number that several people may share.
    Holder,
    /// One that may also be a person's own.
    Own,
    /// The code of a person within such a number.
    Person,
    /// How the person is related to its holder.
    Relation,
}

/// The header without its words for a number, and whether it had any.
fn stem(folded: &str) -> (&str, bool) {
    let cut = |text: &'_ str| {
        let ends = || NUMBERS.iter().filter_map(|end| text.strip_suffix(end));
        // `Med Aid No` also ends in `id no`.
        let known = ends().find(|stem| HOLDERS.contains(stem)).map(str::len);
        known.or_else(|| ends().filter(|stem| !stem.is_empty()).map(str::len).min())
    };
    let once = cut(folded).map(|length| &folded[..length]);
    match once {
        Some(stem) if !HOLDERS.contains(&stem) && !PERSONS.contains(&stem) => {
            (cut(stem).map_or(stem, |length| &stem[..length]), true)
        }
        Some(stem) => (stem, true),
        None => (folded, false),
    }
}

/// Whether a header is that of the code of a person, and nothing else.
fn is_person_code(folded: &str) -> bool {
    // A plain suffix is a person's; that of a claim or a prescription counts its versions.
    let is_suffix = |rest: &str| ["suffix", "sfx"].iter().any(|suffix| rest.starts_with(suffix));
    let of_row = ["claim", "clm", "rx"].iter().find_map(|start| folded.strip_prefix(start));
    if of_row.is_some_and(is_suffix) {
        return false;
    }
    let bare = ["member", "mbr", "patient", "rx", "subscriber", "cardholder", "claim", "pt"]
        .iter()
        .find_map(|start| folded.strip_prefix(start))
        .filter(|rest| rest.len() > 2)
        .unwrap_or(folded);
    [folded, bare].iter().any(|name| {
        let (stem, numbered) = stem(name);
        let plain = PERSONS.contains(name) && *name != "c3";
        let is_own = matches!(stem, "person" | "prsn" | "pers") && name.ends_with("id");
        (plain || numbered && PERSONS.contains(&stem) || name.ends_with("303c3")) && !is_own
    })
}

/// Whether a header says how a person is related to whoever holds the number.
fn is_relation(header: &str, folded: &str) -> bool {
    let bare =
        ["patient", "member", "mbr", "pt"].iter().find_map(|start| folded.strip_prefix(start));
    let bare = bare.unwrap_or(folded);
    let says_relation = || {
        const RELATION: [&str; 4] = ["relationship", "relation", "rel", "reln"];
        const BESIDE: [&str; 17] = [
            "to",
            "code",
            "cd",
            "type",
            "patient",
            "pt",
            "member",
            "mbr",
            "cardholder",
            "subscriber",
            "subscr",
            "insured",
            "holder",
            "policyholder",
            "employee",
            "primary",
            "desc",
        ];
        let words = words_of(header);
        let is = |list: &[&str], word: &String| list.contains(&word.as_str());
        words.iter().any(|word| is(&RELATION, word))
            && words.iter().all(|word| is(&RELATION, word) || is(&BESIDE, word))
    };
    RELATIONS.contains(&stem(bare).0)
        || says_relation()
        || ["relcode", "relcd", "rel"].contains(&bare)
        || bare.ends_with("306c6")
}

/// A header as it is compared: without the number that NCPDP gives the field, if a name follows.
fn plain(header: &str) -> String {
    fold(without_field_number(header.trim()))
}

fn part(header: &str) -> Option<Part> {
    let folded = plain(header);
    if is_person_code(&folded) {
        return Some(Part::Person);
    }
    if is_relation(header, &folded) {
        return Some(Part::Relation);
    }
    let (stem, numbered) = stem(&folded);
    let bare =
        ["primary", "patient", "rx", "claim"].iter().find_map(|start| stem.strip_prefix(start));
    let holder = [Some(stem), bare].into_iter().flatten().find(|stem| HOLDERS.contains(stem));
    match holder {
        Some(holder) if PERSONAL.contains(&holder) => Some(Part::Own),
        Some(holder) if numbered || ["household", "family"].contains(&holder) => Some(Part::Holder),
        _ if folded.ends_with("302c2") => Some(Part::Holder),
        _ => None,
    }
}

/// The same in other languages, where words for numbers may come first: what several people may share, the person within it, and how
/// that person is related to its holder.
const ABROAD: [(Part, &str); 3] = [
    (
        Part::Own,
        "afiliado poliza carnet socio carteirinha matricula apolice contrato versicherten versichertennummer versichertennr \
         familiennummer policennummer haushalt assure nir_assure contrat adherent polizza tessera nucleo_familiare polisnummer \
         polisnr relatienummer polisy rodziny forsakringsnr forsakringsnummer hushall police sicil health_card",
    ),
    (
        Part::Person,
        "integrante beneficiario dependiente dependente angehoriger personen personennr personennummer beneficiaire \
         rang_beneficiaire componente verzekerde_volgnr persoon osoba osoby birey",
    ),
    (
        Part::Relation,
        "parentesco grau_parentesco verwandtschaft verwandtschaftsgrad lien lien_parente qualite_beneficiaire parentela relatie \
         pokrewienstwo yakınlık",
    ),
];

/// What a header in another language says about a number that people share, by its words without those for numbers.
fn part_abroad(header: &str) -> Option<Part> {
    const OF_NUMBERS: [&str; 14] = [
        "n", "no", "nº", "nr", "num", "numero", "nro", "numer", "nummer", "numara", "codigo", "de",
        "di", "du",
    ];
    let mut words = words_of(&header.replace(['°', 'º'], " "));
    words.retain(|word| !OF_NUMBERS.contains(&word.as_str()));
    let name = words.join("_");
    let known = |(_, names): &&(Part, &str)| names.split_whitespace().any(|known| known == name);
    ABROAD.iter().find(known).map(|(part, _)| *part)
}

/// The same in any language.
fn part_in_any(header: &str) -> Option<Part> {
    part(header).or_else(|| part_abroad(header))
}

/// Whether a column may be a number that several people share.
pub(in crate::layout) fn has_shared_number(headers: &[String]) -> bool {
    headers.iter().any(|header| matches!(part_in_any(header), Some(Part::Holder | Part::Own)))
}

/// Whether a header may count the people of a number that they share, if its cells have one or two digits.
fn may_count_persons(header: &str) -> bool {
    const NAMES: [&str; 34] = [
        "member",
        "memberno",
        "membernr",
        "membernum",
        "membernumber",
        "membernbr",
        "membercode",
        "membercd",
        "memberseq",
        "memberseqno",
        "membersequence",
        "mbrno",
        "mbrnum",
        "mbrnumber",
        "mbrnbr",
        "mbrcode",
        "mbrseq",
        "memno",
        "memnum",
        "memcode",
        "memseq",
        "familyseq",
        "famseq",
        "birthseq",
        "pcode",
        "patientcode",
        "patientcd",
        "ptcode",
        "individualno",
        "individualnr",
        "individualnum",
        "individualnumber",
        "individualcode",
        "pc",
    ];
    NAMES.contains(&plain(header).as_str())
}

/// Whether a header is one of numbers that count: the people of a family, or lines and rows.
fn counts_something(header: &str) -> bool {
    says(header, "sequence") && !says_more(header, &["sequence", "id", "noise"])
}

/// The columns of small numbers that may count the people of a number that they share.
fn counts<'a>(headers: &'a [String], contents: &'a [Content]) -> impl Iterator<Item = usize> + 'a {
    let is_small = |cells: &Content| cells.is_tiny() && cells.has_digits() && !cells.is_of_one();
    (0..headers.len())
        .filter(move |&at| counts_something(&headers[at]) && contents.get(at).is_some_and(is_small))
}

/// The columns that may count the people of the patient's number, if families share such a number.
pub(super) fn may_count_people_of(
    patient: usize,
    headers: &[String],
    contents: &[Content],
) -> Vec<usize> {
    let is_shared = matches!(part_in_any(&headers[patient]), Some(Part::Holder | Part::Own));
    counts(headers, contents).filter(|at| is_shared && *at != patient).collect()
}

/// A family's number, and what counts its people.
type PersonOf<'r> = (&'r [u8], &'r [u8]);

/// Whether each number of `count` has its own birth date within each `number`, and some numbers have several.
fn has_births_of_its_own(rows: &SampleRows, number: usize, count: usize, birth: usize) -> bool {
    let mut births: BTreeMap<PersonOf<'_>, BTreeSet<&[u8]>> = BTreeMap::new();
    for row in rows {
        let cell = |at: usize| row.get(at).map_or(&[][..], Vec::as_slice);
        if !cell(birth).is_empty() {
            births.entry((cell(number), cell(count))).or_default().insert(cell(birth));
        }
    }
    let is_of_one = births.values().all(|births| births.len() == 1);
    let firsts: Vec<_> =
        births.iter().map(|((number, _), births)| (number, births.first())).collect();
    is_of_one && firsts.windows(2).any(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1)
}

/// Whether the cells are codes within a family: short, and few of them are different.
fn is_short(content: Option<&Content>) -> bool {
    content.is_none_or(|content| content.is_short_code(LONGEST, MOST_CODES))
}

/// Whether a header is that of a number that people share, or of the code of a person within one.
pub(in crate::layout) fn is_part(header: &str) -> bool {
    part(header).is_some()
}

/// Whether a header is that of a number which a family shares, and is unlikely to be a person's own.
pub(super) fn is_of_a_family(header: &str) -> bool {
    part_in_any(header) == Some(Part::Holder)
}

/// How likely a header is that of the number by which an insurance knows a family: lower is better; `None` for others.
pub(in crate::layout) fn rank_of_family(header: &str) -> Option<usize> {
    let folded = plain(header);
    let rank = || HOLDERS.iter().position(|holder| folded.contains(holder));
    is_of_a_family(header).then(|| rank().unwrap_or(HOLDERS.len()))
}

/// Whether a column holds the code of a person within a shared number, which by itself identifies no one.
pub(in crate::layout) fn is_half_a_person(header: &str, content: Option<&Content>) -> bool {
    // A plain `Person` may identify someone.
    let folded = plain(header);
    is_person_code(&folded)
        && !matches!(
            folded.as_str(),
            "person" | "personno" | "personnumber" | "personnr" | "personkey"
        )
        && is_short(content)
        && content.is_none_or(|content| !content.is_empty())
}

/// Joins the number that people share and the code of the person, if a table has both. Without the number, the code identifies no one.
pub(in crate::layout) fn join(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) -> Option<JoinedColumns> {
    let of_field =
        |wanted: Field| columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at);
    let (patient, birth) = (of_field(Field::Patient), of_field(Field::BirthDate));
    let parts: Vec<Option<Part>> = headers.iter().map(|header| part_in_any(header)).collect();
    let find = |wanted: Part, fits: &dyn Fn(usize) -> bool| {
        (0..headers.len()).find(|&index| parts[index] == Some(wanted) && fits(index))
    };
    let filled = |index: usize| !contents.get(index).is_some_and(Content::is_empty);
    let is_code = |index: usize| filled(index) && is_short(contents.get(index));
    let is_number =
        |index: usize| filled(index) && !contents.get(index).is_some_and(Content::is_tiny);
    let says_something =
        |index: usize| filled(index) && !contents.get(index).is_some_and(Content::is_flag);
    let holder = find(Part::Holder, &says_something)
        .or_else(|| group_of_members(headers, &parts, contents))
        .or_else(|| {
            find(Part::Person, &is_code)?;
            named_alone(headers, contents)
        });
    let is_relation = |index: usize| {
        let is_word = |cells: &Content| cells.is_short_code(LONGEST_RELATION, MOST_RELATIONS);
        contents.get(index).is_none_or(|cells| cells.fills_all() && is_word(cells))
    };
    // Together with a contract or a family, the member's number counts its members.
    let member = holder.and_then(|_| find(Part::Own, &is_code));
    let is_tiny = |cells: &Content| cells.is_tiny() && cells.has_digits();
    let counted = (0..headers.len())
        .find(|&at| may_count_persons(&headers[at]) && contents.get(at).is_some_and(is_tiny));
    let is_own = |index: usize| is_number(index) || counted.is_some() && filled(index);
    let is_another = |index: usize| Some(index) != member && Some(index) != counted;
    let own = find(Part::Own, &|index| is_own(index) && is_another(index));
    let person = find(Part::Person, &is_code)
        .or(member)
        .or_else(|| medicare_reference(headers, holder?, contents))
        .or_else(|| counted.filter(|_| holder.or(own).is_some()))
        .or_else(|| {
            let (number, birth) = (holder.or(own)?, birth?);
            let tells = |at: &usize| has_births_of_its_own(rows, number, *at, birth);
            counts(headers, contents).find(tells)
        })
        .or_else(|| find(Part::Relation, &is_relation).filter(|_| !tells_of_helpers(headers)));
    let Some(person) = person else {
        // A running number of people does not identify anyone next to that of a family: it may count its members.
        let is_count = |at: &usize| {
            counts(headers, contents).any(|count| count == *at) && holder.or(own).is_some()
        };
        columns.retain(|(at, field)| *field != Field::Patient || !is_count(at));
        return None;
    };
    let number = match patient {
        // A number of the person's own needs no second one.
        Some(patient) if patient != person && parts[patient].is_none() => return None,
        Some(patient) if patient != person && Some(patient) != member => Some(patient),
        _ => holder.or(own),
    };
    let Some(number) = number else {
        if is_half_a_person(&headers[person], contents.get(person)) {
            columns.retain(|column| *column != (person, Field::Patient));
        }
        return None;
    };
    columns.retain(|(at, field)| *field != Field::Patient && *at != number && *at != person);
    columns.push((number, Field::Patient));
    Some(together(number, person))
}

/// Whether a table says who collected what was supplied, or whom to call: a relation may be theirs.
fn tells_of_helpers(headers: &[String]) -> bool {
    const WORDS: [&str; 12] = [
        "pick",
        "picked",
        "pickup",
        "collected",
        "collector",
        "caregiver",
        "carer",
        "guardian",
        "contact",
        "emergency",
        "proxy",
        "signed",
    ];
    headers.iter().any(|header| words_have(header, &WORDS))
}

/// The reference number of a person on a Medicare card, if it is called only that.
fn medicare_reference(headers: &[String], card: usize, contents: &[Content]) -> Option<usize> {
    const NAMES: [&str; 3] = ["ref", "refno", "reference"];
    let is_tiny = |index: &usize| contents.get(*index).is_some_and(Content::is_tiny);
    let is_one =
        |index: &usize| NAMES.contains(&plain(&headers[*index]).as_str()) && is_tiny(index);
    plain(&headers[card]).contains("medicare").then(|| (0..headers.len()).find(is_one)).flatten()
}

/// A holder's number below a header without a word for a number: `Cardholder`.
fn named_alone(headers: &[String], contents: &[Content]) -> Option<usize> {
    const NAMES: [&str; 5] = ["cardholder", "subscriber", "policyholder", "policy", "card"];
    (0..headers.len()).find(|&index| {
        NAMES.contains(&plain(&headers[index]).as_str())
            && contents.get(index).is_some_and(Content::has_digits)
    })
}

/// The number of a group whose members are numbered from one.
fn group_of_members(
    headers: &[String],
    parts: &[Option<Part>],
    contents: &[Content],
) -> Option<usize> {
    const GROUPS: [&str; 9] = [
        "group",
        "groupid",
        "groupno",
        "groupnumber",
        "groupnum",
        "groupcode",
        "grp",
        "grpid",
        "grpno",
    ];
    let is_count = |index: &usize| {
        parts[*index] == Some(Part::Own)
            && contents
                .get(*index)
                .is_some_and(|content| content.is_tiny() && content.is_small_numbers())
    };
    (0..headers.len()).find(is_count)?;
    (0..headers.len()).find(|&index| {
        GROUPS.contains(&plain(&headers[index]).as_str())
            && !contents.get(index).is_some_and(Content::is_empty)
    })
}

/// The same for a number that was found by its content.
pub(in crate::layout) fn join_by_content(
    headers: &[String],
    columns: &[(usize, Field)],
    contents: &[Content],
) -> Option<JoinedColumns> {
    let &(number, _) = columns.iter().find(|(_, field)| *field == Field::Patient)?;
    let person = (0..headers.len())
        .find(|&index| index != number && is_half_a_person(&headers[index], contents.get(index)))?;
    Some(together(number, person))
}

fn together(number: usize, person: usize) -> JoinedColumns {
    let columns = vec![number, person];
    JoinedColumns { is_family: true, ..JoinedColumns::of(Field::Patient, columns, SEPARATOR) }
}

/// The home whose residents are numbered from one: it distinguishes residents of several homes.
pub(in crate::layout) fn home(
    headers: &[String],
    columns: &[(usize, Field)],
) -> Option<(usize, Field)> {
    const HOMES: [&str; 14] = [
        "facility",
        "facilityid",
        "facilityname",
        "facilitycode",
        "facilityno",
        "facilitynumber",
        "fac",
        "facid",
        "home",
        "homeid",
        "carehome",
        "nursinghome",
        "site",
        "siteid",
    ];
    let &(patient, _) = columns.iter().find(|(_, field)| *field == Field::Patient)?;
    let free = |index: &usize| columns.iter().all(|(at, _)| at != index);
    let has = columns.iter().any(|(_, field)| *field == Field::Authority);
    if has || !fold(&headers[patient]).starts_with("resident") {
        return None;
    }
    let mut homes =
        (0..headers.len()).filter(free).filter(|&at| HOMES.contains(&fold(&headers[at]).as_str()));
    homes.next().map(|home| (home, Field::Authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_persons_and_numbers_that_people_share_are_known_by_their_headers() {
        for header in [
            "Person Code",
            "PERSON_CD",
            "Person Nbr",
            "PersonCode",
            "Dependent Code",
            "Dependant Code",
            "Dep",
            "Dep No",
            "DEP_CD",
            "Member Suffix",
            "Family Member Code",
            "Mbr Sfx",
            "IRN",
            "303-C3",
            "Dependent No",
            "303-C3 Person Code",
        ] {
            assert!(part(header) == Some(Part::Person), "{header}");
        }
        for header in [
            "Cardholder ID",
            "CARDHOLDER_ID_NBR",
            "Card ID",
            "Subscriber ID",
            "SubscriberNo",
            "Policy Number",
            "Family ID",
            "Contract No",
            "Household",
            "Case Number",
            "302-C2",
            "Alt ID",
            "Medicare No",
            "302-C2 Cardholder ID",
        ] {
            assert!(part(header) == Some(Part::Holder), "{header}");
        }
        for header in ["Member ID", "MBR_NBR", "Insured ID"] {
            assert!(part(header) == Some(Part::Own), "{header}");
        }
        for header in [
            "Patient ID",
            "MRN",
            "Person ID",
            "Department",
            "Deposit",
            "Family Name",
            "Policy",
            "Drug",
            "Days Supply",
            "Subtotal",
            "Case",
            "Personal Physician",
            "Employee Name",
        ] {
            assert!(part(header).is_none(), "{header}");
        }
    }
}
