use super::*;
use rxlint_model::record::Field::*;

fn recognise(headers: &str, asked: &str) -> Result<TableLayout, LayoutError> {
    super::recognise(
        &headers.split([',', '|']).map(str::to_owned).collect::<Vec<_>>(),
        &[],
        &ColumnMap::parse(asked).unwrap(),
        &DrugLook::default(),
    )
}

/// The layout's name, its statement and `field=header` for every field.
fn told(headers: &str, asked: &str) -> String {
    let layout = recognise(headers, asked).unwrap();
    let columns: Vec<String> = layout
        .columns
        .iter()
        .map(|(n, field)| format!("{}={}", field.name(), layout.headers[*n]))
        .collect();
    format!("{} {:?}: {}", layout.name, layout.statement, columns.join(" "))
}

#[test]
fn systems_are_known_by_their_headers() {
    assert_eq!(
        told(
            "START,STOP,PATIENT,PAYER,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,PAYER_COVERAGE,DISPENSES,TOTALCOST,REASONCODE,REASONDESCRIPTION",
            ""
        ),
        "synthea Course: start=START stop=STOP patient=PATIENT rxcui=CODE drug=DESCRIPTION diagnosis=REASONCODE"
    );
    assert_eq!(
        told(",START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,REASONCODE,REASONDESCRIPTION", ""),
        "synthea Course: start=START stop=STOP patient=PATIENT rxcui=CODE drug=DESCRIPTION diagnosis=REASONCODE"
    );
    assert_eq!(
        told(
            "med_start_date,med_stop_date,med_pat_id,med_code,med_description,med_days_supply",
            ""
        ),
        "synthea Course: start=med_start_date stop=med_stop_date patient=med_pat_id rxcui=med_code drug=med_description days_supply=med_days_supply"
    );
    assert_eq!(
        told(
            "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_start_datetime,drug_exposure_end_date,drug_type_concept_id,quantity,days_supply,sig,drug_source_value,route_source_value",
            ""
        ),
        "omop Course: patient=person_id concept=drug_concept_id start=drug_exposure_start_date stop=drug_exposure_end_date quantity=quantity days_supply=days_supply directions=sig code=drug_source_value route=route_source_value"
    );
    assert_eq!(
        told(
            "subject_id,hadm_id,starttime,stoptime,drug,ndc,prod_strength,dose_val_rx,dose_unit_rx,route",
            ""
        ),
        "mimic Course: patient=subject_id start=starttime stop=stoptime drug=drug ndc=ndc strength=prod_strength dose=dose_val_rx dose_unit=dose_unit_rx route=route"
    );
    assert_eq!(
        told(
            "DML_IND|PDE_ID|FINAL_ACTION|BENE_ID|SRVC_DT|PD_DT|PRSCRBR_ID|RX_SRVC_RFRNC_NUM|PROD_SRVC_ID|QTY_DSPNSD_NUM|DAYS_SUPLY_NUM|FILL_NUM|DSPNSNG_STUS_CD|ADJSTMT_DLTN_CD",
            ""
        ),
        "pde Fill: claim=PDE_ID patient=BENE_ID fill_date=SRVC_DT prescriber=PRSCRBR_ID prescription=RX_SRVC_RFRNC_NUM ndc=PROD_SRVC_ID quantity=QTY_DSPNSD_NUM days_supply=DAYS_SUPLY_NUM fill_number=FILL_NUM adjustment=ADJSTMT_DLTN_CD"
    );
    assert!(
        told("DESYNPUF_ID,PDE_ID,SRVC_DT,PROD_SRVC_ID,QTY_DSPNSD_NUM,DAYS_SUPLY_NUM", "")
            .starts_with("synpuf Fill: patient=DESYNPUF_ID")
    );
    assert!(
        told("claim_id,claim_line_number,person_id,member_id,dispensing_date,ndc_code,quantity,days_supply,refills,data_source", "")
            .starts_with("tuva Fill: claim=claim_id claim_line=claim_line_number patient=person_id fill_date=dispensing_date ndc=ndc_code")
    );
}

#[test]
fn pharmacies_write_what_they_like() {
    assert_eq!(
        told(
            "Claim Number,Patient-ID,DOB,Date Filled,NDC 11,Drug Name,Qty,Days Supply,Claim Status",
            ""
        ),
        "generic Fill: claim=Claim Number patient=Patient-ID birth_date=DOB fill_date=Date Filled ndc=NDC 11 drug=Drug Name quantity=Qty days_supply=Days Supply status=Claim Status"
    );
    assert_eq!(
        told(
            "med_id,patient_id,brand_name,generic_name,indication,dose,route,frequency,start_date,end_date,prescriber_id,is_active,created_at",
            ""
        ),
        "generic Course: patient=patient_id brand=brand_name generic=generic_name diagnosis=indication dose=dose route=route frequency=frequency start=start_date stop=end_date prescriber=prescriber_id active=is_active"
    );
    assert_eq!(
        told(
            "prescription_id,patient_id,prescription_date,medication_name,dosage,frequency,duration_days,quantity,instructions,pharmacy_name,status,issue_date,collection_date",
            ""
        ),
        "generic Fill: prescription=prescription_id patient=patient_id written=prescription_date drug=medication_name strength=dosage frequency=frequency days_supply=duration_days quantity=quantity directions=instructions pharmacy=pharmacy_name status=status fill_date=collection_date"
    );
    for site in ["Location", "Site", "Facility", "Clinic", "Store Name", "Pharmacy Name"] {
        assert_eq!(
            told(&format!("patient_id,fill_date,Product/Service,quantity,days_supply,{site}"), ""),
            format!(
                "generic Fill: patient=patient_id fill_date=fill_date drug=Product/Service quantity=quantity days_supply=days_supply pharmacy={site}"
            )
        );
    }
    assert_eq!(
        told("mrn,hcpcs_code,service_date,units", ""),
        "generic Fill: patient=mrn hcpcs=hcpcs_code fill_date=service_date quantity=units"
    );
    assert_eq!(
        told("pt,strength,dosage,drug,rx_date", ""),
        "generic Fill: patient=pt strength=strength dose=dosage drug=drug written=rx_date"
    );
    assert_eq!(
        told("pat,drug_code,ndc,start", "patient=1"),
        "generic Fill: patient=pat code=drug_code ndc=ndc start=start"
    );
}

#[test]
fn what_is_asked_for_outranks_what_is_guessed() {
    assert_eq!(
        told(
            "patient_id,MRN,fill_date,Med_Desc,drug_name",
            "patient=MRN,drug=med desc,start=fill_date"
        ),
        "generic Fill: patient=MRN start=fill_date drug=Med_Desc"
    );
    assert_eq!(
        told("patient_id,drug,fill_date,status", "status="),
        "generic Fill: patient=patient_id drug=drug fill_date=fill_date"
    );
    assert_eq!(
        recognise("patient_id,drug,fill_date", "status=statsu,drug=drgu").unwrap_err(),
        LayoutError::NoColumn(Status, Column::Header("statsu".into()), None)
    );
    assert_eq!(
        recognise("patient_id,drug,fill_date", "drug=drgu").unwrap_err(),
        LayoutError::NoColumn(Drug, Column::Header("drgu".into()), Some("drug".into()))
    );
}

#[test]
fn what_is_no_prescription_export_is_refused_and_named() {
    let other = |headers: &str| match recognise(headers, "") {
        Err(LayoutError::Other(name, _)) => name,
        other => panic!("{headers}: {other:?}"),
    };
    assert_eq!(other("Id,BIRTHDATE,DEATHDATE,SSN,FIRST,LAST,GENDER"), "patients");
    assert_eq!(other("person_id,gender_concept_id,year_of_birth"), "omop-person");
    assert_eq!(
        other("concept_id,concept_name,domain_id,concept_code,valid_start_date"),
        "omop-concept"
    );
    assert_eq!(other("concept_id,concept_name"), "omop-concept");
    assert_eq!(other("FORMULARY_ID|CONTRACT_YEAR|RXCUI|NDC|TIER_LEVEL_VALUE"), "formulary");
    assert_eq!(other("DML_IND|BENE_ID|STATE_CODE|BENE_BIRTH_DT"), "beneficiaries");
    assert_eq!(other("START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION"), "synthea-other");
    assert_eq!(
        other("Id,START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,REASONCODE,REASONDESCRIPTION"),
        "synthea-other"
    );
    assert_eq!(
        other(
            "START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION,BASE_COST,REASONCODE,REASONDESCRIPTION"
        ),
        "synthea-other"
    );
    assert_eq!(
        other("Id,START,STOP,PATIENT,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,REASONCODE"),
        "synthea-other"
    );
    assert_eq!(
        other("Id,DATE,PATIENT,ENCOUNTER,SERIES_UID,MODALITY_CODE,SOP_CODE,PROCEDURE_CODE"),
        "synthea-other"
    );
    assert_eq!(other("DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,VALUE"), "synthea-other");
    assert_eq!(other("patient_id,allergen,drug_name,start_date"), "allergies");
    assert_eq!(other("medicationid,patientunitstayid,drugstartoffset,drugname"), "eicu");
}

#[test]
fn a_missing_column_is_told_with_a_way_out() {
    match recognise("encounter_id,med_name,dose,days_supply", "") {
        Err(LayoutError::Missing { missing, example, .. }) => {
            assert_eq!(missing, [Essential::Patient, Essential::FirstDay]);
            assert_eq!(example, "--columns patient=HEADER,fill_date=HEADER");
        }
        other => panic!("{other:?}"),
    }
    match recognise("rx_id,member_id,drug_id,service_date", "") {
        Err(LayoutError::Missing { missing, example, .. }) => {
            assert_eq!(
                (missing, example.as_str()),
                (vec![Essential::Drug], "--columns code=drug_id")
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(
        matches!(
            recognise("patient_id,code,description,date", ""),
            Err(LayoutError::Missing { .. })
        ),
        "diagnoses"
    );
    assert_eq!(
        told("patient_id,description,date,qty", ""),
        "generic Fill: patient=patient_id drug=description start=date quantity=qty"
    );
    assert_eq!(
        told("patient_id,description,date", "drug=description"),
        "generic Fill: patient=patient_id drug=description start=date"
    );
    let plainly = |headers: &str| {
        matches!(recognise(headers, ""), Err(LayoutError::Missing { plainly: true, .. }))
    };
    assert!(
        plainly("name,strength")
            && plainly("drug_name,price")
            && plainly("subject_id,hadm_id,icd_code")
            && plainly("x,y")
    );
    assert!(
        !plainly("member_id,drug_id,service_date,days_supply")
            && !plainly("patient_id,drug_name,when")
    );
    assert!(!plainly("encounter_id,med_name,days_supply"));
    // A concept id by itself says which drug only if there is a vocabulary.
    assert!(recognise("drug_concept_id,person_id,drug_exposure_start_date", "").is_ok());
    assert!(matches!(recognise("38281,2023-06-19,3400,7", ""), Err(LayoutError::NoHeader { .. })));
    assert!(matches!(
        recognise("Southborough,MA,United States", ""),
        Err(LayoutError::Missing { .. })
    ));
}

#[test]
fn private_columns_are_those_that_are_not_needed_to_judge() {
    let layout =
        recognise("patient_id,first_name,dob,drug_name,fill_date,prescriber,notes,sig", "")
            .unwrap();
    assert_eq!(layout.private, [1, 2, 6]);
    assert_eq!(layout.column(BirthDate), Some(2));
    assert_eq!(layout.unused().collect::<Vec<_>>(), ["`first_name`", "`notes`"]);
}

/// Headers of real systems, each with its field: FIELD and HEADER, one per line.
const HEADERS: &str = include_str!("tests/headers.tsv");

/// Headers that look like those of a field but are not.
const MISLEADING: &str = include_str!("tests/misleading.tsv");

#[test]
fn headers_of_many_systems_and_languages_are_understood() {
    let alike = |field: Field| match field {
        Generic | Brand => Drug,
        Start | Written | Administered => Dispensed,
        other => other,
    };
    let mut missed = Vec::new();
    for line in HEADERS.lines() {
        let (name, header) = line.split_once('\t').unwrap();
        let field = Field::from_name(name).unwrap();
        let found = generic::header_meaning(header).map(|(field, _)| alike(field));
        if found != Some(alike(field)) {
            missed.push(format!("{name}: {header} {found:?}"));
        }
    }
    let all = HEADERS.lines().count();
    assert!(missed.len() * 100 <= all, "{} of {all}:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn headers_that_mislead_are_taken_for_nothing() {
    let decides = |field: &Field| {
        !matches!(
            field,
            ClaimLine
                | Prescriber
                | BirthDate
                | Pharmacy
                | BreastFeeding
                | Age
                | Route
                | Form
                | Diagnosis
                | Pregnancy
                | Note
                | StrengthUnit
        )
    };
    let mut taken = Vec::new();
    for header in MISLEADING.lines() {
        let found = generic::header_meaning(header).map(|(field, _)| field);
        taken.extend(found.filter(decides).map(|field| format!("{header}: {field:?}")));
    }
    assert!(taken.is_empty(), "{}:\n{}", taken.len(), taken.join("\n"));
}
