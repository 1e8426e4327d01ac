//! Writes a bundle line by line; what it writes, the reader reads.

use super::line::Manifest;
use crate::algorithms::{base64, canonical};
use crate::objects::call::{Call, Member, format_redacted};
use crate::values::codes::Code;
use crate::values::digest::{Digest, Hasher};
use crate::values::error::{Error, Result};

/// Formats the lines of one bundle in order and keeps what the end line needs.
///
/// ```text
/// let mut writer = BundleWriter::new();
/// out(writer.manifest(&manifest)); out(writer.entry(0, &hash, text)); out(writer.call(&call)); out(writer.end());
/// ```
#[derive(Clone)]
pub struct BundleWriter {
    envelope: Hasher,
    entries: u64,
    calls: u64,
    head: Digest,
}

impl BundleWriter {
    /// A writer and its first line.
    #[must_use]
    pub fn new(manifest: &Manifest) -> (BundleWriter, String) {
        let mut writer = BundleWriter { envelope: Hasher::new(), entries: 0, calls: 0, head: manifest.prev_hash };
        let line = writer.envelope_line(format!(
            "{{\"type\":\"manifest\",\"format\":\"call-stream-verify/1\",\"chain\":{},\"range\":{{\"start\":{},\"end\":{}}},\"prev_hash\":\"{}\",\"exported_at\":\"{}\"}}\n",
            manifest.chain.format(), manifest.range.start, manifest.range.end, manifest.prev_hash, manifest.exported_at,
        ));
        (writer, line)
    }

    fn envelope_line(&mut self, line: String) -> String {
        self.envelope.update(line.as_bytes());
        line
    }

    /// An entry line; `text` is the entry's canonical text.
    pub fn entry(&mut self, seq: u64, entry_hash: &Digest, text: &str) -> String {
        self.entries += 1;
        self.head = *entry_hash;
        format_entry_line(seq, entry_hash, text)
    }

    /// A call line.
    pub fn call(&mut self, call: &Call<'_>) -> String {
        self.calls += 1;
        format!("{{\"type\":\"call\",\"call\":{}}}\n", call.payload())
    }

    /// A line that withholds some members of a call.
    ///
    /// **Errors**: `redact-needs-salt`.
    pub fn redacted(&mut self, call: &Call<'_>, withheld: &[Member]) -> Result<String> {
        let parts = format_redacted(call, withheld).ok_or_else(|| Error::new(Code::RedactNeedsSalt, ""))?;
        self.calls += 1;
        Ok(format!("{{\"type\":\"redacted\",{parts}}}\n"))
    }

    /// A checkpoint line; `note` is the signed note's text.
    pub fn checkpoint(&mut self, note: &str) -> String {
        self.envelope_line(format_checkpoint_line(note))
    }

    /// A consistency line.
    pub fn consistency(&mut self, from: u64, to: u64, hashes: &[Digest]) -> String {
        let hashes = format_hashes(hashes);
        self.envelope_line(format!("{{\"type\":\"consistency\",\"from\":{from},\"to\":{to},\"hashes\":[{hashes}]}}\n"))
    }

    /// An inclusion line.
    pub fn inclusion(&mut self, seq: u64, size: u64, hashes: &[Digest]) -> String {
        let hashes = format_hashes(hashes);
        self.envelope_line(format!("{{\"type\":\"inclusion\",\"seq\":{seq},\"size\":{size},\"hashes\":[{hashes}]}}\n"))
    }

    /// An anchor line; `proof` is over the checkpoint of that size.
    pub fn anchor(&mut self, size: u64, proof: &[u8]) -> String {
        let proof = base64::encode(proof);
        self.envelope_line(format!("{{\"type\":\"anchor\",\"kind\":\"opentimestamps\",\"size\":{size},\"proof\":\"{proof}\"}}\n"))
    }

    /// The end line.
    #[must_use]
    pub fn end(self) -> String {
        format!(
            "{{\"type\":\"end\",\"entries\":{},\"calls\":{},\"head\":\"{}\",\"envelope\":\"{}\"}}\n",
            self.entries,
            self.calls,
            self.head,
            self.envelope.finish(),
        )
    }
}

fn format_hashes(hashes: &[Digest]) -> String {
    let hashes: Vec<String> = hashes.iter().map(|hash| format!("\"{}\"", base64::encode(hash.as_bytes()))).collect();
    hashes.join(",")
}

/// An entry line with its LF, as bundles and chain files hold it.
#[must_use]
pub fn format_entry_line(seq: u64, entry_hash: &Digest, text: &str) -> String {
    format!("{{\"type\":\"entry\",\"seq\":{seq},\"entry_hash\":\"{entry_hash}\",\"entry\":{text}}}\n")
}

/// A checkpoint line with its LF, as bundles and chain files hold it.
#[must_use]
pub fn format_checkpoint_line(note: &str) -> String {
    format!("{{\"type\":\"checkpoint\",\"note\":{}}}\n", canonical::quoted(note))
}
