//! What receives records as they are read.

use crate::fast_path::{FastLayout, FastOutcome, FastRow};
use crate::place::RowKey;
use crate::reason::Reason;
use crate::record::{Field, Record, Said};

/// Receives the records of one block of one input. Blocks are read in parallel, each into its own sink; afterwards the sinks are handed back in the
/// order of the input.
pub trait RecordSink: Send {
    /// A readable record. Its place counts records and lines from the first of the block.
    fn record(&mut self, record: &Record<'_>);

    /// An unreadable record, with the reason. It counts as read and rejected.
    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason);

    /// What is stated about a person besides prescriptions. It is not a record and is not counted.
    fn person(&mut self, _said: &Said<'_>) {}

    /// Adds to the keys of the block, once it is known how many records and lines precede it.
    fn shift(&mut self, by: RowKey);

    /// The fields by which [`RecordSink::preview`] decides.
    const PREVIEW_FIELDS: &'static [Field] = &[];

    /// Previews a record in which only [`RecordSink::PREVIEW_FIELDS`] are filled. Returns `false` if that was enough: the record has been handled and
    /// counted. `true` asks for the whole record through [`RecordSink::record`]. Readers need not call this.
    fn preview(&mut self, _record: &Record<'_>) -> bool {
        true
    }

    /// Begins a block whose rows can take the fast path; `false` if the sink has no use for it.
    fn begin_fast_path(&mut self, _layout: &FastLayout) -> bool {
        false
    }

    /// Tries to settle a row by the bytes of its cells. Readers need not call this.
    fn try_fast_path(&mut self, _row: &FastRow<'_>) -> FastOutcome {
        FastOutcome::NeedsRecord
    }

    /// Learns from the preview record of a row that was [`FastOutcome::Unknown`].
    fn learn_fast_path(&mut self, _row: &FastRow<'_>, _record: &Record<'_>) {}

    /// The block has been read to its end, but not yet shifted.
    fn end(&mut self) {}

    /// Takes in what the next block holds, once both are shifted; returns it if blocks are to stay
    /// separate.
    fn absorb(&mut self, later: Self) -> Option<Self>
    where
        Self: Sized,
    {
        Some(later)
    }
}
