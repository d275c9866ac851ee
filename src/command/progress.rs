//! A progress bar on a terminal, once reading takes more than a second. It appears nowhere else.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rxlint_input::Input;

/// Work that takes less time than this needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);
const BEAT: Duration = Duration::from_millis(200);
const WIDTH: u64 = 30;

/// Does the work, and meanwhile shows on standard error how much of the inputs is read.
pub fn with_bar<T>(inputs: &[Input], quiet: bool, work: impl FnOnce() -> T) -> T {
    if quiet || !std::io::stderr().is_terminal() {
        return work();
    }
    std::thread::scope(|scope| {
        let (done, waits) = channel::<()>();
        scope.spawn(move || {
            let mut shown = false;
            let mut beat = PATIENCE;
            // The channel closes when the work is done, or has failed.
            while waits.recv_timeout(beat) == Err(RecvTimeoutError::Timeout) {
                beat = BEAT;
                shown = true;
                let (read, all) = (
                    inputs.iter().map(Input::bytes_read).sum(),
                    inputs.iter().map(Input::bytes).sum(),
                );
                let _ = write!(std::io::stderr(), "\r{}", bar(read, all));
            }
            if shown {
                let _ = write!(std::io::stderr(), "\r\x1b[2K");
            }
        });
        let result = work();
        drop(done);
        result
    })
}

fn bar(read: u64, all: u64) -> String {
    let part = (read.min(all) as f64 / all.max(1) as f64 * WIDTH as f64) as u64;
    let blocks = |count: u64, c: &str| c.repeat(count as usize);
    format!(
        "[{}{}] {} of {} MB",
        blocks(part, "#"),
        blocks(WIDTH - part, "."),
        read.min(all) / 1_000_000,
        all / 1_000_000
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills_up_and_no_further() {
        assert_eq!(bar(0, 0), format!("[{}] 0 of 0 MB", ".".repeat(30)));
        assert_eq!(
            bar(500_000_000, 1_000_000_000),
            format!("[{}{}] 500 of 1000 MB", "#".repeat(15), ".".repeat(15))
        );
        assert_eq!(bar(2_000_000, 1_000_000), format!("[{}] 1 of 1 MB", "#".repeat(30)));
    }

    #[test]
    fn the_work_is_done_once() {
        assert_eq!(with_bar(&[], true, || 7), 7);
    }
}
