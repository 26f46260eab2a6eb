//! Letters over Amazon SES, from an address or domain the operator verified there.

use async_trait::async_trait;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader};
use ports::{
    Mailer,
    mails::{Letter, MailerError},
};

use crate::fault;

pub struct SesMailer {
    client: aws_sdk_sesv2::Client,
    from: String,
}

impl SesMailer {
    pub(crate) fn new(client: aws_sdk_sesv2::Client, from: impl Into<String>) -> Self {
        Self { client, from: from.into() }
    }
}

fn content(text: &str) -> Result<Content, MailerError> {
    Content::builder().data(text).charset("UTF-8").build().map_err(|e| MailerError::Refused(e.to_string()))
}

fn header(name: &str, value: &str) -> Result<MessageHeader, MailerError> {
    MessageHeader::builder().name(name).value(value).build().map_err(|e| MailerError::Refused(e.to_string()))
}

/// A display name as RFC 2047 encoded words where it is not plain ASCII, otherwise quoted.
fn named(name: &str, address: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii() && !c.is_ascii_control() && c != '"' && c != '\\');
    if plain {
        return format!("\"{name}\" <{address}>");
    }
    // An encoded word is at most 75 characters long, and 45 bytes of text fit in it.
    let mut words = Vec::new();
    let mut word = String::new();
    for c in name.chars() {
        if word.len() + c.len_utf8() > 45 {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    let encoded: Vec<String> =
        words.iter().map(|w| format!("=?UTF-8?B?{}?=", data_encoding::BASE64.encode(w.as_bytes()))).collect();
    format!("{} <{address}>", encoded.join(" "))
}

#[async_trait]
impl Mailer for SesMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        let message = Message::builder()
            .subject(content(&letter.subject)?)
            .body(Body::builder().text(content(&letter.text)?).html(content(&letter.html)?).build())
            // Nobody's holiday note should answer it (RFC 3834, section 5). SES makes the message id itself.
            .headers(header("Auto-Submitted", "auto-generated")?)
            .headers(header("X-Darkslide-Mail", &letter.id)?)
            .build();
        let request = self
            .client
            .send_email()
            .from_email_address(named(&letter.from_name, &self.from))
            .destination(Destination::builder().to_addresses(&letter.to).build())
            .set_reply_to_addresses(letter.reply_to.clone().map(|r| vec![r]))
            .content(EmailContent::builder().simple(message).build());
        let Err(error) = request.send().await else { return Ok(()) };
        match fault::code(&error) {
            Some("MessageRejected" | "BadRequestException") => {
                Err(MailerError::Refused(error.into_service_error().to_string()))
            }
            _ => Err(MailerError::Unavailable(error.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn names_cannot_break_out_and_may_be_in_any_script() {
        assert_eq!(named("Bright Side", "a@b.de"), "\"Bright Side\" <a@b.de>");
        let odd = named("Bo\"b\r\nBcc: x@y.de", "a@b.de");
        assert!(odd.starts_with("=?UTF-8?B?") && !odd.contains('\n'), "{odd}");
        let long = named(&"ä".repeat(60), "a@b.de");
        assert!(long.split(' ').all(|word| word.len() <= 75), "{long}");
    }
}
