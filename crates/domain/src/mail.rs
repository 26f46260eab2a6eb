//! E-mails the host owes somebody: what about, to whom, in which language. Only ids: the words are written when a
//! mail goes out (`functions/send-mail`), from what is true then, and no address or secret lies in a queue.

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    digital::{is_offered, of_line},
    hash::Sha256,
    id::{GalleryId, OrderId, StudioId},
    order::{Order, OrderLine, OrderState, Stage},
};

/// A language of letters and pages: two letters of ISO 639-1, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a language; give it as two letters, such as en or de")]
pub struct LanguageError(String);

impl Language {
    /// Of a tag such as `de`, `de-AT` or `DE_at` only the language is kept (BCP 47, section 2.2.1).
    pub fn parse(tag: &str) -> Result<Self, LanguageError> {
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        if first.len() == 2 && first.bytes().all(|b| b.is_ascii_alphabetic()) {
            Ok(Self(first.to_ascii_lowercase()))
        } else {
            Err(LanguageError(tag.chars().take(20).collect()))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Language {
    fn default() -> Self {
        Self("en".into())
    }
}

impl TryFrom<String> for Language {
    type Error = LanguageError;
    fn try_from(tag: String) -> Result<Self, LanguageError> {
        Self::parse(&tag)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

/// How a studio wants its mails, set by `darkslide mail set`. Without it nothing is sent for the studio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudioMail {
    /// Where orders and digests go, and where customers' answers go.
    pub address: String,
    /// For the studio's own mails, and for customers whose language is unknown.
    #[serde(default)]
    pub language: Language,
    /// Orders and galleries by mail to customers.
    pub to_customers: bool,
    /// A mail for each new order.
    pub new_orders: bool,
    /// Once a day, when something waits.
    pub digest: bool,
}

/// Something before an @ and a dotted name after it, nothing that could break out of a header; whether it exists,
/// only a mail would tell.
pub fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let dotted = host.split('.').count() >= 2 && host.split('.').all(|part| !part.is_empty());
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;:\"()[]\\".contains(c);
    !name.is_empty() && !name.contains('@') && dotted && text.len() <= 200 && text.chars().all(plain)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Queued once under this name, however often its cause is repeated.
    pub id: String,
    pub studio: StudioId,
    pub about: About,
    pub queued_at: Millis,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum About {
    /// To the customer: with the link to follow the order.
    OrderReceived {
        order: OrderId,
    },
    OrderApproved {
        order: OrderId,
    },
    OrderCancelled {
        order: OrderId,
    },
    /// `lines` of the order are on their way.
    OrderShipped {
        order: OrderId,
        lines: u32,
    },
    /// Files that were bought can be fetched, the last of them since `at`.
    FilesReady {
        order: OrderId,
        at: Millis,
    },
    /// To the studio.
    NewOrder {
        order: OrderId,
    },
    /// To somebody who left an address; `key` finds it among what was handed in.
    GalleryOpen {
        gallery: GalleryId,
        key: String,
    },
    GalleryExpiring {
        gallery: GalleryId,
        key: String,
    },
    /// To a customer who lost her links: her orders of this studio. `customer` is `customer_key` of her address, so
    /// that whoever asks for another's orders leaves nothing but a hash; `hour` makes it one letter an hour.
    FindOrders {
        customer: String,
        hour: i64,
    },
    /// To the studio: what waits, a day.
    Digest {
        day: String,
    },
}

impl Mail {
    pub fn new(studio: StudioId, about: About, now: Millis) -> Self {
        let id = match &about {
            About::OrderReceived { order } => format!("order/{order}/received"),
            About::OrderApproved { order } => format!("order/{order}/approved"),
            About::OrderCancelled { order } => format!("order/{order}/cancelled"),
            About::OrderShipped { order, lines } => format!("order/{order}/shipped/{lines}"),
            About::FilesReady { order, at } => format!("order/{order}/files/{}", at.0),
            About::NewOrder { order } => format!("order/{order}/new"),
            About::GalleryOpen { gallery, key } => format!("gallery/{gallery}/open/{key}"),
            About::GalleryExpiring { gallery, key } => format!("gallery/{gallery}/expiring/{key}"),
            About::FindOrders { customer, hour } => format!("studio/{studio}/find/{hour}/{customer}"),
            About::Digest { day } => format!("studio/{studio}/digest/{day}"),
        };
        Self { id, studio, about, queued_at: now }
    }
}

/// One address is one key, however it is written.
pub fn customer_key(email: &str) -> String {
    Sha256::of(email.trim().to_lowercase().as_bytes()).hex()
}

/// Everything an order owes by now, in the order it happened. Queueing it again is harmless.
pub fn owed_for(order: &Order) -> Vec<About> {
    let id = order.id;
    if order.state == OrderState::Cancelled {
        return vec![About::OrderCancelled { order: id }];
    }
    let mut owed = vec![About::OrderReceived { order: id }, About::NewOrder { order: id }];
    if order.state == OrderState::Approved {
        owed.push(About::OrderApproved { order: id });
    }
    let shipped = |l: &&OrderLine| l.status.stage == Stage::Shipped && !is_offered(order, l);
    let shipped = order.lines.iter().filter(shipped).count();
    if shipped > 0 {
        owed.push(About::OrderShipped { order: id, lines: u32::try_from(shipped).unwrap_or(u32::MAX) });
    }
    let offered = order.lines.iter().filter(|l| is_offered(order, l));
    if let Some(at) = offered.flat_map(|l| of_line(order, l)).map(|offer| offer.at).max() {
        owed.push(About::FilesReady { order: id, at });
    }
    owed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_two_letters() {
        assert_eq!(Language::parse("de-AT").unwrap().as_str(), "de");
        assert_eq!(Language::parse("EN_us").unwrap().as_str(), "en");
        for bad in ["", "d", "deu", "1a", "../etc", "é"] {
            assert!(Language::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_cannot_break_out_of_a_header() {
        for good in ["a@b.example", "a.b+c@mail.example.com", "ä@exämple.de"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@b",
            "@b.de",
            "a@.de",
            "a@b.",
            "a b@c.de",
            "a@b.de\r\nBcc: x@y.de",
            "<a@b.de>",
            "a@b.de,c@d.de",
            "a@b@c.de",
        ] {
            assert!(!is_address(bad), "{bad:?}");
        }
    }

    #[test]
    fn the_same_cause_has_the_same_name() {
        let studio = StudioId::from_bytes([1; 16]);
        let order = OrderId::from_bytes([2; 16]);
        let one = Mail::new(studio, About::OrderShipped { order, lines: 2 }, Millis(1));
        let again = Mail::new(studio, About::OrderShipped { order, lines: 2 }, Millis(9));
        let more = Mail::new(studio, About::OrderShipped { order, lines: 3 }, Millis(9));
        assert_eq!(one.id, again.id);
        assert_ne!(one.id, more.id);
    }
}
