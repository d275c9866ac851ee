//! An order or dispense as HL7 v2, about a kilobyte; a large one includes several kilobytes of results and notes.

use std::io::{self, Write};

use super::Dose;

impl Dose {
    pub(crate) fn hl7(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { number, patient, month, day, name, ndc, quantity, days, luck, .. } = self;
        let stamp = format!("2025{month:02}{day:02}{:02}{:02}00", luck % 24, luck / 24 % 60);
        let npi = 1_000_000_000 + luck % 99_999_999;
        let (kind, event) =
            [("RDE^O11^RDE_O11", "RXE"), ("RDS^O13^RDS_O13", "RXD")][(luck % 2) as usize];
        let system = if ndc.is_empty() { "" } else { "NDC" };
        let drug = format!("{ndc}^{name}^{system}");
        write!(
            out,
            "MSH|^~\\&|PHARMSYS|HOSP^1.2.840.114350^ISO|LINT|HOSP|{stamp}||{kind}|{number:012}|P|2.5.1|||AL|NE|USA|ASCII\r"
        )?;
        write!(
            out,
            "PID|1||P{patient:09}^^^HOSP^MR~{:09}^^^USSSA^SS||Family{}^Given^M^^^^L||19{:02}0{}1{}|{}||2106-3^White^HL70005|1 Main Street^^Town^ST^{}^USA^H||^PRN^PH^^1^555^{:07}|||M^Married^HL70002||{:010}^^^HOSP^AN\r",
            patient * 7919 % 1_000_000_000,
            patient % 997,
            patient % 90 + 10,
            patient % 9 + 1,
            patient % 10,
            ["F", "M"][(patient % 2) as usize],
            10_000 + patient % 80_000,
            patient % 9_999_999,
            number
        )?;
        write!(
            out,
            "PV1|1|{}|4WEST^{:03}^A^HOSP||||{npi}^Attending^Ann^^^^MD^^^^^NPI|{npi}^Referring^Ralf^^^^MD||MED||||1|||{npi}^Admitting^Ada|IP|{:010}^^^HOSP^VN\r",
            ["I", "O"][(luck % 2) as usize],
            luck % 40,
            number
        )?;
        if luck % 3 != 0 {
            write!(
                out,
                "AL1|1|DA|{}^{}^RXNORM|MO|Rash|20190101\r",
                7980 + luck % 7,
                ["Penicillin G", "Sulfa", "Latex"][(luck % 3) as usize]
            )?;
        }
        write!(
            out,
            "ORC|{}|RX{number:09}^PHARM|C{number:010}^PHARM||{}||1^^D{days}^{stamp}||{stamp}|{npi}^Enterer^Eve||{npi}^Orderer^Omar^^^^MD^^^^^NPI|4WEST\r",
            ["NW", "RE"][(luck % 2) as usize],
            ["", "CM"][(luck % 2) as usize]
        )?;
        write!(
            out,
            "RXE|1^BID^^{stamp}^^R|{drug}|1||TAB^Tablet^HL70292|TAB^Tablet^HL70292|^Take one by mouth twice daily with food|||{quantity}|TAB^Tablet|{}||||||||{stamp}|||||50|MG\r",
            luck % 5
        )?;
        write!(
            out,
            "NTE|1|P|Verified by pharmacist; no interaction with current therapy was found in the profile review.\r"
        )?;
        write!(out, "TQ1|1||BID|||{days}^D|{stamp}||R\rRXR|PO^Oral^HL70162|MTH^Mouth\r")?;
        if event == "RXD" {
            write!(
                out,
                "RXD|{}|{drug}|{stamp}|{quantity}|TAB^Tablet|TAB|RX{number:09}|{}||{npi}^Pharmacist^Pat|N|||^Take one by mouth twice daily\r",
                luck % 5 + 1,
                luck % 5
            )?;
        }
        let results = if self.is_large { 20 } else { 1 };
        for result in 1..=results {
            write!(
                out,
                "OBX|{result}|NM|2160-0^Creatinine^LN||{}.{}|mg/dL|0.6-1.3|N|||F|||{stamp}\r",
                result % 3,
                luck % 10
            )?;
            if self.is_large {
                write!(
                    out,
                    "NTE|{result}|L|Estimated by the method of the laboratory; repeat within a week where the trend goes on. See the note of the ward round.\r"
                )?;
            }
        }
        write!(out, "ZRX|{number}|HOUSE^Formulary tier {}|Y|{}\r", luck % 4, luck % 1000)
    }
}
