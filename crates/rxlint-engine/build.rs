//! Lists every file under `rules/` for embedding, so that a new file needs no change in the code, and makes ready what would cost
//! time at every start.

#[path = "build/json.rs"]
mod json;
#[path = "build/tables.rs"]
mod tables;

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=../../rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default())
        .join("../../rules");
    let root = root.canonicalize()?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let mut paths = Vec::new();
    collect(&root, &mut paths)?;
    paths.sort();
    let mut list = "&[\n".to_owned();
    let mut files = Vec::new();
    let mut hasher = blake3::Hasher::new();
    for path in &paths {
        let name = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let _ = writeln!(list, "    ({name:?}, include_str!({:?})),", path.to_string_lossy());
        let text = fs::read_to_string(path)?;
        // As `rule::book::read::digest` does it; a test compares them.
        hasher.update(name.as_bytes()).update(&[0]).update(text.as_bytes()).update(&[0]);
        files.push((name, text));
    }
    fs::write(out.join("rules.rs"), list + "]\n")?;
    fs::write(out.join("digest.rs"), format!("{:?}", &hasher.finalize().to_hex()[..16]))?;
    fs::write(out.join("json.rs"), json::list(&files)?)?;
    let (source, included) = tables::source(&files)?;
    fs::write(out.join("tables.rs"), source)?;
    for (name, bytes) in included {
        fs::write(out.join(name), bytes)?;
    }
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|ending| ending == "toml" || ending == "csv" || ending == "txt")
        {
            files.push(path);
        }
    }
    Ok(())
}
