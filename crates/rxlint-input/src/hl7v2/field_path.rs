//! The names of fields and components.

use std::fmt;

/// The name of a part of a message: `RXE-2.2`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldPath {
    pub(super) segment: [u8; 3],
    pub(super) field: u8,
    pub(super) component: u8,
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters =
            self.segment.iter().filter(|b| b.is_ascii_alphanumeric()).map(|&b| char::from(b));
        write!(f, "{}-{}", letters.collect::<String>(), self.field)?;
        if self.component > 0 { write!(f, ".{}", self.component) } else { Ok(()) }
    }
}
