//! Names of people and birth dates next to a column of numbers: a number that goes with several of them is that of whoever
//! prescribed, handed over or paid, and not of a patient.

use std::collections::{BTreeMap, BTreeSet};

use rxlint_model::record::Field;

use super::person::{Persons, name_words};
use crate::layout::cells::content::Content;
use crate::layout::headers::tokens::{says, says_but, words_of};

/// How texts that recur in one column relate to another: how often one recurs, and how often with the same.
#[derive(Debug, Default)]
struct Again {
    rows: usize,
    same: usize,
}

impl Again {
    /// Whether fewer than that many in ten are the same.
    fn is_below(&self, tenths: usize) -> bool {
        self.rows > 0 && self.same * 10 < self.rows * tenths
    }

    fn note(&mut self, is_same: bool) {
        self.rows += 1;
        self.same += usize::from(is_same);
    }
}

impl Persons<'_> {
    /// Whether the names and the birth dates of the patients show that a column numbers other people. Some people change their names,
    /// and some share one.
    pub(super) fn is_of_others(&self, number: usize) -> bool {
        let names = self.names_of_patients(number);
        self.has_several_births(number)
            || !names.is_empty() && self.has_several_bearers(number, &names)
    }

    /// The columns of the names of patients.
    fn names_of_patients(&self, number: usize) -> Vec<usize> {
        let serves_another = |index: usize| {
            self.columns.iter().any(|(at, field)| *at == index && *field != Field::Patient)
        };
        let is_one = |index: &usize| {
            *index != number
                && self.contents[*index].is_letters_alone()
                && calls_patients(&self.headers[*index])
                && !serves_another(*index)
        };
        (0..self.contents.len().min(self.headers.len())).filter(is_one).collect()
    }

    /// Whether most numbers that recur do so with a different name, or nearly all full names with a different number.
    fn has_several_bearers(&self, number: usize, names: &[usize]) -> bool {
        const OF_NUMBERS: usize = 8;
        const OF_NAMES: usize = 2;
        let common = self.common_words(names);
        let mut first_name: BTreeMap<&[u8], BTreeSet<String>> = BTreeMap::new();
        let mut first_number: BTreeMap<BTreeSet<String>, &[u8]> = BTreeMap::new();
        let (mut numbers, mut bearers) = (Again::default(), Again::default());
        for row in self.rows {
            let Some(text) = row.get(number).filter(|text| !text.is_empty()) else { continue };
            let words = bearer(row, names);
            if words.is_empty() {
                continue;
            }
            let own = &words - &common;
            match first_name.get(text.as_slice()) {
                Some(before) => numbers.note(!before.is_disjoint(&own)),
                None => {
                    first_name.insert(text, if own.is_empty() { words.clone() } else { own });
                }
            }
            // Many people share only a surname.
            if words.len() < 2 {
                continue;
            }
            match first_number.get(&words) {
                Some(before) => bearers.note(*before == text.as_slice()),
                None => {
                    first_number.insert(words, text);
                }
            }
        }
        numbers.is_below(OF_NUMBERS) || bearers.is_below(OF_NAMES)
    }

    /// The words that more than a third of the different names have in common: titles, and very common names.
    fn common_words(&self, names: &[usize]) -> BTreeSet<String> {
        const FEWEST: usize = 4;
        const SHARE: usize = 3;
        let all: BTreeSet<BTreeSet<String>> =
            self.rows.iter().map(|row| bearer(row, names)).collect();
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        all.iter().flatten().for_each(|word| *counts.entry(word).or_default() += 1);
        let is_common = |count: &usize| all.len() >= FEWEST && count * SHARE > all.len();
        counts
            .iter()
            .filter(|(_, count)| is_common(count))
            .map(|(word, _)| (*word).clone())
            .collect()
    }

    /// Whether most numbers that recur do so with a different birth date.
    fn has_several_births(&self, number: usize) -> bool {
        const SAME: usize = 8;
        let is_birth = |(at, field): &&(usize, Field)| {
            *field == Field::BirthDate
                && *at != number
                && self.contents.get(*at).is_some_and(Content::is_day_column)
        };
        let Some(&(birth, _)) = self.columns.iter().find(is_birth) else { return false };
        let mut first: BTreeMap<&[u8], &[u8]> = BTreeMap::new();
        let mut numbers = Again::default();
        for row in self.rows {
            let (Some(text), Some(day)) = (row.get(number), row.get(birth)) else { continue };
            if text.is_empty() || day.is_empty() {
                continue;
            }
            match first.get(text.as_slice()) {
                Some(before) => numbers.note(*before == day.as_slice()),
                None => {
                    first.insert(text, day);
                }
            }
        }
        numbers.is_below(SAME)
    }
}

/// The words of the name in a row, in whichever columns they are.
fn bearer(row: &[Vec<u8>], names: &[usize]) -> BTreeSet<String> {
    let cells = names.iter().filter_map(|at| row.get(*at));
    cells.filter(|cell| !cell.is_empty()).flat_map(|cell| name_words(cell)).collect()
}

/// Headers for the names of people and their parts, without accents. `Nombre` and the like may also name drugs, whose column is known by then.
const NAMES: &str = "name names nm full fullname first last middle initials surname surnames lastname firstname forename givenname \
     familyname given family nachname familienname vorname nom noms nombre nombres apellido apellidos nome nomes sobrenome cognome \
     naam achternaam voornaam prenom prenoms imie imiona nazwisko namn fornamn efternamn navn fornavn efternavn etternavn nimi etunimi \
     sukunimi jmeno prijmeni meno priezvisko ime prezime nev vezeteknev keresztnev nume prenume ad adi soyad soyadi adsoyad isim vardas \
     pavarde vards uzvards eesnimi perekonnanimi nafn фио имя фамилия отчество пиб име презиме ονοματεπωνυμο ονομα επωνυμο 氏名 姓名 \
     患者氏名 患者姓名 성명 이름 환자명 fname lname pname ptname";

/// Whether names below a header are those of patients, as far as it says whose they are.
fn calls_patients(header: &str) -> bool {
    let is_name = |word: &String| NAMES.split_ascii_whitespace().any(|name| name == word);
    let is_patient = |word: &String| says_but(word, "patient", "user");
    let words = words_of(header);
    words.iter().any(|word| is_name(word) || is_patient(word))
        && words.iter().all(|word| is_name(word) || is_patient(word) || says(word, "noise"))
}
