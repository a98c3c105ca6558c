//! `cargo xtask upstream`, with programs in the place of `curl` and `gh`.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::spec_path;
use crate::codegen::tree::{Run, Tree};

const TOKENS: &str = "https://upstream.example/tokens.yml";
const PROCESSING: &str = "https://upstream.example/processing.yml";

/// Gives what lies in the folder `published`, under the last part of the URL; a file that ends
/// in `.sh` is run instead.
const CURL: &str = r#"#!/bin/sh
[ "$1" = --version ] && exit 0
echo "curl $*" >> ROOT/asked
for url; do :; done
file=ROOT/published/${url##*/}
[ -f "$file.sh" ] && exec /bin/sh "$file.sh"
while IFS= read -r line; do printf '%s\n' "$line"; done < "$file"
"#;

/// Keeps one issue: the file `issue` is there while it is open, and `body` is what it says.
const GH: &str = r#"#!/bin/sh
[ "$1" = --version ] && exit 0
echo "gh $*" >> ROOT/asked
for last; do :; done
case "$2" in
    list) [ -f ROOT/issue ] && echo 7 || : ;;
    create | edit)
        : > ROOT/issue
        while IFS= read -r line; do printf '%s\n' "$line"; done < "$last" > ROOT/body
        echo https://github.example/issues/7 ;;
    close) /bin/rm ROOT/issue ;;
esac
"#;

/// A workspace whose documents upstream publishes as they are, and a folder with the programs.
struct Upstream(Tree);

impl Upstream {
    fn new() -> Self {
        let upstream = Self(Tree::new());
        for folder in ["published", "programs"] {
            fs::create_dir(upstream.0.path(folder)).expect("a folder");
        }
        let sources = fs::read_to_string(upstream.0.path("specs/SOURCES.toml")).expect("TOML");
        let pointed: Vec<_> = sources
            .lines()
            .map(|line| match line.strip_prefix("upstream = ") {
                Some(url) if url.contains("tokens") => format!("upstream = {TOKENS:?}"),
                Some(_) => format!("upstream = {PROCESSING:?}"),
                None => line.to_owned(),
            })
            .collect();
        upstream.0.write("specs/SOURCES.toml", &pointed.join("\n"));
        for name in ["tokens", "processing"] {
            upstream.publish(name, &supplied(name));
        }
        upstream.install("curl", CURL);
        upstream.install("gh", GH);
        upstream
    }

    /// Publishes another text; `a.yml.sh` is a program to run for `a.yml`.
    fn publish(&self, name: &str, text: &str) {
        self.0.write(&format!("published/{name}.yml"), text);
    }

    fn answer_by(&self, name: &str, program: &str) {
        self.0.write(&format!("published/{name}.yml.sh"), program);
    }

    fn install(&self, name: &str, program: &str) {
        let file = self.0.path("programs").join(name);
        let root = self.0.path("").display().to_string();
        let program = program.replace("ROOT", root.trim_end_matches('/'));
        fs::write(&file, program).expect("a program");
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("permissions");
    }

    fn uninstall(&self, name: &str) {
        fs::remove_file(self.0.path("programs").join(name)).expect("a program");
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.0.command(&[&["upstream"], arguments].concat());
        Run::of(
            command
                .env("PATH", self.0.path("programs"))
                .output()
                .expect("xtask"),
        )
    }

    /// What was asked of a program, without the options that are the same each time.
    fn asked(&self, start: &str) -> Vec<String> {
        let asked = fs::read_to_string(self.0.path("asked")).unwrap_or_default();
        let lines = asked.lines().filter(|line| line.starts_with(start));
        lines.map(str::to_owned).collect()
    }

    fn is_open(&self) -> bool {
        self.0.path("issue").exists()
    }

    fn body(&self) -> String {
        fs::read_to_string(self.0.path("body")).expect("an issue")
    }
}

fn supplied(name: &str) -> String {
    fs::read_to_string(spec_path(name)).expect("the spec can be read")
}

#[test]
fn the_issue_is_opened_kept_up_to_date_and_closed_once_settled() {
    let upstream = Upstream::new();
    let run = upstream.run(&["--issue"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(!upstream.is_open(), "nothing differs");
    assert_eq!(upstream.asked("gh issue create"), [""; 0]);

    let stricter = supplied("processing").replace("minLength: 3", "minLength: 4");
    upstream.publish("processing", &stricter);
    let run = upstream.run(&["--issue"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stdout.contains("https://github.example/issues/7"),
        "{}",
        run.stdout
    );
    assert!(upstream.is_open());
    let body = upstream.body();
    assert!(
        body.contains("`request-property-min-length-increased`"),
        "{body}"
    );
    assert!(body.contains("cargo xtask adopt processing FILE"), "{body}");
    assert_eq!(upstream.asked("gh issue create").len(), 1);

    upstream.publish(
        "processing",
        &stricter.replace("minLength: 4", "minLength: 5"),
    );
    assert_eq!(upstream.run(&["--issue"]).code, Some(0));
    assert!(upstream.body().contains("`5`"), "{}", upstream.body());
    assert_eq!(upstream.asked("gh issue create").len(), 1, "the same issue");
    assert_eq!(upstream.asked("gh issue edit 7").len(), 1);

    upstream.publish("processing", &supplied("processing"));
    assert_eq!(upstream.run(&["--issue"]).code, Some(0));
    assert!(!upstream.is_open(), "what is settled is closed");
    assert_eq!(upstream.asked("gh issue close 7").len(), 1);
}

#[test]
fn a_document_that_is_broken_converted_or_gone_opens_an_issue_too() {
    for (published, says) in [
        ("openapi: [", "processing.yml:1:"),
        ("<!DOCTYPE html>\n<p>moved</p>", PROCESSING),
        (
            "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {}",
            "OpenAPI 3.1.0",
        ),
        (
            "swagger: '2.0'\ninfo: {title: A, version: '1'}\npaths: {}",
            "openapi",
        ),
    ] {
        let upstream = Upstream::new();
        upstream.publish("processing", published);
        let stricter = supplied("tokens").replacen("description:", "x-new: 1\n  description:", 1);
        upstream.publish("tokens", &stricter);
        let run = upstream.run(&["--issue"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let body = upstream.body();
        assert!(
            body.contains("processing: what upstream publishes cannot be read"),
            "{body}"
        );
        assert!(body.contains(says), "{body}");
        assert!(
            body.contains("extension-changed"),
            "the other one is compared: {body}"
        );
    }
    let upstream = Upstream::new();
    let gone = "echo 'curl: (22) The requested URL returned error: 404' >&2; exit 22";
    upstream.answer_by("tokens", gone);
    assert_eq!(upstream.run(&["--issue"]).code, Some(0));
    assert!(upstream.body().contains(TOKENS), "{}", upstream.body());
}

#[test]
fn what_does_not_come_is_named_by_its_url_and_leaves_the_issue_as_it_is() {
    let upstream = Upstream::new();
    let stricter = supplied("processing").replace("minLength: 3", "minLength: 4");
    upstream.publish("processing", &stricter);
    assert_eq!(upstream.run(&["--issue"]).code, Some(0));
    let body = upstream.body();
    upstream.publish("processing", &supplied("processing"));
    upstream.answer_by(
        "tokens",
        "echo 'curl: (6) Could not resolve host' >&2; exit 6",
    );

    let run = upstream.run(&["--issue"]);

    assert_eq!(run.code, Some(1));
    let says = format!("tokens: {TOKENS}: curl failed: curl: (6) Could not resolve host");
    assert!(run.stderr.contains(&says), "{}", run.stderr);
    assert!(
        run.stdout.contains("no drift"),
        "the other one is compared: {}",
        run.stdout
    );
    assert!(
        upstream.is_open() && upstream.body() == body,
        "nobody knows whether it is settled"
    );
}

#[test]
fn a_hang_ends_with_the_time_limit_of_all_together() {
    let upstream = Upstream::new();
    let hang = "exec /bin/sleep 3000";
    upstream.answer_by("tokens", hang);
    upstream.answer_by("processing", hang);
    let run = upstream.run(&["--issue", "--time-limit", "1"]);
    assert_eq!(run.code, Some(1));
    for url in [TOKENS, PROCESSING] {
        let says = format!("{url}: curl did not come to an end in time");
        assert!(run.stderr.contains(&says), "{}", run.stderr);
    }
    assert!(upstream.run(&["--help"]).stdout.contains("[default: 60]"));

    let upstream = Upstream::new();
    upstream.install(
        "gh",
        "#!/bin/sh\n[ \"$1\" = --version ] || exec /bin/sleep 3000\n",
    );
    let run = upstream.run(&["--issue", "--time-limit", "30"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr.contains("gh did not come to an end in time"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_program_that_is_missing_is_said_before_anything_else() {
    let upstream = Upstream::new();
    fs::remove_file(upstream.0.path("specs/SOURCES.toml")).expect("a file");
    for (program, arguments) in [("gh", &["--issue"][..]), ("curl", &[][..])] {
        upstream.uninstall(program);
        let run = upstream.run(arguments);
        assert_eq!(run.code, Some(1));
        let says = format!("{program} cannot be run");
        assert!(run.stderr.contains(&says), "{}", run.stderr);
        assert!(
            run.stderr.contains(&format!("install {program}")),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains("SOURCES.toml"), "{}", run.stderr);
    }
    assert_eq!(upstream.asked("curl"), [""; 0]);
}

#[test]
fn a_report_that_no_issue_takes_is_cut_and_says_where_the_rest_is() {
    let upstream = Upstream::new();
    let path =
        |n| format!("  /new/{n}:\n    get:\n      responses: {{'200': {{description: A}}}}\n");
    let paths = (0..2_000).map(path).collect::<Vec<_>>().concat();
    let text = supplied("processing").replacen("paths:\n", &format!("paths:\n{paths}"), 1);
    upstream.publish("processing", &text);
    assert_eq!(upstream.run(&["--issue"]).code, Some(0));
    let body = upstream.body();
    // GitHub takes 65,536 characters.
    assert!(body.chars().count() < 65_536, "{}", body.len());
    assert!(body.contains("more characters are in what `cargo xtask upstream` prints"));
    assert!(
        upstream.run(&[]).stdout.contains("/new/1999"),
        "all of it is printed"
    );
}
