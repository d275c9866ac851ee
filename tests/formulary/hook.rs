//! `rxlint formulary --hook` in a repository: what the last commit had, or the configuration names, never disappears silently.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::path::Path;
use std::process::Command;

const MAIN: &str = "Drug,Strength,NDC,Class,Status,Tier\n\
    naltrexone,50 mg tablet,00406-1170-03,Opioid antagonists,Formulary,1\n\
    oxycodone,5 mg tablet,00406-0552-01,Opioid analgesics,Formulary,2\n\
    tramadol,50 mg tablet,00093-0058-01,Opioid analgesics,Formulary,2\n";
const RESCUE: &str = "Drug,Strength,NDC,Class,Status,Tier\nnaloxone,4 mg nasal spray,69547-0353-02,Opioid antagonists,Formulary,1\n";
const PATIENTS: &str = "MRN,Drug,Fill Date\n1,naltrexone 50 mg tablet,2026-01-01\n";

/// A repository with a hospital's lists, committed.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new(paths: &str) -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        made.git(&["init", "-q"]);
        let config = format!("[formulary]\npaths = [{paths}]\nalerts = \"interactions.csv\"\n");
        made.write("rxlint.toml", &config);
        made.write("lists/main.csv", MAIN);
        made.write("lists/rescue.csv", RESCUE);
        made.write(
            "interactions.csv",
            "drug_a,drug_b\nnaltrexone,oxycodone\nnaltrexone,tramadol\n",
        );
        made.commit();
        made
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, arguments: &[&str]) {
        let own = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
        let done = Command::new("git").current_dir(self.path()).args(own).args(arguments).output();
        assert!(done.unwrap().status.success(), "git {arguments:?}");
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--no-verify", "-m", "as it is"]);
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.path().join(name)).unwrap();
    }

    /// Runs the hook on all changes, and reverts them; returns the exit code and messages.
    fn hook(&self) -> (i32, String) {
        self.git(&["add", "-A"]);
        self.hook_on_staged()
    }

    /// Runs the hook on what is staged, and reverts the changes.
    fn hook_on_staged(&self) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
        let output =
            command.current_dir(self.path()).args(["formulary", "--hook"]).output().unwrap();
        self.git(&["reset", "-q", "--hard"]);
        self.git(&["clean", "-q", "-f", "-d"]);
        let told = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(told).unwrap())
    }

    fn stops(&self, what: &str) {
        let (code, told) = self.hook();
        assert!(code == 3 && !told.is_empty(), "{what}: {code} {told}");
    }

    fn passes(&self, what: &str) {
        assert_eq!(self.hook(), (0, String::new()), "{what}");
    }
}

#[test]
fn what_the_configuration_names_is_missed() {
    let made = Repository::new("\"lists/main.csv\", \"lists/rescue.csv\"");
    made.passes("nothing changed");
    made.remove("interactions.csv");
    made.stops("the interaction table is gone");
    made.git(&["mv", "interactions.csv", "alerts.csv"]);
    made.stops("it has another name, and the configuration has not");
    made.git(&["mv", "lists/rescue.csv", "lists/other.csv"]);
    made.stops("a list has another name");
    made.write("rxlint.toml", "[formulary]\npaths = [\"lists/main.csv\", \"lists/resceu.csv\"]\n");
    made.stops("a name is misspelled");
}

#[test]
fn a_growing_known_fault_and_an_unreadable_table_or_workbook_stop_a_commit() {
    let made = Repository::new("\"lists\"");
    for text in ["", "drug_a,drug_b\n"] {
        made.write("interactions.csv", text);
        made.stops("the interaction table is empty");
    }
    made.write("lists/x.xlsx", "junk\n");
    made.stops("a workbook that is none");
    let limited = |limit: &str| format!("Drug,QL\nnaltrexone 100 mg tablet,{limit}\n");
    made.write("lists/limits.csv", &limited("120/30"));
    made.commit();
    made.passes("a known limit");
    made.write("lists/limits.csv", &limited("240/30"));
    assert_eq!(made.hook().0, 1, "it allows more");
    made.write("lists/limits.csv", &limited("100/30"));
    assert_eq!(made.hook().0, 0, "it allows less");
    let table = "drug_a,drug_b,Ignore\nnaltrexone,oxycodone,X\nnaltrexone,tramadol,\n";
    made.write("interactions.csv", table);
    assert_eq!(made.hook().0, 1, "an alert is switched off");
}

#[test]
fn a_list_that_no_longer_is_one_is_missed_and_a_moved_one_is_not() {
    let made = Repository::new("\"lists\"");
    for (text, what) in [
        ("", "emptied"),
        ("Drug,Strength\n", "a header alone"),
        ("Ask the committee.\n", "a text"),
        ("A,B,C\nx,y,z\n", "other columns"),
        (PATIENTS, "patients"),
    ] {
        made.write("lists/rescue.csv", text);
        made.stops(what);
    }
    made.remove("lists/rescue.csv");
    made.stops("deleted");
    made.git(&["mv", "lists/rescue.csv", "lists/antidotes.csv"]);
    made.passes("renamed");
    made.write("lists/main.csv", &format!("{MAIN}{}", RESCUE.split_once('\n').unwrap().1));
    made.remove("lists/rescue.csv");
    made.passes("put together");
    // Notes in plain text raise no message.
    for (name, is_told) in [("lists/notes.txt", false), ("lists/README.md", true)] {
        made.write(name, "Ask the committee about naltrexone.\n");
        let (code, told) = made.hook();
        let tells = told.contains(&format!("{name} is among the lists"));
        assert!(code == 0 && tells == is_told, "{told}");
        made.write(name, "Ask the committee about naltrexone.\n");
        made.commit();
        made.passes("it was said once");
    }
}

#[test]
fn what_was_already_committed_stops_no_one() {
    let made = Repository::new("\"lists\"");
    made.write("lists/claims.csv", PATIENTS);
    made.stops("patients come");
    made.write("lists/claims.csv", PATIENTS);
    made.write("lists/main.csv", &MAIN.replace(",Formulary,1\n", ",Formulary,1,extra,cells\n"));
    made.commit();
    let row = "metformin,500 mg tablet,,Biguanides,Formulary,1\n";
    let broken = MAIN.replace(",Formulary,1\n", ",Formulary,1,extra,cells\n");
    made.write("lists/main.csv", &format!("{broken}{row}"));
    made.passes("a harmless row beside a broken one");
    made.write("lists/main.csv", &format!("{broken}oxycodone,5 mg,extra\n"));
    let (code, told) = made.hook();
    assert!(code == 3 && told.contains("lists/main.csv:2: record 1 rejected: "), "{code} {told}");
}

#[test]
fn a_header_that_is_no_longer_understood_stops() {
    let made = Repository::new("\"lists\"");
    for (from, to) in [(",Tier\n", ",Copay\n"), (",Strength,", ",Stufe9,"), (",Tier\n", ",\n")] {
        made.write("lists/main.csv", &MAIN.replace(from, to));
        made.stops(to);
    }
    let limits = "Drug,Qty Limit,Days\nnaltrexone 50 mg tablet,90,30\n";
    made.write("lists/limits.csv", limits);
    made.commit();
    made.write("lists/limits.csv", &limits.replace("Days", "Foo").replace("90", "900"));
    made.stops("the days of a limit");
    let table =
        "drug_a,drug_b,end_date\nnaltrexone,oxycodone,2099-01-01\nnaltrexone,tramadol,2099-01-01\n";
    made.write("interactions.csv", table);
    made.commit();
    made.write("interactions.csv", &table.replace("end_date", "Foo"));
    made.stops("the end of an alert");
    made.write("interactions.csv", "drug_a,drug_b\nnaltrexone,oxycodone\nnaltrexone,tramadol\n");
    made.stops("the end of an alert is taken out");
}

#[test]
fn a_workbook_that_cannot_be_read_is_not_passed_over() {
    let made = Repository::new("\"lists\"");
    std::fs::write(
        made.path().join("lists/more.xlsx"),
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00cut off",
    )
    .unwrap();
    made.stops("a workbook that is cut off");
    std::fs::write(
        made.path().join("lists/more.xlsx"),
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00cut off",
    )
    .unwrap();
    made.commit();
    made.passes("it was there before");
}

#[test]
fn a_new_file_among_the_lists_that_is_not_understood_stops() {
    let made = Repository::new("\"lists\"");
    for (name, text) in [
        ("lists/more.xlsx", ""),
        ("lists/more.xlsx", "random\0\u{1}\u{2}\u{4}\u{5}bytes\0\u{6}"),
        (
            "lists/more.csv",
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
        ),
        ("lists/more.xml", "<formulary><drug>naltrexone</drug></formulary>"),
        ("lists/more.json", "[{\"drug_name\":\"naltrexone\""),
        ("lists/more.json", "{\"resourceType\":\"ValueSet\"}"),
        ("lists/rx.json", "{\"resourceType\":\"MedicationRequest\"}"),
        ("lists/x.json", "[\"naltrexone 50 mg tablet\",\"oxycodone 5 mg tablet\"]"),
    ] {
        made.write(name, text);
        made.stops(text);
    }
    let json = r#"[{"drug_name":"naltrexone 50 mg tablet","class":"Opioid analgesics"}]"#;
    made.write("lists/more.json", json);
    let (code, told) = made.hook();
    assert!(code == 1 && told.contains("misclassified"), "{code} {told}");
}

/// pre-commit stashes what is not staged; a plain git hook does not, and untracked files remain with both.
#[test]
fn what_counts_is_what_will_be_committed() {
    let made = Repository::new("\"lists\"");
    let wrong = MAIN.replace("Opioid antagonists", "Opioid analgesics");
    made.write("lists/main.csv", &wrong);
    made.git(&["add", "-A"]);
    made.write("lists/main.csv", MAIN);
    let (code, told) = made.hook_on_staged();
    assert!(code == 1 && told.contains("lists/main.csv:2"), "staged alone: {code} {told}");
    made.write("lists/main.csv", &wrong);
    assert_eq!(made.hook_on_staged(), (0, String::new()), "not staged");
    made.remove("lists/rescue.csv");
    assert_eq!(made.hook_on_staged(), (0, String::new()), "deleted, and not staged");
    made.git(&["rm", "-q", "--cached", "interactions.csv"]);
    let (code, told) = made.hook_on_staged();
    assert!(code == 3 && told.contains("interactions.csv"), "the table stays untracked: {told}");
    made.write(".gitignore", "zz-draft.csv\n");
    made.write("lists/zz-draft.csv", RESCUE);
    made.remove("lists/rescue.csv");
    let (code, told) = made.hook();
    assert!(code != 0 && told.contains("naloxone"), "an ignored list has it: {code} {told}");
}

#[test]
fn a_table_that_is_entirely_off_is_reported_as_such() {
    let made = Repository::new("\"lists\"");
    let table = "drug_a,drug_b,severity\nnaltrexone,oxycodone,major\nnaltrexone,tramadol,major\n";
    made.write("interactions.csv", table);
    made.commit();
    made.write("interactions.csv", &table.replace("major", "off"));
    let (code, told) = made.hook();
    assert!(code == 1 && !told.contains("no longer understood"), "{code} {told}");
}
