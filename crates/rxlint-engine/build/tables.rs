//! Makes tables of `rules/` ready while the program is built, so that no run has to read them: codes sorted, names sorted, both
//! searched where they lie. Whatever is wrong with a file fails the build; what the words of a file mean is left to the program.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

/// What a table of codes says behind a code, as it is written: drug, form, strength, units, days; and the line where it stands first.
type Meaning = ([String; 5], usize);

/// The codes of one table, each with the number of its meaning.
#[derive(Default)]
struct Codes {
    meanings: Vec<Meaning>,
    codes: BTreeMap<u64, u16>,
    /// Codes of nine digits, where the table holds such.
    products: BTreeMap<u64, u16>,
}

/// Files that the source of the tables includes, each with its name.
type Included = Vec<(&'static str, Vec<u8>)>;

/// The Rust source of the tables, and the files that it includes.
pub(crate) fn source(files: &[(String, String)]) -> io::Result<(String, Included)> {
    let text = |path: &str| {
        let found = files.iter().find(|(known, _)| known == path);
        found.map(|(_, text)| text.as_str()).ok_or_else(|| fault(path, "is missing"))
    };
    let ndc = codes("codes/ndc.csv", text("codes/ndc.csv")?)?;
    let rxcui = codes("codes/rxcui.csv", text("codes/rxcui.csv")?)?;
    let (names, begins) = names(text("drugs/names-at-large.txt")?);
    let mut source = String::new();
    meanings(&mut source, "NDC_MEANINGS", &ndc.meanings);
    meanings(&mut source, "RXCUI_MEANINGS", &rxcui.meanings);
    table(&mut source, "NDC", "NDC_MEANINGS", "ndc.bin");
    table(&mut source, "NDC_PRODUCTS", "NDC_MEANINGS", "products.bin");
    table(&mut source, "RXCUI", "RXCUI_MEANINGS", "rxcui.bin");
    let included = vec![
        ("ndc.bin", packed(&ndc.codes)),
        ("products.bin", packed(&products(&ndc))),
        ("rxcui.bin", packed(&rxcui.codes)),
        ("other-products.bin", ranges(text("codes/ndc-other.txt")?)),
        ("names.txt", names.into_bytes()),
        ("names.bin", begins),
    ];
    Ok((source, included))
}

fn fault(path: &str, what: &str) -> io::Error {
    io::Error::other(format!("rules/{path} {what}"))
}

fn meanings(source: &mut String, name: &str, meanings: &[Meaning]) {
    let _ = writeln!(source, "const {name}: &[Meaning] = &[");
    for ([drug, form, strength, units, days], line) in meanings {
        let _ = writeln!(
            source,
            "    Meaning {{ drug: {drug:?}, form: {form:?}, strength: {strength:?}, units: {units:?}, days: {days:?}, line: {line} }},"
        );
    }
    source.push_str("];\n");
}

fn table(source: &mut String, name: &str, meanings: &str, file: &str) {
    let _ = writeln!(
        source,
        "pub(crate) static {name}: CodeTable = CodeTable {{\n    meanings: {meanings},\n    \
         codes: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}\")),\n}};"
    );
}

/// Code and meaning in eight bytes each, the code in the upper 48 bits.
fn packed(codes: &BTreeMap<u64, u16>) -> Vec<u8> {
    codes
        .iter()
        .flat_map(|(code, meaning)| (code << 16 | u64::from(*meaning)).to_le_bytes())
        .collect()
}

/// The lines of a table that are no remarks, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
}

/// Reads a table of codes: code and drug first, the other columns by the header.
fn codes(path: &str, text: &str) -> io::Result<Codes> {
    if text.contains('"') {
        return Err(fault(path, "has a quote; tables that are made ready have none"));
    }
    let mut lines = lines(text);
    let header: Vec<&str> =
        lines.next().map(|(_, line)| line.split(',').collect()).unwrap_or_default();
    let columns = ["drug", "form", "strength", "units", "days"]
        .map(|name| header.iter().position(|cell| cell.trim() == name));
    let mut numbers: BTreeMap<[String; 5], u16> = BTreeMap::new();
    let mut read = Codes::default();
    for (number, line) in lines {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).copied().unwrap_or("");
        let meaning = columns.map(|at| cell(at).to_owned());
        let code = cell(Some(0));
        let parsed: u64 =
            code.parse().map_err(|_| fault(path, &format!("line {number}: no code")))?;
        let next = numbers.len() as u16;
        let at = *numbers.entry(meaning.clone()).or_insert(next);
        if at == next && read.meanings.len() == usize::from(next) {
            read.meanings.push((meaning, number));
        }
        let is_product = path == "codes/ndc.csv" && code.len() == 9;
        if is_product { &mut read.products } else { &mut read.codes }.insert(parsed, at);
    }
    Ok(read)
}

/// Labeler and product: those listed, and those of which a package is listed.
fn products(ndc: &Codes) -> BTreeMap<u64, u16> {
    let mut products = ndc.products.clone();
    for (code, &meaning) in &ndc.codes {
        products.entry(code / 100).or_insert(meaning);
    }
    products
}

/// The products of other drugs, as first and last of each range in four bytes each, sorted.
fn ranges(text: &str) -> Vec<u8> {
    let number =
        |digits: &str| digits.parse::<u32>().ok().filter(|_| (1..=5).contains(&digits.len()));
    let mut ranges = Vec::new();
    for (_, line) in lines(text) {
        let mut words = line.split(' ');
        let Some(labeler) = words.next().and_then(number) else { continue };
        for range in words {
            let mut ends = range.split('-').map(number);
            if let Some(Some(from)) = ends.next() {
                let to = ends.next().flatten().unwrap_or(from);
                ranges.push((labeler * 10_000 + from, labeler * 10_000 + to));
            }
        }
    }
    ranges.sort_unstable();
    ranges.iter().flat_map(|(from, to)| [from.to_le_bytes(), to.to_le_bytes()]).flatten().collect()
}

/// Names at large, one a line, sorted, and where each begins: four times that, and its kind (0 a word, 1 a brand, 2 international).
fn names(list: &str) -> (String, Vec<u8>) {
    let mut names: BTreeMap<&str, u32> = BTreeMap::new();
    for line in
        list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (kind, name) = match line.as_bytes() {
            [b'*', ..] => (2, &line[1..]),
            [b'+', ..] => (1, &line[1..]),
            _ => (0, line),
        };
        let known = names.entry(name).or_insert(kind);
        *known = kind.max(*known);
    }
    let (mut text, mut begins) = (String::new(), Vec::new());
    for (name, kind) in names {
        begins.extend((text.len() as u32 * 4 + kind).to_le_bytes());
        text.push_str(name);
        text.push('\n');
    }
    (text, begins)
}
