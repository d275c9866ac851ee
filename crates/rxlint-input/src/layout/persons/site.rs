//! The place that handed a drug over, if no column is called a pharmacy.

use rxlint_model::record::Field;

use super::person::Persons;
use crate::layout::cells::content::Content;
use crate::layout::headers::fold::fold;

/// Names of places that may hand drugs over, the clearest first.
const SITES: [&str; 42] = [
    "pharmacyname",
    "dispensingpharmacyname",
    "pharmacylocation",
    "pharmacysite",
    "pharmacystore",
    "pharmacybranch",
    "dispensingsite",
    "dispensinglocation",
    "dispensingfacility",
    "fillinglocation",
    "fillingsite",
    "fillingpharmacy",
    "fillinglocationname",
    "filllocation",
    "storename",
    "storelocation",
    "apotheke",
    "apothekenname",
    "farmacia",
    "farmácia",
    "pharmacie",
    "apotheek",
    "apteka",
    "apotek",
    "outlet",
    "outletname",
    "branch",
    "branchname",
    "site",
    "sitename",
    "siteid",
    "sitecode",
    "clinic",
    "clinicname",
    "clinicid",
    "facility",
    "facilityname",
    "facilityid",
    "facilitycode",
    "location",
    "locationname",
    "locationid",
];

/// The column of the place, if none serves it yet. Prescriptions are numbered by place: a column in which one number has several
/// places is that of a shelf or a step, and would separate a reversal from its fill.
pub(in crate::layout) fn place(
    persons: &Persons<'_>,
    is_joined: impl Fn(usize) -> bool,
) -> Option<(usize, Field)> {
    let column = |wanted: Field| {
        persons.columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at)
    };
    if column(Field::Pharmacy).is_some() {
        return None;
    }
    let folded: Vec<String> = persons.headers.iter().map(|header| fold(header)).collect();
    let number = column(Field::Prescription);
    let fits = |index: &usize| {
        !persons.columns.iter().any(|(at, _)| at == index)
            && !is_joined(*index)
            && persons.contents.get(*index).is_none_or(|cells| {
                !cells.is_empty() && !cells.is_day_column() && !Content::is_flag(cells)
            })
            && number.is_none_or(|number| !persons.parts(number, *index))
    };
    let named = |name: &str| {
        (0..folded.len()).filter(|index| folded[*index] == *name).find(|index| fits(index))
    };
    SITES.iter().find_map(|name| named(name)).map(|index| (index, Field::Pharmacy))
}
