//! One pass over an input: the cut runs ahead on this thread, blocks are worked on by all of them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::cut::{Block, Cutter};
use crate::input::error::InputError;

/// What the work makes of every block, in the order of the input, whatever the threads did.
///
/// # Errors
/// When the input cannot be read.
pub(super) fn pass<T: Send>(cutter: &mut Cutter<'_>, work: &(dyn Fn(&Block) -> T + Sync)) -> Result<Vec<T>, InputError> {
    let results: Mutex<Vec<(usize, T)>> = Mutex::default();
    let waiting = AtomicUsize::new(0);
    let most = 2 * rayon::current_num_threads();
    let run = |index: usize, block: &Block| {
        let result = work(block);
        results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
    };
    let (run, waiting) = (&run, &waiting);
    rayon::in_place_scope(|scope| {
        for index in 0.. {
            let Some(block) = cutter.next()? else { break };
            // Memory is bounded by the blocks in flight. Where they are enough, this thread lends a hand.
            if waiting.load(Ordering::Acquire) >= most {
                run(index, &block);
                continue;
            }
            waiting.fetch_add(1, Ordering::AcqRel);
            scope.spawn(move |_| {
                run(index, &block);
                drop(block);
                waiting.fetch_sub(1, Ordering::AcqRel);
            });
        }
        Ok(())
    })?;
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}
