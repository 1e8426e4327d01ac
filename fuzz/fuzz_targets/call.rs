//! Call records from any bytes: what is taken is normalized once and for all, its payload is what `JSON.stringify` would write in the order of the
//! members, and no refusal prints the record.
#![no_main]

use call_stream_verify::canonical::Scanner;
use call_stream_verify::objects::call::{Call, Components, Member, RedactedCall, format_redacted};
use call_stream_verify::Digest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let normalized = match Call::parse(data) {
        Ok(normalized) => normalized,
        Err(error) => {
            let code = error.code().name();
            assert!(code.starts_with("json-") || ["bad-call", "bad-member", "missing-member"].contains(&code));
            assert!(error.member_name().is_none_or(|name| Member::parse(name).is_some()));
            return;
        }
    };
    let call = &normalized.call;
    let payload = call.payload();
    // The payload, put together once more from a parse tree.
    let record: serde_json::Value = serde_json::from_str(payload).expect("a payload is JSON");
    let members: Vec<String> = Member::ALL
        .iter()
        .filter_map(|member| Some(format!("\"{}\":{}", member.name(), serde_json_canonicalizer::to_string(record.get(member.name())?).ok()?)))
        .collect();
    assert_eq!(payload, format!("{{{}}}", members.join(",")));

    let again = Call::parse(payload.as_bytes()).expect("a payload is a record");
    assert_eq!((again.call.payload(), again.uncovered.len()), (payload, 0));
    let mut scanner = Scanner::of(payload);
    let scanned = Call::scan(&mut scanner).expect("a payload is canonical");
    assert!(scanner.is_at_end());
    let digests = call.compute_digests(None);
    assert_eq!(scanned.compute_digests(None), digests);
    assert_eq!(digests.canonical_payload_hash, Digest::of(payload.as_bytes()));

    let withheld: Vec<Member> = Member::ALL.into_iter().zip(data).filter(|(_, byte)| **byte & 1 == 1).map(|(member, _)| member).collect();
    match (&digests.components, format_redacted(call, &withheld)) {
        (Components::Commitments(commitments), Some(parts)) => {
            let mut scanner = Scanner::of(parts.strip_prefix("\"call\":").expect("it begins with the call"));
            let redacted = RedactedCall::scan(&mut scanner).expect("what is redacted is canonical");
            assert!(scanner.is_at_end());
            assert!(redacted.disclosed.iter().all(|(field, digest)| commitments.get(field) == Some(digest)));
        }
        (Components::Hashes { .. }, None) => {}
        _ => panic!("a call can be redacted exactly if it has a salt"),
    }
});
