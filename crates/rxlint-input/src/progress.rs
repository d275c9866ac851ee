//! How far an input has been read.

use std::sync::atomic::{AtomicU64, Ordering};

/// How far an input has been read, in bytes from its beginning; shared by the threads that read it.
#[derive(Debug, Default)]
pub(crate) struct ReadProgress(AtomicU64);

impl ReadProgress {
    /// Something that ends at this byte has been read. Blocks may finish in any order.
    pub(crate) fn reached(&self, byte: u64) {
        self.0.fetch_max(byte, Ordering::Relaxed);
    }

    /// The furthest byte that has been reached.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
