//! The key of a ledger: it seals patients, claims and findings, so that the file alone does not reveal who they are, even to someone with a list of
//! all identifiers.
//!
//! The key is random, is made when it is first needed, and is in a file beside the ledger. Sealing is a permutation (a Feistel network over keyed
//! BLAKE3): with the key, what was sealed can be opened, and the rest of the program knows nothing about it.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The beginning of a key file.
const HEAD: &str = "rxlint-ledger-key-1 ";
/// Rounds of the network. Four are enough for a permutation that looks random; 16-bit halves get more.
const ROUNDS: u8 = 6;
const SHORT_ROUNDS: u8 = 10;

/// A ledger's key.
#[derive(Clone, Copy)]
pub struct LedgerKey {
    patients: [u8; 32],
    findings: [u8; 32],
    numbers: [u8; 32],
    check: [u8; 32],
    secret: [u8; 32],
}

impl std::fmt::Debug for LedgerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LedgerKey")
    }
}

/// The path of a ledger's key.
pub fn key_path(ledger: &Path) -> PathBuf {
    let mut name = OsString::from(ledger.as_os_str());
    name.push(".key");
    name.into()
}

impl LedgerKey {
    fn new(secret: [u8; 32]) -> Self {
        let derived = |about: &str| blake3::derive_key(about, &secret);
        Self {
            patients: derived("rxlint 2026 ledger patients"),
            findings: derived("rxlint 2026 ledger findings"),
            numbers: derived("rxlint 2026 ledger numbers"),
            check: derived("rxlint 2026 ledger key check"),
            secret,
        }
    }

    /// A new key from the system's random bytes.
    ///
    /// # Errors
    /// A system without random bytes.
    pub fn random() -> io::Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(io::Error::other)?;
        Ok(Self::new(secret))
    }

    /// The key in a file; `None` if it contains none.
    ///
    /// # Errors
    /// A file that is missing or cannot be read.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        if !fs::metadata(path)?.is_file() {
            return Ok(None);
        }
        let bytes = fs::read(path)?;
        let text = String::from_utf8_lossy(&bytes);
        let Some(digits) = text.trim().strip_prefix(HEAD) else { return Ok(None) };
        Ok(blake3::Hash::from_hex(digits.trim()).ok().map(|secret| Self::new(*secret.as_bytes())))
    }

    /// Writes the key into a file that only its owner may read. It is on disk when this returns.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        writeln!(file, "{HEAD}{}", blake3::Hash::from_bytes(self.secret).to_hex())?;
        file.sync_all()
    }

    /// What a ledger stores to recognise its key. It reveals nothing about the key.
    pub fn check(&self) -> [u8; 32] {
        self.check
    }

    /// A patient's key, sealed.
    pub fn seal_patient(&self, key: [u64; 2]) -> [u64; 2] {
        sealed(&self.patients, key)
    }

    /// Opens what [`Self::seal_patient`] sealed.
    pub fn open_patient(&self, sealed: [u64; 2]) -> [u64; 2] {
        opened(&self.patients, sealed)
    }

    /// A finding's fingerprint, sealed.
    pub fn seal_print(&self, print: u128) -> u128 {
        joined(sealed(&self.findings, halves(print)))
    }

    /// Opens what [`Self::seal_print`] sealed.
    pub fn open_print(&self, sealed: u128) -> u128 {
        joined(opened(&self.findings, halves(sealed)))
    }

    /// The hash of a claim's or prescription's number, sealed. 0 means none, and stays 0.
    pub fn seal_number(&self, number: u32) -> u32 {
        walked(number, |number| self.network(number, 0..SHORT_ROUNDS))
    }

    /// Opens what [`Self::seal_number`] sealed.
    pub fn open_number(&self, sealed: u32) -> u32 {
        // Swapping the halves makes the same rounds, run backwards, undo themselves.
        walked(sealed, |sealed| {
            self.network(sealed.rotate_left(16), (0..SHORT_ROUNDS).rev()).rotate_left(16)
        })
    }

    fn network(&self, number: u32, rounds: impl Iterator<Item = u8>) -> u32 {
        let (mut left, mut right) = (number >> 16, number & 0xFFFF);
        for round in rounds {
            let mixed = mix(&self.numbers, round, right.into()) as u32 & 0xFFFF;
            (left, right) = (right, left ^ mixed);
        }
        left << 16 | right
    }
}

/// Turns a permutation of all numbers into one that leaves 0 in place.
fn walked(number: u32, permute: impl Fn(u32) -> u32) -> u32 {
    match number {
        0 => 0,
        number => match permute(number) {
            0 => permute(0),
            other => other,
        },
    }
}

fn sealed(key: &[u8; 32], [mut left, mut right]: [u64; 2]) -> [u64; 2] {
    for round in 0..ROUNDS {
        (left, right) = (right, left ^ mix(key, round, right));
    }
    [left, right]
}

fn opened(key: &[u8; 32], [mut left, mut right]: [u64; 2]) -> [u64; 2] {
    for round in (0..ROUNDS).rev() {
        (left, right) = (right ^ mix(key, round, left), left);
    }
    [left, right]
}

/// The round function.
fn mix(key: &[u8; 32], round: u8, half: u64) -> u64 {
    let mut said = [round; 9];
    said[1..].copy_from_slice(&half.to_le_bytes());
    let hash = blake3::keyed_hash(key, &said);
    hash.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn halves(number: u128) -> [u64; 2] {
    [(number >> 64) as u64, number as u64]
}

fn joined([high, low]: [u64; 2]) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_can_be_opened_with_the_same_key_alone() {
        let (key, other) = (LedgerKey::random().unwrap(), LedgerKey::random().unwrap());
        for number in (0..2_000_u64).chain([u64::MAX]) {
            let patient = [number.wrapping_mul(0x9E37_79B9_7F4A_7C15), number];
            assert_eq!(key.open_patient(key.seal_patient(patient)), patient);
            assert_ne!(other.open_patient(key.seal_patient(patient)), patient);
            let print = joined(patient);
            assert_eq!(key.open_print(key.seal_print(print)), print);
            assert_ne!(key.seal_print(print), joined(key.seal_patient(patient)));
            let short = number as u32;
            assert_eq!(key.open_number(key.seal_number(short)), short);
            assert_eq!(key.seal_number(short) == 0, short == 0);
        }
        let sealed: std::collections::HashSet<u32> =
            (1..5_000).map(|number| key.seal_number(number)).collect();
        assert_eq!(sealed.len(), 4_999, "a permutation");
        assert!(
            sealed.iter().filter(|number| **number < 5_000).count() < 50,
            "that leaves nothing where it was"
        );
    }

    #[test]
    fn a_key_file_gives_back_its_key_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = key_path(&folder.path().join("rx.ledger"));
        assert!(path.ends_with("rx.ledger.key"));
        assert!(LedgerKey::read(&path).is_err());
        let key = LedgerKey::random().unwrap();
        key.write(&path).unwrap();
        assert_eq!(LedgerKey::read(&path).unwrap().unwrap().check(), key.check());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        for damaged in ["", "rxlint-ledger-key-1 abc", "0123"] {
            fs::write(&path, damaged).unwrap();
            assert!(LedgerKey::read(&path).unwrap().is_none(), "{damaged}");
        }
    }
}
