//! Cancellations that a pharmacy denied: what was not cancelled remains valid, although the denial is a separate message.

use rustc_hash::{FxHashMap, FxHashSet};

use super::elements::{Element, elements};
use super::messages::messages;
use rxlint_model::record::decode;

/// The requests to cancel that were denied, over all inputs of the run.
#[derive(Clone, Debug, Default)]
pub(super) struct DeniedCancels {
    /// By their message numbers.
    messages: FxHashSet<String>,
    /// Those that were granted, likewise.
    granted: FxHashSet<String>,
    /// The requests that exist, and the orders that they name.
    requests: FxHashSet<String>,
    asked: FxHashSet<String>,
    /// Denials by the number of the order, with the message that they name, if any.
    orders: FxHashMap<String, Vec<Option<String>>>,
    /// What each denial names.
    denials: Vec<Denial>,
    /// Whether all inputs have been looked at.
    pub(super) is_whole: bool,
}

/// The request and the order that a denial names.
type Denial = (Option<String>, Option<String>);

impl DeniedCancels {
    /// Whether the request was denied: by an answer that names it, or by one that names its order and no existing request.
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

    /// Whether a message denies a request that is in none of the inputs: an earlier run had it.
    pub(super) fn is_late(&self, answer: &[Element]) -> bool {
        is_denial(answer) && self.answers_none(&(key(answer, "RelatesToMessageID"), order(answer)))
    }

    /// Whether one of these denials is such.
    pub(super) fn has_late(&self, all: &Self) -> bool {
        self.denials.iter().any(|denial| all.answers_none(denial))
    }

    fn answers_none(&self, (request, order): &Denial) -> bool {
        let is_met = |number: &Option<String>, all: &FxHashSet<String>| {
            let is_in = |own: &String| all.contains(own) || all.contains(&of_anybody(own));
            number.as_ref().is_some_and(is_in)
        };
        self.is_whole && !is_met(request, &self.requests) && !is_met(order, &self.asked)
    }

    /// Takes the denials of a piece, and what shows which requests they mean; returns whether there is any denial.
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

    /// Takes one message; returns whether it is a denial that says what it denies.
    fn take_one(&mut self, all: &[Element]) -> bool {
        let both = |key: String| [of_anybody(&key), key];
        if has(all, "CancelRx") {
            self.requests.extend(key(all, "MessageID").into_iter().flat_map(both));
            self.asked.extend(order(all).into_iter().flat_map(both));
        }
        let names = key(all, "RelatesToMessageID");
        if has(all, GRANTED) && !has(all, DENIED) {
            self.granted.extend(names);
            return false;
        }
        if !is_denial(all) {
            return false;
        }
        let order = order(all);
        let any = names.is_some() || order.is_some();
        self.denials.push((names.clone(), order.clone()));
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
        self.asked.extend(other.asked);
        self.denials.extend(other.denials);
        other.orders.into_iter().for_each(|(order, names)| {
            self.orders.entry(order).or_default().extend(names);
        });
    }
}

const GRANTED: &str = "CancelRxResponse/Response/Approved";
const DENIED: &str = "CancelRxResponse/Response/Denied";

fn has(all: &[Element], path: &str) -> bool {
    all.iter().any(|e| e.path == format!("/Message/Body/{path}/"))
}

fn is_denial(all: &[Element]) -> bool {
    has(all, DENIED) && !has(all, GRANTED)
}

/// The number of the order that a message is about, with its two correspondents.
fn order(all: &[Element]) -> Option<String> {
    key(all, "PrescriberOrderNumber").or_else(|| key(all, "RxReferenceNumber"))
}

/// The key of a message that does not name its correspondents.
fn of_anybody(key: &str) -> String {
    let number = key.split('\u{1F}').next().unwrap_or(key);
    format!("{number}\u{1F}\u{1F}")
}

/// A message's number, with its two correspondents, whichever sent it.
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
