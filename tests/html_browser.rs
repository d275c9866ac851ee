//! The page in a real browser: it works, it fits, it says nothing to the console and asks nothing of the network.
//!
//! Skips, and says so, where there is no Chromium: `apt-get install chromium`.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::check;

const SAMPLES: [&str; 2] = ["samples/claims.csv", "samples/catalogue.csv"];

/// Writes to the page how wide it is, in a copy that is allowed another script.
const PROBE: &str = "<script>document.body.dataset.wide = document.documentElement.scrollWidth; document.body.dataset.window = innerWidth;</script>";

struct Browser {
    program: PathBuf,
    folder: tempfile::TempDir,
}

impl Browser {
    fn new() -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let names = ["chromium", "chromium-browser", "google-chrome"];
        let found = std::env::split_paths(&path)
            .flat_map(|folder| names.map(|name| folder.join(name)))
            .find(|program| program.is_file());
        let Some(program) = found else {
            common::skipped(
                "Chromium is not installed: the HTML report was not seen in a browser; scripts/test-all installs it",
            );
            return None;
        };
        Some(Self { program, folder: tempfile::tempdir().unwrap() })
    }

    fn save(&self, name: &str, page: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, page).unwrap();
        path
    }

    /// Opens a page and lets the browser do one thing with it.
    fn open(&self, page: &Path, hash: &str, size: &str, what: &[String]) -> Output {
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new(&self.program);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
        ]);
        command.args([
            "--disable-component-update",
            "--disable-sync",
            "--disable-extensions",
            "--hide-scrollbars",
            "--enable-logging=stderr",
        ]);
        command
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--window-size={size}"));
        let output =
            command.args(what).arg(format!("file://{}{hash}", page.display())).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!told.contains("CONSOLE"), "{told}");
        output
    }

    fn dom(&self, page: &Path, hash: &str, size: &str) -> String {
        String::from_utf8(self.open(page, hash, size, &["--dump-dom".to_owned()]).stdout).unwrap()
    }
}

fn count(dom: &str, severity: &str) -> (usize, usize) {
    let of_severity = |article: &&str| article.contains(&format!("data-severity=\"{severity}\""));
    let articles: Vec<&str> = dom
        .split("<article")
        .skip(1)
        .map(|rest| &rest[..rest.find('>').unwrap()])
        .filter(of_severity)
        .collect();
    (articles.len(), articles.iter().filter(|article| article.contains("hidden")).count())
}

#[test]
fn filters_and_sorts() {
    let Some(browser) = Browser::new() else { return };
    let page = browser.save("report.html", &check("html", &SAMPLES));
    let dom = browser.dom(&page, "", "1200,900");
    assert!(
        dom.contains("findings shown") && !dom.contains("<form id=\"filter\" hidden"),
        "the script did not run: {dom}"
    );
    let [high, moderate, low] = ["high", "moderate", "low"].map(|severity| count(&dom, severity));
    let all = high.0 + moderate.0 + low.0;
    assert!(high.0 > 0 && moderate.0 > 0 && low.0 > 0 && high.1 + moderate.1 + low.1 == 0);
    assert!(dom.contains(&format!("{all} of {all} findings shown")));

    let dom = browser.dom(&page, "#severity=moderate", "1200,900");
    assert_eq!(
        [count(&dom, "high"), count(&dom, "moderate"), count(&dom, "low")],
        [(high.0, high.0), (moderate.0, 0), (low.0, low.0)]
    );
    let dom = browser.dom(&page, "#patient=p0007&rule=opioid-antagonist-overlap", "1200,900");
    assert!(dom.contains(&format!("1 of {all} findings shown")));
    let dom = browser.dom(&page, "#sort=rule", "1200,900");
    let rules: Vec<&str> =
        dom.split("data-rule=\"").skip(1).map(|rest| &rest[..rest.find('"').unwrap()]).collect();
    assert!(rules.len() == all && rules.is_sorted());
}

#[test]
fn fits_a_desk_a_phone_and_a_page() {
    let Some(browser) = Browser::new() else { return };
    let page = check("html", &SAMPLES);
    let policy = &page[page.find("<meta http-equiv=\"Content-Security-Policy\"").unwrap()..];
    let probed = page
        .replace(&policy[..policy.find('>').unwrap() + 1], "")
        .replace("</body>", &format!("{PROBE}</body>"));
    // A window has a least width of its own; inside a frame the page is as narrow as on a phone.
    let probed = browser.save("probed.html", &probed);
    let frame = |width: u32| {
        format!(
            "<!doctype html><body style=\"margin:0\"><iframe src=\"probed.html\" style=\"border:0;width:{width}px;height:4000px\"></iframe>"
        )
    };
    let collection = browser.dom(&probed, "", "1200,900");
    assert!(
        collection.contains("data-wide=\"1200\" data-window=\"1200\""),
        "{}",
        &collection[collection.find("<body").unwrap()..][..200]
    );
    let phone = browser.dom(&probed, "", "390,844");
    let number = |name: &str| -> u32 {
        let rest = phone.split(&format!("data-{name}=\"")).nth(1).unwrap();
        rest[..rest.find('"').unwrap()].parse().unwrap()
    };
    assert_eq!(number("wide"), number("window"), "the page is wider than the window");
    assert!(number("window") <= 500);

    // To be looked at by a person.
    let shots = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let plain = browser.save("report.html", &page);
    let shot = |name: &str| vec![format!("--screenshot={}", shots.join(name).display())];
    browser.open(&plain, "", "1200,3000", &shot("report-collection.png"));
    browser.open(
        &browser.save("phone.html", &frame(360)),
        "",
        "360,4000",
        &shot("report-phone.png"),
    );
    browser.open(
        &plain,
        "",
        "1200,900",
        &[format!("--print-to-pdf={}", shots.join("report.pdf").display())],
    );
    for name in ["report-collection.png", "report-phone.png", "report.pdf"] {
        assert!(std::fs::metadata(shots.join(name)).unwrap().len() > 10_000, "{name}");
    }
}

#[test]
fn asks_nothing_of_the_network() {
    let Some(browser) = Browser::new() else { return };
    let asked = |name: &str, page: &str| {
        let (page, log) = (browser.save(name, page), browser.folder.path().join("net.json"));
        let offline = "--host-resolver-rules=MAP * ~NOTFOUND".to_owned();
        browser.open(
            &page,
            "",
            "1200,900",
            &["--dump-dom".to_owned(), offline, format!("--log-net-log={}", log.display())],
        );
        let log = std::fs::read_to_string(log).unwrap();
        let urls =
            log.split("\"url\":\"").skip(1).map(|rest| rest[..rest.find('"').unwrap()].to_owned());
        // The browser itself calls home, whatever page it shows.
        let homes = ["google.com", "googleapis.com", "gstatic.com"];
        let host = |url: &str| url.split('/').nth(2).unwrap_or_default().to_owned();
        urls.filter(|url| {
            !url.starts_with("file:") && !homes.iter().any(|home| host(url).ends_with(home))
        })
        .collect::<Vec<_>>()
    };
    let page = check("html", &SAMPLES);
    assert_eq!(asked("report.html", &page), [""; 0]);
    assert!(!page.contains("google") && !page.contains("gstatic"));
    // The same watch sees what a page does ask for, and the policy stops it.
    let image = "<img src=\"http://example.invalid/x.png\">";
    assert_ne!(asked("asks.html", &format!("<!doctype html>{image}")), [""; 0]);
}

#[test]
fn hostile_cells_stay_text() {
    let Some(browser) = Browser::new() else { return };
    let rows = "patient,drug,quantity,days_supply,fill_date\n\
        <script>document.title='owned'</script>,oxycodone 5 mg <img src=x onerror=document.title='owned'>,42,7,2026-03-01\n\
        <script>document.title='owned'</script>,\"naltrexone 50 mg \"\"><svg onload=document.title='owned'>\",30,30,2026-03-05\n";
    let input = browser.save("</title><script>alert(1)<.csv".replace('/', "").as_str(), rows);
    let page =
        browser.save("report.html", &check("html", &[input.to_str().unwrap(), "--phi", "show"]));
    let dom = browser.dom(&page, "", "1200,900");
    assert!(dom.contains("<title>rxlint: 1 finding</title>"), "{dom}");
    assert!(
        !dom.contains("<img")
            && dom.matches("<script").count() == 1
            && dom.contains("&lt;script&gt;")
    );
}
