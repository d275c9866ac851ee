//! Columns that are called like the patient's and number something else: drugs, those who typed the rows, or groups of people next to
//! the finer number of the person.

use std::collections::{BTreeMap, BTreeSet};

use rxlint_model::record::Field;

use super::alias::Aliases;
use super::household;
use super::person::{Persons, first_name};
use crate::layout::answer::essential::Essential;
use crate::layout::assign;
use crate::layout::cells::content::Content;
use crate::layout::columns::ColumnMap;
use crate::layout::headers::fold::words;
use crate::layout::headers::tokens::{says, says_but, words_of};
use crate::layout::headers::{generic, private};

/// How the numbers of groups may relate to those of their members, in the rows that were looked at.
#[derive(Debug, Default)]
struct Beside {
    rows: usize,
    /// Different texts of the first column, those that recur, and those of them that go with several of the second.
    groups: usize,
    large: usize,
    split: usize,
    /// Different texts of the second column, those that recur, and those that go with several of the first.
    members: usize,
    again: usize,
    crossed: usize,
    /// Those that recur on another day, and those of them that do so with another drug, in whatever strength: of people, not of
    /// visits, rows or drugs.
    later: usize,
    returned: usize,
    with_another: usize,
}

impl Beside {
    /// Whether nearly each text of the first goes with several of the second: a person seldom has several numbers.
    fn is_of_many(&self) -> bool {
        self.is_split() && self.members >= self.groups * 2
    }

    fn is_split(&self) -> bool {
        self.split > 0 && self.split * 10 >= self.large * 8
    }

    /// Whether no text of the second goes with several of the first; a few slips do not count.
    fn is_within(&self) -> bool {
        self.crossed * 10 <= self.split
    }

    /// Whether the first clearly numbers groups: several, or a single one of more than two.
    fn is_of_groups(&self) -> bool {
        self.is_of_many() && self.is_within() && (self.groups > 1 || self.members > 2)
    }

    fn is_returning(&self) -> bool {
        self.returned > 0 && self.returned * 10 >= self.again * 8
    }

    /// Whether those that recur do so on other days: of people, prescriptions or drugs, and not of visits.
    fn comes_on_other_days(&self) -> bool {
        self.later > 0 && self.later * 10 >= self.again * 8
    }

    /// Whether the second may number people most of whom have one drug: some have another, as no prescription has, and one number of
    /// the first may be a group of two.
    fn is_of_people(&self) -> bool {
        self.with_another > 0
            && self.comes_on_other_days()
            && (self.is_of_groups() || self.is_of_many() && self.is_within() && self.later == 2)
    }
}

/// Columns that may contradict the patient's.
#[derive(Debug, Default)]
pub(in crate::layout) struct OtherPersons {
    /// Columns of unknown name that may number people within its numbers.
    pub(in crate::layout) finer: Vec<usize>,
    /// Those that may number people if it has a different number in each row.
    pub(in crate::layout) coarser: Vec<usize>,
    /// Those that clearly number groups of its people.
    pub(in crate::layout) groups: Vec<usize>,
    /// Those called patients' that may be numbered anew within each of its numbers.
    pub(in crate::layout) within: Vec<usize>,
    /// Those that count something, possibly the people of a number that families share.
    pub(in crate::layout) counts: Vec<usize>,
    /// Those that may number its people a second time.
    pub(in crate::layout) aliases: Aliases,
}

/// What a text occurs with.
#[derive(Default)]
struct Met<'r> {
    rows: usize,
    others: BTreeSet<&'r [u8]>,
    days: BTreeSet<&'r [u8]>,
    drugs: BTreeSet<&'r [u8]>,
    names: BTreeSet<String>,
}

impl<'a> Persons<'a> {
    /// The first column that serves one of these fields.
    fn first_of(&self, fields: &[Field]) -> Option<usize> {
        self.columns.iter().find(|(_, field)| fields.contains(field)).map(|(at, _)| *at)
    }

    fn is_free(&self, index: usize) -> bool {
        !self.columns.iter().any(|(at, _)| *at == index)
    }

    fn beside(&self, group: usize, member: usize) -> Beside {
        let day = self.first_of(&Field::FIRST_DAY);
        let drug = self.first_of(Essential::Drug.fields());
        let mut groups: BTreeMap<&[u8], Met<'_>> = BTreeMap::new();
        let mut members: BTreeMap<&[u8], Met<'_>> = BTreeMap::new();
        for row in self.rows {
            let cell = |at: usize| row.get(at).map_or(&[][..], Vec::as_slice);
            let (one, other) = (cell(group), cell(member));
            if one.is_empty() || other.is_empty() {
                continue;
            }
            let of_group = groups.entry(one).or_default();
            of_group.rows += 1;
            of_group.others.insert(other);
            let of_member = members.entry(other).or_default();
            of_member.rows += 1;
            of_member.others.insert(one);
            of_member.days.extend(day.map(cell));
            of_member.drugs.extend(drug.map(cell));
            of_member.names.extend(drug.map(|at| first_name(cell(at))));
        }
        let is_large = |met: &&Met<'_>| met.rows > 1;
        let has_several = |met: &&Met<'_>| met.others.len() > 1;
        let is_later = |met: &&Met<'_>| met.days.len() > 1;
        let has_returned = |met: &&Met<'_>| met.days.len() > 1 && met.drugs.len() > 1;
        let has_another = |met: &&Met<'_>| met.days.len() > 1 && met.names.len() > 1;
        Beside {
            rows: members.values().map(|met| met.rows).sum(),
            groups: groups.len(),
            large: groups.values().filter(is_large).count(),
            split: groups.values().filter(has_several).count(),
            members: members.len(),
            again: members.values().filter(is_large).count(),
            crossed: members.values().filter(has_several).count(),
            later: members.values().filter(is_later).count(),
            returned: members.values().filter(has_returned).count(),
            with_another: members.values().filter(has_another).count(),
        }
    }

    /// Whether the texts that recur do so on other days with other drugs.
    pub(super) fn returns(&self, index: usize) -> bool {
        self.beside(index, index).is_returning()
    }

    /// Whether each text of a column goes with several of a column of names, which are its members.
    pub(super) fn numbers_groups_of(&self, number: usize, name: usize) -> bool {
        self.beside(number, name).is_of_groups()
    }

    /// Whether each text of a column goes with one of the numbers of families, most of which have one of them.
    pub(super) fn stands_within(&self, person: usize, family: usize) -> bool {
        let beside = self.beside(family, person);
        beside.crossed * 10 <= beside.members && beside.split * 2 <= beside.large
    }

    /// Whether some text of a column goes with several of another.
    pub(super) fn parts(&self, one: usize, other: usize) -> bool {
        self.beside(one, other).split > 0
    }

    /// The patient's column instead of the one that was taken by its header: another, or none that a header names.
    pub(in crate::layout) fn instead_of(&self, patient: usize) -> Option<Option<usize>> {
        if self.is_by_name_alone(patient)
            || self.is_of_users(patient)
            || self.is_exchanged_with_claims(patient)
        {
            return Some(None);
        }
        let is_other = |at: usize| at != patient && self.is_free(at);
        if self.is_of_staff(patient) {
            let is_number = |at: &usize| {
                is_other(*at) && !self.is_of_staff(*at) && !self.contents[*at].is_letters_alone()
            };
            return Some(self.by_header().into_iter().find(is_number));
        }
        let numbers_drugs = |at: usize| self.numbers_drugs(at) || self.numbers_products(at);
        if let Some(found) = self.member_of_sponsor(patient, is_other) {
            return Some(found);
        }
        let others = self.by_header().into_iter().filter(|at| is_other(*at));
        let others: Vec<usize> = others.filter(|at| !numbers_drugs(*at)).collect();
        if self.is_of_one(patient) {
            let is_one = |at: &usize| !self.is_of_one(*at) && self.returns(*at);
            let found = others.iter().copied().find(is_one);
            // What returns on other days is not a claim.
            let is_claim = |at: usize| self.columns.contains(&(at, Field::Claim));
            let may_be_person = |at: &usize| {
                (is_other(*at) || is_claim(*at))
                    && self.contents[*at].is_identifier()
                    && !numbers_drugs(*at)
            };
            let mut open = (0..self.contents.len()).filter(may_be_person);
            if found.is_some()
                || self.candidates(is_other).iter().any(is_one)
                || open.any(|at| is_one(&at))
            {
                return Some(found);
            }
        }
        if numbers_drugs(patient) {
            return Some(others.first().copied());
        }
        others.into_iter().find(|at| self.is_finer(*at, patient)).map(Some)
    }

    /// Whether the headers of the patient's column and of one of claims are above each other's cells: a claim is about one person and
    /// one drug, so if each row has another person, and a claim recurs with another drug, the two are exchanged.
    fn is_exchanged_with_claims(&self, patient: usize) -> bool {
        let is_of_people = |claim: usize| {
            self.contents.get(claim).is_some_and(Content::repeats_identifiers)
                && !self.goes_with_one_drug(claim)
        };
        self.first_of(&[Field::Pharmacy]).is_none()
            && self.contents.get(patient).is_some_and(Content::never_repeats)
            && [Field::Claim, Field::Prescription]
                .into_iter()
                .filter_map(|field| self.first_of(&[field]))
                .any(is_of_people)
    }

    /// The number of the member instead of that of the client or customer whose plan it is in, if some of those go with several
    /// members and no member goes with several of them.
    fn member_of_sponsor(
        &self,
        patient: usize,
        is_other: impl Fn(usize) -> bool,
    ) -> Option<Option<usize>> {
        const SPONSORS: [&str; 11] = [
            "client", "clnt", "customer", "cust", "insured", "account", "acct", "lob", "sponsor",
            "employer", "group",
        ];
        const MEMBERS: [&str; 8] =
            ["mbr", "memb", "mem", "member", "subscriber", "cardholder", "enrollee", "beneficiary"];
        let has = |at: usize, list: &[&str]| {
            words_of(&self.headers[at]).iter().any(|word| {
                list.iter().any(|known| word == known || word.strip_suffix("id") == Some(*known))
            })
        };
        if !has(patient, &SPONSORS) || has(patient, &MEMBERS) {
            return None;
        }
        let is_member = |at: &usize| {
            let beside = self.beside(patient, *at);
            is_other(*at)
                && has(*at, &MEMBERS)
                && !says(&self.headers[*at], "date")
                && self.contents[*at].may_be_identifier()
                && !household::is_half_a_person(&self.headers[*at], self.contents.get(*at))
                && beside.split > 0
                && beside.crossed == 0
        };
        let mut members: Vec<usize> = (0..self.contents.len()).filter(is_member).collect();
        members.sort_by_key(|at| household::is_of_a_family(&self.headers[*at]));
        members.first().map(|at| Some(*at))
    }

    /// Whether the column has one text in many rows, and may be of a firm or a home: its header does not say that it is a person's.
    fn is_of_one(&self, index: usize) -> bool {
        const ENOUGH: usize = 20;
        let beside = self.beside(index, index);
        beside.rows >= ENOUGH && beside.groups == 1 && !is_plainly_a_persons(&self.headers[index])
    }

    /// The columns whose headers say that they identify patients, the best first.
    fn by_header(&self) -> Vec<usize> {
        let rank = |at: usize| {
            let (header, content) = (&self.headers[at], self.contents.get(at));
            let (field, rank) = generic::header_meaning(header)?;
            let (field, rank) = assign::of_cells(field, rank, header, content)?;
            let fits = rank < generic::BY_WORDS || content.is_none_or(|cells| cells.can_be(field));
            (field == Field::Patient && fits).then_some((rank, at))
        };
        let mut ranks: Vec<(usize, usize)> = (0..self.headers.len()).filter_map(rank).collect();
        ranks.sort_unstable();
        ranks.into_iter().map(|(_, at)| at).collect()
    }

    /// Whether each text of the column has one drug, and each drug one text, over enough rows: then it is the drug's code.
    fn numbers_drugs(&self, index: usize) -> bool {
        const ENOUGH: usize = 20;
        let Some(drug) = self.first_of(Essential::Drug.fields()) else { return false };
        let beside = self.beside(index, drug);
        let least = beside.groups.min(beside.members);
        beside.rows >= ENOUGH
            && least > 2
            && (beside.split + beside.crossed) * 10 <= least
            && beside.rows * 2 >= beside.groups * 3
            && !is_plainly_a_persons(&self.headers[index])
    }

    /// Whether a `CIP` is the French number of a product, of 7 or 13 digits, and not a Spanish one of a person.
    pub(super) fn numbers_products(&self, index: usize) -> bool {
        const OF_PRODUCTS: &[u8] = b"34";
        if !words(&self.headers[index]).iter().any(|word| word == "cip") {
            return false;
        }
        let cells = self.rows.iter().filter_map(|row| row.get(index));
        let mut cells = cells.filter(|cell| !cell.is_empty()).peekable();
        let is_one =
            |cell: &Vec<u8>| matches!(cell.len(), 7 | 13) && cell.iter().all(u8::is_ascii_digit);
        let has_one_drug = |drug: usize| self.beside(index, drug).split == 0;
        cells.peek().is_some()
            && cells.clone().all(is_one)
            && (cells.all(|cell| cell.len() == 13 && cell.starts_with(OF_PRODUCTS))
                || self.first_of(Essential::Drug.fields()).is_some_and(has_one_drug))
    }

    /// Whether the column holds those who typed the rows: each goes with several of a finer identifier, which recurs with others of them.
    fn is_of_users(&self, patient: usize) -> bool {
        let is_one = |at: usize| {
            let beside = self.beside(patient, at);
            beside.is_of_many() && !beside.is_within() && beside.is_returning()
        };
        let is_name = || self.contents.get(patient).is_some_and(Content::is_names_of_people);
        (says_user(&self.headers[patient]) || is_name())
            && self.candidates(|at| at != patient && self.is_free(at)).into_iter().any(is_one)
    }

    /// Whether a header that could also speak of a user or a licence does so, judging by the prescriber before it or the names next to it.
    fn is_of_staff(&self, index: usize) -> bool {
        let header = &self.headers[index];
        self.is_licence(index)
            || (says_user(header) || says_licence(header)) && self.is_of_others(index)
    }

    /// Whether a `Cédula` is that of the prescriber before it.
    pub(super) fn is_licence(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|at| self.headers.get(at));
        says_licence(&self.headers[index])
            && before.is_some_and(|header| says(header, "prescriber"))
    }

    /// Whether a column whose header says that it identifies patients does so within the numbers of the one that was taken.
    fn is_finer(&self, other: usize, patient: usize) -> bool {
        let (header, of_other) = (&self.headers[patient], &self.headers[other]);
        let is_name = self.contents.get(other).is_some_and(Content::is_names_of_people);
        if is_plainly_a_persons(header) || is_name || !self.may_be_a_persons(other) {
            return false;
        }
        let beside = self.beside(patient, other);
        let is_group = says(header, "client") && !says(of_other, "client");
        beside.is_of_groups() && beside.comes_on_other_days()
            || is_group && beside.split > 0 && beside.is_within()
    }

    fn may_be_a_persons(&self, index: usize) -> bool {
        let content = self.contents.get(index);
        !household::is_half_a_person(&self.headers[index], content)
            && content.is_some_and(|content| !content.is_empty() && !content.is_flag())
    }

    /// Whether nearly each text of a column goes with one of the patient's, and each of those with one of it.
    pub(super) fn is_nearly_one(&self, index: usize, patient: usize) -> bool {
        const SHARE: usize = 4;
        let beside = self.beside(index, patient);
        beside.groups >= SHARE
            && beside.split * SHARE <= beside.groups
            && beside.crossed * SHARE <= beside.members
            && beside.large > 0
    }

    /// How other columns may contradict the patient's.
    pub(in crate::layout) fn beside_patient(
        &self,
        by_content: &[(usize, Field)],
        asked: &ColumnMap,
    ) -> OtherPersons {
        let Some(patient) = self.first_of(&[Field::Patient]) else {
            return OtherPersons::default();
        };
        let is_asked = asked.chosen().iter().any(|(field, _)| *field == Field::Patient);
        let is_by_header = !is_asked && !by_content.contains(&(patient, Field::Patient));
        let is_doubtful = is_by_header && !is_plainly_a_persons(&self.headers[patient]);
        let mut others = self.by_header();
        others.retain(|at| self.is_free(*at));
        let is_within = |at: &usize| is_doubtful && self.is_numbered_within(*at, patient);
        let within = others.iter().copied().filter(is_within).collect();
        others.retain(|at| self.is_group_of(*at, patient));
        let unknown = if is_doubtful { self.unknown(patient) } else { Vec::new() };
        let (finer, coarser) =
            unknown.into_iter().partition(|at| self.beside(patient, *at).is_of_many());
        let counts = if is_by_header { self.counts_beside(patient) } else { Vec::new() };
        let aliases = self.aliases(patient);
        OtherPersons { finer, coarser, groups: others, within, counts, aliases }
    }

    /// The columns that may count the people of the patient's number: not the lines of a claim or the rows of a person.
    fn counts_beside(&self, patient: usize) -> Vec<usize> {
        const ENOUGH: usize = 20;
        let claim = self.first_of(&[Field::Claim, Field::Prescription]);
        let is_one = |at: &usize| {
            let counts_lines = claim.is_some_and(|claim| self.beside(claim, *at).split > 0);
            self.is_free(*at)
                && !counts_lines
                && (self.rows.len() < ENOUGH || self.comes_again_with(patient, *at))
        };
        household::may_count_people_of(patient, self.headers, self.contents)
            .into_iter()
            .filter(is_one)
            .collect()
    }

    /// Whether some text of one column goes with the same text of another in several rows.
    fn comes_again_with(&self, one: usize, other: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut pairs = self.rows.iter().filter_map(|row| Some((row.get(one)?, row.get(other)?)));
        pairs.any(|pair| !seen.insert(pair))
    }

    /// The columns of unknown name that may number people, within the numbers of the patient's column or if each row has a different one of those.
    fn unknown(&self, patient: usize) -> Vec<usize> {
        const ENOUGH: usize = 20;
        let is_of_rows = self.rows.len() >= ENOUGH && self.contents[patient].never_repeats();
        let is_one = |at: &usize| {
            let beside = self.beside(patient, *at);
            (is_of_rows || beside.is_of_groups()) && beside.is_returning()
        };
        let is_of_people = |at: &usize| self.beside(patient, *at).is_of_people();
        let is_open = |at: usize| self.is_free(at) && !private::is_private(&self.headers[at]);
        let is_free = |at: usize| is_open(at) && self.contents[at].is_identifier();
        let articles = (0..self.contents.len().min(self.headers.len()))
            .filter(|at| says(&self.headers[*at], "article") && is_free(*at));
        let mut found: Vec<usize> =
            self.candidates(is_open).into_iter().chain(articles).filter(is_one).collect();
        let of_people = self.numbers(is_open).into_iter().filter(is_of_people);
        found.extend(of_people.filter(|at| !found.contains(at)).collect::<Vec<_>>());
        found
    }

    /// Whether patients may be numbered anew within each number of the column that was taken, such as that of a home.
    fn is_numbered_within(&self, index: usize, patient: usize) -> bool {
        let beside = self.beside(patient, index);
        says(&self.headers[patient], "client")
            && is_plainly_a_persons(&self.headers[index])
            && self.may_be_a_persons(index)
            && beside.is_split()
            && !beside.is_within()
    }

    fn is_group_of(&self, index: usize, patient: usize) -> bool {
        const FEWEST: usize = 3;
        let beside = self.beside(index, patient);
        // What is the same in all rows of several people identifies no one.
        let is_of_all = beside.groups == 1;
        (is_of_all || beside.is_of_groups() && beside.comes_on_other_days())
            && beside.members >= beside.groups * FEWEST
            && !is_plainly_a_persons(&self.headers[index])
    }
}

/// Whether a header says that its column numbers patients, and no one whose number others may share.
fn is_plainly_a_persons(header: &str) -> bool {
    const CHARTS: [&str; 8] = ["mrn", "mrno", "emrn", "mr", "medical", "medrec", "chart", "nhs"];
    says_but(header, "patient", "client")
        || words(header).iter().any(|word| CHARTS.contains(&word.as_str()))
}

/// Whether a header names a user, who may be a patient or whoever typed the row.
pub(in crate::layout) fn says_user(header: &str) -> bool {
    says(header, "user") && !says(header, "id")
}

/// Whether a header names a card that is a person's in some countries and a prescriber's licence in others.
pub(in crate::layout) fn says_licence(header: &str) -> bool {
    const OF_PERSONS: [&str; 4] = ["identidad", "ciudadania", "paciente", "afiliado"];
    let words = words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&["cedula"]) && !has(&OF_PERSONS)
}

/// Whether several people may have that header's number, as a family shares that of its insurance.
pub(in crate::layout) fn may_be_shared(header: &str) -> bool {
    !is_plainly_a_persons(header)
}

/// Whether a header names the names of patients, and not only surnames.
pub fn calls_given_names(header: &str) -> bool {
    const GIVEN: [&str; 18] = [
        "name",
        "names",
        "first",
        "forename",
        "given",
        "fullname",
        "firstname",
        "givenname",
        "vorname",
        "prenom",
        "nombre",
        "nombres",
        "nome",
        "voornaam",
        "naam",
        "imie",
        "fornavn",
        "fornamn",
    ];
    const SURNAMES: [&str; 10] = [
        "last",
        "surname",
        "family",
        "apellido",
        "apellidos",
        "nachname",
        "cognome",
        "achternaam",
        "nazwisko",
        "sobrenome",
    ];
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_given = words.iter().any(|word| is(&GIVEN, word))
        && words.iter().all(|word| is(&GIVEN, word) || word == "full");
    let is_surname =
        words.iter().any(|word| is(&SURNAMES, word)) && !words.iter().any(|word| word == "first");
    const KINDS: [&str; 4] = ["type", "class", "category", "kind"];
    let is_kind = || says(header, "status") || words.iter().any(|word| is(&KINDS, word));
    (is_given || says(header, "patient") && !says_user(header)) && !is_surname && !is_kind()
}
