//! Character sets other than UTF-8 in which texts arrive without declaring one.

use std::borrow::Cow;

use encoding_rs::Encoding;

/// The characters above 127 in code page 850; in 437 the letters used in names have the same codes.
const CODE_PAGE_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

/// The character sets that are tried, those of Cyrillic and Greek first.
pub static SETS: [&Encoding; 20] = [
    encoding_rs::WINDOWS_1251,
    encoding_rs::KOI8_U,
    encoding_rs::IBM866,
    encoding_rs::ISO_8859_5,
    encoding_rs::X_MAC_CYRILLIC,
    encoding_rs::WINDOWS_1253,
    encoding_rs::ISO_8859_7,
    encoding_rs::WINDOWS_1255,
    encoding_rs::WINDOWS_1256,
    encoding_rs::GB18030,
    encoding_rs::BIG5,
    encoding_rs::SHIFT_JIS,
    encoding_rs::EUC_JP,
    encoding_rs::EUC_KR,
    encoding_rs::WINDOWS_874,
    encoding_rs::MACINTOSH,
    encoding_rs::WINDOWS_1252,
    encoding_rs::WINDOWS_1250,
    encoding_rs::ISO_8859_2,
    encoding_rs::WINDOWS_1254,
];

/// Bytes decoded in a character set, if they are valid in it.
pub fn read_in(set: &'static Encoding, bytes: &[u8]) -> Option<String> {
    set.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
}

/// Bytes decoded in each set in which they are valid, and in code page 850.
pub fn readings(bytes: &[u8]) -> impl Iterator<Item = String> {
    SETS.iter().filter_map(|set| read_in(set, bytes)).chain([code_page_850(bytes)])
}

fn code_page_850(bytes: &[u8]) -> String {
    let upper: Vec<char> = CODE_PAGE_850.chars().collect();
    let letter = |&byte: &u8| match byte.checked_sub(0x80) {
        Some(at) => upper.get(usize::from(at)).copied().unwrap_or_default(),
        None => char::from(byte),
    };
    bytes.iter().map(letter).collect()
}
