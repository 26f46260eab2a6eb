//! `login`: enrols this lab at a host with a one-time token.

use anyhow::{Result, bail};
use queue_client::HostClient;
use serde_json::json;
use wire::{
    enrol::{EnrolLab, LabEnrolled},
    route,
    signed::public_key,
};

use super::{Outcome, Setting};
use crate::{config::Config, host, journal::settings::Enrolment};

pub async fn run(cx: &Setting, url: &str, token: &str) -> Result<Outcome> {
    let journal = cx.journal()?;
    if let Some(known) = journal.enrolment()? {
        let same = queue_client::origin(url).is_ok_and(|o| o.origin().ascii_serialization() == known.host);
        if !same {
            bail!(
                "this folder belongs to the lab {} at {}\nfor another host use another folder: darkslide-lab --data DIR init",
                known.name,
                known.host
            );
        }
    }
    let config = Config::load(&cx.home)?;
    let options = host::options(host::authority(&cx.home, &config)?);
    let client = HostClient::anonymous(url, &options).map_err(host::explain)?;
    let ask = EnrolLab { token: token.trim().to_owned(), lab_key: public_key(&cx.home.key()?) };
    let enrolled: LabEnrolled = client.post(route::LAB_ENROL, &ask).await.map_err(host::explain)?;
    let name = domain::text::one_line(&enrolled.lab_name, 120);
    let enrolment = Enrolment { host: client.origin().to_owned(), lab: enrolled.lab, name };
    journal.set_enrolment(&enrolment)?;
    let value = json!({ "lab": enrolment.lab, "name": enrolment.name, "host": enrolment.host });
    cx.print(&value, || {
        let clear = if client.speaks_in_clear() {
            "\nwarning: the host has no TLS, so names and addresses can be read on the way; use https://"
        } else {
            ""
        };
        format!(
            "enrolled at {} as {}{clear}\nnext: darkslide-lab pair   (a code for a studio), then darkslide-lab run",
            enrolment.host, enrolment.name
        )
    })?;
    Ok(Outcome::Done)
}
