//! `explain`: what a code means, what it forces and what to do, from the one table of codes.

use crate::output::{Exit, Output, Run, inert};
use call_stream_verify::{Code, Effect, Error};
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Code, such as `link-broken`; all of them if absent
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// Explains one code, or lists all.
pub fn run(args: &Args, output: &mut Output) -> Run {
    let Some(name) = &args.code else {
        for code in Code::ALL {
            list(*code, output);
        }
        return Ok(Exit::Done);
    };
    let wanted = name.trim().to_ascii_lowercase().replace('_', "-");
    let Some(code) = Code::parse(&wanted) else {
        let near = near(&wanted);
        if !near.is_empty() && !output.is_json() {
            output.note(&format!("there is no code {}; near: {}", inert(name), near.join(", ")));
        }
        return Err(Error::new(Code::BadOption, "There is no such code; `call-verify explain` lists all.").member("CODE").into());
    };
    if output.is_json() {
        output.line(&to_json(code).to_string());
    } else {
        let (bold, reset) = (crate::output::STRONG.render(), crate::output::STRONG.render_reset());
        let (name, sentence, explanation) = (code.name(), code.sentence(), code.explanation());
        output.styled(&format!("{bold}{name}{reset}\n{sentence}\n\n{explanation}\n\n{}\n", effect(code)));
    }
    Ok(Exit::Done)
}

fn list(code: Code, output: &mut Output) {
    if output.is_json() {
        output.line(&to_json(code).to_string());
    } else {
        output.line(&format!("{:<28} {}", code.name(), code.sentence()));
    }
}

fn to_json(code: Code) -> Value {
    json!({
        "code": code.name(),
        "severity": code.effect().severity(),
        "sentence": code.sentence(),
        "explanation": code.explanation(),
        "exit": exit_status(code),
    })
}

/// The status that the code forces; what only warns forces none.
fn exit_status(code: Code) -> Option<u8> {
    match code {
        // Nothing was judged at all.
        Code::NotABundle => Some(Exit::Refused.code()),
        _ => match code.effect() {
            Effect::Mismatch => Some(Exit::Mismatch.code()),
            Effect::NotProven => Some(Exit::NotProven.code()),
            Effect::Limit => Some(Exit::Limit.code()),
            Effect::Revoked => Some(Exit::Revoked.code()),
            Effect::Warning => None,
            Effect::Usage => Some(Exit::Usage.code()),
            Effect::Refused => Some(Exit::Refused.code()),
        },
    }
}

fn effect(code: Code) -> &'static str {
    if code == Code::NotABundle {
        return "Finding: nothing could be judged. Verdict `not_proven`, exit status 5.";
    }
    match code.effect() {
        Effect::Mismatch => "Finding: it was judged and does not hold. Verdict `mismatch`, exit status 1.",
        Effect::NotProven => "Finding: it could not be judged. Verdict `not_proven`, exit status 3.",
        Effect::Limit => "Finding: a limit ended the run. Verdict `not_proven`, exit status 6.",
        Effect::Revoked => "Finding: it was withdrawn. Verdict `revoked`, exit status 4.",
        Effect::Warning => "Warning: it forces no verdict.",
        Effect::Usage => "Refusal: the question is malformed. Exit status 2.",
        Effect::Refused => "Refusal: the input cannot be read or taken. Exit status 5.",
    }
}

/// At most five codes that look like the name.
fn near(name: &str) -> Vec<&'static str> {
    let mut found: Vec<(usize, &str)> = Code::ALL
        .iter()
        .map(|code| (distance(name, code.name()), code.name()))
        .filter(|(distance, code)| *distance <= 3 || name.len() >= 4 && (code.contains(name) || name.contains(code)))
        .collect();
    found.sort_unstable();
    found.into_iter().take(5).map(|(_, code)| code).collect()
}

/// Edits between two texts (Levenshtein), for texts of the length of codes.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (place, from) in left.chars().take(64).enumerate() {
        let mut diagonal = place;
        let mut before = place + 1;
        let mut next = vec![before];
        for (to, above) in right.iter().zip(row.iter().skip(1)) {
            let kept = diagonal + usize::from(from != *to);
            before = kept.min(before + 1).min(*above + 1);
            diagonal = *above;
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_codes_are_found() {
        assert_eq!(distance("link-broken", "link-broken"), 0);
        assert_eq!(distance("lnik-broken", "link-broken"), 2);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(near("lnk-broken"), ["link-broken"]);
        assert!(near("gzip").contains(&"gzip-damaged"));
        assert!(near("nothing of the kind").is_empty());
    }
}
