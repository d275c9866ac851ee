//! What takes records as they are read.

use crate::glance::{Glance, GlanceLayout, Seen};
use crate::place::RowKey;
use crate::reason::Reason;
use crate::record::{Field, Record, Said};

/// Takes the records of one block of one input. Blocks are read in parallel, each into an intake of its own;
/// afterwards the intakes are handed back in the order of the input.
pub trait RecordSink: Send {
    /// A record that could be read. Its place counts records and lines from the block's first.
    fn record(&mut self, record: &Record<'_>);

    /// A record that could not be read, with the reason. It counts as read and rejected.
    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason);

    /// What is said of a person beside prescriptions. It is no record, and is not counted.
    fn person(&mut self, _said: &Said<'_>) {}

    /// Adds to the keys of the block, once it is known how many records and lines stand before it.
    fn shift(&mut self, by: RowKey);

    /// The fields by which [`RecordSink::look`] decides.
    const FIRST_LOOK: &'static [Field] = &[];

    /// Looks at a record of which only the fields of [`RecordSink::FIRST_LOOK`] mean something. Where that is enough, the
    /// record is done with, and counted; `true` asks for the whole of it by [`RecordSink::record`]. Readers need not call this.
    fn look(&mut self, _record: &Record<'_>) -> bool {
        true
    }

    /// Begins a block whose rows can be glanced at; `false` where that is of no use.
    fn glances(&mut self, _layout: &GlanceLayout) -> bool {
        false
    }

    /// Looks at a row as it stands in the file, which may settle it. Readers need not call this.
    fn glance(&mut self, _row: &Glance<'_>) -> Seen {
        Seen::Needed
    }

    /// Learns what a row comes to that was new at a glance, from its record as [`RecordSink::look`] has it.
    fn learn(&mut self, _row: &Glance<'_>, _record: &Record<'_>) {}

    /// The block is read to its end, though not yet shifted.
    fn end(&mut self) {}

    /// Takes over what the next block holds, both being shifted; gives it back where blocks are to stay apart.
    fn absorb(&mut self, later: Self) -> Option<Self>
    where
        Self: Sized,
    {
        Some(later)
    }
}
