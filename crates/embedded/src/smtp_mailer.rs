//! Letters over SMTP (RFC 5321), by the operator's mail server: submission with STARTTLS or TLS (RFC 8314).

use std::time::Duration;

use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use ports::{
    Mailer,
    mails::{Letter, MailerError},
};
use serde::{Deserialize, Serialize};

const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// `mail.json` in the data folder, mode 0600, written by `darkslide-host mail set`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    pub server: String,
    pub port: u16,
    pub tls: SmtpTls,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The address every letter comes from.
    pub from: String,
}

impl std::fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmtpSettings({}:{}, from {})", self.server, self.port, self.from)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// Port 587: the connection must be upgraded, or nothing is sent.
    Starttls,
    /// Port 465.
    Tls,
    /// A mail server on this computer.
    None,
}

pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl SmtpMailer {
    pub fn new(settings: &SmtpSettings) -> Result<Self, MailerError> {
        let unusable = |e: Box<dyn std::error::Error + Send + Sync>| MailerError::Unavailable(e);
        let from = settings.from.parse::<Address>().map_err(|e| unusable(e.into()))?;
        let parameters = || TlsParameters::new(settings.server.clone()).map_err(|e| unusable(e.into()));
        let tls = match settings.tls {
            SmtpTls::Starttls => Tls::Required(parameters()?),
            SmtpTls::Tls => Tls::Wrapper(parameters()?),
            SmtpTls::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.server)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(ANSWER_WITHIN));
        if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self { transport: builder.build(), from })
    }

    fn message(&self, letter: &Letter) -> Result<Message, MailerError> {
        let refused = |e: &dyn std::fmt::Display| MailerError::Refused(e.to_string());
        // Lettre panics at a line break in a name.
        let name = domain::text::one_line(&letter.from_name, 120);
        let to: Address = letter.to.parse().map_err(|e| refused(&e))?;
        let mut message = Message::builder()
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.domain())))
            .from(Mailbox::new(Some(name.clone()), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(domain::text::one_line(&letter.subject, 150))
            // Nobody's holiday note should answer it (RFC 3834, section 5).
            .header(AutoSubmitted);
        if let Some(reply) = &letter.reply_to {
            let reply: Address = reply.parse().map_err(|e| refused(&e))?;
            message = message.reply_to(Mailbox::new(Some(name), reply));
        }
        let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        message.multipart(body).map_err(|e| refused(&e))
    }
}

#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".into())
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        let message = self.message(letter)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            // 5yz: a permanent failure (RFC 5321, 4.2.1). Refused credentials are the operator's to mend.
            Err(error) if error.is_permanent() && !is_about_login(&error) => {
                Err(MailerError::Refused(error.to_string()))
            }
            Err(error) => Err(MailerError::Unavailable(error.into())),
        }
    }
}

/// 530, 534, 535, 538: authentication is missing or refused (RFC 4954, section 6).
fn is_about_login(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| ["530", "534", "535", "538"].contains(&code.to_string().as_str()))
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpListener,
        thread::JoinHandle,
    };

    use super::*;

    /// A mail server that takes one letter, or answers RCPT with `refusal`, and gives back all it was told.
    fn server(refusal: Option<&'static str>) -> (u16, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let told = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut answers = stream.try_clone().unwrap();
            let mut say = |text: &str| answers.write_all(format!("{text}\r\n").as_bytes()).unwrap();
            say("220 here");
            let (mut told, mut data) = (String::new(), false);
            for line in BufReader::new(stream).lines() {
                let Ok(line) = line else { break };
                told.push_str(&line);
                told.push('\n');
                match line.as_str() {
                    "." if data => {
                        data = false;
                        say("250 taken");
                    }
                    _ if data => {}
                    l if l.starts_with("RCPT") && refusal.is_some() => say(refusal.unwrap()),
                    "DATA" => {
                        data = true;
                        say("354 go on");
                    }
                    "QUIT" => {
                        say("221 bye");
                        break;
                    }
                    _ => say("250 ok"),
                }
            }
            told
        });
        (port, told)
    }

    fn mailer(port: u16) -> SmtpMailer {
        SmtpMailer::new(&SmtpSettings {
            server: "127.0.0.1".into(),
            port,
            tls: SmtpTls::None,
            user: None,
            password: None,
            from: "prints@host.example".into(),
        })
        .unwrap()
    }

    fn letter() -> Letter {
        Letter {
            id: "order.1.received".into(),
            to: "ada@example.com".into(),
            from_name: "Bright\r\nBcc: x@y.example Größe".into(),
            reply_to: Some("desk@studio.example".into()),
            subject: "Your order\r\nX-Evil: 1".into(),
            text: "Thank you.\n.\nQUIT\n".into(),
            html: "<p>Thank you.</p>".into(),
        }
    }

    #[tokio::test]
    async fn a_letter_arrives_with_nothing_broken_out_of_its_headers() {
        let (port, told) = server(None);
        let mailer = mailer(port);
        mailer.send(&letter()).await.unwrap();
        drop(mailer);
        let told = told.join().unwrap();
        assert!(told.contains("MAIL FROM:<prints@host.example>"), "{told}");
        assert!(told.contains("Message-ID: <order.1.received@host.example>"), "{told}");
        assert!(told.contains("Auto-Submitted: auto-generated"), "{told}");
        assert!(told.contains("multipart/alternative"), "{told}");
        for header in ["Bcc:", "X-Evil:"] {
            assert!(!told.lines().any(|l| l.starts_with(header)), "{told}");
        }
    }

    #[tokio::test]
    async fn a_refused_address_is_for_good_and_a_dead_server_is_not() {
        let (port, told) = server(Some("550 no such mailbox"));
        let refused = mailer(port).send(&letter()).await.unwrap_err();
        assert!(
            matches!(&refused, MailerError::Refused(why) if why.contains("no such mailbox")),
            "{refused:?}"
        );
        drop(told);
        let (busy, _told) = server(Some("450 later"));
        assert!(matches!(mailer(busy).send(&letter()).await, Err(MailerError::Unavailable(_))));
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        assert!(matches!(mailer(gone).send(&letter()).await, Err(MailerError::Unavailable(_))));
    }
}
