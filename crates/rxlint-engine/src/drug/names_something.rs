//! Whether a record names a drug in words that can be read: what separates *checked* from *unresolved*.

use std::borrow::Cow;

use super::book::dictionary::Dictionary;
use super::codes::atc;
use super::codes::billing::billing_codes;
use super::codes::code;
use super::identity::Identity;
use super::spelling::charset::is_garbled;
use super::spelling::name::words;
use super::spelling::script;

/// A shorter word may be anything.
const SHORTEST: usize = 4;

impl Dictionary {
    /// Whether a text names a drug in words that can be read: a word of at least four letters, without digits, that is not a form, unit, route or
    /// filler and whose script the dictionary knows names in; or a listed short form.
    pub(super) fn names_something(&self, text: &str) -> bool {
        let text = &without_addresses(text);
        let is_word = |c: char| c.is_alphanumeric() || c == '\u{ad}' || c == '\u{200b}';
        let stand_ins = self.stand_in_phrases(text);
        text.split(|c| !is_word(c)).any(|run| {
            !run.is_empty() && !is_garbled(run) && self.run_names_a_drug(run, &stand_ins)
        }) || self.has_short_name(text)
    }

    /// Whether a short form of several words is in a text: `Hep B`, `Pen-VK`.
    fn has_short_name(&self, text: &str) -> bool {
        const MOST: usize = 4;
        let words = words(text);
        let is_one = |words: &[String]| self.lexicon().is_short_name(&words.join(" "));
        (2..=MOST).any(|length| words.windows(length).any(is_one))
    }

    /// The words of a text that together replace a drug's name without naming one.
    fn stand_in_phrases(&self, text: &str) -> Vec<String> {
        let text = words(text);
        let phrase_at = |at: usize| &text[at..at + self.lexicon().stand_in_phrase(&text[at..])];
        (0..text.len()).flat_map(phrase_at).cloned().collect()
    }

    fn run_names_a_drug(&self, run: &str, stand_ins: &[String]) -> bool {
        let words = words(run);
        // `Naltrexone50mg` names, `MED001` does not: letters before digits are a name only if they are known.
        if let [word] = &words[..] {
            let letters = word.chars().count();
            if letters >= SHORTEST
                && word.chars().all(char::is_alphabetic)
                && script::is_covered(word)
            {
                let lexicon = self.lexicon();
                return !lexicon.is_filler(word)
                    && !lexicon.is_salt(word)
                    && !lexicon.is_stand_in(word)
                    && !stand_ins.contains(word);
            }
        }
        self.lexicon().is_short_name(&words.join(" ")) || self.names_a_drug(run)
    }

    /// Whether a billing code is known to stand for no drug, or the code is a vaccine's.
    pub(super) fn is_drugless(&self, identity: &Identity<'_>) -> bool {
        let codes = [&identity.hcpcs, &identity.code, &identity.texts[0]];
        let is_vaccine = !identity.code.is_empty() && code::is_of_vaccines(&identity.system);
        is_vaccine
            || codes.into_iter().any(|code| {
                let code = billing_codes(code).next().unwrap_or_else(|| code.trim());
                (5..=7).contains(&code.len()) && self.drugless(&code.to_ascii_uppercase())
            })
    }

    /// Whether an ATC code that no file has belongs to another drug, by its class.
    pub(super) fn is_atc_of_others(&self, identity: &Identity<'_>) -> bool {
        let of_system = || match code::system(&identity.system) {
            Some(code::Prefix::Atc) => Some(identity.code.trim()),
            _ => code::prefixed(&identity.code)
                .filter(|(prefix, _)| *prefix == code::Prefix::Atc)
                .map(|(_, code)| code),
        };
        let written = Some(identity.atc.trim()).filter(|code| !code.is_empty()).or_else(of_system);
        written.is_some_and(|written| {
            let written = atc::of_animals(written).unwrap_or(written);
            let code = atc::in_one(written).unwrap_or_else(|| written.to_owned());
            let is_whole = matches!(code.len(), 5 | 7);
            is_whole
                && atc::class(&code).is_some()
                && self.lexicon().is_atc_of_others(&code.to_ascii_uppercase())
        })
    }

    /// Whether a code stands for a known product that no rule watches.
    pub(super) fn is_other_code(&self, identity: &Identity<'_>) -> bool {
        let is_of_another = code::is_other_system(&identity.system)
            || code::may_be_of_another_system(&identity.code) && self.is_named(identity);
        let open = if is_of_another { "" } else { &*identity.code };
        [&*identity.ndc, open].into_iter().any(|text| {
            code::ndc(text).is_ok_and(|ndc| !ndc.padded && self.is_other_product(ndc.product()))
        })
    }
}

/// The text without the addresses of code systems in it: their words do not name a drug.
fn without_addresses(text: &str) -> Cow<'_, str> {
    let parts = || text.split(|c: char| c.is_whitespace() || "|^#{}\",;()".contains(c));
    if !parts().any(code::is_address) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(parts().filter(|part| !code::is_address(part)).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use crate::drug::Identity;
    use crate::rule::Book;

    /// What a text is about: the drug's id; `other` for a drug that no file has; `unresolved`.
    fn about(book: &Book, text: &str) -> String {
        let dictionary = book.dictionary();
        let verdict = dictionary.resolve(&Identity::text(text));
        match (verdict.components.first(), verdict.resolved) {
            (Some(component), _) => dictionary.drug(component.drug).file.id.clone(),
            (None, true) => "other".to_owned(),
            (None, false) => "unresolved".to_owned(),
        }
    }

    #[test]
    fn an_atc_code_of_another_class_is_another_drug() {
        let book = Book::built_in().unwrap();
        let is_resolved = |atc: &str, code: &str, system: &str| {
            let [atc, code, system] = [atc, code, system].map(|text| text.to_owned().into());
            let identity = Identity { atc, code, system, ..Identity::default() };
            book.dictionary().resolve(&identity).resolved
        };
        for atc in [
            "C09AA03", "A10BA02", "N06AB06", "C10AA05", "c10aa05", "C09A A03", "C09AA", "N02BE01",
            "N02BB02", "N06AX05", "N06AX11", "N06AX16", "A06AD11", "A06AD15", "A06AB02", "N02CC01",
            "N07BA01", "R05CB01",
        ] {
            assert!(is_resolved(atc, "", ""), "{atc}");
        }
        // New opioids and their antagonists get their codes here, and these combinations held codeine.
        for atc in ["N02BE51", "N02A", "N02AJ", "N02AX99", "A06AH99", "N07BC99", "R05DA20", "N06A"]
        {
            assert!(!is_resolved(atc, "", ""), "{atc}");
        }
        // Unknown opioids, cough medicines and groups that do not exist.
        for atc in ["R05DA99", "Z09AA03", "C12AA01", "MED0001", ""] {
            assert!(!is_resolved(atc, "", ""), "{atc}");
        }
        assert!(is_resolved("", "C09AA03", "ATC") && is_resolved("", "ATC:C09AA03", ""));
        assert!(!is_resolved("", "C09AA03", ""), "a local code may look so");
    }

    #[test]
    fn a_salt_a_form_or_a_code_system_alone_names_no_drug() {
        let book = Book::built_in().unwrap();
        for (text, drug) in [
            ("hydrochloride", "unresolved"),
            ("M0RPHNE SULFATE TABLET", "unresolved"),
            ("RXCUI:99999999", "unresolved"),
            ("SNOMEDCT:372487007", "unresolved"),
            ("http://snomed.info/sct|372487007", "unresolved"),
            (r#"{"system":"http://snomed.info/sct","code":"372487007"}"#, "unresolved"),
            ("http://www.nlm.nih.gov/research/umls/rxnorm|7243", "naltrexone"),
            ("#NAME?", "unresolved"),
            ("[object Object]", "unresolved"),
            // A part of a short form (D5W) is not one by itself.
            ("5", "unresolved"),
            ("5 mg tablet", "unresolved"),
            ("5.90114E+10", "unresolved"),
            ("D 10 mg", "unresolved"),
            ("W", "unresolved"),
            ("D5W 1000 mL", "other"),
            ("Narkotikum", "unresolved"),
            ("XXXXXXX", "unresolved"),
            ("Stopped", "unresolved"),
            ("PATIENT SUPPLIED", "unresolved"),
            ("Controlled substance", "unresolved"),
            ("refer to chart", "unresolved"),
            ("Natrii chloridum 0.9%", "other"),
            ("lisinopril", "other"),
            ("RXCUI:7243", "naltrexone"),
            ("RxNorm 7243", "naltrexone"),
            ("ATC:N07BB04", "naltrexone"),
            ("N07B B04", "naltrexone"),
            ("HCPCS J2315", "naltrexone"),
            ("J2315-JZ", "naltrexone"),
            ("HC:J2315", "naltrexone"),
            ("0406-1170", "naltrexone"),
        ] {
            assert_eq!(about(&book, text), drug, "{text}");
        }
    }

    #[test]
    fn what_stands_where_a_drug_should_names_none() {
        let book = Book::built_in().unwrap();
        for text in [
            // What an order form offers for drugs that it does not list.
            "NON-FORMULARY MEDICATION",
            "Unable to find",
            "FREE TEXT ORDER",
            "Other drug non-coded",
            "DEFAULTMED",
            "Not on file",
            "Pharmacy to dose",
            "INVESTIGATIONAL DRUG",
            "PCA PUMP",
            "XXXXX",
            // Names that were removed: what 42 CFR part 2 protects is buprenorphine and naltrexone.
            "Sensitive medication withheld",
            "42 CFR Part 2 protected",
            // Classes that a watched drug may belong to.
            "Opioid agonist therapy",
            "Narcotic pain reliever",
            "Controlled substance",
            "Pain medication",
            "Betäubungsmittel",
            "Médicament hors livret",
            "Medicamento não padronizado",
            "Analgésico opioide",
            "Andet lægemiddel",
            "麻薬",
        ] {
            assert_eq!(about(&book, text), "unresolved", "{text}");
        }
        for text in [
            "Pain relief 500 mg tablet",
            "Nonformulary - Xyzalumab",
            "Hormone replacement therapy",
            "Sensitive eyes drops",
            "Control-solution lancets",
            "Alcohol swabs",
            "Face mask",
        ] {
            assert_eq!(about(&book, text), "other", "{text}");
        }
    }

    #[test]
    fn what_wards_abbreviate_is_a_drug_and_what_may_be_an_opioid_is_not_settled() {
        let book = Book::built_in().unwrap();
        for text in [
            "MMR",
            "MMR II",
            "Hep B",
            "Td 0.5",
            "BCG",
            "NTG 0.4",
            "MgSO4 2 G",
            "FeSO4 325",
            "PEG 3350",
            "B12 1000 mcg",
            "Vit D3 2000",
            "6-MP 50",
            "G-CSF",
            "K-Dur 20",
            "Pen-VK",
            "NO-SPA 40 mg",
            "O2 2L NC",
        ] {
            assert_eq!(about(&book, text), "other", "{text}");
        }
        // T3 and T4 are also names of tablets of codeine, MS of morphine.
        for text in ["T3 25", "T4 50", "Mg 400", "TD 25 mcg/h", "Hep", "Pen"] {
            assert_eq!(about(&book, text), "unresolved", "{text}");
        }
    }

    #[test]
    fn a_short_form_of_claims_names_its_drug_and_its_neighbours_do_not() {
        let book = Book::built_in().unwrap();
        for (text, drug) in [
            ("PROMETH/COD SOL", "codeine"),
            ("PROMETHAZINE W/COD", "codeine"),
            ("FIORICET/COD CAP", "codeine"),
            ("GUAIFEN/COD", "codeine"),
            ("Tylenol 3", "codeine"),
            ("COD LIVER OIL", "other"),
            ("TYLENOL 325 MG", "other"),
            ("DIPHEN/ATROP TAB 2.5MG", "diphenoxylate"),
            ("DIPHEN 25 MG", "other"),
            ("BELLADON/OP SUP 16.2-30", "opium"),
            ("HYDROC/APAP 7.5-325", "hydrocodone"),
            ("HYDROC 1% CRM", "other"),
            ("MORPH SUL 15MG", "morphine"),
            ("FENT PATCH 25", "fentanyl"),
            ("TRAMADO 50MG", "tramadol"),
            ("mscontin 15mg", "morphine"),
            ("rnorphine 15mg", "morphine"),
            ("NaltrexoneHCl50mg", "naltrexone"),
            ("Vivitrol™", "naltrexone"),
            ("Метадонов хидрохлорид", "methadone"),
            ("염산옥시코돈", "oxycodone"),
            ("MSコンチン錠10mg", "morphine"),
            ("MSツワイスロン", "morphine"),
            ("洛芬待因缓释片0.2g:13mg", "codeine"),
            ("对乙酰氨基酚可待因片", "codeine"),
            ("对乙酰氨基酚与可待因", "codeine"),
            ("盐酸丙米嗪片", "imipramine"),
            ("보령부스파정 5mg", "buspirone"),
            ("데메롤주", "meperidine"),
            ("ট্রামাডল ৫০", "tramadol"),
            ("OXYCONT ER 10", "oxycodone"),
            ("HYDROMORP 10 MG", "hydromorphone"),
            ("SUBOXO 8-2", "buprenorphine"),
            ("VIVITR 380", "naltrexone"),
            ("METHAD 10MG", "methadone"),
            ("L.D.N. 4.5 mg caps", "naltrexone"),
            ("5.4023525E+07", "morphine"),
            ("Trexan 2.5 mg methotrexate weekly", "line-extension"),
            ("Kaffetin Cold", "line-extension"),
            ("Opiate Squill Linctus", "opium"),
            ("Upmadol 50 mg", "tramadol"),
            ("Nemexin 50 mg", "naltrexone"),
        ] {
            assert_eq!(about(&book, text), drug, "{text}");
        }
    }
}
