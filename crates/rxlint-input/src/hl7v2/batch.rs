//! Batches of messages: BHS … BTS, within FHS … FTS. The trailers say how many there should be.

/// A batch segment, in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: BatchSegment,
    /// Its line, from 1.
    pub(super) line: u32,
    /// Messages of the block before it.
    pub(super) messages: u32,
}

/// Which batch segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BatchSegment {
    BatchHeader,
    FileHeader,
    /// With the number of messages that it states.
    BatchTrailer(Option<u32>),
    /// With the number of batches that it states.
    FileTrailer(Option<u32>),
}

/// Counts messages and batches, block after block.
#[derive(Debug, Default)]
pub(super) struct Count {
    messages: u32,
    batches: u32,
    open_batch: Option<u32>,
    open_file: Option<u32>,
}

impl Count {
    /// Takes the events of a block with that many messages, and returns what does not add up: line
    /// and reason. `lines` is how many lines precede the block.
    pub(super) fn block(
        &mut self,
        events: &[Event],
        messages: u32,
        lines: u32,
    ) -> Vec<(u32, String)> {
        let mut wrong = Vec::new();
        let mut counted = 0;
        for event in events {
            self.messages += event.messages - counted;
            counted = event.messages;
            let line = event.line;
            match event.kind {
                BatchSegment::FileHeader => {
                    self.open_file = Some(line + lines);
                    self.batches = 0;
                }
                BatchSegment::BatchHeader => {
                    wrong.extend(
                        self.open_batch.map(|_| (line, unclosed("batch", "BTS", self.open_batch))),
                    );
                    self.open_batch = Some(line + lines);
                    self.messages = 0;
                }
                BatchSegment::BatchTrailer(stated) => {
                    wrong.extend(
                        differs("batch", "BTS-1", "messages", stated, self.messages)
                            .map(|why| (line, why)),
                    );
                    self.open_batch = None;
                    self.batches += 1;
                    self.messages = 0;
                }
                BatchSegment::FileTrailer(stated) => {
                    // Messages without a batch around them are one batch, or none.
                    let stated = stated.filter(|&n| self.batches > 0 || n > 1);
                    wrong.extend(
                        differs("file", "FTS-1", "batches", stated, self.batches)
                            .map(|why| (line, why)),
                    );
                    self.open_file = None;
                }
            }
        }
        self.messages += messages - counted;
        wrong
    }

    /// What is still open at the end of the file.
    pub(super) fn end(&self) -> Option<String> {
        let batch = self.open_batch.map(|_| unclosed("batch", "BTS", self.open_batch));
        batch.or_else(|| self.open_file.map(|_| unclosed("file", "FTS", self.open_file)))
    }
}

fn differs(
    what: &str,
    field: &str,
    counted: &str,
    stated: Option<u32>,
    found: u32,
) -> Option<String> {
    let stated = stated.filter(|&stated| stated != found)?;
    Some(format!(
        "the trailer of this {what} ({field}) says {stated} {counted}, and there are {found}: send it again, so that none is missing"
    ))
}

fn unclosed(what: &str, trailer: &str, line: Option<u32>) -> String {
    let line = line.unwrap_or_default();
    format!(
        "the {what} that begins on line {line} has no trailer ({trailer}): it may have been cut off; send it again"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(events: &[(BatchSegment, u32)], messages: u32) -> (Vec<String>, Option<String>) {
        let events: Vec<Event> =
            events.iter().map(|&(kind, messages)| Event { kind, line: 1, messages }).collect();
        let mut count = Count::default();
        let wrong = count.block(&events, messages, 0).into_iter().map(|(_, why)| why).collect();
        (wrong, count.end())
    }

    #[test]
    fn what_adds_up_and_what_does_not() {
        use BatchSegment::{BatchHeader, BatchTrailer, FileHeader, FileTrailer};
        let whole = [
            (FileHeader, 0),
            (BatchHeader, 0),
            (BatchTrailer(Some(2)), 2),
            (BatchHeader, 2),
            (BatchTrailer(None), 5),
            (FileTrailer(Some(2)), 5),
        ];
        assert_eq!(count(&whole, 5), (vec![], None));
        let (wrong, _) = count(&[(BatchHeader, 0), (BatchTrailer(Some(5)), 2)], 2);
        assert!(wrong[0].contains("says 5 messages, and there are 2"), "{wrong:?}");
        assert!(count(&[(BatchHeader, 0)], 2).1.unwrap().contains("has no trailer (BTS)"));
        assert_eq!(count(&[(FileHeader, 0), (FileTrailer(Some(1)), 3)], 3), (vec![], None));
        assert_eq!(
            count(
                &[
                    (FileHeader, 0),
                    (BatchHeader, 0),
                    (BatchTrailer(Some(3)), 3),
                    (FileTrailer(Some(4)), 3)
                ],
                3
            )
            .0
            .len(),
            1
        );
        assert_eq!(count(&[], 7), (vec![], None));
    }

    #[test]
    fn batches_reach_over_blocks() {
        let mut count = Count::default();
        let event = |kind, messages| Event { kind, line: 1, messages };
        assert!(count.block(&[event(BatchSegment::BatchHeader, 0)], 4, 0).is_empty());
        assert!(count.block(&[], 3, 10).is_empty());
        assert!(count.block(&[event(BatchSegment::BatchTrailer(Some(9)), 2)], 2, 20).is_empty());
    }
}
