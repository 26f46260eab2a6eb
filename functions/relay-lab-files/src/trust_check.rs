//! Who signed: a machine of the order's studio, certified by the studio's key, as the directory knows both.

use domain::{object_key::RelayPart, order::Order};
use ports::Ports;
use wire::manifest::MachineCertificate;

use crate::Stop;

pub(crate) async fn check(
    certificate: &MachineCertificate,
    part: &RelayPart,
    order: &Order,
    ports: &Ports,
) -> Result<(), Stop> {
    let why = |text: &str| Err(Stop::Why(text.to_owned()));
    if certificate.studio != order.studio || certificate.machine != part.machine {
        return why("its certificate is for another studio or machine");
    }
    if !certificate.is_valid() {
        return why("its certificate's signature is wrong");
    }
    let studio = ports.directory.studio(order.studio).await?;
    let Some(studio) = studio else { return why("its studio is not at this host") };
    if studio.suspended {
        return why("the studio is suspended");
    }
    if studio.key != Some(certificate.studio_key) {
        return why("its certificate is signed with another key than the studio's");
    }
    match ports.directory.machine(part.machine).await? {
        Some(m) if m.studio == order.studio && m.device_key == certificate.device_key => Ok(()),
        Some(_) => why("its certificate holds another key than the machine enrolled with"),
        None => why("the machine is not enrolled"),
    }
}
