//! The columns of formularies and other lists of drugs, which have no patients.
//!
//! The drug is named as in prescriptions (`generic.rs`). A quantity is the limit here, and its days
//! are those that the limit is for.

use super::assign::override_with;
use super::columns::ColumnMap;
use super::essential::{Essential, LayoutError};
use super::hint::looks_like_data;
use super::table::{Found, TableLayout};
use super::{SampleRows, fold, generic};
use rxlint_model::record::Field::{self, *};
use rxlint_model::record::Statement;

/// Names that mean something in a formulary only, the better first, without accents.
const NAMES: &[(Field, &str)] = &[
    (
        Plan,
        "planid formularyid plan formulary plancode planname formularyname contractid benefitplan lista convenio",
    ),
    (
        Tier,
        "tier formularytier drugtier tierlevelvalue tierlevel tiervalue tiername copaytier tiercode tiernumber tierid",
    ),
    (
        Class,
        "class drugclass therapeuticclass pharmclass pharmclasses pharmacologicclass pharmacologicalclass pharmaceuticalclass \
         therapyclass drugclassname classname classdescription ahfsclass ahfsdescription ahfs uspclass uspcategory drugcategory \
         therapeuticcategory therapeuticarea therapyarea category therapeuticclassification pharmacotherapeuticgroup \
         grupoterapeutico grupofarmacologico clasificacionterapeutica accionterapeutica subgrupoterapeutico \
         classeterapeutica classefarmacologica classification classetherapeutique classepharmacologique \
         classeterapeuticaatc classeterapeuticadescricao gruppoterapeutico wirkstoffgruppe indikationsgruppe \
         therapeutischegruppe stoffgruppe terapeutickaskupina",
    ),
    (
        Quantity,
        "quantitylimitamount quantitylimit qtylimit qllimit qlamount qlquantity qlqty ql maxquantity maximumquantity maxqty \
         quantitymax maxquantityperfill dispenselimit dispensinglimit limit limitamount quantitylimits qtylimits limits qlimit qlimits \
         quantitylimitdescription qllimitdescription limitdescription qldescription maxqtyperdays maxunits maximumunits maxdailyquantity \
         requirementslimits requirementsandlimits limitsrequirements limitsandrequirements requirementlimit drugrequirementslimits \
         coveragerequirementslimits coveragerequirementsandlimits restrictionslimits limitsrestrictions umrequirements requirements \
         mengenbegrenzung limitecantidad limitesdecantidad limitequantidade maximomensual",
    ),
    (
        DaysSupply,
        "quantitylimitdays qtylimitdays qldays limitdays quantitylimitperiod limitperiod qlperiod perdays maxdays dayssupplylimit \
         limitdayssupply",
    ),
    (
        Status,
        "formularystatus formularyindicator formularyflag onformulary isformulary coveragestatus availabilitystatus covered coverage \
         formularyyn listed islisted included inclusion listingstatus pdlstatus formularystate incluido incluida padronizado \
         padronizacao gelistet statutlivret livret enlista statut vigente",
    ),
    (Start, "effectivedate effectivefrom validfrom"),
    (
        Stop,
        "terminationdate termdate expirationdate expirydate effectiveto validto endmarketingdate deletiondate delistdate delistingdate \
         removaldate dateremoved removeddate inactivedate retireddate fechabaja fechafin fechavencimiento datavencimento \
         gultigbis validuntil",
    ),
    (
        Code,
        "snomed snomedcode snomedctcode snomedid dmd dmdcode dmdid vpid vmpid vmpcode apid ampid ampcode vppid appid vtmid gtin ean \
         ean13 upc pzn gtin1 numerodegtin1 codigogtin ean1 codigoean codigodebarras barcode din dinpin drugidentificationnumber \
         kodsukl cip13 cip7 aic codiceaic artg pbscode",
    ),
    (
        Drug,
        "rxstring fulldrugname chargedescription chargedesc chargemasterdescription cdmdescription servicedescription svcdesc \
         svcdescription procedurename proceduredescription procdesc billingdescription itemdesc fullyspecifiedname \
         fullyspecifiednameen conceptname drugtitle dmdname vmpname ampname bnfname medicamento medicamentos medicamentoconcentracion \
         farmaco farmacos arzneimittel medikament praparat medicament denominationdumedicament geneesmiddel lek nazwa nazev \
         tpuuormpppt lidrugname name nm item title bezeichnung designation libelle descripcion descricao descricaodoitem",
    ),
    (
        Generic,
        "principioactivo principiosactivos principioactivodci principioattivo sustancia sustanciaactiva substancia substanciaativa \
         principioativo denominaciongenerica denominacaogenerica denominacaocomumbrasileira dcb nombregenerico nomegenerico \
         ifas ifa ifass dci wirkstoff wirkstoffe principeactif substanceactive stofnaam werkzamestof substancjaczynna \
         ucinnalatka mppt vtmnm denominacion denominacao",
    ),
    (
        Brand,
        "nombrecomercial nomecomercial marca marcacomercial produto producto handelsname markenname specialite nomcommercial \
         merknaam nazwahandlowa nomecommerciale denominazione tppt tradeproduct",
    ),
    (
        Strength,
        "concentracion concentracao dosis dosage dosagem dosisconcentracion concentracaocomposicao forca starke wirkstarke \
         sterkte dawka sila dosaggio potencia strengthdescription",
    ),
    (
        Form,
        "formafarmaceutica forma formafarm darreichungsform arzneiform forme formepharmaceutique formegalenique \
         toedieningsvorm postac formafarmaceuticaepresentacao presentacion apresentacao",
    ),
    (Atc, "codeatc codigoatc codatc atcwho atccodewho atckod"),
    (
        Note,
        "compounded iscompounded compounding notes note comments comment restrictions restriction remarks remark supplysource",
    ),
];

/// The fields whose names are those of prescriptions.
const SHARED: [Field; 19] = [
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
    Active,
    Voided,
    Discontinued,
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
        name: "price-transparency",
        needs: &["description", "code1", "code1type"],
        names: &[
            (Drug, "description"),
            (Code, "code1"),
            (CodeSystem, "code1type"),
            (Note, "additionalgenericnotes"),
        ],
        ignored: &[
            "code2",
            "code2type",
            "setting",
            "modifiers",
            "planname",
            "payername",
            "drugtypeofmeasurement",
        ],
    },
    KnownFormulary {
        name: "pbs",
        needs: &["programcode", "pbscode", "atccode"],
        names: &[
            (Drug, "tpuuormpppt scheduleform liform"),
            (Generic, "mppt drugname"),
            (Brand, "tpppt brandname"),
            (Atc, "atccode"),
        ],
        // A maximum for each prescription has no days.
        ignored: &[
            "maxquantity",
            "maximumquantityunits",
            "packsize",
            "lidrugname",
            "manufacturercode",
            "pbscode",
        ],
    },
    KnownFormulary {
        name: "dmd",
        needs: &["vpid", "nm"],
        names: &[(Drug, "nm"), (Code, "vpid")],
        ignored: &["vtmid", "basiscd"],
    },
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
    rows: &SampleRows,
    asked: &ColumnMap,
) -> Result<TableLayout, LayoutError> {
    let folded: Vec<String> = headers.iter().map(|header| plain(&fold::fold(header))).collect();
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
    answers_instead_of_plans(&mut columns, rows);
    let joined = override_with(&mut columns, asked, &headers)?;
    columns.retain(|(_, field)| *field != Patient);
    columns.sort_unstable();
    let names_a_drug = columns.iter().any(|column| tells_a_drug(&columns, &folded, *column));
    if names_a_drug
        || !asked.is_empty()
            && columns.iter().any(|(_, field)| Essential::Drug.fields().contains(field))
    {
        let name = known.map_or_else(|| kind_of_list(&folded, &columns), |known| known.name);
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

/// A name without accents.
fn plain(folded: &str) -> String {
    let plain = |c: char| match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ě' | 'ę' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ů' => 'u',
        'ç' | 'č' | 'ć' => 'c',
        'ñ' | 'ń' => 'n',
        'ý' => 'y',
        'š' | 'ś' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        'ł' => 'l',
        'ř' => 'r',
        other => other,
    };
    folded.chars().map(plain).collect()
}

/// `Formulary? Yes/No` names no plan: it says what is on the list.
fn answers_instead_of_plans(columns: &mut [(usize, Field)], rows: &SampleRows) {
    const ANSWERS: [&str; 22] = [
        "y",
        "n",
        "yes",
        "no",
        "true",
        "false",
        "1",
        "0",
        "formulary",
        "nonformulary",
        "non formulary",
        "non-formulary",
        "nf",
        "f",
        "on",
        "off",
        "si",
        "sí",
        "sim",
        "não",
        "nao",
        "ja",
    ];
    let Some(at) = columns.iter().position(|(_, field)| *field == Plan) else { return };
    let (index, _) = columns[at];
    let cells = || {
        rows.iter()
            .filter_map(|row| row.get(index))
            .map(|cell| String::from_utf8_lossy(cell).trim().to_lowercase())
    };
    let is_answer = |cell: String| cell.is_empty() || ANSWERS.contains(&cell.as_str());
    let has_status = columns.iter().any(|(_, field)| *field == Status);
    if !has_status && cells().any(|cell| !cell.is_empty()) && cells().all(is_answer) {
        columns[at].1 = Status;
    }
}

/// What a list is that no known source made: a chargemaster has prices, a list of codes nothing but codes and names.
fn kind_of_list(folded: &[String], columns: &[(usize, Field)]) -> &'static str {
    const PRICES: [&str; 13] = [
        "revcode",
        "revenuecode",
        "revcd",
        "grosscharge",
        "charge",
        "unitprice",
        "unitcharge",
        "defaultcharge",
        "standardcharge",
        "chargeamount",
        "listprice",
        "cashprice",
        "price",
    ];
    let has = |fields: &[Field]| columns.iter().any(|(_, field)| fields.contains(field));
    let of_plans = has(&[Plan, Tier, Class, Quantity, Status]);
    if !of_plans && folded.iter().any(|header| PRICES.contains(&header.as_str())) {
        "chargemaster"
    } else if !of_plans
        && !has(&[Strength, Form, Route, Note, Stop])
        && has(&[Ndc, Rxcui, Atc, Hcpcs, Code])
    {
        "code-list"
    } else {
        "formulary"
    }
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
    // A chargemaster has revenue centres, a dictionary of concepts the classes of its concepts.
    const TELLING: [&str; 7] =
        ["revcode", "revenuecode", "revcd", "chargecode", "cdm", "cdmcode", "conceptclass"];
    let is_telling = |header: &String| TELLING.contains(&header.as_str());
    Essential::Drug.fields().contains(&field)
        && (!VAGUE.contains(&folded[index].as_str())
            || columns.iter().any(said_of_drugs)
            || folded.iter().any(is_telling))
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
            generic::header_meaning(header)
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
            &Vec::new(),
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
