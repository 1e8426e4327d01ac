//! `verify`: bundles and what the verifier trusts in, reports and a verdict out. FORMAT §9 and §10.

use crate::args::TrustArgs;
use crate::durable::{self, Readers};
use crate::key_file;
use crate::output::{Exit, Failure, Format, Output, Run, inert};
use crate::own_files;
use crate::since::{Remembered, Since};
use crate::{anchor_file, fold, formats, input, tile_files};
use call_stream_verify::algorithms::note::SigningKey;
use call_stream_verify::composition::attestation::{Attestation, Outcome};
use call_stream_verify::composition::verify::tiles::verify_tiles;
use call_stream_verify::{Code, Effect, Error, Report, Results, Trust, Verdict, evaluate};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Bundles, plain or gzip; `-` is standard input
    #[arg(value_name = "BUNDLE", required_unless_present = "tiles")]
    bundles: Vec<PathBuf>,
    /// Instead of bundles a log of static files (C2SP tlog-tiles), ours or another's: that its files are the tree that is signed
    #[arg(long, value_name = "DIR", conflicts_with_all = ["bundles", "since", "attest", "jobs", "expect", "tenant", "chain_only", "headers"])]
    tiles: Option<PathBuf>,
    /// Threads for a plain file; the report is the same for any number, and each takes some 8 MB of memory
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::MIN)]
    jobs: NonZeroUsize,
    /// List every call and finding, verified calls too
    #[arg(long)]
    all: bool,
    /// What you have verified before: refuses a chain that does not continue it, and remembers the head that is proven now
    #[arg(long, value_name = "STATE", help_heading = SINCE)]
    since: Option<PathBuf>,
    /// Begin the state: you have verified nothing of these logs before
    #[arg(long, requires = "since", help_heading = SINCE)]
    begin: bool,
    /// Sign the result as a validator, with this key, for `agree`
    #[arg(long, value_name = "KEYFILE", requires = "result", conflicts_with = "all", help_heading = RESULT)]
    attest: Option<PathBuf>,
    /// Where the signed result is written, also if it is no `verified`
    #[arg(long, value_name = "FILE", requires = "attest", help_heading = RESULT)]
    result: Option<PathBuf>,
    /// Headers of Bitcoin blocks that confirm anchors, from a place you trust: 80 bytes each, or 160 hex digits a line, in order; an empty
    /// line between those that do not follow each other
    #[arg(long, value_name = "FILE", help_heading = "What you trust")]
    headers: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
}

const RESULT: &str = "What you sign";
const SINCE: &str = "What you remember";

/// More threads than this are not started: each holds a piece of the input.
const JOBS: usize = 256;

/// Verifies every bundle, in order; the worst outcome decides.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let trust = anchor_file::with_headers(args.trust.trust()?, args.headers.as_deref())?;
    if let Some(folder) = &args.tiles {
        return verify_log(folder, &trust, output);
    }
    if args.bundles.iter().filter(|path| input::is_stdin(path)).count() > 1 {
        return Err(Error::new(Code::BadOption, "Standard input can be read once.").member("BUNDLE").into());
    }
    if args.jobs.get() > JOBS {
        return Err(Error::new(Code::BadOption, "At most 256 threads.").member("jobs").into());
    }
    let attest = Attest::open(args, output.format())?;
    let mut since = args.since.as_deref().map(|path| Since::open(path, args.begin)).transpose()?;
    let format = output.format();
    let mut reporter = formats::reporter(format, args.all);
    let mut worst = Exit::Done;
    for path in &args.bundles {
        let name = input::name(path);
        match judge(path, &trust, formats::results(format, args.all), args.jobs, since.as_mut()) {
            Ok((report, remembered)) => {
                if let Some(attest) = &attest {
                    attest.write(&report)?;
                }
                reporter.report(&name, &report, output);
                say_written(args, &report, remembered.as_ref(), output);
                worst = worst.worst(formats::exit(&report));
            }
            Err(failure) => {
                tell(&name, &failure, reporter.as_mut(), output);
                worst = worst.worst(failure.exit());
            }
        }
    }
    reporter.finish(output);
    Ok(worst)
}

/// A validator's key, and where the signed result goes.
struct Attest<'a> {
    key: SigningKey,
    path: &'a Path,
}

impl<'a> Attest<'a> {
    fn open(args: &'a Args, format: Format) -> Result<Option<Attest<'a>>, Failure> {
        let (Some(key), Some(path)) = (&args.attest, &args.result) else { return Ok(None) };
        let refuse = |detail| Err(Failure::from(Error::new(Code::BadOption, detail).member("attest")));
        if args.bundles.len() != 1 {
            return refuse("A result is of one bundle.");
        }
        if formats::results(format, false) == Results::All {
            return refuse(
                "Other validators' reports list what is not verified; this format's list all, so that nobody could agree with it.",
            );
        }
        own_files::refuse_output(Some(path), args.bundles.iter().chain([key]).chain(&args.headers).cloned())?;
        Ok(Some(Attest { key: key_file::read_signer(key)?, path }))
    }

    fn write(&self, report: &Report) -> Result<(), Failure> {
        let attestation = Attestation::sign(Outcome::of_report(&report.to_json())?, &self.key)?;
        durable::replace(self.path, attestation.to_string().as_bytes(), Readers::Usual)
    }
}

/// Verifies a log of tiles.
fn verify_log(folder: &Path, trust: &Trust, output: &mut Output) -> Run {
    if matches!(output.format(), Format::Junit | Format::Sarif) {
        return Err(Error::new(Code::BadOption, "A log of tiles is reported as text or JSON.").member("format").into());
    }
    // A folder that is not there is no log of which a file is missing.
    folder.read_dir().map_err(|reason| Failure::unreadable(folder, &reason))?;
    let report = verify_tiles(trust, |name| tile_files::read(folder, name))?;
    match output.is_json() {
        true => output.line(&report.to_json()),
        false => output.styled(&formats::tiles(&input::name(folder), &report)),
    }
    let limit = report.findings.iter().any(|finding| finding.code.effect() == Effect::Limit);
    Ok(match report.verdict {
        Verdict::NotProven if limit => Exit::Limit,
        verdict => Exit::of_report(verdict.exit_code()),
    })
}

/// The report, and what a memory made of it.
fn judge(
    path: &Path,
    trust: &Trust,
    results: Results,
    jobs: NonZeroUsize,
    since: Option<&mut Since>,
) -> Result<(Report, Option<Remembered>), Failure> {
    if path.is_dir() {
        return Err(
            Failure::new(Code::Unreadable, "It is a folder; if it is a log of tiles, name it with --tiles.").in_file(path)
        );
    }
    match since {
        None => Ok((evaluate(&fold::fold(path, trust, jobs)?, trust, results), None)),
        Some(since) => since.judge(path, trust, results, jobs).map(|(report, remembered)| (report, Some(remembered))),
    }
}

/// Says which files were written, and of a memory that was not, why.
fn say_written(args: &Args, report: &Report, remembered: Option<&Remembered>, output: &Output) {
    if output.is_json() {
        return;
    }
    if let (Some(remembered), Some(path)) = (remembered, &args.since) {
        let path = inert(&path.to_string_lossy()).into_owned();
        output.note(&match remembered {
            Remembered::Head => format!("{path} remembers this head of {} entries", report.as_of.size.unwrap_or_default()),
            Remembered::Known => format!("{path} is as it was: it remembers what is proven here"),
            Remembered::Nothing => format!("{path} is as it was: no head was proven that it could remember"),
        });
    }
    if let Some(path) = &args.result {
        output.note(&format!("the signed result is in {}", inert(&path.to_string_lossy())));
    }
}

/// Says that an input could not be judged.
pub(super) fn tell(name: &str, failure: &Failure, reporter: &mut dyn formats::Reporter, output: &mut Output) {
    output.failure(failure);
    reporter.failure(name, failure, output);
}
