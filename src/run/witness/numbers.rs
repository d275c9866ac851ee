//! Inputs that number the same people by different columns: an order list by `MRN`, a claims feed by `Member ID`, and both have that.
//! Each person would be two, whose records never meet.

use rustc_hash::FxHashMap;

use rxlint_input::layout::{ColumnUse, are_alike, may_number_people, numbers_people};
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::record::Field;

use super::Looked;
use super::columns::looked_at;
use super::identifiers::compared;
use super::look::is_of_patients;

/// At most this many identifiers of a column are kept: those whose hash ends in enough zeros, the same ones in every column.
const MOST: usize = 2048;
/// More different layouts are not compared with each other.
const MOST_LAYOUTS: usize = 64;
/// Shorter identifiers without a letter may be the same by chance.
const SHORTEST: usize = 5;

/// A sample of the identifiers in a column, by hash, with whether each is long enough not to be the same by chance.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    kept: FxHashMap<u64, bool>,
    zeros: u32,
}

impl Sample {
    pub(super) fn note(&mut self, text: &str) {
        let text = text.trim();
        if !says_something(text) {
            return;
        }
        let hash = spread(compared(text));
        if hash.trailing_zeros() < self.zeros {
            return;
        }
        let is_long = text.len() >= SHORTEST || text.bytes().any(|byte| byte.is_ascii_alphabetic());
        self.kept.insert(hash, is_long);
        self.thin();
    }

    fn thin(&mut self) {
        while self.kept.len() > MOST {
            self.zeros += 1;
            let zeros = self.zeros;
            self.kept.retain(|hash, _| hash.trailing_zeros() >= zeros);
        }
    }

    pub(super) fn absorb(&mut self, later: Self) {
        self.zeros = self.zeros.max(later.zeros);
        let zeros = self.zeros;
        self.kept.retain(|hash, _| hash.trailing_zeros() >= zeros);
        self.kept.extend(later.kept.into_iter().filter(|(hash, _)| hash.trailing_zeros() >= zeros));
        self.thin();
    }

    /// How many identifiers two columns share, how many of those are long, and how many the smaller of the two has.
    fn shared(&self, other: &Self) -> Shared {
        let zeros = self.zeros.max(other.zeros);
        let among = |sample: &Self| {
            sample.kept.keys().filter(|hash| hash.trailing_zeros() >= zeros).count()
        };
        let both = self
            .kept
            .iter()
            .filter(|(hash, _)| hash.trailing_zeros() >= zeros && other.kept.contains_key(*hash));
        let (all, long) =
            both.fold((0, 0), |(all, long), (_, is_long)| (all + 1, long + usize::from(*is_long)));
        Shared { all, long, of: among(self).min(among(other)) }
    }
}

/// What two columns share.
#[derive(Clone, Copy, Debug)]
struct Shared {
    all: usize,
    long: usize,
    of: usize,
}

impl Shared {
    /// Whether two columns number the same people; `alike` is whether their headers are the same, and those of people's numbers.
    fn is_enough(self, alike: bool) -> bool {
        const SEVERAL: usize = 3;
        let is_most = |count: usize| count * 2 >= self.of;
        if alike {
            self.long > 0 && is_most(self.all) || self.all >= 2 && is_most(self.all)
        } else {
            self.long >= SEVERAL && is_most(self.long)
        }
    }
}

/// Whether a text may be somebody's number, and no stand-in such as 0 or 9999.
pub(super) fn says_something(text: &str) -> bool {
    text.len() <= 64 && text.bytes().any(|byte| (b'1'..=b'8').contains(&byte))
}

/// A hash whose lowest bits depend on all of the text.
pub(super) fn spread(hash: u64) -> u64 {
    hash.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26)
}

/// Whether a column's identifiers are sampled: the patient's, and others that may number people.
pub(super) fn may_number(column: &ColumnUse) -> bool {
    column.fields.contains(&Field::Patient)
        || column.fields.is_empty() && may_number_people(&column.header)
}

/// A column of identifiers in the inputs of one layout.
#[derive(Debug)]
struct Numbers {
    column: ColumnUse,
    sample: Sample,
    /// Whether it alone is the patient's column.
    is_patient: bool,
}

/// The columns of identifiers of the inputs of one layout, with the first of these inputs.
#[derive(Debug)]
struct Layout {
    path: String,
    /// Whether they are of an earlier day.
    is_earlier: bool,
    /// The headers of the patient's column or columns.
    patient: Vec<String>,
    columns: Vec<Numbers>,
}

/// The columns of identifiers of all inputs, by layout.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    layouts: Vec<Layout>,
}

impl Numbered {
    /// Adds what was seen in the columns of an input.
    pub(super) fn add(
        &mut self,
        path: &str,
        columns: &[ColumnUse],
        samples: Vec<Sample>,
        is_earlier: bool,
    ) {
        let of_patients: Vec<&ColumnUse> =
            columns.iter().filter(|column| column.fields.contains(&Field::Patient)).collect();
        if of_patients.is_empty() {
            return;
        }
        let patient: Vec<String> = of_patients.iter().map(|column| plain(&column.header)).collect();
        let is_alone = patient.len() == 1;
        let numbers: Vec<Numbers> = columns
            .iter()
            .zip(samples)
            .filter(|(column, sample)| may_number(column) && !sample.kept.is_empty())
            .filter(|(column, _)| !column.is_person_code)
            .map(|(column, sample)| {
                let is_patient = is_alone && is_of_patients(column);
                Numbers { column: column.clone(), sample, is_patient }
            })
            .collect();
        let headers = |numbers: &[Numbers]| -> Vec<String> {
            numbers.iter().map(|numbers| plain(&numbers.column.header)).collect()
        };
        let known = self.layouts.iter_mut().find(|layout| {
            layout.is_earlier == is_earlier
                && layout.patient == patient
                && headers(&layout.columns) == headers(&numbers)
        });
        if let Some(layout) = known {
            for (mine, later) in layout.columns.iter_mut().zip(numbers) {
                mine.sample.absorb(later.sample);
            }
        } else if self.layouts.len() < MOST_LAYOUTS {
            let path = path.to_owned();
            self.layouts.push(Layout { path, is_earlier, patient, columns: numbers });
        }
    }

    /// Pairs of layouts that number the same people by different columns.
    pub(super) fn gaps(&self, looked: &Looked) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for (at, one) in self.layouts.iter().enumerate() {
            for other in self.layouts[at + 1..].iter().filter(|_| !one.is_earlier) {
                gaps.extend(between(one, other, looked));
            }
        }
        gaps
    }
}

fn plain(header: &str) -> String {
    rxlint_input::layout::words(header).join(" ")
}

/// What two layouts leave open, if they number people by different columns and a column of one holds what one of the other does.
fn between(one: &Layout, other: &Layout, looked: &Looked) -> Option<Gap> {
    if one.patient == other.patient {
        return None;
    }
    let patient = |layout: &'_ Layout| layout.columns.iter().position(|numbers| numbers.is_patient);
    let pairs =
        one.columns.iter().flat_map(|mine| other.columns.iter().map(move |theirs| (mine, theirs)));
    let own = patient(one)
        .zip(patient(other))
        .map(|(mine, theirs)| one.columns[mine].sample.shared(&other.columns[theirs].sample));
    let found = pairs
        .filter(|(mine, theirs)| !(mine.is_patient && theirs.is_patient))
        .filter(|(mine, theirs)| !looked.holds(&mine.column) && !looked.holds(&theirs.column))
        .filter_map(|(mine, theirs)| {
            let same = are_alike(&mine.column.header, &theirs.column.header);
            let is_person = |numbers: &Numbers| {
                numbers.column.fields.contains(&Field::Patient)
                    || numbers_people(&numbers.column.header)
            };
            let are_people = is_person(mine) && is_person(theirs);
            // A number that neither takes for the patient's says something only where both call it that of a person.
            let is_asked = mine.is_patient || theirs.is_patient || same && are_people;
            let shared = mine.sample.shared(&theirs.sample);
            (is_asked && shared.is_enough(same && are_people)).then_some((shared, mine, theirs))
        })
        .max_by_key(|(shared, ..)| (shared.long, shared.all));
    let (shared, mine, theirs) = found?;
    if own.is_some_and(|own| own.long * 2 >= shared.all.max(1)) {
        return None;
    }
    let called = |layout: &Layout| {
        let columns = layout.columns.iter();
        let of_patient = columns.filter(|numbers| numbers.column.fields.contains(&Field::Patient));
        let names: Vec<&str> = of_patient.map(|numbers| numbers.column.called.as_str()).collect();
        names.join(" with ")
    };
    let what = format!(
        "{} is the patient's column here, {} is in {}, and {} here holds the same numbers as {} there: one person counts as two, and their \
         records were judged separately.",
        called(one),
        called(other),
        other.path,
        mine.column.called,
        theirs.column.called
    );
    let remedy = if mine.column.argument() == theirs.column.argument() {
        format!(
            "If it is the person's number in both, add {}; if not, list it in rxlint.toml: {}.",
            mine.column.option(Field::Patient),
            looked_at(&[&mine.column])
        )
    } else {
        format!(
            "If both are the person's number, give each file a profile in rxlint.toml, with `patient = {}` and `patient = {}`; if not, list \
             it there: {}.",
            toml::Value::from(mine.column.argument()),
            toml::Value::from(theirs.column.argument()),
            looked_at(&[&mine.column])
        )
    };
    Some(Gap::new(GapKind::OpenColumn, what, remedy).of(&one.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(texts: impl IntoIterator<Item = String>) -> Sample {
        let mut sample = Sample::default();
        texts.into_iter().for_each(|text| sample.note(&text));
        sample
    }

    #[test]
    fn samples_of_many_identifiers_keep_the_same_ones() {
        let all = sample((0..200_000).map(|n| format!("W{n:07}")));
        let some = sample((0..50_000).map(|n| format!("w{n:07}")));
        assert!(all.kept.len() <= MOST && some.kept.len() <= MOST);
        let shared = all.shared(&some);
        assert_eq!(shared.all, shared.of, "every one of the smaller");
        assert!(shared.of > 100);
        assert!(shared.is_enough(false));
        let others = sample((0..50_000).map(|n| format!("X{n:07}")));
        assert!(!all.shared(&others).is_enough(true));
    }

    #[test]
    fn small_numbers_are_the_same_by_chance() {
        let one = sample((1..100).map(|n| n.to_string()));
        let other = sample((1..80).map(|n| n.to_string()));
        assert!(!one.shared(&other).is_enough(false));
        assert!(one.shared(&other).is_enough(true), "below the same header of people's numbers");
    }
}
