//! From a record to findings: which drug it is, how long it lasts, what a patient's timeline
//! contains, and what should not be in it. It uses no files and no clock, and starts no threads.

mod built_in;
pub mod collect;
pub mod drug;
pub mod engine;
pub mod exposure;
pub mod file_error;
pub mod formulary;
pub mod judge;
mod numbered;
pub mod patient;
pub mod rule;
pub mod session;
pub mod tally;
pub mod timeline;
pub mod today;

#[cfg(test)]
mod order {
    use std::fs;
    use std::path::{Path, PathBuf};

    /// A folder may use itself and those before it.
    const ORDER: [&[&str]; 5] =
        [&["drug"], &["exposure"], &["formulary", "timeline"], &["rule"], &["engine"]];

    fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, all);
            } else if path.extension().is_some_and(|end| end == "rs") {
                all.push(path);
            }
        }
    }

    /// The lines of a file without comments and without its test-only part, which comes last.
    fn code(text: &str) -> String {
        let mut lines: Vec<&str> = text.lines().collect();
        let is_for_tests = |pair: &[&str]| pair[0] == "#[cfg(test)]" && !pair[1].ends_with(';');
        if let Some(end) = lines.windows(2).position(is_for_tests) {
            lines.truncate(end);
        }
        lines.retain(|line| !line.trim_start().starts_with("//"));
        lines.join("\n")
    }

    #[test]
    fn each_part_uses_only_those_before_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = Vec::new();
        sources(&root, &mut files);
        assert!(files.len() > 100);
        for path in files {
            let name = path.strip_prefix(&root).unwrap().with_extension("");
            let is_of_tests = name.iter().any(|part| part == "tests");
            let part = name.iter().next().and_then(|part| part.to_str()).unwrap();
            let Some(at) = ORDER.iter().position(|parts| parts.contains(&part)) else { continue };
            if is_of_tests {
                continue;
            }
            let code = code(&fs::read_to_string(&path).unwrap());
            for later in ORDER[at..].iter().flat_map(|parts| *parts).filter(|one| **one != part) {
                assert!(!code.contains(&format!("crate::{later}::")), "{name:?} uses {later}");
            }
        }
    }
}
