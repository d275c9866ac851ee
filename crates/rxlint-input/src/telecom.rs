//! Claims as pharmacies send them to payers: NCPDP Telecommunication, versions 5.1 and D.0 to F, one transmission after the other or in batches, with
//! or without the payers' answers.
//!
//! A transmission is a header with fixed positions, and fields between separators, each a two-character name and a value. Its first segments say who
//! it is about; each group after them is a claim. A claim that a payer has rejected was not dispensed on it.

mod claim;
mod links;
mod transmission;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

use crate::blocks::MessageCutter;
use crate::describe::Description;
use crate::drafts::{self, Drafted, UnitReader};
use crate::error::{ErrorKind, InputError};
use crate::format::{FormatAbout, InputFormat};
use crate::identifiers::KnownIdentifiers;
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;
use claim::{Effect, TelecomPatient};
use links::{Answer, Asked, ClaimKey, Claimant, Links};
pub(crate) use transmission::{TelecomField, TelecomHeader};
use transmission::{Transmission, is_start, next_start, torn_header, transmissions};

/// An opened file of transmissions.
#[derive(Clone, Debug)]
pub(crate) struct TelecomInput {
    file: u32,
    seen: Seen,
    known: Arc<Known>,
}

/// What others may need from one file.
#[derive(Clone, Debug, Default)]
struct Seen {
    asked: Vec<Asked>,
    answers: Vec<Answer>,
    patients: Vec<(ClaimKey, TelecomPatient)>,
    /// Whether there is something to read: a claim, or something unreadable.
    any: bool,
}

/// What all files say together.
#[derive(Clone, Debug, Default)]
struct Known {
    links: Links,
    identifiers: KnownIdentifiers,
    /// The single birth date in a cardholder's family; `None` if there are several people.
    families: FxHashMap<String, Option<String>>,
}

impl Known {
    fn of(seen: &[&Seen]) -> Self {
        let mut known = Self::default();
        for (_, patient) in seen.iter().flat_map(|seen| &seen.patients) {
            if let (Some(family), false) = (&patient.family, patient.born.is_empty()) {
                let born = known
                    .families
                    .entry(family.clone())
                    .or_insert_with(|| Some(patient.born.clone()));
                if born.as_ref() != Some(&patient.born) {
                    *born = None;
                }
            }
        }
        for (_, patient) in seen.iter().flat_map(|seen| &seen.patients) {
            known.identifiers.add(patient.name.as_deref(), &known.own(patient));
        }
        let asked: Vec<Asked> = seen.iter().flat_map(|seen| seen.asked.iter().cloned()).collect();
        let answers: Vec<Answer> =
            seen.iter().flat_map(|seen| seen.answers.iter().cloned()).collect();
        let patients = seen.iter().flat_map(|seen| &seen.patients);
        let patients: Vec<(ClaimKey, Claimant)> = patients
            .filter_map(|(key, patient)| {
                Some((key.clone(), (known.identifier(patient)?, patient.clone())))
            })
            .collect();
        known.links = Links::of(&asked, &answers, patients);
        known
    }

    /// A person's identifiers. People of one family have the cardholder's number in common, and different birth dates.
    fn own(&self, patient: &TelecomPatient) -> Vec<(u8, String)> {
        let several = |family: &String| self.families.get(family).is_some_and(Option::is_none);
        let mut own = patient.identifiers.clone();
        for (_, number) in &mut own {
            if patient.family.as_ref() == Some(number)
                && several(number)
                && !patient.born.is_empty()
            {
                *number = of_family(number, &patient.born);
            }
        }
        own
    }

    /// Whether a claim says nothing about its patient except the cardholder, about whose family others say more.
    fn is_nobody(&self, patient: &TelecomPatient) -> bool {
        let is_bare = patient.name.is_none() && patient.born.is_empty();
        let family = patient.family.as_ref().filter(|_| is_bare && patient.identifiers.len() == 1);
        family.is_some_and(|family| self.families.contains_key(family))
    }

    /// Whose claim a reversal is about: the claim's person's, unless it says that it is someone else's.
    fn reversed(&self, key: &ClaimKey, person: &TelecomPatient) -> String {
        let own = || self.identifier(person).unwrap_or_default();
        match self.links.patient(key) {
            Some((identifier, claimant)) if person.is_not(claimant) => {
                let own = own();
                if own == *identifier { of_family(&own, &person.born) } else { own }
            }
            Some((identifier, _)) => identifier.clone(),
            None => own(),
        }
    }

    fn identifier(&self, patient: &TelecomPatient) -> Option<String> {
        let own = self.own(patient);
        let name = patient.name.as_deref();
        let known = self.identifiers.identifier(name, &own).map(str::to_owned);
        known.or_else(|| patient.name.clone())
    }
}

/// The identifier of one person among those who share a number.
fn of_family(number: &str, born: &str) -> String {
    format!("{number}/{}", &blake3::hash(born.as_bytes()).to_hex()[..4])
}

impl InputFormat for TelecomInput {
    const ABOUT: FormatAbout = FormatAbout {
        name: "telecom",
        option: "telecom",
        words: "NCPDP Telecom claims",
        purposes: &[Purpose::Prescriptions],
    };

    fn sniff(head: &[u8]) -> bool {
        transmission::is_telecom(head)
    }

    fn open(source: &InputSource, file: u32, _: &InputOptions) -> Result<Self, InputError> {
        let reader = source.reader()?;
        let mut input = Self { file, seen: Seen::default(), known: Arc::default() };
        let mut seen = Seen::default();
        let mut cutter = MessageCutter::new(&reader, source.start(), |bytes| input.last(bytes));
        while let Some(block) = cutter.next(None)? {
            for range in transmissions(&block.bytes) {
                seen.take(file, block.offset, &block.bytes, range);
            }
        }
        if !seen.any && seen.answers.is_empty() {
            let why =
                "NCPDP Telecom transmissions, none of which is about a drug that was dispensed";
            let path = source.name().to_owned();
            return Err(InputError::new(ErrorKind::NotPrescriptions {
                path,
                layout: "telecom",
                why,
            }));
        }
        input.known = Arc::new(Known::of(&[&seen]));
        input.seen = seen;
        Ok(input)
    }

    fn layout(&self) -> &'static str {
        "ncpdp-telecom"
    }

    fn is_context(&self) -> bool {
        !self.seen.any
    }

    fn link(files: Vec<(&mut Self, &InputSource)>) -> Result<(), InputError> {
        if files.len() < 2 {
            return Ok(());
        }
        let seen: Vec<&Seen> = files.iter().map(|(file, _)| &file.seen).collect();
        let known = Arc::new(Known::of(&seen));
        files.into_iter().for_each(|(file, _)| file.known = Arc::clone(&known));
        Ok(())
    }

    fn read<S: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> S + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<S>, InputError> {
        drafts::read(self, (source, self.file), make, progress, &[])
    }

    fn reread(&self, source: &InputSource, place: Place) -> Result<RecordText, InputError> {
        drafts::reread(self, source, place)
    }

    fn describe(&self, source: &InputSource) -> Description {
        let samples = drafts::samples(self, source);
        Description::of_records(source, "NCPDP Telecom claims", self.layout(), samples)
    }
}

impl Seen {
    fn take(&mut self, file: u32, offset: u64, bytes: &[u8], range: std::ops::Range<usize>) {
        let (header, fields) = match transmission::read(bytes, range) {
            Transmission::Claims(header, fields) => (header, fields),
            Transmission::Frame => return,
            Transmission::Broken(_) => {
                self.any = true;
                return;
            }
        };
        if header.is_response {
            return self.answers(&header, &fields);
        }
        let effect = Effect::of(&header.code);
        if effect == Effect::Nothing {
            return;
        }
        self.any = true;
        let patient = TelecomPatient::of(&fields);
        for own in claim::claims(&fields) {
            let key = links::key(&header, &own);
            let begin = own
                .iter()
                .find(|field| field.segment == *b"07")
                .map_or(0, |field| field.range.start);
            self.asked.push(Asked {
                file,
                offset: offset + begin as u64,
                code: header.code.clone(),
                key: key.clone(),
                reference: header.reference.clone(),
            });
            if effect != Effect::Reversal {
                self.patients.push((key, patient.clone()));
            }
        }
    }

    fn answers(&mut self, header: &TelecomHeader, fields: &[TelecomField<'_>]) {
        let last = fields.last().map_or(0, |field| field.group);
        for group in 0..=last {
            let from = fields.partition_point(|field| field.group < group);
            let own: Vec<&TelecomField<'_>> =
                fields[from..].iter().take_while(|field| field.group == group).collect();
            let Some(status) = own.iter().find(|field| field.name == *b"AN") else { continue };
            self.answers.push(Answer {
                code: header.code.clone(),
                key: links::key(header, &own),
                reference: header.reference.clone(),
                rejected: status.text() == "R",
            });
        }
    }
}

impl UnitReader for TelecomInput {
    fn next(&self, bytes: &[u8], from: usize) -> Option<usize> {
        next_start(bytes, from)
    }

    fn last(&self, bytes: &[u8]) -> Option<usize> {
        (0..bytes.len()).rev().find(|&at| is_start(bytes, at))
    }

    fn drafts(&self, bytes: &[u8], offset: u64, take: &mut dyn FnMut(Drafted)) {
        for range in transmissions(bytes) {
            let start = range.start;
            let torn = torn_header(bytes, range.clone());
            match transmission::read(bytes, range) {
                Transmission::Frame => continue,
                Transmission::Broken(why) => {
                    take(Drafted::broken(start, why));
                    continue;
                }
                Transmission::Claims(header, fields) => {
                    let effect = Effect::of(&header.code);
                    if !header.is_response && effect != Effect::Nothing {
                        self.claims(&header, effect, &fields, (start, offset), take);
                    }
                }
            }
            if let Some(at) = torn {
                take(Drafted::broken(at, TORN));
            }
        }
    }
}

const TORN: &str = "a transmission begins here, and its header is not whole: it may have been cut off; send it again";

const NOBODY: &str = "this claim says nothing of its patient (segment AM01), and other claims of its cardholder do: it is unclear whose it \
                      is; send it again";

const NO_CLAIM: &str = "this transmission has fewer claims (segment AM07) than its header says: it may have been cut off; send it again";

impl TelecomInput {
    fn claims(
        &self,
        header: &TelecomHeader,
        effect: Effect,
        fields: &[TelecomField<'_>],
        (start, offset): (usize, u64),
        take: &mut dyn FnMut(Drafted),
    ) {
        let person = TelecomPatient::of(fields);
        if effect != Effect::Reversal && self.known.is_nobody(&person) {
            for own in claim::claims(fields) {
                let claim = own.iter().find(|field| field.segment == *b"07");
                take(Drafted::broken(claim.map_or(start, |field| field.range.start), NOBODY));
            }
            return;
        }
        let patient = |key: &ClaimKey| {
            let identifier = match effect {
                Effect::Reversal => self.known.reversed(key, &person),
                _ => self.known.identifier(&person).unwrap_or_default(),
            };
            (identifier, person.born.clone())
        };
        let mut count = 0;
        for own in claim::claims(fields) {
            count += 1;
            let begin = own
                .iter()
                .find(|field| field.segment == *b"07")
                .map_or(0, |field| field.range.start);
            let rejected = self.known.links.is_rejected(self.file, offset + begin as u64);
            for draft in claim::drafts(header, effect, &own, &patient, rejected) {
                take(Drafted::record(draft));
            }
        }
        for _ in count..header.count.max(1) {
            take(Drafted::broken(start, NO_CLAIM));
        }
    }
}

/// Takes the fields of every transmission of a piece, for the witness.
pub(crate) fn each_field(bytes: &[u8], mut take: impl FnMut(&TelecomField<'_>)) {
    for range in transmissions(bytes) {
        if let Transmission::Claims(header, fields) = transmission::read(bytes, range)
            && !header.is_response
        {
            fields.iter().for_each(&mut take);
        }
    }
}

/// Where the next transmission begins.
pub(crate) fn transmission_start(bytes: &[u8], from: usize) -> Option<usize> {
    next_start(bytes, from + 1)
}

#[cfg(test)]
mod tests;
