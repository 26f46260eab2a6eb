//! send-mail: writes the mails that are owed and hands them to the operator's mail service.
//!
//! A mail is queued with ids only, by whoever changed something (`ports::mails::owe`), and is written here when it
//! goes out, from what is true then: a gallery that was erased meanwhile sends nothing. At least once: a host that dies
//! between sending and noting sends again, under the same message id, which mail programs show once.

mod facts;
mod letter;
mod letters;
mod round;
mod write;

use domain::Millis;
use ports::{
    Mailer, PortError, Ports,
    mails::{MailerError, QueuedMail},
};

pub use letter::test_letter;
pub use round::queue_round;

/// Longer than a mail service takes to answer.
const TAKEN_FOR: i64 = 2 * Millis::MINUTE;
const AT_ONCE: u32 = 50;
/// After that an order's news is no news; the status page has it.
const TOO_OLD: i64 = 3 * Millis::DAY;

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub sent: u64,
    /// Nobody wants them any more: no address, mails switched off, gallery gone.
    pub dropped: u64,
    pub put_off: u64,
    pub given_up: u64,
}

/// Sends what is due. Without a mailer nothing leaves, and what is too old is given up.
pub async fn send_due(ports: &Ports, mailer: Option<&dyn Mailer>) -> Result<Sent, PortError> {
    let mut sent = Sent::default();
    loop {
        let now = ports.clock.now();
        let due = ports.mails.due(now, AT_ONCE).await?;
        let mut moved = 0;
        for queued in &due {
            if ports.mails.take(queued, now.plus(TAKEN_FOR)).await? {
                moved += 1;
                send_one(ports, mailer, queued, &mut sent).await?;
            }
        }
        if due.len() < AT_ONCE as usize || moved == 0 {
            return Ok(sent);
        }
    }
}

async fn send_one(
    ports: &Ports,
    mailer: Option<&dyn Mailer>,
    queued: &QueuedMail,
    sent: &mut Sent,
) -> Result<(), PortError> {
    let (id, now) = (&queued.mail.id, ports.clock.now());
    if now >= queued.mail.queued_at.plus(TOO_OLD) {
        let why = queued.why.as_deref().unwrap_or("no mail service is set up");
        tracing::warn!(id, why, "a mail could not be sent for three days and is given up");
        sent.given_up += 1;
        return ports.mails.give_up(id, why).await;
    }
    let Some(mailer) = mailer else {
        sent.put_off += 1;
        return ports.mails.put_off(id, "no mail service is set up", now.plus(Millis::HOUR)).await;
    };
    let letter = match write::letter(ports, &queued.mail).await? {
        Ok(letter) => letter,
        Err(why) => {
            tracing::debug!(id, why, "a mail is not wanted");
            sent.dropped += 1;
            return ports.mails.sent(id).await;
        }
    };
    match mailer.send(&letter).await {
        Ok(()) => {
            sent.sent += 1;
            ports.mails.sent(id).await
        }
        Err(MailerError::Refused(why)) => {
            tracing::warn!(id, why, "the mail service refused a mail; it is given up");
            sent.given_up += 1;
            ports.mails.give_up(id, &why).await
        }
        Err(error @ MailerError::Unavailable(_)) => {
            let why = with_causes(&error);
            let again = now.plus(wait(queued.tries));
            tracing::warn!(id, why, tries = queued.tries + 1, "a mail could not be sent; it is tried again");
            sent.put_off += 1;
            ports.mails.put_off(id, &why, again).await
        }
    }
}

/// 1, 2, 4 … minutes, at most an hour.
fn wait(tries: u32) -> i64 {
    (Millis::MINUTE << tries.min(6)).min(Millis::HOUR)
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text.chars().take(500).collect()
}
