//! What goes through the pipe: a request as JSON, then the file; an answer as JSON, then its pictures.

use darkslide_image::{ImageError, Limits, PrintFile, PrintRequest, RenderRequest, Rendered, Size};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub enum Work {
    Render(RenderRequest),
    Print(PrintRequest),
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    pub work: Work,
    pub limits: Limits,
    /// Processor seconds for this picture.
    pub seconds: u64,
}

/// The pictures follow as frames, in this order: renditions, then the micro preview's scan.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    Rendered {
        frame: Size,
        warnings: Vec<String>,
        renditions: Vec<(String, u32, u32)>,
        micro: Option<(u16, u16)>,
    },
    Printed {
        width: u32,
        height: u32,
        effective_ppi: f64,
    },
    Refused(ImageError),
    /// A decoder panicked; the worker ends after this answer.
    Panicked(String),
}

/// An answer and its pictures.
pub type Reply = (Answer, Vec<Vec<u8>>);

pub fn rendered(rendered: Rendered) -> Reply {
    let mut pictures = Vec::new();
    let mut renditions = Vec::new();
    for r in rendered.renditions {
        renditions.push((r.name, r.width, r.height));
        pictures.push(r.jpeg);
    }
    let micro = rendered.micro.map(|m| {
        pictures.push(m.scan);
        (m.width, m.height)
    });
    (Answer::Rendered { frame: rendered.frame, warnings: rendered.warnings, renditions, micro }, pictures)
}

pub fn printed(file: PrintFile) -> Reply {
    let PrintFile { jpeg, width, height, effective_ppi } = file;
    (Answer::Printed { width, height, effective_ppi }, vec![jpeg])
}

impl Answer {
    pub fn pictures(&self) -> usize {
        match self {
            Answer::Rendered { renditions, micro, .. } => renditions.len() + usize::from(micro.is_some()),
            Answer::Printed { .. } => 1,
            Answer::Refused(_) | Answer::Panicked(_) => 0,
        }
    }
}
