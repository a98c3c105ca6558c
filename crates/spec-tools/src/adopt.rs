//! Taking over a document that upstream has changed: all of it, or nothing.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use bigcommerce_codegen::Api;
use bigcommerce_drift::Format;
use bigcommerce_spec::{Applied, Document};

use crate::{
    arguments, drift,
    error::{Error, Outcome},
    files::{self, Output},
    process::Program,
    regen,
    sources_file::{self, SourcesFile},
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which of the two.
    #[arg(value_parser = arguments::api())]
    api: Api,
    /// Upstream's new document.
    #[arg(value_parser = arguments::file())]
    file: PathBuf,
    /// Where the document comes from, as SOURCES.toml is to say.
    #[arg(long, default_value = "adopted from upstream")]
    source: String,
    /// Take it over although the workspace does not compile with it, so that what the compiler
    /// points at can be written by hand.
    #[arg(long)]
    before_hand_work: bool,
}

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
    copy.take(args, &adopted)?;

    title("What changes in the generated code");
    let xtask = env::current_exe()?;
    copy.run(
        Program::new(xtask, ["regen"]),
        "the clients cannot be generated",
    )?;

    title("Does the workspace compile with it?");
    let check = Program::cargo(["check", "--workspace"]);
    let checked = copy.run(check, "it does not compile");
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

fn validate(args: &Args) -> Result<Document, Error> {
    let document = Document::load(&args.file)?;
    document.require_openapi_3_0()?;
    // What OpenAPI 3.0 does not allow is refused before anything is compared with it.
    serde_json::from_value::<openapiv3::OpenAPI>(document.value().clone())
        .map_err(|error| format!("{}: is no OpenAPI 3.0: {error}", args.file.display()))?;
    Ok(document)
}

/// Applies both layers to the new document; the error tells of every action without effect.
fn check_overlays(args: &Args) -> Result<(), Error> {
    let overlays = [args.api.corrections(), args.api.accommodations()];
    let applied = Applied::load(&args.file, &overlays)?;
    if applied.problems.is_empty() {
        return Ok(());
    }
    let problems: Vec<_> = applied.problems.iter().map(ToString::to_string).collect();
    Err(format!("{}\nnothing was changed", problems.join("\n")).into())
}

/// Writes what differs in the copy over the workspace's own files, all of them or none.
fn move_over(copy: &Copy, api: Api) -> Result<(), Error> {
    let mut paths = vec![api.spec(), sources_file::PATH.into()];
    paths.extend(regen::paths());
    let mut outputs = Vec::new();
    for path in paths {
        let copied = copy.path(&path);
        let text = fs::read_to_string(&copied).map_err(Error::file(copied, "cannot be read"))?;
        let output = Output { path, text };
        if output.current()?.as_ref() != Some(&output.text) {
            outputs.push(output);
        }
    }
    files::write_all(&outputs.iter().collect::<Vec<_>>())
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
    fn of_workspace() -> Result<Self, Error> {
        let root = fs::create_dir_all("target")
            .and_then(|()| {
                tempfile::Builder::new()
                    .prefix("adopt-")
                    .tempdir_in("target")
            })
            .map_err(Error::file("target", "no folder can be made there"))?;
        let known = ["--cached", "--others", "--exclude-standard"];
        let list = Program::new("git", ["ls-files", "-z"].iter().chain(&known)).output()?;
        for name in list.split_terminator('\0') {
            let path = Path::new(name);
            if path.is_file() {
                let to = root.path().join(path);
                fs::create_dir_all(to.parent().unwrap_or(root.path()))
                    .and_then(|()| fs::copy(path, &to))
                    .map_err(Error::file(path, "cannot be copied"))?;
            }
        }
        Ok(Self { root })
    }

    fn path(&self, below: &Path) -> PathBuf {
        self.root.path().join(below)
    }

    /// Takes the new document over in the copy.
    fn take(&self, args: &Args, document: &Document) -> Result<(), Error> {
        let content = fs::read(&args.file).map_err(Error::file(&args.file, "cannot be read"))?;
        let mut sources = SourcesFile::load()?;
        sources.record(args.api, document, &content, &args.source)?;
        for (path, content) in [
            (args.api.spec(), content),
            (sources_file::PATH.into(), sources.to_string().into_bytes()),
        ] {
            let path = self.path(&path);
            fs::write(&path, content).map_err(Error::file(&path, "cannot be written"))?;
        }
        Ok(())
    }

    /// Runs a program in the copy, with a target folder that all copies share. It is not the
    /// workspace's: cargo would take what it compiled here for what is there.
    fn run(&self, program: Program, failure: &str) -> Result<(), Error> {
        let root = env::current_dir()?;
        let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        let package = root.join(self.root.path()).join("crates/spec-tools");
        let status = program
            .folder(self.root.path())
            .variable("CARGO_MANIFEST_DIR", package)
            .variable("CARGO_TARGET_DIR", root.join(target).join("adopt"))
            .run()?;
        if status.success() {
            Ok(())
        } else {
            Err(failure.to_owned().into())
        }
    }
}
