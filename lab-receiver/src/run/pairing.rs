//! Studios that ask to be paired: accepted when they prove that they were given this lab's code.

use anyhow::Result;
use domain::studio::{PairingState, pairing_proof};
use wire::{
    lab::{AnswerPairing, PairingInfo},
    route,
};

use super::Receiver;
use crate::journal::studios::{KnownStudio, StudioState};

impl Receiver {
    pub(super) async fn answer_pairings(&self) -> Result<()> {
        let asked: Vec<PairingInfo> = self.client.get(route::LAB_PAIRINGS).await?;
        for pairing in asked {
            self.consider(&pairing)?;
            let Some(known) = self.journal.studio(pairing.studio)? else { continue };
            let accept = match known.state {
                // The host's word for it is not enough: the key must be the one that was pinned.
                StudioState::Paired if known.key == pairing.studio_key => true,
                StudioState::Paired | StudioState::Unproven => continue,
                StudioState::Refused => false,
            };
            let wanted = if accept { PairingState::Accepted } else { PairingState::Refused };
            if pairing.state != wanted {
                let path = route::fill(route::LAB_PAIRING, &[&pairing.studio]);
                self.client.post_unit(&path, &AnswerPairing { accept }).await?;
            }
            if !known.answered {
                self.journal.put_studio(&KnownStudio { answered: true, ..known })?;
            }
        }
        Ok(())
    }

    fn consider(&self, pairing: &PairingInfo) -> Result<()> {
        let name = domain::text::one_line(&pairing.studio_name, 120);
        let known = self.journal.studio(pairing.studio)?;
        let same_key = known.as_ref().is_some_and(|k| k.key == pairing.studio_key);
        if same_key && known.as_ref().is_some_and(|k| k.state != StudioState::Unproven) {
            return Ok(());
        }
        let studio = |state| KnownStudio {
            studio: pairing.studio,
            name: name.clone(),
            key: pairing.studio_key,
            state,
            answered: false,
        };
        let proves = |secret: &Vec<u8>| {
            let proof = pairing_proof(secret, pairing.studio, &pairing.studio_key, self.lab);
            same_text(&proof, &pairing.proof)
        };
        if let Some(secret) = self.journal.open_secrets(pairing.studio)?.iter().find(|s| proves(s)) {
            self.journal.pin_studio(&studio(StudioState::Paired), secret)?;
            self.speaker.say("paired", None, &format!("paired with {name} ({})", pairing.studio));
            self.wake();
        } else if known.is_none() {
            self.journal.put_studio(&studio(StudioState::Unproven))?;
            let text = format!(
                "{name} ({}) asks to be paired, but its proof fits no code that is open; give it a new one with `darkslide-lab pair`",
                pairing.studio
            );
            self.speaker.warn("unproven", None, &text);
        } else if !same_key {
            let text = format!("{name} shows another key than the one that was pinned; it is not believed");
            self.speaker.warn("unproven", None, &text);
        }
        Ok(())
    }
}

/// Compares without telling by its duration where texts differ.
fn same_text(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |all, (x, y)| all | (x ^ y)) == 0
}
