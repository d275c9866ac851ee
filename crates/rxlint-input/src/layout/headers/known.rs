//! Layouts of known systems, and tables that are not prescription exports although they look like some.

use rxlint_model::record::Field::{self, *};
use rxlint_model::record::Statement;

/// An export of a known system. What its table does not name is looked up among the generic names.
pub(in crate::layout) struct KnownLayout {
    pub(in crate::layout) name: &'static str,
    pub(in crate::layout) statement: Statement,
    /// Of each group one header must be there, folded.
    needs: &'static [&'static [&'static str]],
    /// None of these may be there.
    lacks: &'static [&'static str],
    /// Names that mean something different here than elsewhere.
    pub(in crate::layout) names: &'static [(Field, &'static str)],
    /// Columns that are known and hold nothing useful, whatever their names suggest.
    pub(in crate::layout) ignored: &'static [&'static str],
}

const SYNTHEA_CODE: &[&str] = &["code", "medcode", "medicationcode"];
const SYNTHEA_TEXT: &[&str] = &["description", "meddescription", "medicationdescription"];
const SYNTHEA_START: &[&str] =
    &["start", "medstartdate", "medicationstartts", "medicationstart", "medstart"];

/// The first that fits is used.
pub(in crate::layout) const KNOWN: &[KnownLayout] = &[
    KnownLayout {
        name: "synthea",
        statement: Statement::Course,
        needs: &[
            SYNTHEA_CODE,
            SYNTHEA_TEXT,
            SYNTHEA_START,
            &[
                "stop",
                "medstopdate",
                "medicationstopts",
                "medicationstop",
                "medstop",
                "reasoncode",
                "medreasoncode",
            ],
            &[
                "dispenses",
                "reasoncode",
                "meddispenses",
                "medreasoncode",
                "meddayssupply",
                "medicationstartts",
                "birthdate",
            ],
        ],
        lacks: &["id", "system", "udi", "category", "ndc", "drugname"],
        names: &[
            (Rxcui, "code medcode medicationcode"),
            (Drug, "description meddescription medicationdescription"),
            (Start, "start medstartdate medicationstartts medicationstart medstart"),
            (Stop, "stop medstopdate medicationstopts medicationstop medstop"),
            (Diagnosis, "reasoncode medreasoncode medicationreasoncode"),
        ],
        ignored: &["dispenses", "meddispenses", "payer", "encounter"],
    },
    KnownLayout {
        name: "omop",
        statement: Statement::Course,
        needs: &[
            &["drugconceptid"],
            &["personid", "personsourcevalue"],
            &["drugexposurestartdate", "drugexposurestartdatetime"],
        ],
        lacks: &[],
        names: &[
            (Drug, "drugconceptname drugname conceptname drugsourcename"),
            (Code, "drugsourcevalue"),
            (Concept, "drugconceptid"),
            (Start, "drugexposurestartdate drugexposurestartdatetime"),
            (Stop, "drugexposureenddate drugexposureenddatetime"),
            (Discontinued, "verbatimenddate"),
            (DoseUnit, "doseunitsourcevalue"),
        ],
        ignored: &["drugsourceconceptid", "routeconceptid", "drugtypeconceptid", "refills"],
    },
    KnownLayout {
        name: "mimic",
        statement: Statement::Course,
        needs: &[&["subjectid"], &["drug", "medication"], &["startdate", "starttime"]],
        lacks: &[],
        names: &[(Drug, "drug medication drugnamepoe"), (Form, "formrx formunitdisp")],
        ignored: &[
            "duration",
            "formvaldisp",
            "dosesper24hrs",
            "expirationdate",
            "formularydrugcd",
            "gsn",
            "rowid",
        ],
    },
    KnownLayout {
        name: "mimic-emar",
        statement: Statement::Fill,
        needs: &[&["subjectid"], &["emarid"], &["medication"], &["charttime"]],
        lacks: &[],
        names: &[(Administered, "charttime"), (Status, "eventtxt")],
        ignored: &["scheduletime", "storetime", "emarseq", "poeid", "pharmacyid"],
    },
    KnownLayout {
        name: "synpuf",
        statement: Statement::Fill,
        needs: &[&["desynpufid"], &["prodsrvcid"], &["srvcdt"]],
        lacks: &[],
        names: &[],
        ignored: &[],
    },
    KnownLayout {
        name: "pde",
        statement: Statement::Fill,
        needs: &[&["beneid"], &["prodsrvcid"], &["srvcdt"]],
        lacks: &[],
        names: &[(Strength, "str")],
        // P and C here are a partial and a completed fill, not states of a claim.
        ignored: &["dspnsngstuscd", "drugcvrgstuscd"],
    },
    // Medicines (CM) and exposures (EX, EC) of clinical trials, and what is derived from them for analysis (ADaM).
    KnownLayout {
        name: "cdisc",
        statement: Statement::Course,
        needs: &[
            &["cmtrt", "extrt", "ectrt", "cmdecod"],
            &["cmstdtc", "exstdtc", "ecstdtc", "cmstdat", "exstdat", "ecstdat", "astdt", "astdtm"],
        ],
        lacks: &[],
        names: &[
            (Patient, "usubjid subjid"),
            (Drug, "cmtrt extrt ectrt"),
            (Generic, "cmdecod"),
            (Start, "cmstdtc exstdtc ecstdtc cmstdat exstdat ecstdat astdt astdtm"),
            (Stop, "cmendtc exendtc ecendtc cmendat exendat ecendat aendt aendtm"),
            (Dose, "cmdose exdose ecdose"),
            (DoseUnit, "cmdosu exdosu ecdosu"),
            (Form, "cmdosfrm exdosfrm ecdosfrm"),
            (Frequency, "cmdosfrq exdosfrq ecdosfrq"),
            (Route, "cmroute exroute ecroute"),
            // Whether a medicine that was asked about was taken at all.
            (Status, "cmoccur exoccur ecoccur"),
            (Diagnosis, "cmindc"),
        ],
        ignored: &["cmstat", "cmreasnd", "exstat", "ecstat", "ecmood", "trtsdt", "trtedt"],
    },
    KnownLayout {
        name: "tuva",
        statement: Statement::Fill,
        needs: &[
            &["claimid"],
            &["dispensingdate"],
            &["ndccode"],
            &["personid", "memberid", "patientid"],
            &["datasource"],
        ],
        lacks: &[],
        names: &[(Patient, "personid patientid memberid")],
        ignored: &["refills"],
    },
    // Dispensings of the Sentinel Common Data Model; `ND` in the column of code types is an NDC.
    KnownLayout {
        name: "sentinel",
        statement: Statement::Fill,
        needs: &[&["patid"], &["rxdate"], &["rx", "ndc"], &["rxsup"]],
        lacks: &[],
        names: &[
            (Patient, "patid"),
            (Dispensed, "rxdate"),
            (Ndc, "rx ndc"),
            (DaysSupply, "rxsup"),
            (Quantity, "rxamt"),
        ],
        ignored: &["rxcodetype", "providerid"],
    },
    // Names as in the documentation of the Système national des données de santé (ER_PHA_F, IR_PHA_R). Boxes are counted, and -1 cancels one.
    KnownLayout {
        name: "snds",
        statement: Statement::Fill,
        needs: &[
            &["bennirpsa", "bennirano", "benidtano", "numenq"],
            &["exesoidtd"],
            &["phaprsc13", "phacipc13", "phaprside", "phaatccla"],
        ],
        lacks: &[],
        names: &[
            (Patient, "bennirpsa bennirano benidtano numenq"),
            (Dispensed, "exesoidtd"),
            (Written, "prepredtd"),
            (Drug, "phanompa"),
            (Generic, "phaatclib"),
            (Atc, "phaatccla"),
            (Code, "phaprsc13 phacipc13"),
            (Quantity, "phaactqsn"),
            (PackSize, "phaupcnbr"),
        ],
        ignored: &["exesoidtf", "flxdisdtd", "flxtrtdtd", "bensexcod", "benrnggem", "phaactpru"],
    },
    // Pharmacy claims of all-payer claims databases of US states, named only by the numbers of their elements (PC107 is
    // Massachusetts') or as Maine's MHDO writes them (raw.pc of github.com/ablack3/APCDtoOMOP, sql/schema_raw/ddl_raw_pc_tbl.sql).
    KnownLayout {
        name: "apcd",
        statement: Statement::Fill,
        needs: &[&["pc026", "pc026ndc"], &["pc032", "pc032fdate"]],
        lacks: &[],
        names: &[
            (Patient, "pc107 pc910mhdomemberid"),
            (Status, "pc025 pc025status"),
            (Ndc, "pc026 pc026ndc"),
            (Drug, "pc027 pc027drugnm"),
            (Dispensed, "pc032 pc032fdate"),
            (Quantity, "pc033 pc033qty"),
            (DaysSupply, "pc034 pc034days"),
            (Claim, "pc004 pc906mhdoclaim"),
            (Prescription, "pc058"),
            (Adjustment, "pc110"),
            (Original, "pc111"),
            (Age, "pc901age"),
        ],
        ignored: &["pc017", "pc017pdate", "pc005", "pc005line", "pc902idn"],
    },
    // Korean claims (HIRA, NHIS), named as in their data dictionaries.
    KnownLayout {
        name: "hira",
        statement: Statement::Fill,
        needs: &[&["jid", "personid", "indidsno", "rnindi"], &["recufrdd", "recufrdt"]],
        lacks: &[],
        names: &[
            (Patient, "jid personid indidsno rnindi"),
            (Dispensed, "recufrdd recufrdt"),
            (Drug, "drugnm"),
            (Code, "gnlcd gnlnmcd"),
            (DaysSupply, "totmdctddcnt mdcnexecfreq"),
        ],
        ignored: &["specidsno", "prscpgrantno"],
    },
    // Taiwanese claims, named as in the codebook of the National Health Insurance Research Database.
    KnownLayout {
        name: "nhird",
        statement: Statement::Fill,
        needs: &[&["id"], &["funcdate"], &["feeym", "appltype", "hospid"]],
        lacks: &[],
        names: &[
            (Patient, "id"),
            (Dispensed, "funcdate"),
            (Drug, "drugname"),
            (Code, "drugno ordercode"),
            (Atc, "atccode"),
            (Quantity, "totalqty"),
            (DaysSupply, "drugday drugdays"),
        ],
        ignored: &["feeym", "appldate", "hospid", "caseno", "seqno", "casetype", "appltype"],
    },
];

/// A table that holds no prescriptions.
pub(in crate::layout) struct Other {
    pub(in crate::layout) name: &'static str,
    needs: &'static [&'static [&'static str]],
    lacks: &'static [&'static str],
    /// Whether it is this table even if patient, drug and date could be found in it.
    pub(in crate::layout) in_any_case: bool,
    pub(in crate::layout) why: &'static str,
}

const FORMULARY: &str = "a formulary, which holds no patients: check it with `rxlint formulary`";
/// Why a vocabulary is no export.
pub const VOCABULARY: &str = "a vocabulary, which holds no patients: nothing to lint";
/// What rxlint writes for people to fill in.
pub(crate) const WORKLIST: &str = "a worklist that rxlint wrote: findings, not prescriptions";
const PERSONS: &str = "a table of patients, without prescriptions";

/// The first that fits is used.
pub(in crate::layout) const OTHERS: &[Other] = &[
    Other {
        name: "rxlint-worklist",
        needs: &[&["fingerprint"], &["severity"], &["cleanfrom"], &["drug1"]],
        lacks: &[],
        in_any_case: true,
        why: WORKLIST,
    },
    Other {
        name: "rxlint-dispositions",
        needs: &[&["fingerprint"], &["disposition"], &["premise"]],
        lacks: &[],
        in_any_case: true,
        why: "a file of dispositions that rxlint wrote: decisions, not prescriptions",
    },
    Other {
        name: "synthea-other",
        needs: &[&["patient"], &["encounter"], &["code"], &["description"], &["start", "date"]],
        lacks: &["dispenses", "reasoncode", "ndc", "dayssupply", "drugname"],
        in_any_case: true,
        why: "another Synthea table (conditions, allergies, immunizations or the like), without prescriptions: the file to \
              check is medications.csv",
    },
    Other {
        name: "synthea-other",
        needs: &[
            &["patient"],
            &["encounter"],
            &["code"],
            &["description"],
            &["reasoncode"],
            &["id", "system", "basecost"],
        ],
        lacks: &["dispenses", "payercoverage"],
        in_any_case: true,
        why: "another Synthea table (procedures or care plans), without prescriptions: the file to check is medications.csv",
    },
    Other {
        name: "synthea-other",
        needs: &[&[
            "encounterclass",
            "seriesuid",
            "modalitycode",
            "currentillnessdate",
            "chargeid",
            "planownership",
        ]],
        lacks: &["drugname", "ndc", "dayssupply"],
        in_any_case: true,
        why: "another Synthea table (encounters, imaging, claims or payers), without prescriptions: the file to check is \
              medications.csv",
    },
    Other {
        name: "allergies",
        needs: &[&[
            "allergen",
            "allergenname",
            "allergytype",
            "allergyid",
            "allergydescription",
            "allergyname",
            "allergencode",
        ]],
        lacks: &["dayssupply", "quantity", "sig"],
        in_any_case: true,
        why: "a list of allergies, which are not prescriptions",
    },
    Other {
        name: "laboratory",
        needs: &[&[
            "loinc",
            "loinccode",
            "resultvalue",
            "testname",
            "labtest",
            "specimendate",
            "specimentype",
        ]],
        lacks: &["dayssupply", "quantity", "sig"],
        in_any_case: true,
        why: "a list of laboratory results, which are not prescriptions",
    },
    Other {
        name: "eicu",
        needs: &[&["patientunitstayid"], &["drugstartoffset"]],
        lacks: &[],
        in_any_case: true,
        why: "the eICU medication table: its times are minutes since admission and its patients are stays, so no date can be derived from \
              it alone; join it with the patient table first",
    },
    Other {
        name: "omop-drug-era",
        needs: &[&["drugeraid"], &["drugconceptid"]],
        lacks: &[],
        in_any_case: true,
        why: "the OMOP drug_era table, which is derived from prescriptions: the file to check is drug_exposure",
    },
    Other {
        name: "omop-person",
        needs: &[&["personid"], &["yearofbirth", "birthdatetime"]],
        lacks: &[],
        in_any_case: false,
        why: PERSONS,
    },
    Other {
        name: "omop-concept",
        needs: &[&["conceptid"], &["conceptname"]],
        lacks: &["personid"],
        in_any_case: false,
        why: VOCABULARY,
    },
    Other {
        name: "omop-strength",
        needs: &[&["drugconceptid"], &["ingredientconceptid"]],
        lacks: &["personid"],
        in_any_case: false,
        why: VOCABULARY,
    },
    Other {
        name: "omop-source",
        needs: &[&["cdmsourcename"], &["cdmversion"]],
        lacks: &[],
        in_any_case: false,
        why: "the OMOP description of a data source, without prescriptions",
    },
    Other {
        name: "omop-other",
        needs: &[&[
            "conditionoccurrenceid",
            "procedureoccurrenceid",
            "measurementid",
            "visitoccurrencesourcevalue",
            "visitoccurrenceid",
            "observationperiodid",
            "conditioneraid",
            "deviceexposureid",
            "observationconceptid",
        ]],
        lacks: &["drugexposureid", "drugsourcevalue", "drugname", "drugconceptid"],
        in_any_case: false,
        why: "another OMOP table, without prescriptions: the file to check is drug_exposure",
    },
    Other {
        name: "rxnorm",
        needs: &[&["rxcui"], &["rxstring", "tty", "rxtty"]],
        lacks: &["patientid", "memberid"],
        in_any_case: false,
        why: VOCABULARY,
    },
    Other {
        name: "ndc-directory",
        needs: &[&["productndc"], &["productid", "ndcpackagecode", "proprietaryname"]],
        lacks: &["patientid", "memberid"],
        in_any_case: false,
        why: "the FDA's directory of drug products, which holds no patients: nothing to lint (`rxlint formulary` checks lists \
              of drugs)",
    },
    Other {
        name: "formulary",
        needs: &[&[
            "formularyid",
            "formularytier",
            "tierlevelvalue",
            "formularystatus",
            "drugtier",
            "formularyversion",
        ]],
        lacks: &["patientid", "memberid", "beneid", "personid", "patient"],
        in_any_case: false,
        why: FORMULARY,
    },
    Other {
        name: "beneficiaries",
        needs: &[&["beneid", "desynpufid", "beneficiaryid"], &["benebirthdt", "benesexidentcd"]],
        lacks: &["prodsrvcid"],
        in_any_case: false,
        why: PERSONS,
    },
    Other {
        name: "idr-claim-line",
        needs: &[&["clmuniqid"], &["clmlinenum"]],
        lacks: &["clmlinendccd"],
        in_any_case: false,
        why: "a table of claim lines without drug and patient (IDR): join it with the claims (BENE_SK) and the claim lines \
              (CLM_LINE_NDC_CD) first",
    },
    Other {
        name: "patients",
        needs: &[
            &["id", "patientid", "subjectid", "mrn"],
            &["birthdate", "dob", "dateofbirth", "anchorage", "birthyear"],
            &["gender", "sex", "first", "firstname", "lastname", "race"],
        ],
        lacks: &["drugname", "medication", "ndc", "drug", "medicationname", "rxcui"],
        in_any_case: false,
        why: PERSONS,
    },
];

impl KnownLayout {
    pub(in crate::layout) fn fits(&self, folded: &[String]) -> bool {
        fits(self.needs, self.lacks, folded)
    }
}

impl Other {
    pub(in crate::layout) fn fits(&self, folded: &[String]) -> bool {
        fits(self.needs, self.lacks, folded)
    }
}

fn fits(needs: &[&[&str]], lacks: &[&str], folded: &[String]) -> bool {
    let has = |name: &&str| folded.iter().any(|header| header == name);
    needs.iter().all(|group| group.iter().any(has)) && !lacks.iter().any(has)
}
