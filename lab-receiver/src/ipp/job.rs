//! Print jobs: asked for exactly, refused rather than printed differently, followed to their end.

use super::{
    client::{IppClient, Operation, PrinterError},
    message::{Attribute, Message, UNSUPPORTED_GROUP, Value, attribute},
};
use crate::verify::LabLine;

/// How one picture of a line is to come out of the printer.
#[derive(Clone, Debug)]
pub struct JobSpec {
    pub name: String,
    pub copies: u32,
    /// Hundredths of a millimetre, the shorter side first.
    pub width: i32,
    pub height: i32,
    pub borderless: bool,
    pub media_type: Option<String>,
}

pub struct PrinterState {
    pub name: String,
    pub accepting: bool,
    pub stopped: bool,
    pub reasons: Vec<String>,
    pub takes_jpeg: bool,
    pub most_copies: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobState {
    Working,
    Done,
    /// A person at the printer can let it go on.
    Stopped(String),
    /// Perhaps after some copies.
    Ended(String),
    Unknown,
}

/// `4 in` = 10160.
pub fn hundredths_of_mm(inches: f64) -> i32 {
    (inches * 2540.0).round() as i32
}

impl JobSpec {
    pub fn of(
        line: &LabLine,
        name: String,
        copies: u32,
        borderless: bool,
        media_type: Option<String>,
    ) -> Self {
        Self {
            name,
            copies,
            width: hundredths_of_mm(line.width_in.min(line.height_in)),
            height: hundredths_of_mm(line.width_in.max(line.height_in)),
            borderless,
            media_type,
        }
    }

    fn attributes(&self) -> Vec<Attribute> {
        let size = Value::Collection(vec![
            attribute("x-dimension", Value::Integer(self.width)),
            attribute("y-dimension", Value::Integer(self.height)),
        ]);
        let mut media = vec![attribute("media-size", size)];
        if self.borderless {
            for side in ["bottom", "left", "right", "top"] {
                media.push(attribute(&format!("media-{side}-margin"), Value::Integer(0)));
            }
        }
        if let Some(kind) = &self.media_type {
            media.push(attribute("media-type", Value::Keyword(kind.clone())));
        }
        let mut job = vec![
            attribute("media-col", Value::Collection(media)),
            attribute("print-scaling", Value::Keyword("fill".into())),
            attribute("print-quality", Value::Enum(5)),
        ];
        if self.copies > 1 {
            job.push(attribute("copies", Value::Integer(i32::try_from(self.copies).unwrap_or(i32::MAX))));
        }
        job
    }

    fn operation(&self) -> Vec<Attribute> {
        vec![
            attribute("requesting-user-name", Value::Name("darkslide".into())),
            attribute("job-name", Value::Name(self.name.clone())),
            attribute("ipp-attribute-fidelity", Value::Boolean(true)),
            attribute("document-format", Value::Mime("image/jpeg".into())),
        ]
    }
}

/// `None` when the printer does exactly what was asked (successful-ok, RFC 8011 appendix B).
fn objection(answer: &Message) -> Option<String> {
    let unsupported: Vec<String> = answer
        .groups
        .iter()
        .filter(|g| g.tag == UNSUPPORTED_GROUP)
        .flat_map(|g| g.attributes.iter().map(|a| a.name.clone()))
        .collect();
    if answer.code == 0 && unsupported.is_empty() {
        return None;
    }
    let message = answer.texts("status-message").join(" ");
    let mut text = match answer.code {
        0..=2 => "it would ignore or replace what was asked for".to_owned(),
        0x0401..=0x0403 => "it does not let us print".to_owned(),
        0x0406 => "it does not know that".to_owned(),
        0x040A => "it does not take JPEG".to_owned(),
        0x040B => "it cannot print it as it was ordered".to_owned(),
        0x0506 => "it accepts no jobs at the moment".to_owned(),
        0x0507 => "it is busy".to_owned(),
        code => format!("it answered status 0x{code:04x}"),
    };
    if !message.is_empty() {
        text.push_str(&format!(" ({})", domain::text::one_line(&message, 200)));
    }
    if !unsupported.is_empty() {
        text.push_str(&format!(": {}", domain::text::one_line(&unsupported.join(", "), 200)));
    }
    Some(text)
}

impl IppClient {
    pub async fn state(&self) -> Result<PrinterState, PrinterError> {
        let wanted = [
            "printer-make-and-model",
            "printer-state",
            "printer-state-reasons",
            "printer-is-accepting-jobs",
            "document-format-supported",
            "copies-supported",
        ];
        let wanted = Attribute {
            name: "requested-attributes".into(),
            values: wanted.iter().map(|w| Value::Keyword((*w).to_owned())).collect(),
        };
        let answer =
            self.send(&self.message(Operation::GetPrinterAttributes, vec![wanted], None), None).await?;
        if answer.code > 0x00FF {
            return Err(PrinterError::Answer(objection(&answer).unwrap_or_default()));
        }
        let first = |name: &str| answer.find(name).and_then(|a| a.values.first());
        let formats = answer.texts("document-format-supported");
        Ok(PrinterState {
            name: domain::text::one_line(&answer.texts("printer-make-and-model").join(" "), 80),
            accepting: !matches!(first("printer-is-accepting-jobs"), Some(Value::Boolean(false))),
            stopped: answer.number("printer-state") == Some(5),
            reasons: reasons(&answer, "printer-state-reasons"),
            takes_jpeg: formats.is_empty() || formats.iter().any(|f| f == "image/jpeg"),
            most_copies: match first("copies-supported") {
                Some(Value::Range(_, most)) => u32::try_from(*most).unwrap_or(1).max(1),
                _ => 1,
            },
        })
    }

    /// Asks whether the printer would do exactly this. `Some(why)` when not.
    pub async fn validate(&self, job: &JobSpec) -> Result<Option<String>, PrinterError> {
        let message = self.message(Operation::ValidateJob, job.operation(), Some(job.attributes()));
        Ok(objection(&self.send(&message, None).await?))
    }

    /// The job's id, and what the printer objects to although it took the job.
    pub async fn print(
        &self,
        job: &JobSpec,
        jpeg: &[u8],
    ) -> Result<(Option<i32>, Option<String>), PrinterError> {
        let message = self.message(Operation::PrintJob, job.operation(), Some(job.attributes()));
        let answer = self.send(&message, Some(jpeg)).await?;
        if answer.code == 0x0507 {
            return Err(PrinterError::Busy);
        }
        Ok((answer.number("job-id"), objection(&answer)))
    }

    pub async fn job(&self, id: i32) -> Result<JobState, PrinterError> {
        let more = vec![
            attribute("job-id", Value::Integer(id)),
            attribute("requesting-user-name", Value::Name("darkslide".into())),
        ];
        let answer = self.send(&self.message(Operation::GetJobAttributes, more, None), None).await?;
        if answer.code == 0x0406 || answer.code == 0x0407 {
            return Ok(JobState::Unknown);
        }
        let why = || {
            let reasons = reasons(&answer, "job-state-reasons");
            if reasons.is_empty() { "it gives no reason".to_owned() } else { reasons.join(", ") }
        };
        match answer.number("job-state") {
            Some(3 | 5) => Ok(JobState::Working),
            Some(4 | 6) => Ok(JobState::Stopped(why())),
            Some(7) => Ok(JobState::Ended(format!("was cancelled ({})", why()))),
            Some(8) => Ok(JobState::Ended(format!("was aborted ({})", why()))),
            Some(9) => Ok(JobState::Done),
            _ => {
                Err(PrinterError::Answer(objection(&answer).unwrap_or_else(|| "it has no job-state".into())))
            }
        }
    }

    pub async fn cancel(&self, id: i32) -> Result<(), PrinterError> {
        let more = vec![
            attribute("job-id", Value::Integer(id)),
            attribute("requesting-user-name", Value::Name("darkslide".into())),
        ];
        self.send(&self.message(Operation::CancelJob, more, None), None).await.map(drop)
    }
}

/// Whether a reason of the printer's state (RFC 8011 section 5.4.12) means that somebody has to go there.
/// Printers may leave the severity `-error` out. A jam or an open cover stops the paper whatever severity the
/// printer gives it; an empty tray may be another one, so there a warning needs nobody.
pub fn needs_a_person(reason: &str) -> bool {
    const STOPS: [&str; 5] = ["media-jam", "cover-open", "door-open", "media-needed", "paused"];
    const RUNS_OUT: [&str; 4] = ["media-empty", "input-tray-missing", "marker-supply-empty", "toner-empty"];
    let reason = reason.strip_suffix("-error").unwrap_or(reason);
    RUNS_OUT.contains(&reason) || STOPS.contains(&reason.strip_suffix("-warning").unwrap_or(reason))
}

fn reasons(answer: &Message, name: &str) -> Vec<String> {
    let all = answer.texts(name).into_iter().filter(|r| r != "none");
    all.map(|r| domain::text::one_line(&r, 60)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipp::message::{Group, OPERATION_GROUP};

    #[test]
    fn a_jam_needs_a_person_and_an_empty_second_tray_does_not() {
        for reason in
            ["media-jam", "media-jam-warning", "cover-open-error", "media-empty-error", "media-empty"]
        {
            assert!(needs_a_person(reason), "{reason}");
        }
        for reason in
            ["none", "media-empty-warning", "media-low-error", "media-jam-report", "toner-low-warning"]
        {
            assert!(!needs_a_person(reason), "{reason}");
        }
    }

    #[test]
    fn four_by_six_inches_are_10160_by_15240() {
        assert_eq!((hundredths_of_mm(4.0), hundredths_of_mm(6.0)), (10160, 15240));
        assert_eq!(hundredths_of_mm(5.5), 13970);
    }

    #[test]
    fn ignored_attributes_are_an_objection_even_with_a_good_status() {
        let answer = |code, tag| Message {
            code,
            request_id: 1,
            groups: vec![Group { tag, attributes: vec![attribute("media-col", Value::Integer(0))] }],
        };
        assert_eq!(objection(&answer(0, OPERATION_GROUP)), None);
        assert!(objection(&answer(0, UNSUPPORTED_GROUP)).unwrap().contains("media-col"));
        assert!(objection(&answer(1, OPERATION_GROUP)).unwrap().contains("ignore"));
        assert!(objection(&answer(0x040B, UNSUPPORTED_GROUP)).unwrap().contains("cannot print"));
    }
}
