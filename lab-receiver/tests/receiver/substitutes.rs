//! A printer that says yes and then does something else: an IPP printer of the test's own, which takes every
//! job but tells (RFC 8011 section 4.1.7) that it ignored an attribute.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, routing::post};
use domain::order::Stage;

use crate::{
    fake_host::FakeHost,
    lab::Lab,
    studio::{Studio, line, print},
};

#[derive(Default)]
struct Heard {
    jobs: usize,
    cancelled: usize,
    faithful: bool,
}

/// One attribute as RFC 8010 section 3.1 lays it out.
fn attribute(tag: u8, name: &str, value: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    for part in [name.as_bytes(), value] {
        out.extend((part.len() as u16).to_be_bytes());
        out.extend(part);
    }
    out
}

fn answer(status: u16, request: &[u8], groups: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![2, 0];
    out.extend(status.to_be_bytes());
    out.extend(&request[4..8]);
    out.push(1);
    out.extend(attribute(0x47, "attributes-charset", b"utf-8"));
    out.extend(attribute(0x48, "attributes-natural-language", b"en"));
    for (tag, attributes) in groups {
        out.push(*tag);
        out.extend(attributes);
    }
    out.push(3);
    out
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|w| w == part)
}

async fn start(heard: Arc<Mutex<Heard>>) -> String {
    let app = Router::new().route(
        "/ipp/print",
        post(move |body: Bytes| {
            let heard = heard.clone();
            async move {
                let mut heard = heard.lock().unwrap();
                match u16::from_be_bytes([body[2], body[3]]) {
                    // Print-Job: taken, but on whatever paper is loaded.
                    2 => {
                        heard.jobs += 1;
                        heard.faithful = contains(&body, &attribute(0x22, "ipp-attribute-fidelity", &[1]));
                        let ignored = attribute(0x10, "media-col", b"");
                        answer(1, &body, &[(5, ignored), (2, attribute(0x21, "job-id", &7i32.to_be_bytes()))])
                    }
                    8 => {
                        heard.cancelled += 1;
                        answer(0, &body, &[])
                    }
                    // Get-Printer-Attributes: idle, accepting, JPEG.
                    11 => {
                        let mut printer = attribute(0x23, "printer-state", &3i32.to_be_bytes());
                        printer.extend(attribute(0x22, "printer-is-accepting-jobs", &[1]));
                        printer.extend(attribute(0x49, "document-format-supported", b"image/jpeg"));
                        answer(0, &body, &[(4, printer)])
                    }
                    _ => answer(0, &body, &[]),
                }
            }
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("ipp://{address}/ipp/print")
}

#[tokio::test]
async fn ignored_attributes_are_refused_although_the_printer_took_the_job() {
    let heard = Arc::<Mutex<Heard>>::default();
    let uri = start(heard.clone()).await;
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    lab.configure(&format!(
        "printers.dye = {{ kind = 'ipp', uri = '{uri}' }}\nrules = [{{ printer = 'dye' }}]"
    ));
    let prints = [print(0, 1, 480, 600)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 1, &prints)]), &[&prints[0]]);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    let holds = lab.run(&["hold", "list"]).await;
    assert!(holds.out.contains("media-col") && holds.out.contains("was it printed?"), "{}", holds.out);
    assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Printing, true)));
    let heard = heard.lock().unwrap();
    assert_eq!((heard.jobs, heard.cancelled), (1, 1), "sent once, and called back");
    assert!(heard.faithful, "ipp-attribute-fidelity is asked for");
}
