//! `export --car`: the payloads of sealed calls as a CAR file.
//!
//! Its header names every block, so the records are read twice: once for the CIDs, once for the payloads.

use crate::chain_file::ChainFile;
use crate::durable::{Readers, Replacement};
use crate::input;
use crate::output::{Exit, Failure, Output, Run};
use crate::records;
use crate::salts::Salts;
use call_stream_verify::algorithms::car::{format_block_head, format_header};
use call_stream_verify::objects::call::Call;
use call_stream_verify::{Code, Digest, Error, Uuid};
use std::collections::HashSet;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Longest header that common readers take, 32 MiB, in roots of 41 bytes.
const ROOTS: usize = 32 * 1024 * 1024 / 41 - 1;

/// Writes the file: a block for each record whose payload the chain seals, in the order of the records.
pub fn write(path: &Path, chain: &ChainFile, calls: &Path, output: &Output) -> Run {
    if input::is_stdin(calls) {
        let detail = "A CAR file needs the records twice: name a file.";
        return Err(Error::new(Code::BadOption, detail).member("calls").into());
    }
    let salts = Salts::open(chain.path(), false)?;
    let (mut roots, mut seen, mut unsealed) = (Vec::new(), HashSet::new(), 0_u64);
    for_each_payload(calls, &salts, |call| {
        if !seen.insert(call.call_id()) {
            let detail = "Give one record for each call: its present state.";
            return Err(Error::new(Code::CallTwice, detail).member("call_id").into());
        }
        match sealed(chain, call) {
            Some(digest) if roots.len() < ROOTS => roots.push(digest),
            Some(_) => {
                return Err(Error::new(Code::BadOption, "These are more calls than one CAR file names.").member("car").into());
            }
            None => unsealed += 1,
        }
        Ok(())
    })?;
    drop::<HashSet<Uuid>>(seen);
    let mut file = Replacement::begin(path, Readers::Usual)?;
    let unwritable = |reason: &std::io::Error| Failure::unwritable(path, reason);
    let mut out = BufWriter::with_capacity(256 * 1024, &mut file);
    out.write_all(&format_header(&roots)).map_err(|reason| unwritable(&reason))?;
    let mut named = roots.iter();
    for_each_payload(calls, &salts, |call| {
        let Some(digest) = sealed(chain, call) else { return Ok(()) };
        if named.next() != Some(&digest) {
            return Err(Failure::new(Code::Unreadable, "The records changed while they were read.").in_file(calls));
        }
        let payload = call.payload().as_bytes();
        let head = format_block_head(&digest, payload.len());
        out.write_all(&head).and_then(|()| out.write_all(payload)).map_err(|reason| unwritable(&reason))
    })?;
    if named.next().is_some() {
        return Err(Failure::new(Code::Unreadable, "The records changed while they were read.").in_file(calls));
    }
    out.flush().map_err(|reason| unwritable(&reason))?;
    drop(out);
    file.finish()?;
    if !output.is_json() {
        if unsealed > 0 {
            output.note(&format!("{unsealed} calls are left out: the chain does not seal what their records hold"));
        }
        output.note(&format!("{} payloads", roots.len()));
    }
    Ok(Exit::Done)
}

/// The digest of the payload, if a version of the call seals it.
fn sealed(chain: &ChainFile, call: &Call<'_>) -> Option<Digest> {
    let digest = Digest::of(call.payload().as_bytes());
    chain.state().calls().version_of(call.call_id(), &digest).map(|_| digest)
}

fn for_each_payload(calls: &Path, salts: &Salts, mut take: impl FnMut(&Call<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
    records::for_each(calls, |_, record| take(&record.normalize_with(salts)?.call))
}
