//! One letter through Amazon SES: who may send and receive is SES's to say, and what left is what was written.

use darkslide_aws::{Settings, connect};
use ports::{
    contract::sample,
    mails::{Letter, Mailer, MailerError},
};
use serde_json::Value;

use crate::support::{account, client, deploy, emulator};

fn letter(id: &str, to: &str) -> Letter {
    Letter {
        id: id.into(),
        to: to.into(),
        from_name: "Atelier Schröder".into(),
        reply_to: Some("studio@photos.example".into()),
        subject: "Bestellung ist unterwegs – danke".into(),
        text: "Grüße\nhttps://photos.example/o/1".into(),
        html: "<p>Grüße</p>".into(),
    }
}

#[tokio::test]
async fn a_letter_leaves_through_ses_as_it_was_written() {
    let Some(endpoint) = emulator() else { return };
    // An account in SES's sandbox, as every new one: sender and receiver have to be verified.
    let name = sample::text("mail").to_lowercase();
    let (from, to) = (format!("{name}@photos.example"), format!("{name}@customers.example"));
    let settings = Settings { mail_from: Some(from.clone()), ..deploy(&endpoint).await };
    let mailer = connect(settings).await.unwrap().mailer().unwrap();

    let refused = mailer.send(&letter("too-early", &to)).await.unwrap_err();
    assert!(
        matches!(&refused, MailerError::Refused(why) if why.contains("not verified")),
        "sending it again does not help, so it must not be tried again: {refused:?}"
    );
    let ses = aws_sdk_sesv2::Client::new(&account(&endpoint).await);
    for address in [&from, &to] {
        ses.create_email_identity().email_identity(address).send().await.unwrap();
    }
    mailer.send(&letter("one", &to)).await.unwrap();

    let sent: Value = client()
        .get(format!("{endpoint}/_ministack/ses/messages"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let mine: Vec<&Value> = sent["messages"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|of_account| of_account.as_array().unwrap())
        .filter(|message| message["To"][0] == to.as_str())
        .collect();
    let [message] = mine[..] else { panic!("one letter left, not {mine:?}") };
    let source = message["Source"].as_str().unwrap();
    assert!(source.ends_with(&format!(" <{from}>")) && source.is_ascii(), "{source}");
    let written = letter("one", &to);
    assert_eq!(message["Subject"], written.subject.as_str());
    assert_eq!(message["BodyText"], written.text.as_str());
    assert_eq!(message["BodyHtml"], written.html.as_str());
}
