//! The character sets in which tables come that are no UTF-8: nothing in a table declares them.

use encoding_rs::Encoding;

/// The character sets that are tried.
static SETS: [&Encoding; 14] = [
    encoding_rs::WINDOWS_1250,
    encoding_rs::ISO_8859_2,
    encoding_rs::WINDOWS_1251,
    encoding_rs::KOI8_U,
    encoding_rs::IBM866,
    encoding_rs::WINDOWS_1253,
    encoding_rs::WINDOWS_1254,
    encoding_rs::WINDOWS_1255,
    encoding_rs::WINDOWS_1256,
    encoding_rs::GB18030,
    encoding_rs::BIG5,
    encoding_rs::SHIFT_JIS,
    encoding_rs::EUC_JP,
    encoding_rs::EUC_KR,
];

/// Bytes as text in each of the sets in which they are text.
pub(super) fn readings(bytes: &[u8]) -> impl Iterator<Item = String> {
    SETS.iter().filter_map(|set| {
        let text = set.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some(text.into_owned())
    })
}
