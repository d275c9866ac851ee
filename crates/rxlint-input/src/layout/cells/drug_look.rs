//! Asks whether a text names a drug.

use std::fmt;
use std::sync::Arc;

/// Says whether a text has the name of a drug in it. This crate knows none.
#[derive(Clone, Default)]
pub struct DrugLook {
    drugs: Option<Arc<NamesDrug>>,
    classes: Option<Arc<NamesDrug>>,
    listed: Option<Arc<NamesDrug>>,
    watched: Option<Arc<NamesDrug>>,
    listing: Option<Arc<Listing>>,
}

/// Whether a text names a drug.
type NamesDrug = dyn Fn(&str) -> bool + Send + Sync;

/// Whether a text says by itself that a drug is on a list, or off one.
type Listing = dyn Fn(&str) -> Option<bool> + Send + Sync;

impl DrugLook {
    /// Asks `names_drug` about each text.
    pub fn new(names_drug: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self { drugs: Some(Arc::new(names_drug)), ..Self::default() }
    }

    /// Also asks `names_class` whether a text is a class of drugs that matters.
    #[must_use]
    pub fn and_classes(self, names_class: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self { classes: Some(Arc::new(names_class)), ..self }
    }

    /// Also asks `names_listed` whether a text among others names a drug: a dosage form does not.
    #[must_use]
    pub fn and_listed(self, names_listed: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self { listed: Some(Arc::new(names_listed)), ..self }
    }

    /// Also asks `names_watched` whether a text names a drug that rules are about.
    #[must_use]
    pub fn and_watched(self, names_watched: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self { watched: Some(Arc::new(names_watched)), ..self }
    }

    /// Also asks `listing` whether a cell says that a drug is on a list, or off one.
    #[must_use]
    pub fn and_listing(
        self,
        listing: impl Fn(&str) -> Option<bool> + Send + Sync + 'static,
    ) -> Self {
        Self { listing: Some(Arc::new(listing)), ..self }
    }

    pub(in crate::layout) fn names_watched(&self, text: &str) -> bool {
        self.watched.as_ref().is_some_and(|look| look(text))
    }

    pub(in crate::layout) fn listing(&self, text: &str) -> Option<bool> {
        self.listing.as_ref().and_then(|look| look(text))
    }

    pub(super) fn names_listed(&self, text: &str) -> bool {
        self.listed.as_ref().is_some_and(|look| look(text))
    }

    pub(crate) fn names_drug(&self, text: &str) -> bool {
        self.drugs.as_ref().is_some_and(|look| look(text))
    }

    pub(super) fn names_class(&self, text: &str) -> bool {
        self.classes.as_ref().is_some_and(|look| look(text))
    }
}

impl fmt::Debug for DrugLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.drugs.is_some() { "DrugLook(…)" } else { "DrugLook(none)" })
    }
}
