//! A verifier's memory in a file: a run must continue what was proven before, and a head is remembered on disk before it is reported.

use crate::fold;
use crate::output::Failure;
use crate::state_file::{StateFile, Words};
use call_stream_verify::composition::memory::Memory;
use call_stream_verify::composition::verify::evaluate_since;
use call_stream_verify::{Report, Results, Trust};
use std::num::NonZeroUsize;
use std::path::Path;

const WORDS: Words = Words {
    absent: "There is no such state. Begin one if you have verified nothing of these logs before.",
    present: "There is a state already.",
};

/// The memory, its file locked until it is dropped.
pub struct Since {
    file: StateFile,
    memory: Memory,
}

/// What a memory made of a run.
pub enum Remembered {
    /// The head that was proven, which is new to it.
    Head,
    /// Nothing new: it had this head, or one beyond.
    Known,
    /// The run proved nothing.
    Nothing,
}

impl Since {
    /// Opens a memory or begins one.
    ///
    /// **Errors**: those of [`StateFile::open`]; `bad-state`.
    pub fn open(path: &Path, begin: bool) -> Result<Since, Failure> {
        let (file, text) = StateFile::open(path, begin, &WORDS)?;
        let memory = text.as_deref().map_or_else(|| Ok(Memory::default()), |text| Memory::parse(text.as_bytes()));
        let memory = memory.map_err(|error| Failure::from(error).in_file(path))?;
        if begin {
            file.replace(&memory.to_string())?;
        }
        Ok(Since { file, memory })
    }

    /// Verifies an input, and remembers the head that it proves.
    ///
    /// **Errors**: `unreadable`; `unwritable`, and then nothing was reported that is not remembered.
    pub fn judge(
        &mut self,
        path: &Path,
        trust: &Trust,
        results: Results,
        jobs: NonZeroUsize,
    ) -> Result<(Report, Remembered), Failure> {
        let trust = trust.clone().with_memory(&self.memory);
        let segment = fold::fold(path, &trust, jobs)?;
        let (report, proven) = evaluate_since(&segment, &trust, &self.memory, results);
        let remembered = match proven {
            Some(proven) if self.memory.remember(&proven) => {
                self.file.replace(&self.memory.to_string())?;
                Remembered::Head
            }
            Some(_) => Remembered::Known,
            None => Remembered::Nothing,
        };
        Ok((report, remembered))
    }
}
