//! Taking over a document that upstream has changed: all of it, or nothing.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use bigcommerce_codegen::Api;
use bigcommerce_drift::{Format, Level};
use bigcommerce_spec::{Document, Overlay};

use crate::{
    arguments::{self, CallerPath, caller_path},
    drift,
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
    #[arg(value_parser = caller_path)]
    file: CallerPath,
    /// Where the document comes from, as SOURCES.toml is to say.
    #[arg(long, default_value = "adopted from upstream")]
    source: String,
    /// Take it over although the workspace does not compile with it, so that what the compiler
    /// points at can be written by hand.
    #[arg(long)]
    before_hand_work: bool,
    /// Write over uncommitted edits of the files that change, which git cannot bring back.
    #[arg(long)]
    overwrite_edits: bool,
}

/// Tries everything in a copy of the workspace, and moves over what changed there once all of
/// it holds. Whatever stops it before, the workspace is as it was. What stops it while files
/// are moved over leaves some that are new and others that are not: git brings all of them
/// back, since none had uncommitted edits.
pub(crate) fn run(args: &Args) -> Outcome {
    sweep_leftovers()?;
    if !args.overwrite_edits {
        require_no_edits(args.api)?;
    }
    let content =
        fs::read(&args.file.path).map_err(Error::file(&args.file.typed, "cannot be read"))?;
    let adopted = validate(args, &content)?;
    title("What changes for clients");
    let findings = drift::of_documents(&Document::load(&args.api.spec())?, &adopted)?;
    anstream::print!("{}", Format::Text.write(&findings, Level::Info));

    title("The overlays");
    check_overlays(args.api, &adopted)?;
    println!("every action of both layers still does what it is there for");

    let copy = Copy::of_workspace()?;
    copy.take(args, &adopted, &content)?;

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
    title("Moving it over");
    move_over(&copy, args.api)?;
    title("Left to do by hand, in this order");
    println!("{}", left_to_do(args.api, checked.is_err()));
    Ok(ExitCode::SUCCESS)
}

fn title(text: &str) {
    const BOLD: anstyle::Style = anstyle::Style::new().bold();
    anstream::println!("\n{BOLD}== {text}{BOLD:#}");
}

fn validate(args: &Args, content: &[u8]) -> Result<Document, Error> {
    let name = &args.file.typed;
    let text = str::from_utf8(content).map_err(|error| format!("{name}: is not UTF-8: {error}"))?;
    let document = Document::parse(name, text)?;
    document.require_openapi_3_0()?;
    // What OpenAPI 3.0 does not allow is refused before anything is compared with it.
    serde_json::from_value::<openapiv3::OpenAPI>(document.value().clone())
        .map_err(|error| format!("{}: is no OpenAPI 3.0: {error}", args.file.typed))?;
    Ok(document)
}

/// Applies both layers to the new document; the error tells of every action without effect.
fn check_overlays(api: Api, document: &Document) -> Result<(), Error> {
    let mut document = document.clone();
    let mut problems = Vec::new();
    for overlay in [api.corrections(), api.accommodations()] {
        let applied = Overlay::load(&overlay)?.apply(&document);
        document = applied.document;
        problems.extend(applied.problems.iter().map(ToString::to_string));
    }
    document.require_openapi_3_0()?;
    if problems.is_empty() {
        return Ok(());
    }
    Err(format!("{}\nnothing was changed", problems.join("\n")).into())
}

/// All files that a take-over may write.
fn written(api: Api) -> Vec<PathBuf> {
    let own = [api.spec(), sources_file::PATH.into()];
    own.into_iter().chain(regen::paths()).collect()
}

/// Refuses where git could not bring back what would be overwritten.
fn require_no_edits(api: Api) -> Result<(), Error> {
    let options = ["status", "--porcelain", "-z", "--untracked-files=all", "--"];
    let options = options.map(OsString::from).into_iter();
    let paths = written(api).into_iter().map(OsString::from);
    let status = Program::new("git", options.chain(paths)).output()?;
    let edited: Vec<_> = status
        .split_terminator('\0')
        .filter_map(|line| line.get(3..))
        .collect();
    if edited.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} has uncommitted edits, which would be lost; nothing was changed\n  help: commit them, \
         or write over them with `--overwrite-edits`. If they are what a take-over left that was \
         stopped halfway, `git checkout HEAD -- {}` takes them back",
        edited.join(", "),
        edited.join(" ")
    )
    .into())
}

/// Removes what take-overs left that were killed. Those that are running keep theirs.
fn sweep_leftovers() -> Result<(), Error> {
    let mut folders = vec![PathBuf::from("target")];
    for api in Api::ALL {
        let parents = written(api)
            .into_iter()
            .filter_map(|path| Some(path.parent()?.to_owned()));
        folders.extend(parents);
    }
    folders.sort();
    folders.dedup();
    for folder in folders {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if let Some(process) = left_by(&path)
                && !is_running(process)
            {
                let removed = if path.is_dir() {
                    fs::remove_dir_all(&path)
                } else {
                    fs::remove_file(&path)
                };
                removed.map_err(Error::file(&path, "is left over and cannot be removed"))?;
                println!("removed {}, which an earlier run left", path.display());
            }
        }
    }
    Ok(())
}

/// The process that made a copy of the workspace or a file to be moved, by its name.
fn left_by(path: &Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?;
    let of_copy = name
        .strip_prefix(COPY)
        .and_then(|process| process.parse().ok());
    of_copy.or_else(|| files::staged_by(name))
}

/// Whether a process of this number is there, as far as the system tells.
fn is_running(process: u32) -> bool {
    process == std::process::id() || Path::new(&format!("/proc/{process}")).exists()
}

/// What the names of copies of the workspace start with, below `target`.
const COPY: &str = "adopt-";

/// Writes what differs in the copy over the workspace's own files.
fn move_over(copy: &Copy, api: Api) -> Result<(), Error> {
    let mut outputs = Vec::new();
    for path in written(api) {
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
    root: PathBuf,
}

impl Drop for Copy {
    fn drop(&mut self) {
        // The next run sweeps what cannot be removed now.
        let _ = fs::remove_dir_all(&self.root);
    }
}

impl Copy {
    /// Copies what git knows or would add, to below `target`, where it is on the same disk.
    fn of_workspace() -> Result<Self, Error> {
        let copy = Self {
            root: Path::new("target").join(format!("{COPY}{}", std::process::id())),
        };
        fs::create_dir_all(&copy.root).map_err(Error::file(&copy.root, "cannot be made"))?;
        let known = ["--cached", "--others", "--exclude-standard"];
        let list = Program::new("git", ["ls-files", "-z"].iter().chain(&known)).output()?;
        for name in list.split_terminator('\0') {
            let path = Path::new(name);
            if path.is_file() {
                let to = copy.path(path);
                fs::create_dir_all(to.parent().unwrap_or(&copy.root))
                    .and_then(|()| fs::copy(path, &to))
                    .map_err(Error::file(path, "cannot be copied"))?;
            }
        }
        Ok(copy)
    }

    fn path(&self, below: &Path) -> PathBuf {
        self.root.join(below)
    }

    /// Takes the new document over in the copy.
    fn take(&self, args: &Args, document: &Document, content: &[u8]) -> Result<(), Error> {
        let mut sources = SourcesFile::load()?;
        sources.record(args.api, document, content, &args.source)?;
        for (path, content) in [
            (args.api.spec(), content.to_vec()),
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
        let package = root.join(&self.root).join("crates/spec-tools");
        let status = program
            .folder(&self.root)
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
