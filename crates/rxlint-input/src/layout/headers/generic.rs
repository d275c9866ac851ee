//! The names that pharmacies give their columns, for exports of unknown systems.
//!
//! Names are folded (`fold.rs`). For each field the better name comes first: a column with that name is preferred to one with a later name.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::bare::bare;
use super::fold::{as_date, fold, without_table};
use super::{claim_number, tokens};
use crate::layout::outcomes::outcome;
use crate::layout::says_money_of_claims;
use rxlint_model::record::AdjustmentCodes;
use rxlint_model::record::Field::{self, *};

/// Field by field, the names that mean it.
pub(super) const NAMES: &[(Field, &str)] = &[
    (
        Patient,
        "patientid patid ptid patientidentifier patientnumber patientno patientnum patientkey patientcode patientmrn \
         mrn medicalrecordnumber medrecno medicalrecordno empi mpi personid personkey memberid membernumber memberno \
         memberkey beneid benesk benembiid beneficiaryid mbi mbiid mbinum desynpufid subjectid enrolid enrolleeid \
         medpatid clientid customerid customernumber nhsnumber nhsno seqn uniquepid unitnumber patientref 332cy hvid apcnspcn cnspcn pc107 patient member person pt",
    ),
    (
        Authority,
        "assigningauthority assigningfacility mandant mandantnr mandantennummer patientauthority patientidauthority mrnauthority idauthority mrnfacility",
    ),
    (
        Drug,
        "drugname medicationname medicinename dispenseddrug dispenseddrugname drugdescription drugdesc \
         medicationdescription meddescription meddesc medname pc027 labelname productname productdescription proddesc \
         ndcdescription drugnamestrength drugnamewithstrength medication drug medicine medicinalproduct drugproduct \
         medicationtext drugtext prescribeddrug prescribedmedication drugnm rxname clmlinendcdesc drugconceptname \
         medicationdisplay drugdisplay termfromemis ln60 lblnm lbldesc itemname itemdescription sourcedescription rxnormdescription product med \
         description",
    ),
    (
        Generic,
        "genericname genericdrugname drugnamegeneric genericdescription generic activeingredient activeingredients \
         ingredient ingredients ingredientname gnn substancename activesubstance inn molecule moleculename \
         scientificname sciname commonname nonproprietaryname pharmacologicalname officialname internationalname \
         bnfchemicalsubstance chemicalname rxddrug approvedname piapprovedname",
    ),
    (Brand, "brandname branddrugname tradename proprietaryname brand brnm bn"),
    (
        Ordered,
        "ordereddrug ordereddrugname orderedmedication orderedmedicationname orderedmed drugordered medicationordered \
         medicationasordered",
    ),
    (
        Ndc,
        "ndc pc026 ndc11 ndccode ndcnumber ndcnum ndcno ndcnbr ndcid ndc10 nationaldrugcode dispensedndc filledndc 407d7 natldrugcode drugndc \
         productndc packagendc prodsrvcid productserviceid clmlinendccd ndccd",
    ),
    (
        Rxcui,
        "rxcui rxnormcui rxnormcode rxnormid rxnorm rxnormrxcui drugrxcui medicationrxcui rxcuicode",
    ),
    (Atc, "atc atccode atc5 atcid atcclasscode whoatc whoatccode"),
    (
        Hcpcs,
        "hcpcs hcpcscode hcpcscd clmlinehcpcscd jcode procedurecode proccode proccd cpthcpcs hcpcscpt cptcode cpt sv101",
    ),
    (
        Code,
        "drugcode medicationcode medicinecode medcode drugsourcevalue productcode itemcode sourcecode code kod",
    ),
    (
        CodeSystem,
        "codesystem codesystemname codingsystem codetype sourcecodetype drugcodetype drugcodesystem codequalifier 436e1 \
         drugcodequalifier productidqualifier prodsrvcidqlfyr terminology vocabulary",
    ),
    (
        Strength,
        "strength drugstrength medicationstrength prodstrength dosagestrength strengthdescription strengthvalue str strnum",
    ),
    (StrengthUnit, "strengthunit strengthunits strengthuom strunit"),
    (
        Dose,
        "dose dosevalue doseamount dosequantity doseqty dosevalrx dosegiven administereddose singledose",
    ),
    (DoseUnit, "doseunit doseunits doseuom doseunitrx doseunitsourcevalue"),
    (Form, "dosageform dosageformname doseform drugform formulation formrx gcdfdesc form"),
    (
        Route,
        "route via vía voie routename routeconceptname routeofadministration routeadmin adminroute administrationroute routesourcevalue",
    ),
    (
        Quantity,
        "quantitydispensed qtydispensed dispensedquantity dispensequantity qtydspnsdnum quantityfilled fillquantity \
         metricquantity decimalquantity dispqty qtydisp quantitydisp unitsdispensed amountdispensed totalquantity \
         quantity qty pc033 clmlinesrvcunitqty 442e7 serviceunits unitsofservice billedunits lineunits \
         rxqtyactl revcntrndcqty otrxclaimquantityactual otrxclaimqtyactual",
    ),
    (
        QuantityUnit,
        "quantityunit quantityunits qtyunit qtyunits quantityuom qtyuom quantityunitofmeasure qtyunitofmeasure quantityunitcode \
         dispenseunit dispensedunit dispenseunits dispensedunits dispunit dispuom dispensequantityunit dispensequantityunits \
         dispensedquantityunit quantitydispensedunit quantitydispensedunits quantitydispenseduom dispensingunit \
         mengeneinheit einheitmenge unitéquantité unitequantite unidadcantidad unidaddecantidad unidadequantidade unitàquantità",
    ),
    (
        PackSize,
        "packsize forpstl packagesize pkgsize pksz packsz packingsize packagequantitysize unitsperpack tabletsperpack quantityperpack qtyperpack piecesperpack packaging packing pack \
         packungsgröße packungsgroesse packgröße packgroesse pckgröße packung normgröße normgroesse normpackungsgröße \
         conditionnement tailledeconditionnement tailleboite tailleboîte verpakkingsgrootte verpakking \
         förpackningsstorlek forpackningsstorlek förpackning pakningsstørrelse pakningsstorrelse pakning \
         pakkauskoko wielkośćopakowania wielkoscopakowania zawartośćopakowania zawartoscopakowania pck \
         velikostbalení velikostbaleni confezionamento formatoconfezione",
    ),
    (
        DaysSupply,
        "dayssupply daysupply dayssupplied daysupplied daysofsupply dayssuply dayssuplynum clmlinedayssuplyqty \
         meddayssupply supplydays expectedsupplyduration dayssup daysup dsup durationdays durationindays pc034 treatmentdays dayscovered 405d5 behandlingsdage behandlingsdagar behandlingsdager kestopv kestovrk duration \
         numberofduration verordnungsdauer memdayssupply drugday mdcnexecfreq durationweeks durationinweeks weekssupply durationmonths durationinmonths monthssupply cmdur exdur dspnsdays dysp 总天数 dauer duree durée duracion \
         duración duracao duração durata",
    ),
    (
        DaysUnit,
        "daysunit cmduru exduru durationunit durationunits unitofduration durationuom durationinterval dayssupplyunit dayssupplyunits \
         supplyunit dauereinheit einheitdauer einheitderdauer uniteduree unitedeladuree dureeunite \
         unidadduracion unidaddeduracion duracionunidad unidadeduracao unitadurata unitédurée unitédeladurée unitéduree",
    ),
    (
        Directions,
        "sig sigtext gebruik directions direction instructions dosageinstructions dosageinstruction sigdescription \
         dosageinstructiontext administrationinstructions patientinstructions doseinstructions labeldirections dir dirs posology \
         dosetext dosagetext dosetextdescription directionstext takedirections",
    ),
    (
        Frequency,
        "frequency freq rawrxfrequency rxfrequency dosefrequency dosingfrequency frequencyname doseschedule",
    ),
    (
        Administered,
        "administereddate administrationdate dateadministered administerdate admindate givendate dategiven injectiondate \
         administrationtime administeredtime medadminstartdate medadminstarttime eventenddttm",
    ),
    (
        Dispensed,
        "dispensedate dispenseddate datedispensed dispensingdate dispdate afldat abgdat filldate filleddate datefilled dateoffill \
         rxfilldate prescriptionfilleddate servicedate dateofservice dos srvcdate svcdate servicefromdate servicestartdate activitystart activitystartdate activitydate fromdate \
         clmfromdate clmlinefromdate claimlinestartdate claimstartdate line1stexpnsdate fulfilleddate solddate datesold pickupdate collectiondate refilldate claimdate \
         transactiondate 401d1 fldate fildte fldte fdos dtefirstsvc datef pc032 reldt reldate posdate posdt edatum eksd ostopv exesoidtd \
         belegdatum servicebilldate servicebilldatefrom servicebilldates servicebilldatesfrom",
    ),
    (
        Start,
        "startdate start starttime drugstartdate medicationstartdate medstartdate therapystartdate orderstartdate \
         dosestartdate eventdate datestarted begindate effectivestartdate drugexposurestartdate currentstartdttm currentstartdate date",
    ),
    (
        Written,
        "writtendate dateo 414de datewritten rxwrittendate prescriptiondate dateofprescription prescribeddate dateprescribed \
         prescribingdate prscdate presdate issuedate issueddate dateissued orderdate ordereddate dateordered authoreddate rxdate \
         ordertime",
    ),
    (
        Stop,
        "stopdate stop stoptime enddate end endtime drugenddate medicationenddate medenddate medstopdate \
         therapyenddate dateended datestopped finishdate supplyenddate drugexposureenddate verbatimenddate enddatekey stopdatekey enddtkey enddateid endinstant runsout runsouton runoutdate lastdaycovered suppliedthrough projectedstopdttm",
    ),
    (
        Discontinued,
        "discontinueddate discontinuedate discontinuationdate datediscontinued dcdate stoppeddate discontinued \
         isdiscontinued discontinuedflag inactive isinactive inactiveflag inactiveind inaktiv inactif inactivo inativo",
    ),
    (
        Status,
        "marstatus maraction dispensestatus dispstatus fillstatus fillstat pickupstatus soldstatus transactionstatus trxstatus trxstat txnstatus txnstat workflowstatus \
         claimstatus pc025 112an claimlinestatus clmlinestatus clmlnstatus claimdetailstatus pharmacyclaimstatus clmstusctgrycd claimstatuscategorycode transactionresponse transactionresponsestatus claimstatuscode claimresponsestatus adjudicationstatus responsestatus rxstatus rxstat \
         dosestatus dosingstatus doseoutcome dosingoutcome attendance attendancestatus attendancecode \
         prescriptionstatus orderstatus medicationstatus medstatus coursestatus status statuscode situacao situação stato statut",
    ),
    (
        Claim,
        "claimid claimnumber claimno claimnum clmid pdeid claimcontrolnumber claimrefnumber transactionid icn tcn \
         clmuniqid curclmuniqid clp01 clm01",
    ),
    (
        Version,
        "claimversion claimversionnumber claimversionno clmvrsnnum clmversionnum clmvrsnno versionnumber versionno versionnum version adjustmentsequence \
         adjustmentsequencenumber adjustmentseq adjseq adjustmentnumber adjustmentversion claimadjustmentsequence",
    ),
    (
        Processed,
        "claimsequence claimsequencenumber claimsequenceno claimseq claimseqno transactionsequence transactionsequencenumber \
         clmidrlddt clmefctvdt",
    ),
    (Original, "originalclaimid originalclaimnumber originalclaimno orgnlclmnum"),
    (
        ClaimLine,
        "claimline claimlinenumber claimlineno claimlinenum clmlinenum clmlnnum pc005 mc005 dtlln serviceline servicelinenumber \
         servicelineno",
    ),
    (
        Prescription,
        "rxnumber rxno rxnum rxnbr rxid rx prescriptionnumber prescriptionno prescriptionid rxsrvcrfrncnum \
         prescriptionreferencenumber 402d2 clmlinerxsrvcrfrncnum rxreferencenumber scriptnumber scriptno scriptid orderid ordernumber",
    ),
    (
        FillNumber,
        "fillnumber refill 403d3 fillnum fillno fillnbr rxfillnum clmlinerxfillnum refillnumber refillnum refillno refillnbr",
    ),
    (
        Adjustment,
        "dsp01 reportingstatus reportingstatuscode dsp01reportingstatus reportingstatusdsp01 asapreportingstatus adjstmtdltncd adjustmentdeletioncode adjustmentdeletioncd adjdeletioncode adjdelcode adjdelcd adjdltncd deletioncode deletioncd deletecode deletecd adjtype adjtypecd adjtypecode adjcode pc110 claimlinetype clmlinetype versiontype claimversiontype claimsign adjustmentcode adjustmentindicator adjustmenttype clmadjsmttypecd claimadjustmenttypecode \
         reversalindicator reversalflag reversalind isreversal reversal transactioncode transactiontype transtype transcode \
         transactioncd transcd trantype trancode txntype txncode claimtransactiontype claimtransactioncode \
         claimfrequencycode claimfrequencytypecode clmfreqcd frequencytypecode clm053 clm0503 typeofbillfrequency typeofbillfrequencycode \
         billsubmissionreasoncode billsubmissionreason transactionsetpurposecode transactionsetpurpose orderaction actiontype txncd trancd 103a3 adjstmtind lineadjstmtind \
         adjustmentind adjind adjflag adjcd revind rvrslind revflag rvrslflg voidreversal sign qtysign quantitysign \
         action",
    ),
    (
        Voided,
        "notdispensedindicator notdispensedind notdispensedflag voided isvoided void isvoid voidflag voidind voidindicator voidedflag voiddate voideddate datevoided voidedat voidedon \
         deleted isdeleted deletedflag deleteflag deleteindicator deletedat deletedon deletedate deleteddate datedeleted \
         softdeleted isdeletedflag reversed isreversed reversedflag reverseddate reversaldate reversaldt datereversed \
         reversedat reversedon rts isrts rtsflag rtsdate rtsdt returntostock returnedtostock returntostockdate \
         returntostockdt returntostockflag returnedtostockdatetime returntostockdatetime returnedtostockdttm returntostockdttm \
         rtsdatetime returnedtostockdt returnedtostockdate datereturnedtostock returned isreturned returnedflag \
         returneddate returndate datereturned returnedat enteredinerror isenteredinerror storniert storno stornoflag \
         stornodatum stornokennzeichen storniertam gelöscht geloescht gelöschtam geloeschtam retourniert retourdatum \
         anulado anulada fechaanulacion fechaanulación fechadevolucion fechadevolución devuelto eliminado estornado \
         estorno dataestorno datadeestorno excluido excluído devolvido datadevolucao datadevolução supprimé supprime \
         datesuppression retourné dateretour stornato datastorno annullato dataannullamento restituito verwijderd \
         geretourneerd usuniety usunięty zwrócony datazwrotu putback retour reso resa avoir makulerad makulerat annulleret krediteret kreditert peruttu \
         mitätöity dateannulation datedannulation annulation annuléele annuleele annuleringsdatum geannuleerdop dataanulowania \
         annulliertam",
    ),
    (
        Cancelled,
        "cancelled canceled iscancelled iscanceled cancelledflag canceledflag cancelflag cancelledind cancelindicator \
         canceldate canceldt canceltime cancelleddate canceleddate cancellationdate cancelationdate datecancelled \
         datecanceled dateofcancellation cancelledat canceledat cancelledon canceledon cancelledtime drugordercancelled \
         annulé annule annulée cancelado cancelada fechacancelacion fechacancelación \
         fechadecancelacion fechadecancelación datacancelamento datadecancelamento canceladoem geannuleerd \
         anulowano anulowana anulowany annulliert",
    ),
    (
        Active,
        "isactive active activeflag activeind activeindicator isactiveflag aktiv actif activo ativo attivo actief aktywny \
         current ongoing isongoing currentlyactive stillactive laufend encours encurso vigente",
    ),
    (
        Prescriber,
        "prescribernpi prescriberid prscrbrid prescribingprovidernpi prescribingproviderid prescriberdea providernpi \
         orderproviderid providerid doctorid physicianid clinicianid practitionerid prescriber prescribername \
         prescribingphysician orderingprovider physician doctor 411db doc lanr npi rpps nrpps numérorpps numerorpps crm pwz nrpwz \
         agbcodearts agbarts prescriberpin",
    ),
    (
        BirthDate,
        "birthdate dateofbirth dob benebirthdate idbirthday absbirthdttm absbirthdate birthdttm dobirth dobtxt mdob persbrthdt ptbd byear gebjahr birthdatetime patientbirthdate patientdob 304c4 brthdtc wob weekofbirth bennaidt birthyear yearofbirth yob birthyr \
         geburtsjahr jahrgang anneenaissance annéenaissance annéedenaissance anonacimiento añonacimiento añodenacimiento \
         anonascimento anodenascimento annodinascita annonascita geboortejaar rokurodzenia födelseår fødselsår fødeår \
         syntymävuosi roknarození születésiév годрождения 生年 出生年 出生年份 bennaiann dobyr yrdob",
    ),
    (
        Age,
        "age agesex sexage ageandsex agegender genderage patientage ageyears ageinyears ageatfill ageatservice ageatservicedate ageatdispense ageatdispensing ageatevent anchorage \
         ptage pttage patage memberage ageyrs ageyr agey ageonservice ageonfill alter alterinjahren patientenalter âge edad \
         edaddelpaciente edadpaciente idade idadepaciente età etàpaziente leeftijd wiek wiekpacjenta ålder alder ikä věk \
         életkor yaş возраст 年齢 年龄 年齡 나이 연령 \
         agemonths ageinmonths agemonth agemos agemo agemths agem agemonthsatfill ageweeks ageinweeks agewks agedays ageindays agedy patientagemonths patientagedays \
         ptagemonths patientonsetage ageatonset",
    ),
    (
        AgeUnit,
        "ageunit ageunits ageuom ageunitofmeasure unitofage agetype ageunitcode ageunitcd patientageunit patientageunits ptageunit patientonsetageunit agecod \
         alterseinheit uniteage unitéâge unidadedad",
    ),
    (
        Diagnosis,
        "diagnosiscode diagnosiscode1 icd10code icd10 icd10cm icdcode icd dxcode primarydiagnosiscode \
         diagnosis 424do dx1 dx diagnosistext diagnosisdescription indication reasondescription \
         diagnosiscodes dxcodes diagnoses icdcodes icd10codes diagcode diagcd diag diagnosiscd dxcd diagnosislist dxlist \
         problemlist problemcode conditioncode conditioncodes reasoncode indicationcode comorbidities primarydiagnosis \
         primarydx secondarydiagnosis secondarydiagnosiscode secondarydx admittingdiagnosis prncpaldgnscd icddgnscd \
         admtgdgnscd icd9 icd9code reasonforuse reasonforprescribing reasonforprescription reasonformedication reasonfortreatment",
    ),
    (
        Pharmacy,
        "pharmacynpi pharmacynabp pharmacyncpdp pharmacyncpdpid pharmacyid pharmacynumber pharmacyno pharmacycode \
         ncpdpid 201b1 ncpdpproviderid nabp nabpnumber nabpid serviceproviderid srvcprvdrid srvcpvdrid dispensingpharmacyid \
         dispensingpharmacynpi dispensingpharmacy pharmacyproviderid storenumber storeno storenum storeid storenbr store \
         pharmacy apothekenik",
    ),
    (Concept, "drugconceptid"),
    (
        Pregnancy,
        "pregnancystatus 3352c pregnancyflag pregnancyindicator pregnancycode pregindicator pregind pregflag pregstatus \
         pregnancyind ispregnant currentlypregnant pregnant pregnancy grávida",
    ),
    (
        BreastFeeding,
        "breastfeeding breastfeedingstatus isbreastfeeding breastfeedingflag breastfeedingind lactating lactation \
         lactationstatus islactating lactationflag nursing nursingmother",
    ),
];

/// Prefixes that do not change what a name means: `rx_fill_date`, `medication_route`.
const PREFIXES: [&str; 10] = [
    "medication",
    "medicine",
    "med",
    "drug",
    "prescription",
    "rx",
    "script",
    "order",
    "product",
    "item",
];

/// The same for prefixes that name a person, after which only some fields are still about the drug.
const PERSON_PREFIXES: [&str; 4] = ["patient", "member", "beneficiary", "bene"];

/// The same for claims: their end is the end of the service, not of the supply.
const CLAIM_PREFIXES: [&str; 4] = ["claim", "clm", "pharmacy", "dispensing"];

/// Whether a name without its prefix may mean this field.
fn allows(prefix: &str, field: Field) -> bool {
    if PERSON_PREFIXES.contains(&prefix) {
        return matches!(field, BirthDate | Age | AgeUnit | Pregnancy | Diagnosis);
    }
    let common = matches!(
        field,
        Ndc | Rxcui
            | Atc
            | Hcpcs
            | Quantity
            | QuantityUnit
            | PackSize
            | DaysSupply
            | Dispensed
            | Status
            | Voided
            | Cancelled
            | Active
            | FillNumber
            | Prescriber
    );
    let drug = matches!(
        field,
        Strength
            | StrengthUnit
            | Dose
            | DoseUnit
            | Form
            | Route
            | Directions
            | Frequency
            | Start
            | Stop
            | Written
            | Discontinued
            | Administered
            | Diagnosis
    );
    common && !(["pharmacy", "product", "item"].contains(&prefix) && field == Status)
        || drug && !CLAIM_PREFIXES.contains(&prefix)
}

/// Every listed name with its field and its place in that field's list.
static INDEX: LazyLock<FxHashMap<&'static str, (Field, usize)>> = LazyLock::new(|| {
    let of_field = |(field, names): &(Field, &'static str)| {
        let field = *field;
        names.split_ascii_whitespace().enumerate().map(move |(place, name)| (name, (field, place)))
    };
    NAMES.iter().flat_map(of_field).collect()
});

/// The place of a listed name among those of its field.
pub(in crate::layout) fn rank_of(name: &str) -> usize {
    INDEX.get(name).map_or(BY_WORDS, |(_, place)| *place)
}

/// Whether a folded name is listed.
pub(super) fn is_listed(folded: &str) -> bool {
    INDEX.contains_key(folded)
}

/// Whose codes a column of adjustments holds, by its header: the meaning of a code depends on it.
pub(in crate::layout) fn adjustment_codes(header: &str) -> AdjustmentCodes {
    let folded = &fold(header)[..];
    let ends = |endings: &[&str]| endings.iter().any(|ending| folded.ends_with(ending));
    if ends(&[
        "clmadjsmttypecd",
        "claimadjustmenttypecode",
        "adjustmenttypecode",
        "adjustmenttypecd",
        "adjstmtind",
        "adjustmentind",
        "adjind",
        "adjflag",
    ]) {
        AdjustmentCodes::ClaimType
    } else if ends(&["sign"]) || says_amount_below_nothing(header) {
        AdjustmentCodes::Sign
    } else if says_purpose(header) {
        AdjustmentCodes::Claim
    } else if folded.contains("freq")
        || folded.starts_with("clm05")
        || folded.contains("resub")
        || tokens::says(header, "frequency")
        || tokens::says(header, "tob")
    {
        AdjustmentCodes::Frequency
    } else if folded.contains("trans")
        || folded.starts_with("txn")
        || folded.starts_with("tran")
        || folded == "103a3"
        || outcome::says_transaction(header)
        || outcome::says_debit(header)
        || folded == "dc"
    {
        AdjustmentCodes::Transaction
    } else if folded.contains("reversal") || folded.starts_with("rev") || folded.starts_with("rvr")
    {
        AdjustmentCodes::Indicator
    } else if folded.contains("action") {
        AdjustmentCodes::Action
    } else {
        AdjustmentCodes::Claim
    }
}

/// Whether negative numbers of a column cancel rows: signs, counts of claims, money.
fn says_amount_below_nothing(header: &str) -> bool {
    outcome::says_sign(header) || outcome::counts_claims(header) || says_money_of_claims(header)
}

/// Whether a header says that its column gives the purpose of a bill, in the codes of X12 (BHT02) and IAIABC.
pub(crate) fn says_purpose(header: &str) -> bool {
    const PURPOSES: [&str; 2] = ["billsubmissionreason", "transactionsetpurpose"];
    let folded = fold(header);
    PURPOSES.iter().any(|purpose| folded.starts_with(purpose))
}

/// Whether a header says that its column holds the reporting status of ASAP.
pub(crate) fn says_reporting_status(header: &str) -> bool {
    let folded = fold(header);
    folded.contains("dsp01") || folded.contains("reportingstatus")
}

/// The field that a folded header names, and how well: lower is better.
pub(in crate::layout) fn meaning(folded: &str) -> Option<(Field, usize)> {
    let listed = |name: &str| INDEX.get(name).copied();
    let date = |name: &str| {
        as_date(name).and_then(|name| listed(&name)).filter(|(field, _)| field.is_date())
    };
    // Names that had to be changed rank after all listed ones.
    let changed = || date(folded).map(|(field, place)| (field, 1000 + place));
    let stripped = || {
        let prefixes = PREFIXES.iter().chain(&PERSON_PREFIXES).chain(&CLAIM_PREFIXES);
        prefixes.copied().find_map(|prefix| {
            let rest =
                folded.strip_prefix(prefix).filter(|rest| rest.len() > 2 && *rest != "date")?;
            let (field, place) =
                listed(rest).or_else(|| date(rest)).filter(|(field, _)| allows(prefix, *field))?;
            // Of several statuses, the one nearest to the hand-over decides: `Rx Transaction Status` before `Rx Status`.
            Some((field, if field == Status { place } else { 2000 + place }))
        })
    };
    // Diagnoses are numbered: `dx_2`, `ICD_DGNS_CD3`.
    let numbered = || {
        let stem = folded.trim_end_matches(|c: char| c.is_ascii_digit());
        let (field, place) = listed(stem).filter(|(field, _)| *field == Diagnosis)?;
        Some((field, 500 + place))
    };
    let version = || numbers_adjustments(folded).then_some((Version, 1000));
    listed(folded).or_else(numbered).or_else(version).or_else(changed).or_else(stripped)
}

/// Whether a folded header says that it numbers the adjustments or versions of a claim: `Adj_No`, `Claim Adj Seq Nbr`, `version_nbr`.
fn numbers_adjustments(folded: &str) -> bool {
    let strip = |text: &'_ str, all: &[&str]| {
        all.iter().find_map(|word| text.strip_prefix(word)).map(str::to_owned)
    };
    let own = strip(folded, &["claim", "clm"]).unwrap_or_else(|| folded.to_owned());
    let Some(mut rest) =
        strip(&own, &["adjustment", "adjstmt", "adjust", "adj", "version", "vrsn"])
    else {
        return false;
    };
    let is_numbered = !rest.is_empty();
    const NUMBERS: [&str; 8] = ["sequence", "seq", "version", "number", "num", "nbr", "nr", "no"];
    while let Some(after) = strip(&rest, &NUMBERS) {
        rest = after;
    }
    is_numbered && rest.is_empty()
}

/// The same for a header as written: by a listed name, else by its words.
pub(in crate::layout) fn header_meaning(header: &str) -> Option<(Field, usize)> {
    let header = without_field_number(&bare(header)).to_owned();
    let header = header.as_str();
    // `RxNorm Codes` is `RxNorm Code`, `NDC(s)` is `NDC`.
    let of_one = || {
        let one = ["(s)", "s", "S"].iter().find_map(|plural| header.strip_suffix(plural))?;
        one_meaning(one).filter(|(field, _)| matches!(field, Ndc | Rxcui | Atc | Hcpcs | Code))
    };
    one_meaning(header).or_else(of_one).or_else(|| actual_meaning(header))
}

/// The meaning of a header that adds only that something really happened, next to something that was only planned: `Actual End Date`.
/// `Fecha actual` is today, and an effective date is the day from which something is valid.
fn actual_meaning(header: &str) -> Option<(Field, usize)> {
    let rest = tokens::without(header, "actual")?;
    let (field, rank) = one_meaning(&rest)?;
    let is_first = || !tokens::words_have(header, &["effective", "effectif"]);
    let is_of_row = Field::FIRST_DAY.contains(&field) && is_first()
        || matches!(field, Field::Stop | Field::Discontinued | Field::DaysSupply);
    let is_day = || tokens::words_have(header, &["date", "day", "time", "datetime", "dt"]);
    let says_more = || tokens::says_more(&rest, &["date", "noise"]);
    (is_of_row && (says_more() || is_day())).then_some((field, rank))
}

fn one_meaning(header: &str) -> Option<(Field, usize)> {
    let by_words = || {
        let meaning = tokens::meaning(header).or_else(|| tokens::meaning(without_table(header)));
        meaning.map(|(field, place)| (field, BY_WORDS + place))
    };
    // `Drug/Strength` is not `drug_strength`.
    let lists = header.contains(['/', '&', '+']).then(by_words).flatten();
    let of_claim = || claim_number::is_one(header).then_some((Claim, LAST_CLAIM));
    lists.or_else(|| meaning(&fold(header))).or_else(by_words).or_else(of_claim)
}

/// A header without the number that NCPDP or an all-payer claims database gives the field, if a name follows: `302-C2 Cardholder ID`,
/// `PC032_DatePrescriptionFilled`.
pub(in crate::layout) fn without_field_number(header: &str) -> &str {
    let of_ncpdp = |(at, byte): (usize, u8)| match at {
        0..=2 => byte.is_ascii_digit(),
        3 => byte == b'-',
        _ => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
    };
    let of_claims = |(at, byte): (usize, u8)| match at {
        0..=1 => byte.is_ascii_uppercase(),
        2..=4 => byte.is_ascii_digit(),
        _ => matches!(byte, b'_' | b' '),
    };
    const BESIDE: [char; 9] = [' ', '-', '_', ':', '.', '(', ')', '[', ']'];
    let is_number = |number: &&str| {
        number.bytes().enumerate().all(of_ncpdp) || number.bytes().enumerate().all(of_claims)
    };
    let before = header.get(..6).filter(is_number).map(|_| &header[6..]);
    let behind = || {
        let header = header.trim_end_matches(BESIDE);
        let (rest, number) = header.split_at_checked(header.len().checked_sub(6)?)?;
        (is_number(&number) && rest.ends_with(BESIDE)).then_some(rest)
    };
    let rest = before.or_else(behind).unwrap_or_default().trim_matches(BESIDE);
    if rest.chars().any(char::is_alphabetic) { rest } else { header }
}

/// Names that are understood by their words rank after all listed ones.
pub(in crate::layout) const BY_WORDS: usize = 3000;
/// A claim number that says whose it is ranks after the table's own.
const LAST_CLAIM: usize = BY_WORDS + 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn no_name_means_two_fields() {
        let mut seen = BTreeMap::new();
        for (field, names) in NAMES {
            for name in names.split_ascii_whitespace() {
                assert_eq!(seen.insert(name, *field), None, "{name}");
                assert_eq!(name, super::super::fold::fold(name));
            }
        }
        // Refills count in tables of orders alone, which their columns show together.
        let has_name = |field: &Field| field.is_of_prescriptions() && *field != Field::Refills;
        for field in Field::ALL.into_iter().filter(has_name) {
            assert!(NAMES.iter().any(|(f, _)| *f == field), "{field:?} has no names");
        }
    }

    #[test]
    fn columns_of_codes_are_known_by_their_words() {
        for (header, field) in [
            ("RxCUIs", Some(Rxcui)),
            ("RxNorm Codes", Some(Rxcui)),
            ("RxNorm Identifier", Some(Rxcui)),
            ("RxNorm CUI(s)", Some(Rxcui)),
            ("RxNorm Ingredient", Some(Rxcui)),
            ("RxNorm SCD", Some(Rxcui)),
            ("TTY/RxCUI", Some(Rxcui)),
            // It may be a key of OMOP; the witness shows that.
            ("rxnorm_concept_id", None),
            ("RxNorm TTY", None),
            ("RxNorm Version", None),
            ("NDC Codes", Some(Ndc)),
            ("NDC(s)", Some(Ndc)),
            ("National Drug Codes", Some(Ndc)),
            ("ATC Codes", Some(Atc)),
            ("Códigos ATC", Some(Atc)),
            ("ATC identifiers", Some(Atc)),
            ("HCPCS Codes", Some(Hcpcs)),
            ("PZNs", Some(Code)),
            ("Drug Codes", Some(Code)),
        ] {
            assert_eq!(header_meaning(header).map(|(field, _)| field), field, "{header}");
        }
    }

    #[test]
    fn changed_names_are_understood_with_care() {
        for (name, field) in [
            ("filldt", Dispensed),
            ("rxfilldt", Dispensed),
            ("medicationstartts", Start),
            ("medstartdate", Start),
            ("srvcdt", Dispensed),
            ("birthdt", BirthDate),
            ("patientpregnant", Pregnancy),
            ("medicationroute", Route),
            ("rxquantity", Quantity),
            ("orderenddate", Stop),
        ] {
            assert_eq!(meaning(name).map(|(field, _)| field), Some(field), "{name}");
        }
        for (name, field) in [
            ("claimenddate", Stop),
            ("memberenddate", Stop),
            ("patientstatus", Status),
            ("pharmacystatus", Status),
            ("claimcode", Code),
            ("ordername", Drug),
            ("patientname", Patient),
        ] {
            assert_ne!(meaning(name).map(|(field, _)| field), Some(field), "{name}");
        }
    }
}
