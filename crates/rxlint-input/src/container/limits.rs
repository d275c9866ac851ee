//! How much a container may hold.

use crate::source::{InputSource, MOST_TIMES, SMALL};

/// What may still be unpacked from one given file: shared by everything in it, at any depth.
#[derive(Debug)]
pub(crate) struct Budget {
    stored: u64,
    unpacked: u64,
    members: usize,
    depth: usize,
}

/// At most this many members are looked at.
const MOST_MEMBERS: usize = 100_000;

/// How deeply nested archives are opened: `a.zip!b.zip!c.zip!d.csv`.
const DEEPEST: usize = 3;

impl Budget {
    /// The budget of a given file.
    pub(crate) fn of(source: &InputSource) -> Self {
        Self { stored: source.stored_bytes(), unpacked: 0, members: 0, depth: 0 }
    }

    /// How many bytes may still be unpacked.
    pub(crate) fn left(&self) -> u64 {
        self.stored.saturating_mul(MOST_TIMES).max(SMALL).saturating_sub(self.unpacked)
    }

    /// Notes what was unpacked.
    pub(crate) fn spend(&mut self, bytes: u64) {
        self.unpacked = self.unpacked.saturating_add(bytes);
    }

    /// Whether one more member may be opened.
    pub(crate) fn takes_one_more(&mut self) -> bool {
        self.members += 1;
        self.members <= MOST_MEMBERS
    }

    /// Enters a member, if that is not too deep.
    pub(crate) fn enter(&mut self) -> bool {
        self.depth += 1;
        self.depth <= DEEPEST
    }

    /// Leaves it.
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// Why a container was not read to its end.
pub(crate) const TOO_LARGE: &str = "unpacks to more than 400 times its size, as files do that were made to fill a disk; what lies beyond was not read";
/// What to do about it.
pub(crate) const TOO_LARGE_HELP: &str =
    "If it is what it should be, unpack it yourself and give rxlint the files.";
/// Why an archive was not read to its end.
pub(crate) const TOO_MANY: &str = "holds more than 100,000 files; those beyond were not read";
