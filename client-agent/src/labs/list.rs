//! `darkslide lab list`: the labs of the host, whether they are paired, and what they print.

use domain::{
    id::LabId,
    studio::{PairingState, PublicKey},
    text::one_line,
};
use serde::Serialize;
use wire::{orders::LabInfo, route};

use super::{
    pinned::{self, PinnedLab, Trust},
    routes::Routes,
};
use crate::{
    AgentError, Context, Exit,
    host::{self, HostWhat},
};

#[derive(Serialize)]
struct Row {
    lab: LabId,
    name: String,
    state: State,
    usual: bool,
    products: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Checked by its code, and it has accepted.
    Paired,
    /// Believed on the host's word when this invited machine first met it.
    PairedUnchecked,
    /// Checked here; its answer is not there yet.
    Asked,
    Refused,
    /// Accepted, but this machine has never seen its code.
    NotCheckedHere,
    NotPaired,
    /// The host shows another key than the one this machine holds the lab to.
    WrongKey,
}

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let seen: Vec<LabInfo> =
        host::client(ctx)?.get(route::STUDIO_LABS).await.host("the labs could not be listed")?;
    let (pinned, routes) = catalog.read(|db| Ok((pinned::all(db)?, Routes::read(db)?)))?;
    let mut wrong = false;
    for lab in &seen {
        let pin = pinned.iter().find(|p| p.lab == lab.lab);
        let row = Row {
            lab: lab.lab,
            name: one_line(&lab.name, 120),
            state: state(pin, lab.key.as_ref(), lab.pairing),
            usual: routes.usual() == Some(lab.lab),
            products: routes.products_of(lab.lab).into_iter().map(|p| one_line(p, 60)).collect(),
        };
        wrong |= row.state == State::WrongKey;
        ctx.out.result(&row, || text(&row));
    }
    if seen.is_empty() {
        ctx.out.say("the host has no lab yet; its operator adds one with `darkslide-host lab add NAME`");
    }
    if wrong {
        return Err(AgentError::new("the host shows another key for a lab than the one this studio checked")
            .why("the lab has a new receiver, or the host does not tell the truth")
            .fix("ask the lab in person; with a new code from it, run `darkslide lab pair CODE`"));
    }
    Ok(Exit::Ok)
}

fn state(pin: Option<&PinnedLab>, key: Option<&PublicKey>, pairing: Option<PairingState>) -> State {
    match (pin, pairing) {
        (Some(pin), _) if key.is_some_and(|k| *k != pin.key) => State::WrongKey,
        (_, Some(PairingState::Refused)) => State::Refused,
        (Some(PinnedLab { trust: Trust::Code, .. }), Some(PairingState::Accepted)) => State::Paired,
        (Some(_), Some(PairingState::Accepted)) => State::PairedUnchecked,
        (None, Some(PairingState::Accepted)) => State::NotCheckedHere,
        (_, Some(PairingState::Asked)) => State::Asked,
        (_, None) => State::NotPaired,
    }
}

fn text(row: &Row) -> String {
    let state = match row.state {
        State::Paired => "paired",
        State::PairedUnchecked => "paired (key not checked here; `darkslide lab pair CODE` does)",
        State::Asked => "asked; waits for the lab's answer",
        State::Refused => "refused by the lab; pair again with a new code",
        State::NotCheckedHere => "paired on another computer; `darkslide lab pair CODE` here too",
        State::NotPaired => "not paired; `darkslide lab pair CODE`",
        State::WrongKey => "WRONG KEY",
    };
    let mut prints = row.products.clone();
    if row.usual {
        prints.insert(0, "usual lab".into());
    }
    let prints = if prints.is_empty() { String::new() } else { format!("  [{}]", prints.join(", ")) };
    format!("{}  {:<24}  {state}{prints}", row.lab, row.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lab_whose_key_changed_is_never_called_paired() {
        let pin = |trust| PinnedLab {
            lab: LabId::from_bytes([1; 16]),
            name: "Lab".into(),
            key: PublicKey([1; 32]),
            trust,
        };
        let accepted = Some(PairingState::Accepted);
        assert_eq!(state(Some(&pin(Trust::Code)), Some(&PublicKey([1; 32])), accepted), State::Paired);
        assert_eq!(state(Some(&pin(Trust::Code)), Some(&PublicKey([2; 32])), accepted), State::WrongKey);
        assert_eq!(
            state(Some(&pin(Trust::FirstUse)), Some(&PublicKey([1; 32])), accepted),
            State::PairedUnchecked
        );
        assert_eq!(state(None, Some(&PublicKey([1; 32])), accepted), State::NotCheckedHere);
        assert_eq!(state(None, None, None), State::NotPaired);
    }
}
