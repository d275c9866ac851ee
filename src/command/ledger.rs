//! `rxlint ledger`: the maintenance of a ledger, apart from running with it.

use super::Failure;
use crate::cli::LedgerArgs;
use crate::exit::Exit;

/// Says that this program has no ledger.
///
/// # Errors
/// Always.
#[cfg(not(feature = "ledger"))]
pub fn run(_: &LedgerArgs) -> Result<Exit, Failure> {
    Err(super::ledger_run::without())
}

/// Runs the command.
///
/// # Errors
/// A ledger that cannot be used, or a failed write.
#[cfg(feature = "ledger")]
pub fn run(args: &LedgerArgs) -> Result<Exit, Failure> {
    actions::run(&args.action)
}

#[cfg(feature = "ledger")]
mod actions {
    use std::io::Write;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::super::paths::Paths;
    use super::super::{
        Failure, check, configuration, finish, judging, ledger_run, opening, settings,
    };
    use crate::cli::{ImportArgs, LedgerAction, LedgerFile, PastArgs};
    use crate::config::Config;
    use crate::exit::Exit;
    use crate::suppression::Known;
    use crate::tell::tell;
    use rxlint_ledger::past::LOOK_BACK;
    use rxlint_ledger::{Forgotten, Ledger, LedgerKey, LedgerStatus, OpenMode, key_path, schema};
    use rxlint_model::purpose::Purpose;
    use rxlint_report::redaction::safe;
    use rxlint_report::summary::{counts_line, gap_lines, plural};
    use rxlint_report::temporary;

    pub(super) fn run(action: &LedgerAction) -> Result<Exit, Failure> {
        match action {
            LedgerAction::Status { file, format } => status(file, format == "json"),
            LedgerAction::Findings { file, withdrawn, format } => {
                findings(file, *withdrawn, format == "json")
            }
            LedgerAction::Import(args) => import(args),
            LedgerAction::Forget { file, patient } => forget(file, patient),
            LedgerAction::Prune { file, keep } => prune(file, keep.look_back),
            LedgerAction::Backup { to, file } => backup(file, to),
            LedgerAction::Verify { file } => verify(file),
        }
    }

    /// The configuration, and the ledger that it or the command line names.
    fn named(ledger: Option<&PathBuf>, config: &Config) -> Result<PathBuf, Failure> {
        let configured = || config.ledger.as_ref().map(|path| config.resolve(path));
        ledger.cloned().or_else(configured).ok_or_else(|| {
            Failure::new(
                "no ledger was given",
                "name it: --ledger FILE, or ledger = \"FILE\" in rxlint.toml",
            )
        })
    }

    fn path(file: &LedgerFile) -> Result<PathBuf, Failure> {
        named(file.place.ledger.as_ref(), &configuration(&file.book)?.0)
    }

    fn to_change(file: &LedgerFile) -> Result<Ledger, Failure> {
        let (config, _) = configuration(&file.book)?;
        let path = named(file.place.ledger.as_ref(), &config)?;
        let mut paths = Paths::default();
        paths.book(&file.book, &config);
        paths.ledger(&path);
        paths.check(&[])?;
        let wait = Duration::from_secs(file.place.ledger_wait.into());
        let ledger = Ledger::open_existing(&path, wait)?;
        if let Some(note) = ledger.converted() {
            tell(format_args!("Note: {}\n", safe(&note)));
        }
        Ok(ledger)
    }

    fn say(text: &str) -> Result<(), Failure> {
        finish(std::io::stdout().lock().write_all(text.as_bytes()))
    }

    fn status(file: &LedgerFile, json: bool) -> Result<Exit, Failure> {
        let path = path(file)?;
        let LedgerStatus {
            version,
            files,
            records,
            facts,
            patients,
            days,
            as_of,
            standing,
            withdrawn,
            bytes,
        } = Ledger::open(&path, OpenMode::Read)?.status()?;
        let day = |day: Option<rxlint_model::day::Day>| day.map(|day| day.to_string());
        let (first, last, as_of) =
            (day(days.map(|days| days.0)), day(days.map(|days| days.1)), day(as_of));
        let text = if json {
            let document = serde_json::json!({
                "schema": "rxlint/ledger-status/1", "path": path.display().to_string(), "version": version, "bytes": bytes,
                "files": files, "records": records, "facts": facts, "patients": patients, "first": first, "last": last,
                "as_of": as_of, "standing": standing, "withdrawn": withdrawn,
            });
            serde_json::to_string_pretty(&document).map_err(std::io::Error::from)? + "\n"
        } else {
            let or_none = |day: Option<String>| day.unwrap_or_else(|| "none".to_owned());
            format!(
                "{}: version {version}, {bytes} bytes\nFiles read: {files}\nRecords about watched drugs: {records} of {patients} patients, \
                 {} to {}\nFacts about persons: {facts}\nFindings: {standing} stand, {withdrawn} withdrawn\nAs of: {}\n",
                safe(&path.to_string_lossy()),
                or_none(first),
                or_none(last),
                or_none(as_of),
            )
        };
        say(&text)?;
        Ok(Exit::Clean)
    }

    fn findings(file: &LedgerFile, withdrawn: bool, json: bool) -> Result<Exit, Failure> {
        let found = Ledger::open(&path(file)?, OpenMode::Read)?.findings(withdrawn)?;
        let text = if json {
            let list: Vec<serde_json::Value> = found
                .iter()
                .map(|f| {
                    serde_json::json!({
                        "fingerprint": f.fingerprint, "rule": f.rule, "severity": f.severity, "first_seen": f.first_seen.to_string(),
                        "last_seen": f.last_seen.to_string(), "withdrawn": f.withdrawn.map(|day| day.to_string()),
                    })
                })
                .collect();
            let document =
                serde_json::json!({ "schema": "rxlint/ledger-findings/1", "findings": list });
            serde_json::to_string_pretty(&document).map_err(std::io::Error::from)? + "\n"
        } else {
            let line = |f: &rxlint_ledger::KeptFinding| {
                let until = f.withdrawn.map(|day| format!(", withdrawn {day}")).unwrap_or_default();
                format!(
                    "{} {} {}, first seen {}, last seen {}{until}\n",
                    f.fingerprint, f.severity, f.rule, f.first_seen, f.last_seen
                )
            };
            found.iter().map(line).collect()
        };
        say(&text)?;
        Ok(Exit::Clean)
    }

    fn import(args: &ImportArgs) -> Result<Exit, Failure> {
        let (mut config, mut given) = settings::config(&args.reading, &args.judging, &args.book)?;
        let (reading, judging, book) = (&args.reading, &args.judging, &args.book);
        config.ledger = Some(named(args.place.ledger.as_ref(), &config)?);
        check::keeping_settings(&args.keeping, &mut config, &mut given);
        let past = PastArgs {
            place: args.place.clone(),
            keeping: args.keeping.clone(),
            ..PastArgs::default()
        };
        let asked = ledger_run::asked(&past, &config)?;
        let opened = opening::open(&args.paths, &[], &config, reading)?;
        let mut paths = Paths::default();
        paths.reading(&args.paths, &[], reading);
        paths.book(book, &config);
        config.ledger.iter().for_each(|path| paths.ledger(path));
        paths.check(&opened.inputs)?;
        let mut run =
            judging::judge(opened, config, reading, judging, book, Known::default(), asked)?;
        if let Some(path) = &reading.input.rejects {
            check::write_rejects(path, &run.inputs, &run.outcome)?;
        }
        if let Some(ledger) = run.ledger.take() {
            ledger.commit()?;
        }
        let summary = &run.outcome.summary;
        for note in &summary.notes {
            tell(format_args!("Note: {}\n", safe(note)));
        }
        for gap in gap_lines(summary) {
            tell(format_args!("{gap}\n"));
        }
        tell(format_args!("{}\n", counts_line(summary)));
        Ok(if summary.is_complete() { Exit::Clean } else { Exit::Incomplete })
    }

    fn forget(file: &LedgerFile, patient: &str) -> Result<Exit, Failure> {
        let ledger = to_change(file)?;
        let out = ledger.forget(patient)?;
        if out.is_nothing() {
            return Err(Failure::new(
                "--patient: the ledger holds nothing about that identifier, and nothing was removed",
                "write it as the exports do: it is compared whole, with its letter case and leading zeros",
            ));
        }
        ledger.commit()?;
        say(&format!("{} removed\n", removed(&out)))?;
        Ok(Exit::Clean)
    }

    /// What was removed, in words.
    fn removed(out: &Forgotten) -> String {
        format!(
            "{}, {} and {}",
            plural(out.records, "record", "records"),
            plural(out.facts, "fact", "facts"),
            plural(out.findings, "finding", "findings")
        )
    }

    fn prune(file: &LedgerFile, look_back: Option<u16>) -> Result<Exit, Failure> {
        let (config, _) = configuration(&file.book)?;
        let ledger = to_change(file)?;
        let engine = judging::engine(&file.book, &config, Purpose::Prescriptions)?;
        let Some(cutoff) = ledger.cutoff(look_back.or(config.look_back).unwrap_or(LOOK_BACK))?
        else {
            say("fewer than two files have been read into the ledger: nothing was removed\n")?;
            return Ok(Exit::Clean);
        };
        let out = ledger.prune(&engine, cutoff)?;
        ledger.commit_smaller()?;
        say(&format!("{} from before {cutoff} removed\n", removed(&out)))?;
        Ok(Exit::Clean)
    }

    /// Copies the ledger and its key.
    fn backup(file: &LedgerFile, to: &Path) -> Result<Exit, Failure> {
        let (config, _) = configuration(&file.book)?;
        let from = named(file.place.ledger.as_ref(), &config)?;
        let (key, copied_key) = (key_path(&from), key_path(to));
        let mut paths = Paths::default();
        paths.book(&file.book, &config);
        paths.reads("--ledger", &from);
        paths.reads("the key of --ledger,", &key);
        paths.journals(&from);
        paths.keeps("the backup", to);
        paths.keeps("the key of the backup,", &copied_key);
        paths.check(&[])?;
        let ledger = Ledger::open(&from, OpenMode::Read)?;
        if to.exists() && !schema::is_ledger(to) {
            return Err(Failure::new(
                format!("{} exists, and is not an rxlint ledger", safe(&to.to_string_lossy())),
                "choose another name: a backup may only overwrite an earlier backup",
            ));
        }
        let key_of = |path: &Path| LedgerKey::read(path).ok().flatten();
        let (own, there) = (key_of(&key), key_of(&copied_key));
        if let (Some(own), Some(there)) = (own, there)
            && own.check() != there.check()
        {
            return Err(Failure::new(
                format!("{} is the backup of another ledger", safe(&to.to_string_lossy())),
                "give each ledger its own backups: their keys differ, and without its key a ledger is lost",
            ));
        }
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        let copy = temporary::file_in(folder.unwrap_or(Path::new("."))).map_err(|error| {
            Failure::new(
                format!("{} cannot be written: {error}", safe(&to.to_string_lossy())),
                "give a path in a folder that exists and that you may write to",
            )
        })?;
        let wrong = ledger.copy_to(copy.path())?;
        if !wrong.is_empty() {
            return damaged(&from, &wrong);
        }
        if let (Some(own), None) = (own, there) {
            own.write(&copied_key)?;
        }
        copy.as_file().sync_all()?;
        copy.persist(to).map_err(|failed| failed.error)?;
        let shown = |path: &Path| safe(&path.to_string_lossy()).into_owned();
        say(&format!("{}: a whole copy, with its key in {}\n", shown(to), shown(&copied_key)))?;
        Ok(Exit::Clean)
    }

    fn verify(file: &LedgerFile) -> Result<Exit, Failure> {
        let path = path(file)?;
        let ledger = Ledger::open(&path, OpenMode::Read)?;
        let wrong = ledger.verify()?;
        if wrong.is_empty() {
            say(&format!("{}: whole\n", safe(&path.to_string_lossy())))?;
            return Ok(Exit::Clean);
        }
        match (ledger.has_key(), wrong.as_slice()) {
            // The ledger itself is whole: an older copy of it would not help.
            (Err(error), [_]) => {
                say(&format!("{}\n{}\n", safe(&error.to_string()), safe(&error.help())))?;
                Ok(Exit::Findings)
            }
            _ => damaged(&path, &wrong),
        }
    }

    /// Says what is wrong with a ledger.
    fn damaged(path: &Path, wrong: &[String]) -> Result<Exit, Failure> {
        let list: String = wrong
            .iter()
            .map(|line| format!("{}: {line}\n", safe(&path.to_string_lossy())))
            .collect();
        say(&(list
            + "Restore the last backup and check the nights since then again; docs/ledger.md explains how.\n"))?;
        Ok(Exit::Findings)
    }
}
