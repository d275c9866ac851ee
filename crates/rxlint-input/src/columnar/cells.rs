//! The cells of a few thousand rows, column by column.

/// The cells of some rows, for each column that was wanted.
#[derive(Debug)]
pub struct CellBatch<'a> {
    /// How many rows there are.
    pub rows: usize,
    /// The columns, in the order in which they were wanted.
    pub columns: Vec<Cells<'a>>,
}

/// Writes the text of a row's cell.
type CellPrinter<'a> = Box<dyn Fn(usize, &mut Vec<u8>) + 'a>;

/// The cells of one column. A cell without a value is empty.
pub enum Cells<'a> {
    /// A text for each row.
    Texts(Vec<&'a [u8]>),
    /// The number of a text for each row: values repeat.
    Entries {
        /// By row; a number beyond the texts means an empty cell.
        keys: Vec<u32>,
        /// The texts, each once.
        texts: Vec<&'a [u8]>,
        /// The same number means the same texts. No two columns share one.
        generation: u64,
    },
    /// Texts that are written on demand.
    Printed(CellPrinter<'a>),
}

impl std::fmt::Debug for Cells<'_> {
    /// Shows no cell.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Texts(_) => "Texts(…)",
            Self::Entries { .. } => "Entries(…)",
            Self::Printed(_) => "Printed(…)",
        })
    }
}

impl<'a> Cells<'a> {
    /// The cell of a row; `None` if it has yet to be written.
    #[inline]
    pub(super) fn text(&self, row: usize) -> Option<&'a [u8]> {
        match self {
            Self::Texts(texts) => texts.get(row).copied(),
            Self::Entries { keys, texts, .. } => {
                Some(keys.get(row).and_then(|key| texts.get(*key as usize)).copied().unwrap_or(b""))
            }
            Self::Printed(_) => None,
        }
    }

    /// The cell of a row, written if need be.
    pub fn to_vec(&self, row: usize) -> Vec<u8> {
        let mut text = Vec::new();
        self.append(row, &mut text);
        text
    }

    /// Appends the cell of a row.
    pub(super) fn append(&self, row: usize, to: &mut Vec<u8>) {
        match self {
            Self::Printed(print) => print(row, to),
            other => to.extend_from_slice(other.text(row).unwrap_or_default()),
        }
    }
}
