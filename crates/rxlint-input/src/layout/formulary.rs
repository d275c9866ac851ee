//! The columns of formularies and other lists of drugs, which have no patients.
//!
//! The drug is named as in prescriptions (`generic.rs`). A quantity is the limit here, and its days
//! are those that the limit is for.

use super::assign::override_with;
use super::columns::ColumnMap;
use super::essential::{Essential, LayoutError};
use super::hint::looks_like_data;
use super::table::{Found, TableLayout};
use super::{fold, generic};
use rxlint_model::record::Field::{self, *};
use rxlint_model::record::Statement;

/// Names that mean something in a formulary only, the better first.
const NAMES: &[(Field, &str)] = &[
    (
        Plan,
        "planid formularyid plan formulary plancode planname formularyname contractid benefitplan",
    ),
    (
        Tier,
        "tier formularytier drugtier tierlevelvalue tierlevel tiervalue tiername copaytier tiercode tiernumber tierid",
    ),
    (
        Class,
        "class drugclass therapeuticclass pharmclass pharmclasses pharmacologicclass pharmacologicalclass pharmaceuticalclass \
         therapyclass drugclassname classname classdescription ahfsclass ahfsdescription ahfs uspclass uspcategory drugcategory \
         therapeuticcategory therapeuticarea therapyarea category",
    ),
    (
        Quantity,
        "quantitylimitamount quantitylimit qtylimit qllimit qlamount qlquantity qlqty ql maxquantity maximumquantity maxqty \
         quantitymax maxquantityperfill dispenselimit dispensinglimit limit limitamount",
    ),
    (
        DaysSupply,
        "quantitylimitdays qtylimitdays qldays limitdays quantitylimitperiod limitperiod qlperiod perdays maxdays dayssupplylimit \
         limitdayssupply",
    ),
    (
        Status,
        "formularystatus formularyindicator formularyflag onformulary isformulary coveragestatus availabilitystatus covered coverage",
    ),
    (Start, "effectivedate effectivefrom validfrom"),
    (
        Stop,
        "terminationdate termdate expirationdate expirydate effectiveto validto endmarketingdate",
    ),
    (
        Code,
        "snomed snomedcode snomedctcode snomedid dmd dmdcode dmdid vmpid vmpcode ampid ampcode vtmid gtin ean ean13 upc pzn",
    ),
    (Drug, "rxstring fulldrugname name drugtitle item title"),
    (
        Note,
        "compounded iscompounded compounding notes note comments comment restrictions restriction remarks remark supplysource",
    ),
];

/// The fields whose names are those of prescriptions.
const SHARED: [Field; 16] = [
    Drug,
    Generic,
    Brand,
    Ndc,
    Rxcui,
    Atc,
    Hcpcs,
    Code,
    CodeSystem,
    Concept,
    Strength,
    StrengthUnit,
    Form,
    Route,
    Status,
    Stop,
];

/// A list of a known source.
struct KnownFormulary {
    name: &'static str,
    /// All of these must be there.
    needs: &'static [&'static str],
    names: &'static [(Field, &'static str)],
    ignored: &'static [&'static str],
}

/// The first that fits is used.
const KNOWN: &[KnownFormulary] = &[
    KnownFormulary {
        name: "cms-formulary",
        needs: &["formularyid", "rxcui", "tierlevelvalue"],
        names: &[
            (Plan, "formularyid"),
            (Quantity, "quantitylimitamount"),
            (DaysSupply, "quantitylimitdays"),
        ],
        ignored: &[
            "quantitylimityn",
            "priorauthorizationyn",
            "steptherapyyn",
            "selecteddrugyn",
            "formularyversion",
            "contractyear",
        ],
    },
    KnownFormulary {
        name: "ndc-directory",
        needs: &["productndc", "productid"],
        names: &[
            (Drug, "nonproprietaryname"),
            (Brand, "proprietaryname"),
            (Generic, "substancename"),
            (Ndc, "ndcpackagecode productndc"),
            (Class, "pharmclasses"),
        ],
        // A number without its unit, or several of several ingredients.
        ignored: &[
            "activenumeratorstrength",
            "activeingredunit",
            "startmarketingdate",
            "endmarketingdate",
            "productid",
            "packagedescription",
        ],
    },
    KnownFormulary {
        name: "rxnorm-names",
        needs: &["rxcui", "rxstring"],
        names: &[(Rxcui, "rxcui"), (Drug, "rxstring")],
        ignored: &[],
    },
    KnownFormulary {
        name: "drug-costs",
        needs: &["code", "min", "mode", "max", "comments"],
        names: &[(Rxcui, "code"), (Drug, "comments")],
        ignored: &["min", "mode", "max"],
    },
];

const PATIENTS: &str = "a table with patients in it: check it with `rxlint check`";

/// Finds out what the headers mean; what was `asked` for outranks what would be guessed.
pub(crate) fn recognise_formulary(
    headers: Vec<String>,
    asked: &ColumnMap,
) -> Result<TableLayout, LayoutError> {
    let folded: Vec<String> = headers.iter().map(|header| fold::fold(header)).collect();
    let says_who =
        |name: &String| generic::meaning(name).is_some_and(|(field, _)| field == Patient);
    let asked_who = asked.chosen().iter().any(|(field, _)| *field == Patient);
    if !asked_who && folded.iter().any(says_who) {
        return Err(LayoutError::Other("patients", PATIENTS));
    }
    let known = KNOWN
        .iter()
        .find(|known| known.needs.iter().all(|name| folded.iter().any(|header| header == name)));
    let mut columns = assign(&folded, known);
    let joined = override_with(&mut columns, asked, &headers)?;
    columns.retain(|(_, field)| *field != Patient);
    columns.sort_unstable();
    let names_a_drug = columns.iter().any(|column| tells_a_drug(&columns, &folded, *column));
    if names_a_drug
        || !asked.is_empty()
            && columns.iter().any(|(_, field)| Essential::Drug.fields().contains(field))
    {
        let name = known.map_or("formulary", |known| known.name);
        return Ok(TableLayout {
            adjustment: Default::default(),
            name,
            statement: Statement::Fill,
            labels: super::shown::labels(&headers),
            headers,
            found: vec![Found::Header; columns.len()],
            columns,
            joined,
            rivals: Vec::new(),
            open: Vec::new(),
            private: Vec::new(),
        });
    }
    if columns.is_empty() && looks_like_data(&headers) {
        return Err(LayoutError::NoHeader(
            "--no-header --columns drug=NUMBER,ndc=NUMBER".to_owned(),
        ));
    }
    let is_list =
        columns.iter().any(|(_, field)| matches!(field, Tier | Plan | Quantity | Strength | Form));
    let hint = if is_list {
        "where the drug stands in another table, join the two first"
    } else {
        "nothing in it looks like a list of drugs"
    };
    let example = "--columns drug=HEADER,ndc=HEADER".to_owned();
    Err(LayoutError::Missing {
        missing: vec![Essential::Drug],
        hint: Some(hint),
        example,
        plainly: !is_list,
    })
}

/// Whether a column describes a drug. A bare `code`, `name` or `description` does so only beside
/// something else that is said of drugs.
fn tells_a_drug(
    columns: &[(usize, Field)],
    folded: &[String],
    (index, field): (usize, Field),
) -> bool {
    const VAGUE: [&str; 10] = [
        "code",
        "sourcecode",
        "itemcode",
        "description",
        "itemdescription",
        "itemname",
        "name",
        "item",
        "title",
        "product",
    ];
    let said_of_drugs = |(_, field): &(usize, Field)| {
        matches!(field, Strength | Form | Route | Tier | Class | Quantity | Generic | Brand | Ndc)
    };
    Essential::Drug.fields().contains(&field)
        && (!VAGUE.contains(&folded[index].as_str()) || columns.iter().any(said_of_drugs))
}

/// The best column for each field, each column serving one field.
fn assign(folded: &[String], known: Option<&KnownFormulary>) -> Vec<(usize, Field)> {
    let ignored =
        |header: &String| known.is_some_and(|known| known.ignored.contains(&header.as_str()));
    let mut found: Vec<(usize, Field, usize)> = Vec::new();
    for (index, header) in folded.iter().enumerate().filter(|(_, header)| !ignored(header)) {
        let listed = |names: &[(Field, &'static str)], base: usize| {
            names.iter().find_map(|(field, names)| {
                let rank = names.split_ascii_whitespace().position(|name| name == header)?;
                Some((base + rank, *field))
            })
        };
        let shared = || {
            generic::meaning(header)
                .filter(|(field, _)| SHARED.contains(field))
                .map(|(field, rank)| (200 + rank, field))
        };
        // A name of `generic.rs` that is as good as any goes before a vague one of this list.
        let plain = || shared().filter(|(rank, _)| *rank < 1200);
        let own = listed(NAMES, 100);
        let best = known
            .and_then(|known| listed(known.names, 0))
            .or(own.filter(|(_, field)| *field != Drug))
            .or_else(plain)
            .or(own)
            .or_else(shared);
        found.extend(best.map(|(rank, field)| (rank, field, index)));
    }
    found.sort_unstable();
    let mut columns: Vec<(usize, Field)> = Vec::new();
    for (_, field, index) in found {
        if !columns.iter().any(|(_, taken)| *taken == field) {
            columns.push((index, field));
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(headers: &str) -> Result<Vec<(&str, Field)>, LayoutError> {
        let split: Vec<&str> = headers.split(',').collect();
        let layout = recognise_formulary(
            split.iter().map(|header| (*header).to_owned()).collect(),
            &ColumnMap::default(),
        )?;
        Ok(layout.columns.iter().map(|(index, field)| (split[*index], *field)).collect())
    }

    #[test]
    fn columns_are_found_by_the_names_that_formularies_use() {
        assert_eq!(
            fields("FORMULARY_ID,FORMULARY_VERSION,CONTRACT_YEAR,RXCUI,NDC,TIER_LEVEL_VALUE,QUANTITY_LIMIT_YN,QUANTITY_LIMIT_AMOUNT,QUANTITY_LIMIT_DAYS").unwrap(),
            [
                ("FORMULARY_ID", Plan),
                ("RXCUI", Rxcui),
                ("NDC", Ndc),
                ("TIER_LEVEL_VALUE", Tier),
                ("QUANTITY_LIMIT_AMOUNT", Quantity),
                ("QUANTITY_LIMIT_DAYS", DaysSupply)
            ]
        );
        assert_eq!(
            fields("name,strength,specialty").unwrap(),
            [("name", Drug), ("strength", Strength)]
        );
        assert_eq!(
            fields("Generic Name,Brand Name,Drug Class,NDC,Formulary Status,QL,Notes").unwrap(),
            [
                ("Generic Name", Generic),
                ("Brand Name", Brand),
                ("Drug Class", Class),
                ("NDC", Ndc),
                ("Formulary Status", Status),
                ("QL", Quantity),
                ("Notes", Note)
            ]
        );
        assert_eq!(
            fields("CODE,MIN,MODE,MAX,COMMENTS").unwrap(),
            [("CODE", Rxcui), ("COMMENTS", Drug)]
        );
    }

    #[test]
    fn what_is_no_formulary_is_told() {
        assert!(matches!(
            fields("patient_id,drug_name,fill_date"),
            Err(LayoutError::Other("patients", _))
        ));
        assert!(matches!(
            fields("code,description"),
            Err(LayoutError::Missing { plainly: true, .. })
        ));
        assert!(matches!(
            fields("formulary_id,drug_id,formulary_tier"),
            Err(LayoutError::Missing { plainly: false, .. })
        ));
        assert!(matches!(fields("hello"), Err(LayoutError::Missing { plainly: true, .. })));
    }
}
