//! Option objects as they come from JavaScript: JSON text of fixed shape, each member read once, a name too many refused.
//!
//! A misspelled option must not be a weaker question, so that nothing is passed over.

use crate::algorithms::canonical::format_number;
use crate::values::json::{self, Value};
use crate::values::limits::SAFE_INTEGER;
use crate::values::time::Timestamp;
use crate::{Code, Digest, Error, Level, Result, Results, Trust, Uuid};

/// The members of an option object that were not read yet.
pub(super) struct Options(Vec<(String, Value)>);

fn refuse(name: &str, detail: &'static str) -> Error {
    Error::new(Code::BadOption, detail).member(name)
}

impl Options {
    /// Reads the text of an object.
    ///
    /// **Errors**: `bad-option`, here and below, with the option's name.
    pub fn parse(text: &str) -> Result<Options> {
        match json::parse(text.as_bytes()) {
            Ok(value) => Options::of(value, "options"),
            Err(_) => Err(refuse("options", "They hold text that is not well-formed.")),
        }
    }

    fn of(value: Value, name: &str) -> Result<Options> {
        match value {
            Value::Object(members) => Ok(Options(members)),
            _ => Err(refuse(name, "Expected an object.")),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.swap_remove(place).1)
    }

    /// A text.
    pub fn text(&mut self, name: &str) -> Result<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(refuse(name, "Expected a text.")),
        }
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str) -> Result<String> {
        self.text(name)?.ok_or_else(|| refuse(name, "It is missing."))
    }

    /// A yes or no; no if it is absent.
    pub fn flag(&mut self, name: &str) -> Result<bool> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(refuse(name, "Expected true or false.")),
        }
    }

    /// A yes or no that must be there.
    pub fn required_flag(&mut self, name: &str) -> Result<bool> {
        match self.take(name) {
            Some(Value::Bool(flag)) => Ok(flag),
            _ => Err(refuse(name, "Expected true or false.")),
        }
    }

    /// A whole number from 0 on.
    pub fn number(&mut self, name: &str) -> Result<Option<u64>> {
        match self.take(name) {
            None => Ok(None),
            // A whole number is printed as one.
            Some(Value::Number(number)) => match format_number(number).parse() {
                Ok(number) if number <= SAFE_INTEGER => Ok(Some(number)),
                _ => Err(refuse(name, "Expected a whole number from 0 on.")),
            },
            Some(_) => Err(refuse(name, "Expected a number.")),
        }
    }

    /// An object that must be there.
    pub fn object(&mut self, name: &str) -> Result<Options> {
        let value = self.take(name).ok_or_else(|| refuse(name, "It is missing."))?;
        Options::of(value, name)
    }

    /// A list; an empty one if it is absent.
    fn list(&mut self, name: &str) -> Result<Vec<Value>> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(refuse(name, "Expected a list.")),
        }
    }

    /// A list of objects that must be there.
    pub fn objects(&mut self, name: &str) -> Result<Vec<Options>> {
        if !self.0.iter().any(|(key, _)| key == name) {
            return Err(refuse(name, "It is missing."));
        }
        self.list(name)?.into_iter().map(|item| Options::of(item, name)).collect()
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>> {
        let text = |item| match item {
            Value::String(text) => Ok(text),
            _ => Err(refuse(name, "Expected a list of texts.")),
        };
        self.list(name)?.into_iter().map(text).collect()
    }

    /// A UUID that must be there.
    pub fn uuid(&mut self, name: &str) -> Result<Uuid> {
        Uuid::parse(&self.required(name)?).ok_or_else(|| refuse(name, "Expected a UUID."))
    }

    /// A digest in hex.
    pub fn digest(&mut self, name: &str) -> Result<Option<Digest>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        Digest::parse(&text).map(Some).ok_or_else(|| refuse(name, "Expected 64 lower-case hex digits."))
    }

    /// A time that must be there.
    pub fn time(&mut self, name: &str) -> Result<Timestamp> {
        let text = self.required(name)?;
        Timestamp::parse(&text).ok_or_else(|| refuse(name, "Expected a time as RFC 3339 has it, with an offset."))
    }

    /// Refuses a name that nothing read.
    pub fn end(self) -> Result<()> {
        match self.0.first() {
            Some((name, _)) => Err(refuse(name, "There is no such option.")),
            None => Ok(()),
        }
    }

    /// The options of `verify` and `Verifier`.
    pub fn into_trust(mut self) -> Result<(Trust, Results)> {
        let results = if self.flag("all")? { Results::All } else { Results::NotVerified };
        let mut trust = Trust::new().with_chain_only(self.flag("chainOnly")?);
        if let Some(policy) = self.text("policy")? {
            trust = trust.with_policy_or_key(&policy)?;
        }
        if let Some(expect) = self.text("expect")? {
            trust = trust.with_expected_head(&expect)?;
        }
        if let Some(tenant) = self.text("tenant")? {
            trust = trust.with_tenant(&tenant)?;
        }
        if let Some(headers) = self.text("headers")? {
            trust = trust.with_headers(headers.as_bytes())?;
        }
        if let Some(level) = self.text("minLevel")? {
            let level = Level::parse(&level).ok_or_else(|| refuse("minLevel", "Expected L2 to L5."))?;
            trust = trust.with_minimum_level(level).map_err(|error| error.member("minLevel"))?;
        }
        self.end()?;
        Ok((trust, results))
    }
}
