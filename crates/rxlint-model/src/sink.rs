//! What receives records as they are read.

use crate::glance::{Glance, GlanceLayout, Seen};
use crate::place::RowKey;
use crate::reason::Reason;
use crate::record::{Field, Record, Said};

/// Receives the records of one block of one input. Blocks are read in parallel, each into a sink of
/// its own; afterwards the sinks are handed back in the order of the input.
pub trait RecordSink: Send {
    /// A readable record. Its place counts records and lines from the first of the block.
    fn record(&mut self, record: &Record<'_>);

    /// An unreadable record, with the reason. It counts as read and rejected.
    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason);

    /// What is stated about a person besides prescriptions. It is not a record, and is not counted.
    fn person(&mut self, _said: &Said<'_>) {}

    /// Adds to the keys of the block, once it is known how many records and lines precede it.
    fn shift(&mut self, by: RowKey);

    /// The fields by which [`RecordSink::look`] decides.
    const FIRST_LOOK: &'static [Field] = &[];

    /// Looks at a record in which only the fields of [`RecordSink::FIRST_LOOK`] are meaningful. If
    /// that is enough, the record is finished and counted; `true` asks for all of it through
    /// [`RecordSink::record`]. Readers do not have to call this.
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

    /// The block has been read to its end, though not yet shifted.
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
