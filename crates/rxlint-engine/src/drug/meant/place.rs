//! Where the records come from: some brands, and bare names of some drugs, mean other things in other countries.

/// Where the records come from, insofar as that settles what a name means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceOfUse {
    /// `us`, `uk` or `eu`; empty if it was not given.
    pub jurisdiction: String,
    /// A country, in two capital letters; empty if it was not given.
    pub country: String,
}

impl PlaceOfUse {
    /// Whether anything says where the records come from.
    pub const fn is_known(&self) -> bool {
        !self.country.is_empty() || !self.jurisdiction.is_empty()
    }

    /// Whether the records come from a region: `us`, `uk`, `eu`, or a country in two letters.
    pub fn is_in(&self, region: &str) -> bool {
        if self.country.is_empty() {
            return self.jurisdiction.eq_ignore_ascii_case(region);
        }
        self.country.eq_ignore_ascii_case(region)
            || Self { jurisdiction: region.to_ascii_lowercase(), country: String::new() }
                .holds(&self.country.to_ascii_uppercase())
    }

    /// Whether a country, in two capital letters, is where the records come from.
    pub fn holds(&self, country: &str) -> bool {
        const UNION: [&str; 27] = [
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
            "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
        ];
        if !self.country.is_empty() {
            return self.country.eq_ignore_ascii_case(country);
        }
        match self.jurisdiction.as_str() {
            "us" => country == "US",
            "uk" => country == "GB",
            "eu" => UNION.contains(&country),
            _ => false,
        }
    }
}
