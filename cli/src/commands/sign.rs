//! `sign`: the signature line of a version or revocation record, for its member `signatures`. FORMAT §6.

use crate::input;
use crate::key_file;
use crate::output::{Exit, Failure, Output, Run};
use call_stream_verify::algorithms::canonical::Scanner;
use call_stream_verify::objects::event::Revocation;
use call_stream_verify::objects::version::{REVOCATION_DOMAIN, Signatures, VERSION_DOMAIN, VersionRecord};
use call_stream_verify::{Code, Error};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// File with the version or revocation record in canonical form (RFC 8785); standard input if absent or `-`
    #[arg(value_name = "RECORD")]
    record: Option<PathBuf>,
    /// Key to sign with
    #[arg(long, value_name = "KEYFILE")]
    key: PathBuf,
}

/// Prints the line. Signatures that the record has already are no part of what is signed.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let key = key_file::read_signer(&args.key)?;
    let bytes = input::read_record(args.record.as_deref())?;
    let path = args.record.as_deref().unwrap_or(Path::new("-"));
    let refuse = |error: Error| Failure::from(error).in_file(path);
    let text = std::str::from_utf8(&bytes).map_err(|error| refuse(Error::new(Code::JsonUtf8, "").offset(error.valid_up_to())))?;
    let record = text.strip_suffix('\n').unwrap_or(text);
    let signed_text = signed_text(record).map_err(refuse)?;
    let line = key.sign_note(&signed_text)?.to_string();
    if output.is_json() {
        output.line(&json!({ "signature": line, "vkey": key.verifier().to_string() }).to_string());
    } else {
        output.line(&line);
    }
    Ok(Exit::Done)
}

/// The text that is signed for a record, whichever kind it is.
///
/// **Errors**: `bad-event` with the member at which the record departs from its format.
fn signed_text(record: &str) -> Result<String, Error> {
    let mut scanner = Scanner::of(record);
    let (domain, signatures) = if record.starts_with("{\"actor\":") {
        (REVOCATION_DOMAIN, Revocation::scan(&mut scanner).map(|revocation| revocation.signatures))
    } else {
        (VERSION_DOMAIN, VersionRecord::scan(&mut scanner).map(|version| version.signatures))
    };
    let refuse = |member: &str| {
        let detail = "It is neither a version record nor a revocation in its canonical form.";
        Error::new(Code::BadEvent, detail).member(member)
    };
    let signatures: Signatures<'_> = signatures.map_err(refuse)?;
    match scanner.is_at_end() {
        true => Ok(signatures.signed_text(domain, record)),
        false => Err(Error::new(Code::BadEvent, "Something follows the record.").offset(scanner.offset())),
    }
}
