//! Who has which identifier. Claims and reports have whatever identifier was given at the counter, so that one person may appear in them with the
//! pharmacy's own number, with a driver's licence, and with none.

use rustc_hash::FxHashMap;

/// The identifiers of each person, by name and birth date, in the inputs of a run. A lower rank is better.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownIdentifiers(FxHashMap<String, Vec<(u8, Option<String>)>>);

impl KnownIdentifiers {
    /// Notes the identifiers of someone who has a name and a birth date.
    pub(crate) fn add(&mut self, name: Option<&str>, identifiers: &[(u8, String)]) {
        let Some(name) = name else { return };
        for (rank, number) in identifiers {
            self.note(name, *rank, Some(number));
        }
    }

    /// The identifier of the person in all inputs: the best of its own, which come best first, unless the person has one of a better kind elsewhere;
    /// if it has none, that of the same person elsewhere.
    pub(crate) fn identifier<'i>(
        &'i self,
        name: Option<&str>,
        own: &'i [(u8, String)],
    ) -> Option<&'i str> {
        let known = name.and_then(|name| self.0.get(name)).map(Vec::as_slice).unwrap_or_default();
        let only =
            |rank: u8| known.iter().any(|(other, number)| *other == rank && number.is_some());
        let best = known.iter().find_map(|(rank, number)| Some((*rank, number.as_deref()?)));
        match (own.first(), best) {
            (Some((rank, _)), Some((better, number))) if better < *rank && only(*rank) => {
                Some(number)
            }
            (Some((_, number)), _) => Some(number),
            (None, best) => best.map(|(_, number)| number),
        }
    }

    /// Adds what another input knows.
    pub(crate) fn absorb(&mut self, other: &Self) {
        let mut names: Vec<_> = other.0.iter().collect();
        names.sort_unstable();
        for (name, numbers) in names {
            for (rank, number) in numbers {
                self.note(name, *rank, number.as_deref());
            }
        }
    }

    /// Two numbers of one kind mean two people, or a slip: then neither is used for the name.
    fn note(&mut self, name: &str, rank: u8, number: Option<&str>) {
        let numbers = self.0.entry(name.to_owned()).or_default();
        match numbers.binary_search_by_key(&rank, |(rank, _)| *rank) {
            Ok(at) if numbers[at].1.as_deref() == number => {}
            Ok(at) => numbers[at].1 = None,
            Err(at) => numbers.insert(at, (rank, number.map(str::to_owned))),
        }
    }
}
