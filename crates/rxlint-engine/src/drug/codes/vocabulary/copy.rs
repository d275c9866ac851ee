//! What was read from a large table, as lines that are read in a moment: RxNorm is a gigabyte, its codes are a few megabytes.

use std::io::{self, BufRead, Write};

use super::{System, Vocabulary};

/// The order in which systems are numbered in a copy.
const SYSTEMS: [System; 5] =
    [System::Ndc, System::NdcProduct, System::Rxcui, System::Concept, System::Local];

impl Vocabulary {
    /// Adds the codes of another table; existing codes are kept.
    pub fn absorb(&mut self, later: Self) {
        let base = self.names.len() as u32;
        self.names.extend(later.names);
        #[allow(clippy::iter_over_hash_type, reason = "each key is put into a map of its own")]
        for (key, name) in later.named {
            self.named.entry(key).or_insert(base + name);
        }
        self.other.extend(later.other);
    }

    /// The vocabulary in these lines, as [`Vocabulary::write`] wrote them; `None` if they are
    /// anything else.
    pub fn from_lines(lines: impl BufRead) -> Option<Self> {
        let mut vocabulary = Self::default();
        for line in lines.lines() {
            let line = line.ok()?;
            let mut cells = line.splitn(3, ' ');
            let system = SYSTEMS.get(cells.next()?.parse::<usize>().ok()?)?;
            let key = (*system, cells.next()?.parse().ok()?);
            match cells.next() {
                Some(name) => {
                    vocabulary.named.insert(key, vocabulary.names.len() as u32);
                    vocabulary.names.push(name.into());
                }
                None => {
                    vocabulary.other.insert(key);
                }
            }
        }
        Some(vocabulary)
    }

    /// Writes the vocabulary as sorted lines: the same tables give the same bytes.
    ///
    /// # Errors
    /// A failed write.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let number =
            |system: System| SYSTEMS.iter().position(|known| *known == system).unwrap_or_default();
        let mut named: Vec<_> = self.named.iter().collect();
        named.sort_by_key(|((system, code), _)| (number(*system), *code));
        for ((system, code), name) in named {
            let name = self.names[*name as usize].replace(['\n', '\r'], " ");
            writeln!(out, "{} {code} {name}", number(*system))?;
        }
        let mut other: Vec<_> =
            self.other.iter().map(|&(system, code)| (number(system), code)).collect();
        other.sort_unstable();
        other.into_iter().try_for_each(|(system, code)| writeln!(out, "{system} {code}"))
    }
}
