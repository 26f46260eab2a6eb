//! `darkslide render-worker`: pictures in, pictures out, one after the other, under limits.
//!
//! A file that crashes or hangs a decoder ends this process and nothing else. It opens no files, no sockets
//! and no catalog, and ends when its input does.

use std::{
    io::{self, BufReader, BufWriter, Write},
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::{
    frames, limits,
    message::{Answer, Reply, Request, Work, printed, rendered},
};
use crate::{
    cli::photo::RenderWorkerArgs,
    error::{AgentError, What},
    exit::Exit,
};

pub fn run(args: &RenderWorkerArgs) -> Result<Exit, AgentError> {
    limits::apply(args.memory_mib);
    // The panic's text goes into the answer; the default hook would write to a closed stderr.
    std::panic::set_hook(Box::new(|_| {}));
    serve(&mut BufReader::new(io::stdin().lock()), &mut BufWriter::new(io::stdout().lock()))
        .what("the rendering worker lost its agent")
}

fn serve(from: &mut impl io::Read, to: &mut impl Write) -> io::Result<Exit> {
    let mut renderer = darkslide_image::Renderer::new();
    while let Some(head) = frames::read(from)? {
        let request: Request = serde_json::from_slice(&head)?;
        let Some(file) = frames::read(from)? else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        limits::allow_seconds(request.seconds);
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut renderer, &file, &request)));
        let (answer, pictures) =
            outcome.unwrap_or_else(|panic| (Answer::Panicked(text(&*panic)), Vec::new()));
        let ends = matches!(answer, Answer::Panicked(_));
        frames::write(to, &serde_json::to_vec(&answer)?)?;
        for picture in pictures {
            frames::write(to, &picture)?;
        }
        to.flush()?;
        if ends {
            return Ok(Exit::Failed);
        }
    }
    Ok(Exit::Ok)
}

fn work(renderer: &mut darkslide_image::Renderer, file: &[u8], request: &Request) -> Reply {
    let reply = match &request.work {
        Work::Render(wanted) => {
            darkslide_image::render_with(renderer, file, wanted, &request.limits).map(rendered)
        }
        Work::Print(wanted) => darkslide_image::print(file, wanted, &request.limits).map(printed),
    };
    reply.unwrap_or_else(|error| (Answer::Refused(error), Vec::new()))
}

fn text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    domain::text::one_line(text.unwrap_or("without a message"), 300)
}
