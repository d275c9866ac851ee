//! What is built in: the files under `rules/`, and tables made of them when the program was built (`build/tables.rs`), which are
//! searched where they lie. A run over built-in rules reads none of the long tables.

use serde::de::DeserializeOwned;

/// The files under `rules/`, as they were when this binary was built: path and text.
pub static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The digest of these files.
pub(crate) const DIGEST: &str = include!(concat!(env!("OUT_DIR"), "/digest.rs"));

/// Whether these are the built-in files themselves, not a copy of them.
pub(crate) fn is_built_in(files: &[(&str, &str)]) -> bool {
    std::ptr::eq(files.as_ptr().cast::<()>(), FILES.as_ptr().cast::<()>())
        && files.len() == FILES.len()
}

/// The same files as JSON, without the cases of the rules; empty where a file is no TOML.
static JSON: &[&str] = include!(concat!(env!("OUT_DIR"), "/json.rs"));

/// Reads a TOML file of a pack: of what is built in the JSON that was made of it, which is several times faster.
pub(crate) fn read<T: DeserializeOwned>(
    files: &[(&str, &str)],
    at: usize,
) -> Result<T, toml::de::Error> {
    let ready = if is_built_in(files) { JSON.get(at) } else { None };
    match ready.and_then(|json| serde_json::from_str(json).ok()) {
        Some(read) => Ok(read),
        None => toml::from_str(files.get(at).map_or("", |(_, text)| text)),
    }
}

/// A table of codes, sorted by code.
#[derive(Debug)]
pub(crate) struct CodeTable {
    /// What codes mean, each thing once.
    pub(crate) meanings: &'static [Meaning],
    /// Eight bytes for each code: the code, and in the lowest 16 bits the number of its meaning.
    codes: &'static [u8],
}

/// What a table says behind a code, as it is written.
#[derive(Debug)]
pub(crate) struct Meaning {
    /// The drug's id.
    pub(crate) drug: &'static str,
    /// The form's id, if any.
    pub(crate) form: &'static str,
    /// The strength, if any.
    pub(crate) strength: &'static str,
    /// Billed units of one, if any.
    pub(crate) units: &'static str,
    /// Days that a unit covers, if any.
    pub(crate) days: &'static str,
    /// The line in which it stands first.
    pub(crate) line: usize,
}

impl CodeTable {
    /// The number of the meaning of a code.
    pub(crate) fn find(&self, code: u64) -> Option<usize> {
        let entries = self.codes.as_chunks::<8>().0;
        let at = entries.partition_point(|entry| u64::from_le_bytes(*entry) >> 16 < code);
        let entry = u64::from_le_bytes(*entries.get(at)?);
        (entry >> 16 == code).then_some((entry & 0xFFFF) as usize)
    }
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// Whether a product, in nine digits, is one of a drug that no rule watches.
pub(crate) fn is_other_product(number: u32) -> bool {
    const RANGES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/other-products.bin"));
    let ranges = RANGES.as_chunks::<4>().0.as_chunks::<2>().0;
    let after = ranges.partition_point(|[first, _]| u32::from_le_bytes(*first) <= number);
    after > 0 && number <= u32::from_le_bytes(ranges[after - 1][1])
}

/// Names at large, one a line, sorted.
pub(crate) const NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/names.txt"));

/// Where each of them begins, times four, and its kind.
pub(crate) const NAME_BEGINS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/names.bin"));
