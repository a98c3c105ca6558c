//! Taking over a document that upstream has changed: all of it, or nothing.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use bigcommerce_codegen::Api;
use bigcommerce_drift::Format;
use bigcommerce_spec::{Applied, Document};
use sha2::{Digest, Sha256};
use toml_edit::DocumentMut;

use crate::{
    Outcome, arguments, drift,
    files::{self, Output},
    regen,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which of the two.
    #[arg(value_parser = arguments::api())]
    api: Api,
    /// Upstream's new document.
    file: PathBuf,
    /// Where the document comes from, as SOURCES.toml is to say.
    #[arg(long, default_value = "adopted from upstream")]
    source: String,
    /// Take it over although the workspace does not compile with it, so that what the compiler
    /// points at can be written by hand.
    #[arg(long)]
    before_hand_work: bool,
}

const SOURCES: &str = "specs/SOURCES.toml";

/// Tries everything in a copy of the workspace, and moves over what changed there once all of
/// it holds. Whatever stops it before, the workspace is as it was.
pub(crate) fn run(args: &Args) -> Outcome {
    let adopted = validate(args)?;
    title("What changes for clients");
    let findings = drift::of_documents(&Document::load(&args.api.spec())?, &adopted)?;
    anstream::print!("{}", Format::Text.write(&findings));

    title("The overlays");
    check_overlays(args)?;
    println!("every action of both layers still does what it is there for");

    let copy = Copy::of_workspace()?;
    fs::copy(&args.file, copy.path(&args.api.spec()))?;
    fs::write(copy.path(Path::new(SOURCES)), sources(args, &adopted)?)?;

    title("What changes in the generated code");
    copy.run(
        &env::current_exe()?,
        &["regen"],
        "the clients cannot be generated",
    )?;

    title("Does the workspace compile with it?");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let checked = copy.run(
        Path::new(&cargo),
        &["check", "--workspace"],
        "it does not compile",
    );
    if let (Err(error), false) = (&checked, args.before_hand_work) {
        return Err(format!(
            "{error}; nothing was changed\n  help: what the compiler points at has to be written \
             by hand. `--before-hand-work` takes the document over first, so that it can be"
        )
        .into());
    }
    move_over(&copy, args.api)?;
    title("Left to do by hand, in this order");
    println!("{}", left_to_do(args.api, checked.is_err()));
    Ok(ExitCode::SUCCESS)
}

fn title(text: &str) {
    const BOLD: anstyle::Style = anstyle::Style::new().bold();
    anstream::println!("\n{BOLD}== {text}{BOLD:#}");
}

fn validate(args: &Args) -> Result<Document, Box<dyn std::error::Error>> {
    let document = Document::load(&args.file)?;
    document.require_openapi_3_0()?;
    // What OpenAPI 3.0 does not allow is refused before anything is compared with it.
    serde_json::from_value::<openapiv3::OpenAPI>(document.value().clone())
        .map_err(|error| format!("{}: is no OpenAPI 3.0: {error}", args.file.display()))?;
    Ok(document)
}

/// Applies both layers to the new document; the error tells of every action without effect.
fn check_overlays(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let overlays = [args.api.corrections(), args.api.accommodations()];
    let applied = Applied::load(&args.file, &overlays)?;
    if applied.problems.is_empty() {
        return Ok(());
    }
    let problems: Vec<_> = applied.problems.iter().map(ToString::to_string).collect();
    Err(format!("{}\nnothing was changed", problems.join("\n")).into())
}

fn sources(args: &Args, document: &Document) -> Result<String, Box<dyn std::error::Error>> {
    let mut sources: DocumentMut = fs::read_to_string(SOURCES)?.parse()?;
    let entry = &mut sources[args.api.name()];
    if !entry.is_table() {
        return Err(format!("{SOURCES}: there is no [{}]", args.api).into());
    }
    let title = document
        .value()
        .pointer("/info/title")
        .and_then(|title| title.as_str());
    let today = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let digest = Sha256::digest(fs::read(&args.file)?);
    let sha256 = digest
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    entry["title"] = toml_edit::value(title.unwrap_or_default());
    entry["source"] = toml_edit::value(args.source.as_str());
    entry["taken"] = toml_edit::value(today.to_string().parse::<toml_edit::Datetime>()?);
    entry["sha256"] = toml_edit::value(sha256);
    Ok(sources.to_string())
}

/// Writes what differs in the copy over the workspace's own files, all of them or none.
fn move_over(copy: &Copy, api: Api) -> Result<(), Box<dyn std::error::Error>> {
    let mut paths = vec![api.spec(), SOURCES.into()];
    paths.extend(regen::paths());
    let mut outputs = Vec::new();
    for path in paths {
        let text = fs::read_to_string(copy.path(&path))?;
        let output = Output { path, text };
        if output.current()?.as_ref() != Some(&output.text) {
            outputs.push(output);
        }
    }
    Ok(files::write_all(&outputs.iter().collect::<Vec<_>>())?)
}

fn left_to_do(api: Api, broken: bool) -> String {
    let facade = if broken {
        "Write in `crates/payments` what `cargo check --workspace` points at."
    } else {
        "Decide whether `crates/payments` should offer what is new; the test that compares it with \
         the documents names what cannot be reached."
    };
    let steps = [
        "Read the drift above: an ERR is a break that services will feel.",
        &format!(
            "Correct what the new document says wrongly: specs/overlays/{api}.yml, then \
             `cargo xtask regen`."
        ),
        facade,
        "Let `crates/sandbox` play what is new, and test it.",
        "Run `cargo xtask ci`.",
        "Commit the document, SOURCES.toml and the generated files together.",
    ];
    let numbered = steps
        .iter()
        .enumerate()
        .map(|(i, step)| format!("{}. {step}\n", i + 1));
    numbered.collect()
}

/// A copy of the workspace, gone when it is dropped.
struct Copy {
    root: tempfile::TempDir,
}

impl Copy {
    /// Copies what git knows or would add, to below `target`, where it is on the same disk.
    fn of_workspace() -> Result<Self, Box<dyn std::error::Error>> {
        fs::create_dir_all("target")?;
        let root = tempfile::Builder::new()
            .prefix("adopt-")
            .tempdir_in("target")?;
        let list = Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .output()
            .map_err(|error| format!("git cannot be run: {error}"))?;
        if !list.status.success() {
            return Err(String::from_utf8_lossy(&list.stderr).into_owned().into());
        }
        for name in String::from_utf8(list.stdout)?.split_terminator('\0') {
            let path = Path::new(name);
            if path.is_file() {
                let to = root.path().join(path);
                fs::create_dir_all(to.parent().unwrap_or(root.path()))?;
                fs::copy(path, to)?;
            }
        }
        Ok(Self { root })
    }

    fn path(&self, below: &Path) -> PathBuf {
        self.root.path().join(below)
    }

    /// Runs a program in the copy, with a target folder that all copies share. It is not the
    /// workspace's: cargo would take what it compiled here for what is there.
    fn run(&self, program: &Path, arguments: &[&str], failure: &str) -> Result<(), String> {
        let root = env::current_dir().map_err(|error| error.to_string())?;
        let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        let status = Command::new(program)
            .args(arguments)
            .current_dir(self.root.path())
            .env(
                "CARGO_MANIFEST_DIR",
                root.join(self.root.path()).join("xtask"),
            )
            .env("CARGO_TARGET_DIR", root.join(target).join("adopt"))
            .status()
            .map_err(|error| format!("{} cannot be run: {error}", program.display()))?;
        if status.success() {
            Ok(())
        } else {
            Err(failure.to_owned())
        }
    }
}
