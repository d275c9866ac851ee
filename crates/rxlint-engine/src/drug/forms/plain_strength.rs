//! Strengths without a unit: `naltrexone 50`, a strength column with `50`, a brand that comes in one strength.

use super::strength::{self, Strength};
use crate::drug::book::dictionary::Dictionary;
use crate::drug::book::file::FormKind;
use crate::drug::said::reading::Reading;
use crate::drug::spelling::name::words;
use crate::drug::verdict::Component;

impl Dictionary {
    /// The strength of a tablet that is stated without a unit, for a drug whose tablets come in one strength.
    pub(in crate::drug) fn plain_strength(
        &self,
        component: &Component,
        reading: &Reading<'_>,
    ) -> Option<Strength> {
        let file = &self.drug(component.drug).file;
        let mg = file.tablet_mg?;
        let identity = reading.identity;
        let is_tablet = self.form(component.drug, component.form).kind == FormKind::Tablet;
        // Two different ones count as none.
        if !is_tablet || identity.all_texts().any(|text| !strength::amounts(text).is_empty()) {
            return None;
        }
        let by_brand = || {
            reading.hits.iter().any(|hit| {
                let name = &reading.texts[hit.text][hit.words.clone()];
                file.tablet_mg_brands.iter().any(|brand| words(brand) == name)
            })
        };
        let numbers = || reading.texts.iter().flatten().filter_map(|word| word.parse::<f64>().ok());
        let says = || numbers().next().is_some() && numbers().all(|number| number == mg);
        let plain = || Some(Strength { mg, per_ml: false });
        identity.bare_strength().or_else(|| plain().filter(|_| says() || by_brand()))
    }
}
