//! `anchor verify --ca`: what a time-stamping authority has seen, and when. RFC 3161.

use super::verify::{Args, Subject};
use crate::input;
use crate::output::{Exit, Failure, Output, Run, inert};
use crate::timestamp::{self, Judgment, Token};
use call_stream_verify::Code;
use serde_json::json;
use std::path::Path;

/// Judges a token by these authorities.
pub fn run(args: &Args, ca: &Path, output: &mut Output) -> Run {
    let bytes = input::read_small(ca, timestamp::AUTHORITY_BYTES, Code::BadAuthority)?;
    let authorities = timestamp::read_authorities(&bytes).map_err(|error| Failure::from(error).in_file(ca))?;
    let bytes = input::read_small(&args.proof, timestamp::TOKEN_BYTES, Code::BadTimestamp)?;
    let token = Token::parse(&bytes).map_err(|error| Failure::from(error).in_file(&args.proof))?;
    let subject = Subject::read(args, token.imprint)?;
    let (result, word, exit, why, stamp) = match timestamp::judge(&token, &subject.digest, &authorities) {
        Judgment::Stamped(stamp) => {
            let why = format!("It was there when {} stamped it, at {} by its clock.", inert(&stamp.signer), stamp.time);
            ("stamped", "Stamped", Exit::Done, why, Some(stamp))
        }
        Judgment::Mismatch(why) => ("mismatch", "Mismatch", Exit::Mismatch, why.to_owned(), None),
        Judgment::NotProven(why) => ("not-proven", "Not proven", Exit::NotProven, why.to_owned(), None),
    };
    if output.is_json() {
        let stamp = stamp.map(|stamp| {
            json!({
                "time": stamp.time, "signer": stamp.signer, "authority": stamp.authority, "policy": stamp.policy, "serial": stamp.serial,
            })
        });
        output.line(&subject.line(result, &why, token.imprint, json!({ "stamp": stamp })));
        return Ok(exit);
    }
    output.line(&format!("{word}: {why}"));
    if let Some(stamp) = stamp {
        let authority = inert(&stamp.authority);
        output.line(&format!("Under {authority}, which you trust; policy {}, number {}.", stamp.policy, stamp.serial));
        output.line("Whether a certificate was revoked was not checked.");
    }
    subject.say(output);
    Ok(exit)
}
