//! The hooks of `.pre-commit-hooks.yaml`, run by the real pre-commit on a repository created here.
//!
//! pre-commit comes from PATH, or from the virtual environment that `scripts/test-all` creates below `target/`; if it is in neither, the tests say so
//! and pass. Users get `language: rust`, which builds rxlint; here the same hooks run the binary of this build.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail"
)]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use common::root;

/// One at a time: the virtual environment is created once.
static ALONE: Mutex<()> = Mutex::new(());

/// The pre-commit to use.
fn pre_commit() -> Option<PathBuf> {
    let works = |path: &Path| {
        Command::new(path).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    let on_path = PathBuf::from("pre-commit");
    if works(&on_path) {
        return Some(on_path);
    }
    let venv = root().join("target/pre-commit-venv");
    let installed = venv.join("bin/pre-commit");
    if works(&installed) {
        return Some(installed);
    }
    common::skipped(
        "pre-commit is not installed: the hooks were not run; scripts/test-all installs it",
    );
    None
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
        .args(arguments)
        .output();
    let output = output.expect("git is there");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A repository that offers the hooks, and one that uses them.
struct Repositories {
    _folder: tempfile::TempDir,
    uses: PathBuf,
    home: PathBuf,
}

impl Repositories {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [offers, uses, home] = ["offers", "uses", "home"].map(|name| folder.path().join(name));
        [&offers, &uses, &home].into_iter().for_each(|path| std::fs::create_dir(path).unwrap());
        let manifest = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
        assert_eq!(manifest.matches("language: rust").count(), 2, "users get a build of their own");
        write(
            &offers,
            ".pre-commit-hooks.yaml",
            &manifest.replace("language: rust", "language: system"),
        );
        git(&offers, &["init", "-q"]);
        git(&offers, &["add", "-A"]);
        git(&offers, &["commit", "-q", "-m", "hooks"]);
        let revision = git(&offers, &["rev-parse", "HEAD"]);
        let config = format!(
            "repos:\n- repo: {}\n  rev: {revision}\n  hooks:\n  - id: rxlint-formulary\n  - id: rxlint-claims\n",
            offers.display()
        );
        write(&uses, ".pre-commit-config.yaml", &config);
        git(&uses, &["init", "-q"]);
        Self { _folder: folder, uses, home }
    }

    /// Adds everything, and runs the hooks on what is staged.
    fn run(&self, pre_commit: &Path) -> Output {
        git(&self.uses, &["add", "-A"]);
        let before = git(&self.uses, &["status", "--porcelain"]);
        let binary = Path::new(env!("CARGO_BIN_EXE_rxlint")).parent().unwrap().to_path_buf();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path =
            std::env::join_paths(std::iter::once(binary).chain(std::env::split_paths(&path)))
                .unwrap();
        let mut command = Command::new(pre_commit);
        command.current_dir(&self.uses).args(["run", "--color", "never", "--verbose"]);
        let output = command
            .env("PATH", path)
            .env("HOME", &self.home)
            .env("PRE_COMMIT_HOME", self.home.join("cache"))
            .output()
            .unwrap();
        assert_eq!(git(&self.uses, &["status", "--porcelain"]), before, "the hooks write nothing");
        output
    }

    /// Commits everything, whatever the hooks say.
    fn commit(&self) {
        git(&self.uses, &["add", "-A"]);
        git(&self.uses, &["commit", "-q", "--no-verify", "--allow-empty", "-m", "as it is"]);
    }

    /// Runs the hooks on a change; returns whether they let it pass, and their output.
    fn story(&self, pre_commit: &Path) -> (bool, String) {
        let output = self.run(pre_commit);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), told)
    }
}

#[test]
fn the_manifest_is_valid() {
    let _alone = ALONE.lock().unwrap();
    let Some(pre_commit) = pre_commit() else { return };
    let output = Command::new(pre_commit)
        .current_dir(root())
        .args(["validate-manifest", ".pre-commit-hooks.yaml"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_commit_is_stopped_by_what_is_wrong_and_by_nothing_else() {
    let _alone = ALONE.lock().unwrap();
    let Some(pre_commit) = pre_commit() else { return };
    let repositories = Repositories::new();
    let uses = &repositories.uses;
    write(uses, "README.md", "# Our formulary\n");
    write(uses, "docs/formulary.md", "How we keep the formulary.\n");
    write(uses, "formulary/2026.csv", "drug,ndc,tier\nnaltrexone 50 mg tablet,68084029111,1\n");
    write(uses, "formulary_notes.txt", "Ask the committee about naltrexone.\n");
    write(uses, "notes/prices.csv", "drug,ndc\nnaltrexone 50 mg tablet,4.06E+08\n");
    write(uses, "Hospital Formulary.csv", "drug,ndc,tier\nnaltrexone 50 mg tablet,68084029111,1\n");
    write(
        uses,
        "tests/claims.csv",
        "patient,drug,quantity,days_supply,fill_date\nP1,naltrexone 50 mg tablet,30,30,2026-03-05\n",
    );
    let clean = repositories.run(&pre_commit);
    let told = String::from_utf8_lossy(&clean.stdout).into_owned();
    assert!(clean.status.success(), "{told}");
    assert_eq!(
        told.matches("Passed").count(),
        2,
        "both hooks had files, and prices.csv is neither's\n{told}"
    );
    assert!(
        !told.contains("Hospital Formulary.csv") && !told.contains("formulary_notes"),
        "quiet on success: {told}"
    );
    repositories.commit();

    write(uses, "Hospital Formulary.csv", "drug,ndc,tier\nnaltrexone 50 mg tablet,4.06E+08,1\n");
    write(
        uses,
        "tests/claims.csv",
        "patient,drug,quantity,days_supply,fill_date\nP1,naltrexone 50 mg tablet,30,30,2026-03-05\nP1,oxycodone 5 mg tablet,42,7,2026-03-06\n",
    );
    let stopped = repositories.run(&pre_commit);
    let told = String::from_utf8_lossy(&stopped.stdout).into_owned();
    assert!(!stopped.status.success(), "{told}");
    assert!(
        told.contains("Hospital Formulary.csv:2:") && told.contains("[formulary-invalid-code]"),
        "{told}"
    );
    assert!(told.contains("tests/claims.csv:3:") || told.contains("tests/claims.csv:2:"), "{told}");
    assert!(told.contains("[opioid-antagonist-overlap]"), "{told}");
}

/// A hospital's lists: opioids and naloxone in one file, the rest in another, and its interaction table.
fn hospital(repositories: &Repositories) {
    let uses = &repositories.uses;
    write(
        uses,
        "rxlint.toml",
        "[formulary]\npaths = [\"lists\", \"pdl.csv\"]\nalerts = \"interactions.csv\"\n",
    );
    write(
        uses,
        "lists/opioids.csv",
        "drug,tier\noxycodone 5 mg tablet,2\nmorphine 15 mg tablet,2\n",
    );
    write(uses, "lists/rescue.csv", "drug,tier\nNarcan 4 mg nasal spray,1\n");
    write(uses, "pdl.csv", "drug,tier\nnaltrexone 50 mg tablet,1\n");
    write(uses, "interactions.csv", "drug_a,drug_b\nnaltrexone,oxycodone\nnaltrexone,morphine\n");
    repositories.commit();
}

/// Scenarios of those who keep a list under version control: each begins with the lists in order.
#[test]
fn the_lists_are_judged_whole_whatever_changed_and_only_news_is_reported() {
    let _alone = ALONE.lock().unwrap();
    let Some(pre_commit) = pre_commit() else { return };
    let repositories = Repositories::new();
    let uses = &repositories.uses;
    hospital(&repositories);
    let story = || repositories.story(&pre_commit);
    let back = || {
        git(uses, &["reset", "-q", "--hard"]);
        git(uses, &["clean", "-q", "-f", "-d"]);
    };

    let (passed, told) = story();
    assert!(passed && !told.contains("formulary-"), "nothing changed\n{told}");

    // 1. An opioid is added to one file, the antagonist is in another: the pair has no alert.
    write(
        uses,
        "lists/opioids.csv",
        "drug,tier\noxycodone 5 mg tablet,2\nmorphine 15 mg tablet,2\nhydromorphone 2 mg tablet,2\n",
    );
    let (passed, told) = story();
    assert!(!passed && told.contains("[formulary-missing-alert]"), "{told}");
    assert_eq!(told.matches("[formulary-missing-alert]").count(), 1, "each finding once\n{told}");
    back();

    // 2. Only the opioids' file changes: naloxone is in another.
    write(
        uses,
        "lists/opioids.csv",
        "drug,tier\noxycodone 5 mg tablet,3\nmorphine 15 mg tablet,2\n",
    );
    let (passed, told) = story();
    assert!(passed, "{told}");
    back();

    // 3. An alert is deleted, and nothing else.
    write(uses, "interactions.csv", "drug_a,drug_b\nnaltrexone,oxycodone\n");
    let (passed, told) = story();
    assert!(!passed && told.contains("naltrexone with morphine"), "{told}");

    // 4. It was committed anyway: the next change does not fail because of it.
    repositories.commit();
    write(uses, "lists/rescue.csv", "drug,tier\nNarcan 4 mg nasal spray,2\n");
    let (passed, told) = story();
    assert!(passed, "{told}");
    git(uses, &["reset", "-q", "--hard", "HEAD~1"]);

    // 5. Naloxone's file is deleted.
    std::fs::remove_file(uses.join("lists/rescue.csv")).unwrap();
    let (passed, told) = story();
    assert!(!passed && told.contains("[formulary-missing-reversal-agent]"), "{told}");
    back();

    // 6. A file is renamed out of the lists.
    git(uses, &["mv", "lists/rescue.csv", "rescue-old.csv"]);
    let (passed, told) = story();
    assert!(!passed && told.contains("[formulary-missing-reversal-agent]"), "{told}");
    back();

    // 7. Notes beside the lists stop no one, and a list with any name is judged.
    write(uses, "lists/notes.txt", "Ask the committee about naltrexone.\n");
    let (passed, told) = story();
    assert!(passed, "{told}");
    write(uses, "pdl.csv", "drug,ndc,tier\nnaltrexone 50 mg tablet,4.06E+08,1\n");
    let (passed, told) = story();
    assert!(
        !passed && told.contains("pdl.csv:2:") && told.contains("[formulary-invalid-code]"),
        "{told}"
    );
    back();

    // 8. Many files: one run, and each finding once.
    for at in 0..1500 {
        write(
            uses,
            &format!("lists/wards/{at}.csv"),
            "drug,tier\nnaltrexone 50 mg tablet,1\nmethadone 10 mg tablet,2\n",
        );
    }
    let (passed, told) = story();
    assert!(
        !passed && told.matches("naltrexone with methadone").count() == 1,
        "{}",
        &told[..told.len().min(2000)]
    );
}
