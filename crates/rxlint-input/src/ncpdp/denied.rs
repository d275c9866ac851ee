//! Cancellations that a pharmacy denied: what was not cancelled stands, though the denial is a message of its own.

use rustc_hash::FxHashSet;

use super::elements::{Element, elements};
use super::messages::messages;
use rxlint_model::record::decode;

/// The requests to cancel that were denied, over all inputs of the run.
#[derive(Clone, Debug, Default)]
pub(super) struct DeniedCancels(FxHashSet<String>);

impl DeniedCancels {
    /// Whether the request was denied.
    pub(super) fn holds(&self, request: &[Element]) -> bool {
        !self.0.is_empty() && key(request, "MessageID").is_some_and(|key| self.0.contains(&key))
    }

    /// Takes the denials of a piece; whether there is any.
    pub(super) fn take(&mut self, bytes: &[u8], tag: &[u8]) -> bool {
        if memchr::memmem::find(bytes, b"CancelRxResponse").is_none() {
            return false;
        }
        let before = self.0.len();
        let denials = messages(bytes, tag).filter_map(|(start, end)| {
            memchr::memmem::find(&bytes[start..end], b"CancelRxResponse")?;
            denial(&elements(&decode(&bytes[start..end])).ok()?)
        });
        self.0.extend(denials);
        self.0.len() > before
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// The request that a response denies.
fn denial(all: &[Element]) -> Option<String> {
    let has = |name: &str| {
        all.iter().any(|e| e.path == format!("/Message/Body/CancelRxResponse/Response/{name}/"))
    };
    key(all, "RelatesToMessageID").filter(|_| has("Denied") && !has("Approved"))
}

/// A message's number, with the two between whom it went, whichever sent it.
fn key(all: &[Element], number: &str) -> Option<String> {
    let header = |name: &str| {
        let path = format!("/Message/Header/{name}/");
        let text = all.iter().find(|e| e.path == path).map_or("", |e| e.text.trim());
        text.to_owned()
    };
    let mut between = [header("From"), header("To")];
    between.sort_unstable();
    let number = header(number);
    (!number.is_empty()).then(|| format!("{number}\u{1F}{}", between.join("\u{1F}")))
}
