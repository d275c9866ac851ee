//! `rxlint rules reviewed`: enters what a pharmacist wrote on a review sheet into the rule files.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::Failure;
use crate::exit::Exit;
use rxlint_engine::rule::manual::review::{self, Reviewed};
use rxlint_engine::rule::registry::Kind;
use rxlint_report::file::write_whole;
use rxlint_report::redaction::safe;

/// Runs the command. Nothing is written unless every rule on the sheet is found in the version that was reviewed.
pub(super) fn run(sheet: &Path, dir: &Path) -> Result<Exit, Failure> {
    let text = fs::read_to_string(sheet).map_err(|error| {
        Failure::new(
            format!("{} cannot be read: {error}", sheet.display()),
            "give the filled-in sheet",
        )
    })?;
    let all = review::read(&text);
    if all.is_empty() {
        return Err(Failure::new(
            "no rule on the sheet has a name and a day",
            "fill in \u{201c}Reviewed by\u{201d} and \u{201c}On\u{201d} of each rule that was reviewed",
        ));
    }
    let mut changes = Vec::new();
    for reviewed in &all {
        changes.push(changed(reviewed, dir)?);
    }
    let mut out = std::io::stdout().lock();
    for (path, text) in changes {
        write_whole(&path, |file| file.write_all(text.as_bytes())).map_err(|error| {
            Failure::new(
                format!("{} cannot be written: {error}", path.display()),
                "give --dir a folder that you may write to",
            )
        })?;
        writeln!(out, "{}", safe(&path.to_string_lossy()))?;
    }
    Ok(Exit::Clean)
}

/// The rule's file, and its text with the review in it.
fn changed(reviewed: &Reviewed, dir: &Path) -> Result<(std::path::PathBuf, String), Failure> {
    let name = format!("{}.toml", reviewed.id);
    let is_plain = reviewed.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let folders = Kind::ALL.iter().map(|kind| dir.join(kind.about().folder).join(&name));
    let Some(path) = folders.into_iter().find(|path| is_plain && path.is_file()) else {
        return Err(Failure::new(
            format!("there is no rule `{}` below {}", reviewed.id, dir.display()),
            "give the folder of the rules as --dir",
        ));
    };
    let text = fs::read_to_string(&path).map_err(|error| {
        Failure::new(
            format!("{} cannot be read: {error}", path.display()),
            "see that the file is a rule",
        )
    })?;
    let value = |line: &str, key: &str| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| value.trim().to_owned())
    };
    let version = text.lines().find_map(|line| value(line, "version"));
    if version.as_deref() != Some(&reviewed.version.to_string()) {
        return Err(Failure::new(
            format!("`{}` is no longer in version {}", reviewed.id, reviewed.version),
            "print a new sheet: what was reviewed has changed",
        ));
    }
    let words = reviewed.words.replace('\\', "\\\\").replace('"', "\\\"");
    let lines = text.lines().map(|line| match value(line, "reviewed") {
        Some(_) => format!("reviewed  = \"{words}\"\n"),
        None => format!("{line}\n"),
    });
    Ok((path, lines.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_in_sheet_goes_into_the_rule_and_an_outdated_one_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("washout");
        fs::create_dir_all(&folder).unwrap();
        let rule = "id = \"recent-opioid\"\nversion   = 2\nreviewed  = \"not yet\"\n\n[washout]\n";
        fs::write(folder.join("recent-opioid.toml"), rule).unwrap();
        let sheet = |version: u32| {
            let text = format!(
                "# Review\n\n## recent-opioid (version {version})\n\n- Reviewed by: A. \"P\" Pharmacist\n- On: 2026-12-01\n- Looked at, and remarks: all\n"
            );
            let path = dir.path().join("sheet.md");
            fs::write(&path, text).unwrap();
            path
        };
        assert!(run(&sheet(1), dir.path()).is_err(), "another version");
        assert_eq!(fs::read_to_string(folder.join("recent-opioid.toml")).unwrap(), rule);
        run(&sheet(2), dir.path()).unwrap();
        let written = fs::read_to_string(folder.join("recent-opioid.toml")).unwrap();
        assert!(
            written.contains(r#"reviewed  = "A. \"P\" Pharmacist, 2026-12-01, version 2: all""#),
            "{written}"
        );
        assert!(written.contains("[washout]") && written.contains("version   = 2"));
    }
}
