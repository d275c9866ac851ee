//! The layouts: what their rows look like. Headers are those of real exports.

use std::io::{self, Write};

use super::dice::Dice;
use super::drugs::Drug;

/// A layout.
pub(crate) struct Layout {
    pub(crate) name: &'static str,
    /// What precedes the rows.
    pub(crate) head: &'static str,
    pub(crate) write: fn(&Row<'_>, &mut Dice, &mut dyn Write) -> io::Result<()>,
}

pub(crate) const LAYOUTS: [Layout; 9] = [
    Layout {
        name: "claims",
        head: "claim_id,patient_id,fill_date,ndc,drug_name,quantity,days_supply,status\n",
        write: |row, dice, out| row.claims(dice, out),
    },
    Layout {
        name: "diagnoses",
        head: "claim_id,member_id,birth_date,sex,fill_date,ndc,drug_name,quantity,days_supply,prescriber_npi,pharmacy_npi,\
               diagnosis_code,claim_status\n",
        write: |row, dice, out| row.diagnoses(dice, out),
    },
    Layout {
        name: "directions",
        head: "rx_number,patient_id,date_of_birth,date_filled,drug,strength,form,directions,qty_dispensed,days_supply,refills,\
               ndc,diagnosis,ingredient_cost,dispensing_fee,copay,total_price,status\n",
        write: |row, dice, out| row.directions(dice, out),
    },
    Layout {
        name: "pde",
        head: "DML_IND|PDE_ID|CLM_GRP_ID|FINAL_ACTION|BENE_ID|SRVC_DT|PD_DT|SRVC_PRVDR_ID_QLFYR_CD|SRVC_PRVDR_ID|\
               PRSCRBR_ID_QLFYR_CD|PRSCRBR_ID|RX_SRVC_RFRNC_NUM|PROD_SRVC_ID|PLAN_CNTRCT_REC_ID|PLAN_PBP_REC_NUM|CMPND_CD|\
               DAW_PROD_SLCTN_CD|QTY_DSPNSD_NUM|DAYS_SUPLY_NUM|FILL_NUM|DSPNSNG_STUS_CD|DRUG_CVRG_STUS_CD|ADJSTMT_DLTN_CD|\
               PTNT_PAY_AMT|TOT_RX_CST_AMT\n",
        write: |row, dice, out| row.pde(dice, out),
    },
    Layout {
        name: "synthea",
        head: "START,STOP,PATIENT,PAYER,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,PAYER_COVERAGE,DISPENSES,TOTALCOST,REASONCODE,\
               REASONDESCRIPTION\n",
        write: |row, dice, out| row.synthea(dice, out),
    },
    Layout {
        name: "omop",
        head: "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_start_datetime,\
               drug_exposure_end_date,drug_exposure_end_datetime,verbatim_end_date,drug_type_concept_id,stop_reason,refills,\
               quantity,days_supply,sig,route_concept_id,lot_number,provider_id,visit_occurrence_id,visit_detail_id,\
               drug_source_value,drug_source_concept_id,route_source_value,dose_unit_source_value\n",
        write: |row, dice, out| row.omop(dice, out),
    },
    Layout {
        name: "mimic",
        head: "subject_id,hadm_id,pharmacy_id,poe_id,poe_seq,order_provider_id,starttime,stoptime,drug_type,drug,\
               formulary_drug_cd,gsn,ndc,prod_strength,form_rx,dose_val_rx,dose_unit_rx,form_val_disp,form_unit_disp,\
               doses_per_24_hrs,route\n",
        write: |row, dice, out| row.mimic(dice, out),
    },
    Layout {
        name: "pdmp",
        head: "\"Prescription Monitoring Program\"\n\"Dispensations by fill date\"\n\"Reporting period: 01/01/2025 to 12/31/2025\"\n\n\
               \"Patient ID\",\"Last Name\",\"First Name\",\"DOB\",\"Fill Date\",\"Written Date\",\"Drug Name\",\"NDC\",\
               \"Qty Dispensed\",\"Days Supply\",\"Refill #\",\"Rx Number\",\"Prescriber Name\",\"Pharmacy\",\"Payment Type\"\n",
        write: |row, dice, out| row.pdmp(dice, out),
    },
    Layout {
        name: "german",
        head: "Rezeptnummer;Patientennummer;Name;Geburtsdatum;Abgabedatum;Arzneimittel;Darreichungsform;Menge;Reichweite;Preis;\
               Zuzahlung;Status\n",
        write: |row, dice, out| row.german(dice, out),
    },
];

/// ICD-10-CM codes that are common in claims, some of which concern a rule.
const DIAGNOSES: [&str; 48] = [
    "I10", "E11.9", "E78.5", "F32.9", "F41.1", "M54.50", "K21.9", "J45.909", "E03.9", "N39.0",
    "G89.29", "F11.20", "M17.9", "J06.9", "R51.9", "Z79.899", "E66.9", "I25.10", "N18.30", "J44.9",
    "G47.33", "F17.210", "M25.561", "R10.9", "I48.91", "K70.30", "B18.2", "E55.9", "D64.9",
    "H40.9", "L40.9", "M79.7", "R05.9", "Z00.00", "F10.20", "E87.6", "I50.9", "N40.0", "K59.00",
    "F90.9", "G43.909", "J30.9", "L20.9", "M81.0", "R73.03", "Z23", "O09.90", "Z34.90",
];

const DIRECTIONS: [&str; 24] = [
    "TAKE 1 TABLET BY MOUTH DAILY",
    "Take 1 tablet by mouth once daily",
    "TAKE ONE TABLET BY MOUTH EVERY DAY",
    "\"Take 1 tablet by mouth every 6 hours, as needed for pain\"",
    "Take 1 tablet by mouth at bedtime",
    "TAKE 1 TABLET BY MOUTH TWICE A DAY",
    "TAKE 1 CAPSULE BY MOUTH EVERY MORNING",
    "\"Take 1 capsule by mouth in the morning, with food\"",
    "TAKE 2 TABLETS BY MOUTH TWICE DAILY WITH MEALS",
    "1 tab po qd",
    "1 po bid",
    "1 po q4-6h prn pain",
    "1 tab qhs prn sleep",
    "Take as directed",
    "TAKE 1/2 TABLET BY MOUTH DAILY",
    "TAKE 1 TABLET BY MOUTH THREE TIMES A DAY AS NEEDED",
    "Take 1 tablet daily 30 minutes before breakfast",
    "\"TAKE 1 TABLET BY MOUTH EVERY 8 HOURS, MAXIMUM 3 A DAY\"",
    "TAKE 1 TABLET BY MOUTH EVERY 12 HOURS",
    "Take 1 tablet by mouth on Monday and Thursday",
    "Take one capsule daily for blood pressure",
    "TAKE 1 TABLET BY MOUTH EVERY OTHER DAY",
    "Use as directed by prescriber",
    "",
];

const SURNAMES: [&str; 8] =
    ["SMITH", "JONES", "MILLER", "GARCIA", "NGUYEN", "O'BRIEN", "JOHNSON", "SCHMIDT"];
const MONTHS: [(&str, u64); 12] = [
    ("JAN", 31),
    ("FEB", 28),
    ("MAR", 31),
    ("APR", 30),
    ("MAY", 31),
    ("JUN", 30),
    ("JUL", 31),
    ("AUG", 31),
    ("SEP", 30),
    ("OCT", 31),
    ("NOV", 30),
    ("DEC", 31),
];

/// A day: year, month and day of the month.
struct Date(u64, usize, u64);

impl Date {
    /// Days count from 1 January 2025.
    fn of(day: u64) -> Self {
        let (year, mut left) = (2025 + day / 365, day % 365);
        for (month, (_, length)) in MONTHS.iter().enumerate() {
            if left < *length {
                return Self(year, month + 1, left + 1);
            }
            left -= length;
        }
        Self(year, 12, 31)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{:02}-{:02}", self.0, self.1, self.2)
    }
}

/// A row, before it is written in some layout.
pub(crate) struct Row<'a> {
    number: u64,
    patient: u64,
    drug: &'a Drug,
    /// Counted from 1 January 2025.
    day: u64,
    days: u64,
    quantity: u64,
    paid: bool,
}

impl<'a> Row<'a> {
    pub(crate) fn new(number: u64, patient: u64, drug: &'a Drug, dice: &mut Dice) -> Self {
        let days = *dice.one_of(&[7, 14, 30, 30, 30, 90]);
        Self {
            number,
            patient,
            drug,
            day: dice.below(335),
            days,
            quantity: days * dice.one_of(&[1, 1, 1, 2, 3]),
            paid: dice.below(100) < 97,
        }
    }

    fn birth(&self) -> (u64, u64, u64) {
        (1935 + self.patient * 7 % 70, self.patient % 12 + 1, self.patient % 28 + 1)
    }

    fn price(&self) -> (u64, u64) {
        (self.number * 31 % 400, self.number % 100)
    }

    fn text(&self) -> String {
        let Drug { name, strength, form, .. } = self.drug;
        format!("{name} {strength} {form}")
    }

    fn status(&self) -> &'static str {
        if self.paid { "PAID" } else { "DENIED" }
    }

    fn sex(&self) -> &'static str {
        if self.patient.is_multiple_of(2) { "F" } else { "M" }
    }

    fn prescriber(&self) -> u64 {
        1_000_000_000 + self.number * 7 % 80_000
    }

    /// A patient's or an encounter's identifier as Synthea writes it.
    fn uuid(kind: u64, number: u64) -> String {
        let mixed = (number * 8 + kind).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{number:012x}",
            mixed >> 32,
            mixed >> 16 & 0xFFFF,
            mixed >> 4 & 0xFFF,
            mixed & 0xFFF
        )
    }

    fn claims(&self, _: &mut Dice, out: &mut dyn Write) -> io::Result<()> {
        let Self { number, patient, drug, quantity, days, .. } = self;
        let (day, name, status) = (Date::of(self.day), self.text(), self.status());
        writeln!(
            out,
            "C{number:010},P{patient:08},{day},{},{name},{quantity},{days},{status}",
            drug.ndc
        )
    }

    fn diagnoses(&self, dice: &mut Dice, out: &mut dyn Write) -> io::Result<()> {
        let Self { number, patient, drug, quantity, days, .. } = self;
        let (day, name, (year, month, of_month)) = (Date::of(self.day), self.text(), self.birth());
        write!(
            out,
            "{number:012},M{patient:08},{year}-{month:02}-{of_month:02},{},{day},",
            self.sex()
        )?;
        write!(out, "{},{},{quantity},{days},", drug.ndc, name.to_uppercase())?;
        write!(out, "{},{},", self.prescriber(), 1_900_000_000 + number % 5000)?;
        writeln!(out, "{},{}", diagnoses(dice), self.status())
    }

    fn directions(&self, dice: &mut Dice, out: &mut dyn Write) -> io::Result<()> {
        let Self { number, patient, drug, quantity, days, .. } = self;
        let Drug { name, strength, form, ndc, .. } = drug;
        let (day, (year, month, of_month)) = (Date::of(self.day), self.birth());
        let (whole, cents) = self.price();
        write!(
            out,
            "RX{number:09},{},{month:02}/{of_month:02}/{year},{day},{name} {strength} {form},",
            1_000_000 + patient
        )?;
        write!(
            out,
            "{strength},{form},{},{quantity},{days},{},",
            dice.one_of(&DIRECTIONS),
            number % 6
        )?;
        write!(out, "{ndc},{},{whole}.{cents:02},1.75,{}.00,", diagnoses(dice), number % 40)?;
        writeln!(out, "{}.{cents:02},{}", whole + 2, self.status())
    }

    fn pde(&self, _: &mut Dice, out: &mut dyn Write) -> io::Result<()> {
        let Self { number, patient, drug, quantity, days, .. } = self;
        let Date(year, month, of_month) = Date::of(self.day);
        let month =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
                [month - 1];
        let ((whole, cents), day) = (self.price(), format!("{of_month:02}-{month}-{year}"));
        write!(
            out,
            "INSERT|-{number}|-{}|F|-{}|{day}||01|{}|01|{}|",
            number + 7,
            1_000_000 + patient,
            number % 9000,
            self.prescriber()
        )?;
        write!(
            out,
            "{}|{}|Z0001|{:03}|0|0|{quantity}|{days}|{}|",
            100_000_000 + number,
            drug.ndc,
            number % 20,
            number % 6
        )?;
        writeln!(out, "|C||{}.00|{whole}.{cents:02}", number % 40)
    }

    fn synthea(&self, dice: &mut Dice, out: &mut dyn Write) -> io::Result<()> {
        let Self { number, patient, drug, days, .. } = self;
        let (start, stop) = (Date::of(self.day), Date::of(self.day + days));
        let hour = number % 24;
        let (whole, cents) = self.price();
        write!(
            out,
            "{start}T{hour:02}:17:12Z,{stop}T{hour:02}:17:12Z,{},{},{},",
            Self::uuid(1, *patient),
            Self::uuid(2, number % 10),
            Self::uuid(3, number / 3)
        )?;
        match drug.concept_name {
            Some(name) => write!(out, "{},{name},", drug.concept)?,
            None => write!(
                out,
                "{},{} {} Oral {},",
                drug.concept,
                drug.name.to_lowercase(),
                drug.strength,
                drug.form
            )?,
        }
        write!(out, "{whole}.{cents:02},0.00,1,{whole}.{cents:02},")?;
        match dice.below(3) {
            0 => writeln!(out, ","),
            1 => writeln!(out, "59621000,Essential hypertension (disorder)"),
            _ => writeln!(out, "44054006,Diabetes mellitus type 2 (disorder)"),
        }
    }

    fn omop(&self, dice: &mut Dice, out: &mut dyn Write) -> io::Result<()> {
        let Self { number, patient, quantity, days, .. } = self;
        let (start, stop) = (Date::of(self.day), Date::of(self.day + days));
        write!(
            out,
            "{number},{},0,{start},{start} 00:00:00,{stop},{stop} 00:00:00,{stop},32838,,{},",
            1_000_000 + patient,
            number % 6
        )?;
        write!(
            out,
            "{quantity},{days},{},0,0,{},{},0,",
            dice.one_of(&DIRECTIONS),
            number % 900,
            number / 3
        )?;
        writeln!(out, "{},0,,", self.text())
    }

    fn mimic(&self, _: &mut Dice, out: &mut dyn Write) -> io::Result<()> {
        let Self { number, patient, drug, days, .. } = self;
        let (start, stop) = (Date::of(self.day), Date::of(self.day + days));
        let subject = 10_000_000 + patient;
        let (dose, hour) = (drug.strength.trim_end_matches(" MG"), number % 24);
        write!(
            out,
            "{subject},{},{},{subject}-{},{},P{:05},",
            20_000_000 + number / 5,
            30_000_000 + number,
            number % 400,
            number % 90,
            number % 9999
        )?;
        write!(
            out,
            "{start} {hour:02}:00:00,{stop} {hour:02}:00:00,MAIN,{},{}{dose},{:06},",
            drug.name,
            drug.name.get(..4).unwrap_or_default().to_uppercase(),
            number % 70_000
        )?;
        writeln!(
            out,
            "{},{dose}mg {},,{dose},mg,1,{},1,PO",
            drug.ndc,
            drug.form,
            drug.form.to_uppercase().get(..3).unwrap_or_default()
        )
    }

    fn pdmp(&self, _: &mut Dice, out: &mut dyn Write) -> io::Result<()> {
        let Self { number, patient, drug, quantity, days, .. } = self;
        let (Date(year, month, of_month), (born, month_born, day_born)) =
            (Date::of(self.day), self.birth());
        let day = format!("{month:02}/{of_month:02}/{year}");
        let surname = SURNAMES[(patient % 8) as usize];
        write!(
            out,
            "\"{}\",\"{surname}\",\"PAT\",\"{month_born:02}/{day_born:02}/{born}\",\"{day}\",\"{day}\",",
            40_000_000 + patient
        )?;
        write!(
            out,
            "\"{}\",\"{}\",\"{quantity}\",\"{days}\",",
            self.text().to_uppercase(),
            drug.ndc
        )?;
        writeln!(
            out,
            "\"{}\",\"{}\",\"{}, A\",\"MAIN STREET PHARMACY, INC\",\"INSURANCE\"",
            number % 6,
            7_000_000 + number,
            SURNAMES[(number % 8) as usize]
        )
    }

    fn german(&self, _: &mut Dice, out: &mut dyn Write) -> io::Result<()> {
        let Self { number, patient, drug, quantity, days, .. } = self;
        let (Date(year, month, of_month), (born, month_born, day_born)) =
            (Date::of(self.day), self.birth());
        let (whole, cents) = self.price();
        let form = if drug.form == "Tablet" { "Tabletten" } else { "Kapseln" };
        let strength = drug.strength.to_lowercase().replace('.', ",");
        write!(
            out,
            "R{number:09};{};Müller;{day_born:02}.{month_born:02}.{born};{of_month:02}.{month:02}.{year};",
            1_000_000 + patient
        )?;
        write!(
            out,
            "{} {strength} {form};{form};{quantity},00;{days};{whole},{cents:02};5,00;",
            drug.name
        )?;
        writeln!(out, "{}", if self.paid { "abgegeben" } else { "abgelehnt" })
    }
}

/// Of ten cells, three are empty and one has two codes.
fn diagnoses(dice: &mut Dice) -> String {
    match dice.below(10) {
        0..3 => String::new(),
        3..9 => (*dice.one_of(&DIAGNOSES)).to_owned(),
        _ => format!("{};{}", dice.one_of(&DIAGNOSES), dice.one_of(&DIAGNOSES)),
    }
}
