//! Cancellations that a pharmacy denied: what was not cancelled stands, though the denial is a message of its own.

use rustc_hash::{FxHashMap, FxHashSet};

use super::elements::{Element, elements};
use super::messages::messages;
use rxlint_model::record::decode;

/// The requests to cancel that were denied, over all inputs of the run.
#[derive(Clone, Debug, Default)]
pub(super) struct DeniedCancels {
    /// By the numbers of their messages.
    messages: FxHashSet<String>,
    /// Those that were granted, likewise.
    granted: FxHashSet<String>,
    /// The requests that there are.
    requests: FxHashSet<String>,
    /// Denials by the number of the order, with the message that they name, if any.
    orders: FxHashMap<String, Vec<Option<String>>>,
}

impl DeniedCancels {
    /// Whether the request was denied: by an answer that names it, or by one that names its order and no request that there is.
    pub(super) fn holds(&self, request: &[Element]) -> bool {
        if self.messages.is_empty() && self.orders.is_empty() {
            return false;
        }
        let own = key(request, "MessageID");
        let is_in = |keys: &FxHashSet<String>| {
            own.as_ref().is_some_and(|own| keys.contains(own) || keys.contains(&of_anybody(own)))
        };
        let is_loose = |names: &Option<String>| {
            names.as_ref().is_none_or(|named| !self.requests.contains(named))
        };
        let by_order = || {
            let order = order(request)?;
            let denials = [&order, &of_anybody(&order)].map(|order| self.orders.get(order));
            Some(denials.into_iter().flatten().flatten().any(is_loose))
        };
        is_in(&self.messages) || !is_in(&self.granted) && by_order() == Some(true)
    }

    /// Takes the denials of a piece, and what tells which requests they mean; whether there is any denial.
    pub(super) fn take(&mut self, bytes: &[u8], tag: &[u8]) -> bool {
        if memchr::memmem::find(bytes, b"CancelRx").is_none() {
            return false;
        }
        let mut any = false;
        for (start, end) in messages(bytes, tag) {
            if memchr::memmem::find(&bytes[start..end], b"CancelRx").is_none() {
                continue;
            }
            if let Ok(all) = elements(&decode(&bytes[start..end])) {
                any |= self.take_one(&all);
            }
        }
        any
    }

    /// Takes one message; whether it is a denial that says what it denies.
    fn take_one(&mut self, all: &[Element]) -> bool {
        let has = |path: &str| all.iter().any(|e| e.path == format!("/Message/Body/{path}/"));
        if has("CancelRx") {
            self.requests.extend(key(all, "MessageID"));
        }
        let names = key(all, "RelatesToMessageID");
        let granted = has("CancelRxResponse/Response/Approved");
        let denied = has("CancelRxResponse/Response/Denied");
        if granted && !denied {
            self.granted.extend(names);
            return false;
        }
        if !denied || granted {
            return false;
        }
        let order = order(all);
        let any = names.is_some() || order.is_some();
        self.messages.extend(names.clone());
        if let Some(order) = order {
            self.orders.entry(order).or_default().push(names);
        }
        any
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.messages.extend(other.messages);
        self.granted.extend(other.granted);
        self.requests.extend(other.requests);
        other.orders.into_iter().for_each(|(order, names)| {
            self.orders.entry(order).or_default().extend(names);
        });
    }
}

/// The number of the order that a message is about, with the two between whom it went.
fn order(all: &[Element]) -> Option<String> {
    key(all, "PrescriberOrderNumber").or_else(|| key(all, "RxReferenceNumber"))
}

/// The key of a message that does not say between whom it went.
fn of_anybody(key: &str) -> String {
    let number = key.split('\u{1F}').next().unwrap_or(key);
    format!("{number}\u{1F}\u{1F}")
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
