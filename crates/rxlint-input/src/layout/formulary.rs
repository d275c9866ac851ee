//! The columns of formularies and other lists of drugs, which have no patients.
//!
//! The drug is named as in prescriptions (`headers/generic.rs`). A quantity is the limit here, and its days are those that the limit is for.

mod answers;
mod codes;
mod content;
mod elsewhere;
mod known;
mod patients;
mod questions;
mod statuses;
mod words;

use super::answer::essential::{Essential, LayoutError};
use super::answer::hint::looks_like_data;
use super::assign::override_with;
use super::cells::content as cells;
use super::cells::looks::Looks;
use super::columns::ColumnMap;
use super::headers::{fold, generic};
use super::table::{Found, JoinedColumns, TableLayout};
use super::{DrugLook, SampleRows};
use content::Columns;
pub use elsewhere::{says_other_day, says_something_else};
use known::{KNOWN, KnownFormulary};
use rxlint_model::record::Field::{self, *};
use rxlint_model::record::Statement;

/// Names that have a meaning only in a formulary, the better first, without accents.
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
         limitdayssupply daysupply dayssupply maxdaysupply maxdayssupply days period timeframe dayslimit limitperioddays qtyperiod",
    ),
    (
        Status,
        "formularystatus formularyindicator formularyflag onformulary isformulary coveragestatus availabilitystatus covered coverage \
         formularyyn listed islisted included inclusion listingstatus pdlstatus formularystate incluido incluida padronizado \
         padronizacao gelistet statutlivret livret enlista statut vigente hausliste listenstatus listing aulivret incluidoenguia incluidaenguia \
         enguia guia ptaction formularyaction trafficlight rag ragstatus colour color \
         condicion situacion decision ptdecision ptstatus formstatus formind ipstatus recordstate \
         facilityformulary inpatientformulary formularylist formularies includedin sortiment statusz stare κατάσταση 採用 採用区分 使用区分 \
         使用状況 状態 状态 사용여부 사용구분 상태 الحالة סטטוס สถานะ trạngthái trangthai durum stav tila",
    ),
    (
        Start,
        "effectivedate effectivefrom validfrom effective effdate effdt effectivedt start startdate startdt validsince gultigab",
    ),
    (Rxcui, "rxnormmapping rxnormcode rxnormid rxnormconcept rxn"),
    (
        Stop,
        "terminationdate termdate expirationdate expirydate effectiveto validto endmarketingdate deletiondate delistdate delistingdate \
         removaldate dateremoved removeddate inactivedate retireddate fechabaja fechafin fechavencimiento datavencimento \
         gultigbis validuntil reimbursableto reimbto ceasedate ceaseddate expiry obsdtec hcfaterm termination withdrawaldate \
         withdrawndate offformularydate formularyend formularyenddate closeddate sunsetdate marketenddate utgar utgaet udgaet \
         udgaetdato utgaetdato udgaar udgar ausserhandelseit ahseit dateradiation datederadiation datedesuppression datesuppression \
         finevalidita",
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
         ucinnalatka mppt vtmnm denominacion denominacao droga monodroga primarymnemonic",
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
    (
        Price,
        "price grosscharge unitprice unitcharge standardcharge defaultcharge charge chargeamount listprice cashprice precio preco \
         prezzo preis prix prijs",
    ),
];

/// The fields whose names are the same as in prescriptions.
const SHARED: [Field; 20] = [
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
    Cancelled,
];

/// The header of what a price list says about the hospital, two rows above its own (CMSgov/hospital-price-transparency, templates
/// V2.0.0 and V3.0.0). It includes a sentence about all standard charges, which is not a column of prices.
const ABOUT_HOSPITAL: [&str; 2] = ["hospitalname", "lastupdatedon"];

/// The separator of the codes that a price list has in several columns.
const SEVERAL: &str = rxlint_model::record::SEVERAL_CODES;

/// A list of which only the leftmost of several blocks is read: what it lacks may be in the others.
const SIDE_BY_SIDE: &str = "side-by-side";

/// Why a table with patients is not a list.
pub(crate) const PATIENTS: &str = "a table with patients in it: check it with `rxlint check`";

/// Finds out what the headers mean; what was `asked` for outranks any guess.
pub(crate) fn recognise_formulary(
    headers: Vec<String>,
    rows: &SampleRows,
    asked: &ColumnMap,
    drugs: &DrugLook,
) -> Result<TableLayout, LayoutError> {
    let folded: Vec<String> = headers.iter().map(|header| plain(&fold::fold(header))).collect();
    let asked_who = asked.chosen().iter().any(|(field, _)| *field == Patient);
    if !asked_who && patients::are_there(&headers, rows) {
        return Err(LayoutError::Other("patients", PATIENTS));
    }
    if ABOUT_HOSPITAL.iter().all(|name| folded.iter().any(|header| header == name)) {
        return Err(no_list(&headers, rows, &[(0, Plan)], drugs));
    }
    let known = KNOWN
        .iter()
        .find(|known| known.needs.iter().all(|name| folded.iter().any(|header| header == name)));
    let numbers = codes::numbers(rows, headers.len());
    let mut columns = assign(&headers, &folded, known, &numbers);
    answers::instead_of_plans(&mut columns, rows);
    let mut by_content = Columns::of(&headers, rows, &mut columns, drugs);
    if known.is_none_or(|known| known.is_open) {
        by_content.mend();
    }
    let block = if known.is_none() { by_content.second_block() } else { None };
    by_content.leave(block);
    let mut joined = with_several(&headers, &folded, &by_content, known);
    let found = std::mem::take(&mut by_content.found);
    let named: Vec<usize> = by_content.named();
    let taken: Vec<usize> = joined.iter().flat_map(|joined| joined.columns.clone()).collect();
    let open = by_content.open(&taken);
    let lists_drugs = by_content.lists_drugs();
    in_order(&mut columns, &mut joined);
    let asked_for = override_with(&mut columns, asked, &headers)?;
    let is_asked = |index: usize| asked_for.iter().any(|asked| asked.columns.contains(&index));
    joined.retain(|joined: &JoinedColumns| {
        columns.contains(&(joined.columns[0], joined.field))
            && !joined.columns.iter().any(|index| is_asked(*index))
    });
    joined.extend(asked_for);
    columns.retain(|(_, field)| *field != Patient);
    columns.sort_unstable();
    let is_ignored =
        |at: &usize| known.is_some_and(|known| known.ignored.contains(&folded[*at].as_str()));
    let serves = |at: &usize| columns.iter().any(|(n, _)| n == at);
    // The content of a second block is reported once, at its names.
    let looks = |(at, looks): (usize, Option<Looks>)| match block {
        Some(block) if at == block => (at, Some(Looks::SecondBlock)),
        Some(block) if at > block => (at, None),
        _ => (at, looks),
    };
    let open =
        open.into_iter().filter(|(at, _)| !serves(at) && !is_ignored(at)).map(looks).collect();
    let names_a_drug = columns.iter().any(|column| {
        tells_a_drug(&columns, &folded, *column)
            || named.contains(&column.0)
            || (lists_drugs || found.contains(column))
                && Essential::Drug.fields().contains(&column.1)
    });
    if names_a_drug
        || !asked.is_empty()
            && columns.iter().any(|(_, field)| Essential::Drug.fields().contains(field))
    {
        let name = match known {
            Some(known) => known.name,
            None if block.is_some() => SIDE_BY_SIDE,
            None => kind_of_list(&folded, &columns),
        };
        return Ok(TableLayout {
            code_system: "",
            adjustment: Default::default(),
            quantity_count: Default::default(),
            name,
            statement: Statement::Fill,
            is_order_log: false,
            order_rows: None,
            labels: super::answer::shown::labels(&headers),
            of_people: super::recognition::of_people(&headers, rows, drugs),
            headers,
            found: columns.iter().map(|column| how(column, &found, asked)).collect(),
            columns,
            joined,
            rivals: Vec::new(),
            open,
            private: Vec::new(),
        });
    }
    Err(no_list(&headers, rows, &columns, drugs))
}

/// Why a table names no drugs.
fn no_list(
    headers: &[String],
    rows: &SampleRows,
    columns: &[(usize, Field)],
    drugs: &DrugLook,
) -> LayoutError {
    if columns.is_empty() && looks_like_data(headers) {
        return without_header(&cells::of_columns(rows, headers.len(), drugs));
    }
    let is_list =
        columns.iter().any(|(_, field)| matches!(field, Tier | Plan | Quantity | Strength | Form));
    let hint = if is_list {
        "if the drug is in another table, join the two first"
    } else {
        "nothing in it looks like a list of drugs"
    };
    LayoutError::Missing {
        missing: vec![Essential::Drug],
        hint: Some(hint),
        example: "--columns drug=HEADER,ndc=HEADER".to_owned(),
        plainly: !is_list,
        found: Vec::new(),
    }
}

/// The option for a list whose first row holds data.
pub(super) fn without_header(contents: &[super::Content]) -> LayoutError {
    let named = |fits: fn(&super::Content) -> bool| {
        let found = contents.iter().position(fits);
        found.map_or_else(|| "NUMBER".to_owned(), |index| (index + 1).to_string())
    };
    let drug = named(|content| content.is_drug_names() || content.names_drugs(0.5));
    let code = contents.iter().position(super::Content::is_code);
    let code = code.map(|index| format!(",code={}", index + 1)).unwrap_or_default();
    LayoutError::NoHeader {
        example: format!("--no-header --columns drug={drug}{code}"),
        days: Vec::new(),
        dates: Vec::new(),
    }
}

/// Puts the columns of classes in the order of the table: a section comes after its chapter.
fn in_order(columns: &mut [(usize, Field)], joined: &mut [JoinedColumns]) {
    for classes in joined.iter_mut().filter(|joined| joined.field == Class) {
        let first = classes.columns[0];
        classes.columns.sort_unstable();
        for column in columns.iter_mut().filter(|column| **column == (first, Class)) {
            column.0 = classes.columns[0];
        }
    }
}

/// Whether a layout is one of lists of drugs.
pub(crate) fn is_list(layout: &str) -> bool {
    ["formulary", "chargemaster", "code-list", "order-sets", SIDE_BY_SIDE].contains(&layout)
        || KNOWN.iter().any(|known| known.name == layout)
}

/// How the column of a field was found.
fn how((index, field): &(usize, Field), by_content: &[(usize, Field)], asked: &ColumnMap) -> Found {
    if asked.chosen().iter().any(|(other, _)| other == field) {
        Found::Asked
    } else if by_content.contains(&(*index, *field)) {
        Found::Content
    } else {
        Found::Header
    }
}

/// Fields that several columns make: the classes of several classifications or levels, the statuses of several places, the codes of a price list.
fn with_several(
    headers: &[String],
    folded: &[String],
    found: &Columns<'_>,
    known: Option<&KnownFormulary>,
) -> Vec<JoinedColumns> {
    let mut joined = Vec::new();
    let mut join = |field: Field, columns: Vec<usize>, separator: &'static str| {
        if columns.len() > 1 {
            joined.push(JoinedColumns::of(field, columns, separator));
        }
    };
    if let Some(known) = known {
        for (field, name) in known.joined {
            let numbered = (1..5).map(|number| name.replace('1', &number.to_string()));
            let at = |name: String| folded.iter().position(|header| *header == name);
            join(*field, numbered.filter_map(at).collect(), SEVERAL);
        }
        return joined;
    }
    let is_class = |index: &usize| {
        let of_column: Vec<Field> =
            found.columns.iter().filter(|(at, _)| at == index).map(|(_, field)| *field).collect();
        let header = &headers[*index];
        let field = statuses::own_name(header).or_else(|| words::meaning(header));
        of_column == [Class] || of_column.is_empty() && field == Some(Class)
    };
    if let Some((first, _)) = found.columns.iter().find(|(_, field)| *field == Class) {
        let others = (0..headers.len()).filter(|index| index != first && is_class(index));
        // Each is a class by itself.
        join(Class, std::iter::once(*first).chain(others).collect(), SEVERAL);
    }
    for field in [Ndc, Rxcui] {
        join(field, found.further_codes(field), SEVERAL);
    }
    join(Drug, found.agents(), "; ");
    join(Status, found.places(), " / ");
    // A drug that is off by any of them is off.
    join(Active, found.either(), SEVERAL);
    join(Note, found.further_notes(), SEVERAL);
    join(Quantity, found.further_limits(), SEVERAL);
    join(Tier, found.further_tiers(), " / ");
    joined
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

/// What a list from no known source is: a chargemaster has prices, a list of codes only codes and names, and order sets are not a formulary.
fn kind_of_list(folded: &[String], columns: &[(usize, Field)]) -> &'static str {
    let has = |fields: &[Field]| columns.iter().any(|(_, field)| fields.contains(field));
    let of_plans = has(&[Plan, Tier, Class, Quantity, Status]);
    if folded.iter().any(|header| questions::says_orders(header)) {
        "order-sets"
    } else if !of_plans
        && folded.iter().any(|header| PRICES.split_ascii_whitespace().any(|name| name == header))
    {
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

/// Headers of prices.
const PRICES: &str = "revcode revenuecode revcd grosscharge charge unitprice unitcharge \
     defaultcharge standardcharge chargeamount listprice cashprice price macprice macunitprice awp wac nadac";

/// Whether a column describes a drug. A plain `code`, `name` or `description` does so only next to something else that is about drugs.
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
fn assign(
    headers: &[String],
    folded: &[String],
    known: Option<&KnownFormulary>,
    numbers: &[bool],
) -> Vec<(usize, Field)> {
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
        // An equally good name from `headers/generic.rs` precedes a vague one of this list.
        let plain = || shared().filter(|(rank, _)| *rank < 1200);
        let own = listed(NAMES, 100);
        let best = known
            .and_then(|known| listed(known.names, 0))
            .or(own.filter(|(_, field)| *field != Drug))
            .or_else(plain)
            .or(own)
            .or_else(|| words::meaning(&headers[index]).map(|field| (2000, field)))
            .or_else(shared);
        // `Item #` with plain numbers is not a name if anything else may be.
        let is_number = |field: Field| {
            known.is_none() && numbers[index] && matches!(field, Drug | Generic | Brand)
        };
        let rank_of =
            |rank: usize, field: Field| if is_number(field) { rank + 10_000 } else { rank };
        found.extend(best.map(|(rank, field)| (rank_of(rank, field), field, index)));
    }
    found.sort_unstable();
    let mut columns: Vec<(usize, Field)> = Vec::new();
    for (_, field, index) in found {
        let is_taken = |field: Field| columns.iter().any(|(_, taken)| *taken == field);
        // Several flags may take a drug off the list.
        let fields = if field == Voided { &FLAGS[..] } else { std::slice::from_ref(&field) };
        if let Some(free) = fields.iter().find(|field| !is_taken(**field)) {
            columns.push((index, *free));
        }
    }
    let is_number = |(index, field): &(usize, Field)| {
        known.is_none() && numbers[*index] && matches!(field, Drug | Generic | Brand)
    };
    let says_drug = |column: &(usize, Field)| {
        Essential::Drug.fields().contains(&column.1) && !is_number(column)
    };
    if columns.iter().any(says_drug) {
        columns.retain(|column| !is_number(column));
    }
    // `Prior Generic` names another drug than the row's, if something else names that.
    let is_other = |(index, field): &(usize, Field)| {
        known.is_none()
            && matches!(field, Drug | Generic | Brand)
            && words::names_another(&headers[*index])
    };
    if columns.iter().any(|column| says_drug(column) && !is_other(column)) {
        columns.retain(|column| !is_other(column));
    }
    let has = |field: Field| columns.iter().any(|(_, taken)| *taken == field);
    // A quantity by itself may be a pack; next to a number of days it is a limit.
    if !has(Quantity) && has(DaysSupply) {
        let plain = |header: &String| ["quantity", "qty"].contains(&header.as_str());
        columns.extend(folded.iter().position(plain).map(|index| (index, Quantity)));
    } else if !has(Quantity) {
        columns.retain(|(_, field)| *field != DaysSupply);
    }
    columns
}

/// The fields that flags of one meaning serve.
const FLAGS: [Field; 3] = [Voided, Discontinued, Cancelled];

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(headers: &str) -> Result<Vec<(&str, Field)>, LayoutError> {
        let split: Vec<&str> = headers.split(',').collect();
        let layout = recognise_formulary(
            split.iter().map(|header| (*header).to_owned()).collect(),
            &Vec::new(),
            &ColumnMap::default(),
            &DrugLook::default(),
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
