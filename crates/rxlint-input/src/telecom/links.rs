//! What transmissions say about each other: which claims a payer has rejected, and whom a reversal is about that does not say so.

use rustc_hash::{FxHashMap, FxHashSet};

use super::claim::TelecomPatient;
use super::transmission::{TelecomField, TelecomHeader};

/// What identifies a claim: the pharmacy, the prescription and the day of service.
pub(super) type ClaimKey = (String, String, String);

/// What a payer answered.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) code: String,
    pub(super) key: ClaimKey,
    pub(super) reference: String,
    pub(super) rejected: bool,
}

/// A claim or a reversal, and where it begins.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) file: u32,
    pub(super) offset: u64,
    pub(super) code: String,
    pub(super) key: ClaimKey,
    pub(super) reference: String,
}

/// What is known about the claims of all inputs.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    /// Where rejected claims begin.
    rejected: FxHashSet<(u32, u64)>,
    /// Whose claim it was; `None` if it was several people's.
    patients: FxHashMap<ClaimKey, Option<Claimant>>,
}

/// Whose claim it is: the person's identifier, and what the claim says.
pub(super) type Claimant = (String, TelecomPatient);

impl Links {
    pub(super) fn of(
        asked: &[Asked],
        answers: &[Answer],
        patients: Vec<(ClaimKey, Claimant)>,
    ) -> Self {
        let mut links = Self::default();
        for (key, patient) in patients {
            let identifier = patient.0.clone();
            let known = links.patients.entry(key).or_insert(Some(patient));
            if known.as_ref().is_none_or(|(known, _)| *known != identifier) {
                *known = None;
            }
        }
        // The answers to several equal claims come in the order of the claims.
        let mut by_key: FxHashMap<(&str, &ClaimKey), Vec<&Asked>> = FxHashMap::default();
        let mut by_reference: FxHashMap<&str, Vec<&Asked>> = FxHashMap::default();
        for one in asked {
            by_key.entry((&one.code, &one.key)).or_default().push(one);
            if !one.reference.is_empty() {
                by_reference.entry(&one.reference).or_default().push(one);
            }
        }
        let mut met: FxHashMap<(&str, &ClaimKey), usize> = FxHashMap::default();
        for answer in answers {
            let key = (answer.code.as_str(), &answer.key);
            let one = if answer.key.1.is_empty() {
                // An answer that names no prescription may name the transmission.
                by_reference
                    .get(answer.reference.as_str())
                    .filter(|all| all.len() == 1)
                    .map(|all| all[0])
            } else {
                let at = met.entry(key).or_default();
                *at += 1;
                by_key.get(&key).and_then(|all| all.get(*at - 1).or_else(|| all.last())).copied()
            };
            if let (Some(one), true) = (one, answer.rejected) {
                links.rejected.insert((one.file, one.offset));
            }
        }
        links
    }

    /// Whether the payer has rejected the claim that begins there.
    pub(super) fn is_rejected(&self, file: u32, offset: u64) -> bool {
        self.rejected.contains(&(file, offset))
    }

    /// Whose claim it is, if that is known.
    pub(super) fn patient(&self, key: &ClaimKey) -> Option<&Claimant> {
        self.patients.get(key)?.as_ref()
    }
}

/// The key of a claim or of an answer about one.
pub(super) fn key(header: &TelecomHeader, fields: &[&TelecomField<'_>]) -> ClaimKey {
    let number = fields.iter().find(|field| field.name == *b"D2").map(|field| field.text());
    let number = number.unwrap_or_default().trim_start_matches('0').to_owned();
    (header.pharmacy.clone(), number, header.date.clone())
}
