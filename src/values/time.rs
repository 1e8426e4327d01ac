//! Times: RFC 3339 date-times, normalized to UTC, `2026-10-01T08:00:00.12Z`. FORMAT §1 member 3.
//!
//! Plain arithmetic on the proleptic Gregorian calendar: no time zone names, no leap seconds, no clock.

use super::saved::{Bytes, Saved};
use std::fmt;

/// An instant between the years 0001 and 9999, to the microsecond; its text form is UTC with `Z`, the fraction without
/// trailing zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z; negative before.
    seconds: i64,
    microseconds: u32,
}

impl Timestamp {
    /// Parses an RFC 3339 date-time with an offset and at most six digits of fraction.
    ///
    /// **Errors**: `None` for anything else, among it leap seconds and instants whose UTC year is not 0001 to 9999.
    /// **Source**: RFC 3339 §5.6.
    ///
    /// ```
    /// use call_stream_verify::Timestamp;
    /// let time = Timestamp::parse("2026-10-01T10:00:00.120+02:00").unwrap();
    /// assert_eq!(time.to_string(), "2026-10-01T08:00:00.12Z");
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Timestamp> {
        let mut reader = Reader(text.as_bytes());
        let year = reader.digits(4)?;
        reader.byte(b"-")?;
        let month = reader.digits(2)?;
        reader.byte(b"-")?;
        let day = reader.digits(2)?;
        reader.byte(b"Tt")?;
        let hour = reader.digits(2)?;
        reader.byte(b":")?;
        let minute = reader.digits(2)?;
        reader.byte(b":")?;
        let second = reader.digits(2)?;
        let microseconds = if reader.byte(b".").is_some() { reader.fraction()? } else { 0 };
        let offset = if reader.byte(b"Zz").is_some() {
            0
        } else {
            let sign = if reader.byte(b"+").is_some() {
                1
            } else {
                reader.byte(b"-")?;
                -1
            };
            let hours = reader.digits(2)?;
            reader.byte(b":")?;
            let minutes = reader.digits(2)?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            sign * (hours * 3600 + minutes * 60)
        };
        if !reader.0.is_empty() {
            return None;
        }
        Timestamp::of([year, month, day], [hour, minute, second], microseconds, offset)
    }

    /// Parses only what is already in canonical form.
    #[must_use]
    pub fn parse_canonical(text: &str) -> Option<Timestamp> {
        let (whole, rest) = text.as_bytes().split_first_chunk::<19>()?;
        let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1] = *whole else {
            return None;
        };
        let mut all_digits = true;
        let mut number = |digits: &[u8]| {
            digits.iter().fold(0, |value, digit| {
                all_digits &= digit.is_ascii_digit();
                value * 10 + i64::from(digit.wrapping_sub(b'0'))
            })
        };
        let date = [number(&[y0, y1, y2, y3]), number(&[m0, m1]), number(&[d0, d1])];
        let time = [number(&[h0, h1]), number(&[n0, n1]), number(&[s0, s1])];
        let microseconds = match rest {
            b"Z" => 0,
            [b'.', fraction @ .., last, b'Z'] if *last != b'0' && fraction.len() < 6 => {
                let unit = 10i64.pow(5 - u32::try_from(fraction.len()).ok()?);
                (number(fraction) * 10 + number(&[*last])) * unit
            }
            _ => return None,
        };
        if all_digits { Timestamp::of(date, time, microseconds, 0) } else { None }
    }

    /// The instant of a date and a time of day at an offset in seconds; `None` if the calendar or the clock has no such.
    fn of([year, month, day]: [i64; 3], [hour, minute, second]: [i64; 3], microseconds: i64, offset: i64) -> Option<Timestamp> {
        let valid = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour <= 23
            && minute <= 59
            && second <= 59;
        if !valid {
            return None;
        }
        let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
        Timestamp::new(seconds, u32::try_from(microseconds).ok()?)
    }

    /// The instant `seconds` and `microseconds` after 1970-01-01T00:00:00Z; `None` outside the years 0001 to 9999.
    #[must_use]
    pub fn new(seconds: i64, microseconds: u32) -> Option<Timestamp> {
        let years = days_from_civil(1, 1, 1) * 86_400..days_from_civil(10_000, 1, 1) * 86_400;
        (years.contains(&seconds) && microseconds < 1_000_000).then_some(Timestamp { seconds, microseconds })
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.seconds
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.seconds.div_euclid(86_400));
        let rest = self.seconds.rem_euclid(86_400);
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)?;
        if self.microseconds > 0 {
            let digits = format!("{:06}", self.microseconds);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Saved for Timestamp {
    fn save(&self, out: &mut Vec<u8>) {
        self.seconds.save(out);
        self.microseconds.save(out);
    }

    fn restore(from: &mut Bytes<'_>) -> Option<Timestamp> {
        Timestamp::new(i64::restore(from)?, u32::restore(from)?)
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self, among: &[u8]) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        among.contains(first).then(|| self.0 = rest)
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.iter().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0')))
    }

    /// One to six digits after the point, as microseconds.
    fn fraction(&mut self) -> Option<i64> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let missing = u32::try_from(6usize.checked_sub(count)?).ok()?;
        if count == 0 {
            return None;
        }
        Some(self.digits(count)? * 10i64.pow(missing))
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

// Years are counted from March, so that the leap day is the last of its year: Howard Hinnant, "chrono-Compatible
// Low-Level Date Algorithms". 719,468 days lie between 0000-03-01 and 1970-01-01; 146,097 make 400 years.

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = (shifted + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_calendar_goes_there_and_back() {
        let mut previous = days_from_civil(0, 12, 31);
        for year in 1..=9999 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    let days = days_from_civil(year, month, day);
                    assert_eq!(days, previous + 1);
                    assert_eq!(civil_from_days(days), (year, month, day));
                    previous = days;
                }
            }
        }
        assert_eq!(days_from_civil(1970, 1, 1), 0);
    }
}
