//! The sample bundles of the portal, made by `call-verify` itself: 200 calls in five languages, sealed, signed and exported with times, keys and
//! salts that never change. The bytes are golden: whatever a later version does, it judges them alike.
//!
//! | file | what it is | verdict |
//! | --- | --- | --- |
//! | `calls.ndjson` | the records, as a telephone system might write them | |
//! | `honest.ndjson` | the whole chain and all calls | `verified` |
//! | `tampered.ndjson` | the same, one transcript edited | `mismatch` |
//! | `revoked.ndjson` | the same chain, one call revoked later | `revoked` |
//! | `redacted.ndjson` | salted calls, caller and transcript withheld | `verified` |
//! | `cut-off.ndjson` | the first half of `honest.ndjson` | `not_proven` |
//! | `policy.txt` | the key to verify them by | |

use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

/// How a call came out, in the order in which outcomes take turns.
const OUTCOMES: [&str; 10] = [
    "completed",
    "completed",
    "completed",
    "transferred",
    "completed",
    "completed",
    "voicemail",
    "completed",
    "no-answer",
    "abandoned",
];
const CALLS: usize = 200;
/// How many of them the redacted bundle holds: salted records are long.
const SALTED_CALLS: usize = 60;
const TENANT: &str = "7e57d004-2b97-4e7a-b45f-5387367791cd";
const BEGIN: &str = "--tenant 7e57d004-2b97-4e7a-b45f-5387367791cd --origin callstream.example/audit/samples";

type Made<T> = Result<T, Box<dyn Error>>;

/// What a finished sample must be judged as: its name, the verdict and the exit status.
pub const VERDICTS: [(&str, &str, i32); 5] = [
    ("honest.ndjson", "verified", 0),
    ("tampered.ndjson", "mismatch", 1),
    ("revoked.ndjson", "revoked", 4),
    ("redacted.ndjson", "verified", 0),
    ("cut-off.ndjson", "not_proven", 3),
];

/// The names of all files that [`make`] writes.
pub const FILES: [&str; 7] =
    ["calls.ndjson", "honest.ndjson", "tampered.ndjson", "revoked.ndjson", "redacted.ndjson", "cut-off.ndjson", "policy.txt"];

/// Makes the samples in `folder`, with the program `call_verify` and the keys in `keys`.
pub fn make(call_verify: &Path, keys: &Path, folder: &Path) -> Made<()> {
    let desk = folder.join("desk");
    fs::create_dir_all(&desk)?;
    for name in ["test-only-log.key", "test-only-salts.ndjson"] {
        fs::copy(keys.join(name), desk.join(name))?;
    }
    let run = |line: &str| run(call_verify, &desk, line);
    let first: Vec<Value> = calls()?;
    let present: Vec<Value> = first.iter().cloned().enumerate().map(|(number, call)| corrected(number, call)).collect();
    fs::write(desk.join("first.ndjson"), to_lines(&first))?;
    fs::write(desk.join("calls.ndjson"), to_lines(&present))?;
    fs::write(desk.join("attempt.json"), to_line(present.get(4).ok_or("too few calls")?))?;

    // The honest chain: sealed on one night, three records corrected on the next evening, and an attempt.
    run(&format!("seal first.ndjson --chain chain.ndjson {BEGIN} --sign test-only-log.key --at 2026-10-05T23:00:00Z"))?;
    run("checkpoint chain.ndjson --key test-only-log.key")?;
    run("seal calls.ndjson --chain chain.ndjson --sign test-only-log.key --at 2026-10-06T20:00:00Z")?;
    run("record attempt.json --chain chain.ndjson --actor validator:nightly --at 2026-10-06T21:00:00Z")?;
    run("checkpoint chain.ndjson --key test-only-log.key")?;
    run("export chain.ndjson --calls calls.ndjson --at 2026-10-06T22:00:00Z -o honest.ndjson")?;

    // The same chain a month later.
    let revoked = present.get(42).and_then(|call| call.get("call_id")).and_then(Value::as_str).ok_or("too few calls")?;
    run(&format!(
        "revoke {revoked} --chain chain.ndjson --reason erasure-request --policy privacy/3 --actor user:u-17 \
         --sign test-only-log.key --at 2026-11-02T09:30:00Z"
    ))?;
    run("checkpoint chain.ndjson --key test-only-log.key")?;
    run("export chain.ndjson --calls calls.ndjson --at 2026-11-02T10:00:00Z -o revoked.ndjson")?;

    // A chain of salted calls.
    fs::write(desk.join("salted-calls.ndjson"), to_lines(first.get(..SALTED_CALLS).ok_or("too few calls")?))?;
    fs::rename(desk.join("test-only-salts.ndjson"), desk.join("salted.ndjson.salts"))?;
    let salts = fs::read(desk.join("salted.ndjson.salts"))?;
    run(&format!(
        "seal salted-calls.ndjson --chain salted.ndjson {BEGIN} --salt --sign test-only-log.key --at 2026-10-05T23:00:00Z"
    ))?;
    if fs::read(desk.join("salted.ndjson.salts"))? != salts {
        return Err("tests/keys/test-only-salts.ndjson does not hold a salt for every call".into());
    }
    run("checkpoint salted.ndjson --key test-only-log.key")?;
    run(
        "export salted.ndjson --calls salted-calls.ndjson --redact caller,transcript --at 2026-10-05T23:30:00Z -o redacted.ndjson",
    )?;

    // What others did to the honest export.
    let honest = fs::read_to_string(desk.join("honest.ndjson"))?;
    fs::write(desk.join("tampered.ndjson"), tampered(&honest)?)?;
    let half = (0..=honest.len() / 2).rev().find(|place| honest.is_char_boundary(*place));
    fs::write(desk.join("cut-off.ndjson"), half.and_then(|half| honest.get(..half)).ok_or("too short")?)?;
    let vkey = fs::read_to_string(keys.join("test-only-log.vkey"))?;
    fs::write(desk.join("policy.txt"), format!("log {}\nquorum none\n", vkey.trim()))?;

    for name in FILES {
        fs::copy(desk.join(name), folder.join(name))?;
    }
    fs::remove_dir_all(&desk)?;
    Ok(())
}

fn run(call_verify: &Path, desk: &Path, line: &str) -> Made<()> {
    let output = Command::new(call_verify).args(line.split_whitespace()).current_dir(desk).output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("`call-verify {line}`: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

/// The honest export, with a sentence put into the mouth of one caller.
fn tampered(honest: &str) -> Made<String> {
    let (before, after) = ("Thank you for calling. Have a nice day.", "Thank you for calling. You agreed to the premium plan.");
    let call =
        honest.rfind(before).filter(|place| honest.get(..*place).is_some_and(|text| text.contains("\n{\"type\":\"call\"")));
    let place = call.ok_or("no call to tamper with")?;
    let (head, tail) = honest.split_at_checked(place).ok_or("no call to tamper with")?;
    Ok(format!("{head}{}", tail.replacen(before, after, 1)))
}

/// Three records are corrected after they were sealed first.
fn corrected(number: usize, mut call: Value) -> Value {
    if matches!(number, 4 | 71 | 158)
        && let Some(sentiment) = call.get_mut("sentiment")
    {
        *sentiment = json!(if sentiment == "positive" { "neutral" } else { "positive" });
    }
    call
}

/// The members of a record, in the order in which a person would look for them.
const ORDER: [&str; 15] = [
    "call_id",
    "tenant_id",
    "timestamp",
    "caller",
    "direction",
    "duration",
    "disposition",
    "answered",
    "transferred",
    "abandoned",
    "ai_agent",
    "sentiment",
    "purpose",
    "transcript",
    "recording_ref",
];

fn to_line(call: &Value) -> String {
    let member = |name: &&str| call.get(*name).map(|value| format!("\"{name}\":{value}"));
    let members: Vec<String> = ORDER.iter().filter_map(member).collect();
    format!("{{{}}}\n", members.join(","))
}

fn to_lines(calls: &[Value]) -> String {
    calls.iter().map(to_line).collect()
}

/// The calls: languages, matters and outcomes take turns, each at a pace of its own.
fn calls() -> Made<Vec<Value>> {
    let languages: Vec<Value> = serde_json::from_str(include_str!("dialogues.json"))?;
    (0..CALLS).map(|number| call(number, &languages).ok_or_else(|| "dialogues.json lacks something".into())).collect()
}

fn call(number: usize, languages: &[Value]) -> Option<Value> {
    let turn = number / languages.len();
    let language = languages.get(number % languages.len())?;
    let pick = |name: &str, place: usize| {
        let list = language.get(name)?.as_array()?;
        list.get(place % list.len())?.as_str()
    };
    let scenarios = language.get("scenarios")?.as_array()?;
    let scenario = scenarios.get((turn + number) % scenarios.len())?;
    let fill = |text: &str| -> Option<String> {
        let filled = text.replace("{nn}", &format!("{:02}", number % 100)).replace("{n}", &(2 + number % 7).to_string());
        let filled = filled.replace("{name}", pick("names", number / 3)?);
        Some(filled.replace("{day}", pick("days", number / 2)?).replace("{time}", pick("times", number / 4)?))
    };
    let outcome = *OUTCOMES.get((number + turn) % OUTCOMES.len())?;
    let greeting = language.get("greeting")?.as_str()?.to_owned();
    let mut lines = vec![greeting];
    match outcome {
        "no-answer" => lines.clear(),
        "abandoned" => {}
        "voicemail" => lines.push(fill(language.get("voicemail")?.as_str()?)?),
        _ => {
            let turns = scenario.get(2)?.as_array()?;
            // Some calls say it all, some come to the point sooner.
            let said = turns.len() - (number % 3).min(turns.len().saturating_sub(2));
            for line in turns.iter().take(said) {
                lines.push(fill(line.as_str()?)?);
            }
            match outcome {
                "transferred" => lines.push(language.get("transfer")?.as_str()?.to_owned()),
                _ => lines.push(pick("closing", number / 5)?.to_owned()),
            }
        }
    }
    let answered = outcome != "no-answer";
    let talked = !matches!(outcome, "no-answer" | "abandoned");
    let transcript = lines.join("\n");
    let caller = match number % 16 {
        7 => "anonymous".to_owned(),
        11 => format!("sip:caller-{number}@pbx.example"),
        _ => fill(language.get("phone")?.as_str()?)?,
    };
    let (hour, minute) = (8 + number % 10, (number * 7) % 60);
    let mut call = json!({
        "call_id": format!("5a3b1e00-0c5f-4a11-8b00-{number:012x}"),
        "tenant_id": TENANT,
        "timestamp": format!("2026-10-05T{hour:02}:{minute:02}:{:02}{}", (number * 13) % 60, language.get("offset")?.as_str()?),
        "caller": caller,
        "direction": if number % 9 == 4 { "outbound" } else { "inbound" },
        "duration": if talked { 20 + transcript.chars().count() / 12 + number % 17 } else { number % 9 * usize::from(answered) },
        "disposition": outcome,
        "answered": answered,
        "transferred": outcome == "transferred",
        "abandoned": outcome == "abandoned",
        "ai_agent": language.get("agent")?,
        "sentiment": if talked { scenario.get(1)?.as_str()? } else { "unknown" },
        "purpose": if talked { scenario.get(0)?.as_str()? } else { "unknown" },
        "transcript": transcript,
    });
    if talked
        && number % 6 != 5
        && let Some(members) = call.as_object_mut()
    {
        members.insert("recording_ref".to_owned(), json!(format!("https://recordings.example/2026/10/05/{number:03}.wav")));
    }
    Some(call)
}
