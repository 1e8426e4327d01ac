//! Bundles of any size, for measurements: a chain without signatures whose entries have about 563 bytes.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    missing_docs
)]

use call_stream_verify::composition::bundle::line::Manifest;
use call_stream_verify::composition::bundle::writer::BundleWriter;
use call_stream_verify::objects::call::{Call, CallDigests, Components};
use call_stream_verify::objects::chain::{Header, format_entry};
use call_stream_verify::objects::version::{Signatures, VersionRecord};
use call_stream_verify::{Digest, Timestamp, Uuid};
use std::io::Write;

/// What the entries of a large bundle are.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Of eight entries so many seal a version; the rest are foreign events.
    pub seals: usize,
    /// Whether every sealed call is presented.
    pub calls: bool,
    /// Bytes of transcript in a presented call.
    pub transcript: usize,
}

impl Shape {
    /// Half versions, half other events, no calls presented.
    pub const SEALS: Shape = Shape { seals: 4, calls: false, transcript: 0 };
    /// Every entry seals a call that is presented.
    pub const CALLS: Shape = Shape { seals: 8, calls: true, transcript: 0 };
}

pub fn bundle(entries: usize, shape: Shape) -> Vec<u8> {
    let mut out = Vec::with_capacity(entries * 900);
    write(&mut out, entries, shape);
    out
}

fn uuid(number: usize) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Digest::of(&number.to_le_bytes()).0[..16]);
    Uuid(bytes)
}

fn call(number: usize, tenant_id: Uuid, transcript: &str) -> Call<'static> {
    let record = format!(
        "{{\"call_id\":\"{}\",\"tenant_id\":\"{tenant_id}\",\"timestamp\":\"2026-10-01T08:00:00Z\",\"caller\":\"+1305555{:04}\",\"direction\":\"inbound\",\
         \"duration\":105,\"disposition\":\"completed\",\"answered\":true,\"transferred\":false,\"abandoned\":false,\"ai_agent\":\"CSAI\",\
         \"sentiment\":\"neutral\",\"purpose\":\"reservation\",\"transcript\":\"Caller: hello {number}\\nAI: good evening{transcript}\"}}",
        uuid(number),
        number % 10_000,
    );
    Call::parse(record.as_bytes()).unwrap().call
}

/// Writes a whole bundle, each line as soon as it is made.
pub fn write(out: &mut impl Write, entries: usize, shape: Shape) {
    let tenant_id = uuid(usize::MAX);
    let created_at = Timestamp::new(1_767_225_600, 0).unwrap();
    let header = Header { tenant_id, origin: "callstream.example/audit/large".to_owned(), created_at };
    let mut head = header.chain_id();
    let manifest = Manifest { chain: header, range: 0..entries as u64, prev_hash: head, exported_at: created_at };
    let (mut writer, line) = BundleWriter::new(&manifest);
    out.write_all(line.as_bytes()).unwrap();
    let transcript = "AI: how may I help? ".repeat(shape.transcript / 20);
    for seq in 0..entries {
        let time = Timestamp::new(1_767_225_600 + seq as i64, 0).unwrap();
        let entity = uuid(seq).to_string();
        let mut presented = None;
        let (event_type, payload) = if seq % 8 < shape.seals {
            let digests = if shape.calls {
                let call = call(seq, tenant_id, &transcript);
                let digests = call.compute_digests(None);
                presented = Some(call);
                digests
            } else {
                let hash = Digest::of(entity.as_bytes());
                CallDigests {
                    canonical_payload_hash: hash,
                    components: Components::Hashes { metadata: hash, transcript: hash, recording: None },
                }
            };
            let record = VersionRecord {
                call_id: uuid(seq),
                tenant_id,
                version: 1,
                supersedes: None,
                digests,
                finalized_at: time,
                signatures: Signatures::default(),
            };
            ("version.created", record.format())
        } else {
            let tokens = seq % 1000;
            let note = "The guest asked for a late checkout; \\\"mañana\\\" was understood as tomorrow. ".repeat(2);
            let payload = format!(
                "{{\"latency\":{}.5,\"model\":\"csai-voice-2\",\"note\":\"{note}\",\"tokens\":[{tokens},{},true,null],\"trace\":\"{entity}\",\"usage\":{{\"in\":{tokens},\"out\":7}}}}",
                tokens + 1,
                tokens + 5,
            );
            ("model.invoked", payload)
        };
        let text = format_entry(&entity, event_type, &payload, &head, time).unwrap();
        head = Digest::of(text.as_bytes());
        out.write_all(writer.entry(seq as u64, &head, &text).as_bytes()).unwrap();
        if let Some(call) = presented {
            out.write_all(writer.call(&call).as_bytes()).unwrap();
        }
    }
    out.write_all(writer.end().as_bytes()).unwrap();
}
