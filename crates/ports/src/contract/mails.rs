//! Mails that are owed.

use domain::{
    id::{OrderId, StudioId},
    mail::{About, Language, Mail, StudioMail},
};

use super::{Host, sample::bytes};
use crate::mails::QueuedMail;

fn mail(host: &Host) -> Mail {
    let (studio, order) = (StudioId::from_bytes(bytes()), OrderId::from_bytes(bytes()));
    Mail::new(studio, About::NewOrder { order }, host.now())
}

/// The store may hold mails of other tests.
async fn due(host: &Host, mail: &Mail) -> Option<QueuedMail> {
    let due = host.ports.mails.due(host.now(), 1_000).await.unwrap();
    due.into_iter().find(|m| m.mail.id == mail.id)
}

pub async fn a_mail_is_queued_once_for_good(host: &Host) {
    let (mails, mail) = (&host.ports.mails, mail(host));
    assert!(mails.queue(&mail).await.unwrap());
    assert!(!mails.queue(&mail).await.unwrap());
    assert_eq!(due(host, &mail).await.unwrap().mail, mail);
    mails.sent(&mail.id).await.unwrap();
    assert!(due(host, &mail).await.is_none());
    assert!(!mails.queue(&mail).await.unwrap(), "also after it was sent");
}

pub async fn one_of_two_senders_takes_a_mail(host: &Host) {
    let (mails, mail) = (&host.ports.mails, mail(host));
    mails.queue(&mail).await.unwrap();
    let seen = due(host, &mail).await.unwrap();
    let until = host.now().plus(60_000);
    assert!(mails.take(&seen, until).await.unwrap());
    assert!(!mails.take(&seen, until).await.unwrap());
    assert!(due(host, &mail).await.is_none(), "taken");
    host.clock.advance(60_001);
    let again = due(host, &mail).await.unwrap();
    assert_eq!(again.tries, 1, "the sender died; the mail comes again");
}

pub async fn a_mail_that_failed_comes_later_with_its_reason(host: &Host) {
    let (mails, mail) = (&host.ports.mails, mail(host));
    mails.queue(&mail).await.unwrap();
    let seen = due(host, &mail).await.unwrap();
    mails.take(&seen, host.now().plus(1)).await.unwrap();
    mails.put_off(&mail.id, "no route", host.now().plus(5_000)).await.unwrap();
    assert!(due(host, &mail).await.is_none());
    host.clock.advance(5_000);
    assert_eq!(due(host, &mail).await.unwrap().why.as_deref(), Some("no route"));
}

pub async fn what_was_given_up_is_listed_and_tried_again_by_hand(host: &Host) {
    let (mails, mail) = (&host.ports.mails, mail(host));
    mails.queue(&mail).await.unwrap();
    mails.give_up(&mail.id, "no such mailbox").await.unwrap();
    assert!(due(host, &mail).await.is_none());
    let mut cursor = None;
    let mut found = None;
    loop {
        let page = mails.given_up(cursor.as_deref(), 100).await.unwrap();
        found = found.or_else(|| page.items.into_iter().find(|m| m.mail.id == mail.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found.unwrap().why.as_deref(), Some("no such mailbox"));
    assert!(mails.try_again(&mail.id, host.now()).await.unwrap());
    assert!(!mails.try_again(&mail.id, host.now()).await.unwrap());
    assert_eq!(due(host, &mail).await.unwrap().tries, 0);
}

pub async fn how_a_studio_wants_its_mails_is_kept(host: &Host) {
    let (mails, studio) = (&host.ports.mails, StudioId::from_bytes(bytes()));
    assert_eq!(mails.studio_mail(studio).await.unwrap(), None);
    let wanted = StudioMail {
        address: "desk@studio.example".into(),
        language: Language::parse("de").unwrap(),
        to_customers: true,
        new_orders: false,
        digest: true,
    };
    mails.set_studio_mail(studio, Some(&wanted)).await.unwrap();
    assert_eq!(mails.studio_mail(studio).await.unwrap(), Some(wanted));
    mails.set_studio_mail(studio, None).await.unwrap();
    assert_eq!(mails.studio_mail(studio).await.unwrap(), None);
}
